"""The table of sizes, made once as plain text cells and shown by the console and the page alike."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadline.analyse.measure import Curve, bounds, curves, rate_interval
from leadline.records import Cell, Checkpoint, Measurement
from leadline.report.text import count, percent, seconds, significant, visible

NAME_LIMIT = 240  # characters of model · task · method
NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTable:
    """One curve as text: column titles, and rows of as many cells."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def name(curve: Curve | Cell) -> str:
    """model · task · method, safe to show."""
    return visible(f"{curve.model} · {curve.task} · {curve.method}", limit=NAME_LIMIT)


def size_tables(
    measurements: Iterable[Measurement], *, checkpoints: Iterable[Checkpoint] = ()
) -> list[SizeTable]:
    """One table a curve, one row a cell. Columns that a study has nothing for are left out."""
    measurements = list(measurements)
    by_cell: dict[tuple[str, str, str, int, int], dict[str, Measurement]] = {}
    for m in measurements:
        by_cell.setdefault(_key(m), {})[m.metric] = m
    training = {_key(checkpoint.cell): checkpoint for checkpoint in checkpoints}
    return [_size_table(curve, by_cell, training) for curve in curves(measurements)]


def _size_table(
    curve: Curve,
    by_cell: dict[tuple[str, str, str, int, int], dict[str, Measurement]],
    training: dict[tuple[str, str, str, int, int], Checkpoint],
) -> SizeTable:
    rows = []
    several_seeds = len({m.seed for m in curve.points}) > 1
    for m in curve.points:
        row = {"examples": count(m.n_examples)}
        if several_seeds:
            row["seed"] = str(m.seed)
        row |= _rates(m, by_cell[_key(m)])
        row |= _training(training.get(_key(m)))
        rows.append(row)
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    kept = tuple(c for c in columns if any(row.get(c, NONE) != NONE for row in rows))
    cells = tuple(tuple(row.get(c, NONE) for c in kept) for row in rows)
    return SizeTable(title=name(curve), columns=kept, rows=cells)


def _rates(m: Measurement, metrics: dict[str, Measurement]) -> dict[str, str]:
    low, high = rate_interval(m)
    row = {
        "accuracy % ± s.e.": with_error(m),
        "95 % interval": f"{percent(low)} – {percent(high)}",
    }
    for metric, other in metrics.items():
        if metric != "accuracy":
            row[f"{metric.removeprefix('accuracy_').replace('_', ' ')} %"] = percent(other.value)
    row["cut off"] = count(m.n_truncated)
    if m.n_undecided:
        least, most = bounds(m)
        row["undecided"] = count(m.n_undecided)
        row["bounds %"] = f"{percent(least)} – {percent(most)}"
    row["asked"] = count(m.n_problems)
    return row


def _training(checkpoint: Checkpoint | None) -> dict[str, str]:
    if checkpoint is None or checkpoint.cell.n_examples == 0:
        return {}
    loss = checkpoint.final_loss
    return {
        "steps": count(checkpoint.steps),
        "loss": NONE if loss is None else significant(loss, digits=3),
        "trained in": seconds(checkpoint.seconds),
    }


def with_error(m: Measurement) -> str:
    """The rate and its standard error in per cent: 56.8 ± 1.4."""
    if math.isnan(m.value):
        return NONE
    return f"{percent(m.value)} ± {percent(m.standard_error)}"


def console_table(
    measurements: Iterable[Measurement], *, checkpoints: Iterable[Checkpoint] = ()
) -> RenderableType:
    """The same tables for a terminal. Names and cells are never read as rich's markup."""
    found = []
    for table in size_tables(measurements, checkpoints=checkpoints):
        shown = Table(title=Text(table.title), title_justify="left", box=None, pad_edge=False)
        for column in table.columns:
            shown.add_column(Text(column), justify="right")
        for row in table.rows:
            shown.add_row(*map(Text, row))
        found.append(shown)
    return Group(*found)


def _key(row: Cell | Measurement) -> tuple[str, str, str, int, int]:
    return row.model, row.task, row.method, row.n_examples, row.seed
