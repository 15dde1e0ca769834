"""The table of sizes, made once as plain text cells and shown by the console and the page alike."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadline.analyse.expect.outcome import Coordinates
from leadline.analyse.measure import Curve, bounds, curves, rate_interval
from leadline.records import Cell, Checkpoint, Measurement
from leadline.report.text import NBSP, THIN, count, percent, seconds, significant, visible

NAME_LIMIT = 240  # characters of model · task · method
NONE = "–"


ACCURACY = f"accuracy % ±{NBSP}s.e."
INTERVAL = f"95{NBSP}% interval"
MEAN = "mean"  # stands where the seed does
APART = "s.d. of seeds"
CONSOLE_HEADINGS = {ACCURACY: "accuracy", "trained in": "time"}
CONSOLE_LEAVES_OUT = frozenset({INTERVAL, APART, "bounds %"})  # 80 characters are few


ELSEWHERE = {"accuracy", "arithmetic_error", "reasoning_error", "hallucination_error"}  # `mistakes`

ByCell = dict[tuple[str, str, str, int, int], dict[str, Measurement]]  # by metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How a study's curves and cells are called: by the coordinates in which its curves differ."""

    varying: tuple[str, ...]
    shared: str  # what all curves have in common, said once

    def of(self, row: Coordinates) -> str:
        """The name of a curve or cell, safe to show."""
        return _joined(getattr(row, field) for field in self.varying)


def names(found: Sequence[Curve]) -> Names:
    """The shortest names that tell the curves apart; the model's where there is only one curve."""
    fields = ("model", "task", "method")
    varying = tuple(f for f in fields if len({getattr(curve, f) for curve in found}) > 1)
    rest = [getattr(found[0], f) for f in fields if f not in varying] if found else []
    return Names(varying=varying or ("model",), shared=_joined(rest))


def _joined(parts: Iterable[str]) -> str:
    return visible(" · ".join(parts), limit=NAME_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table as text: column titles, and rows of as many cells."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def size_tables(
    measurements: Iterable[Measurement], *, checkpoints: Iterable[Checkpoint] = ()
) -> list[TextTable]:
    """One table a curve, one row a cell, one more for the mean where a size has several seeds.
    Columns that a study has nothing for are left out."""
    measurements = list(measurements)
    by_cell: ByCell = {}
    for m in measurements:
        by_cell.setdefault(_key(m), {})[m.metric] = m
    training = {_key(checkpoint.cell): checkpoint for checkpoint in checkpoints}
    found = curves(measurements)
    called = names(found)
    return [_size_table(called.of(curve), curve, by_cell, training) for curve in found]


def _size_table(
    title: str,
    curve: Curve,
    by_cell: ByCell,
    training: dict[tuple[str, str, str, int, int], Checkpoint],
) -> TextTable:
    asked = {m.n_problems for m in curve.points}
    rows = []
    several_seeds = len({m.seed for m in curve.points}) > 1
    for group in _by_size(curve):
        for m in group:
            row = {"examples": count(m.n_examples)}
            if several_seeds:
                row["seed"] = str(m.seed) if m.n_examples else NONE  # seeds share the base
            row |= _rates(m, by_cell[_key(m)], several_seeds=several_seeds)
            if len(asked) > 1:
                row["asked"] = count(m.n_problems)
            rows.append(row | _training(training.get(_key(m))))
        if len(group) > 1:
            rows.append(_mean_row(group, by_cell))
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    kept = tuple(c for c in columns if any(row.get(c, NONE) != NONE for row in rows))
    cells = tuple(tuple(row.get(c, _nothing(row)) for c in kept) for row in rows)
    if len(asked) == 1:
        title += f" · {count(asked.pop())} responses a row"
    return TextTable(title=title, columns=kept, rows=cells)


def _nothing(row: dict[str, str]) -> str:
    return "" if row.get("seed") == MEAN else NONE


def _by_size(curve: Curve) -> list[list[Measurement]]:
    sizes = dict.fromkeys(m.n_examples for m in curve.points)
    return [[m for m in curve.points if m.n_examples == n] for n in sizes]


def _mean_row(group: Sequence[Measurement], by_cell: ByCell) -> dict[str, str]:
    """The mean over the seeds of one size. The test problems are the same for all seeds, so more
    seeds do not shrink their standard error; how far the seeds lie apart stands beside it."""
    row = {"examples": count(group[0].n_examples), "seed": MEAN}
    decided = [m for m in group if not math.isnan(m.value)]
    if not decided:
        return row
    mean = replace(
        decided[0],
        value=_mean([m.value for m in decided]),
        standard_error=_mean([m.standard_error for m in decided]),
    )
    low, high = rate_interval(mean)
    apart = float(np.std([m.value for m in decided], ddof=1)) if len(decided) > 1 else math.nan
    row |= {
        ACCURACY: with_error(mean),
        INTERVAL: f"{percent(low)} – {percent(high)}",
        APART: percent(apart),
    }
    for metric in by_cell[_key(group[0])]:
        if metric not in ELSEWHERE:
            row[_heading(metric)] = percent(_mean([by_cell[_key(m)][metric].value for m in group]))
    return row


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _heading(metric: str) -> str:
    return f"{metric.removeprefix('accuracy_').replace('_', ' ')} %"


def _rates(
    m: Measurement, metrics: dict[str, Measurement], *, several_seeds: bool
) -> dict[str, str]:
    low, high = rate_interval(m)
    row = {
        ACCURACY: with_error(m),
        INTERVAL: f"{percent(low)} – {percent(high)}",
        **({APART: ""} if several_seeds else {}),
    }
    for metric, other in metrics.items():
        if metric not in ELSEWHERE:
            row[_heading(metric)] = percent(other.value)
    row["cut off"] = count(m.n_truncated)
    if m.n_undecided:
        least, most = bounds(m)
        row["undecided"] = count(m.n_undecided)
        row["bounds %"] = f"{percent(least)} – {percent(most)}"
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
    """The same tables for a terminal, in per cent, narrower. Nothing is read as rich's markup."""
    found = []
    for table in size_tables(measurements, checkpoints=checkpoints):
        kept = [i for i, c in enumerate(table.columns) if c not in CONSOLE_LEAVES_OUT]
        shown = Table(
            title=Text(table.title, style="bold"),
            title_justify="left",
            box=SIMPLE_HEAD,
            show_edge=False,
            pad_edge=False,
            padding=(0, 0, 0, 1),
        )
        for i in kept:
            heading = CONSOLE_HEADINGS.get(table.columns[i], table.columns[i].removesuffix(" %"))
            heading = heading.replace(" ", "\n")  # narrow columns, so that 80 characters hold them
            shown.add_column(Text(heading), justify="right", vertical="bottom")
        for row in table.rows:
            shown.add_row(*(Text(row[i].replace(THIN, " "), no_wrap=True) for i in kept))
        found.append(shown)
    return Group(*found)


def _key(row: Cell | Measurement) -> tuple[str, str, str, int, int]:
    return row.model, row.task, row.method, row.n_examples, row.seed
