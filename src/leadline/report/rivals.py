"""The section on training sets side by side, after the paper's Table 2: accuracy, and what judges
prefer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.analyse.resample import Rate
from leadline.analyse.rivals import Rivals
from leadline.analyse.winrate import WinRate
from leadline.report.tables import NONE, TextTable
from leadline.report.text import count, percent, visible

LIMIT = 120  # characters of a task's or judge's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`tables`: one for each two training sets; `checks`: what is known of each judge."""

    tables: tuple[TextTable, ...]
    checks: tuple[tuple[str, str], ...]


def compared(rows: Sequence[Rivals], *, checks: Sequence[tuple[str, str]]) -> Compared | None:
    """The section, or None where no judge compared anything."""
    if not rows:
        return None
    return Compared(tables=tuple(map(_table, rows)), checks=tuple(checks))


def _table(row: Rivals) -> TextTable:
    """Columns in which nothing happens are left out: rules never disagree with themselves."""
    a, b = row.cell_a, row.cell_b
    seeds = f" · {row.n_seeds} seeds" if row.n_seeds > 1 else ""
    title = f"{a.model} · {a.method} · {count(a.n_examples)} examples{seeds}"
    lines = [_judge(rate) for rate in row.win_rates]
    always = {
        "": "accuracy",
        f"{visible(a.task, limit=LIMIT)} %": _rate(row.accuracy_a),
        f"{visible(b.task, limit=LIMIT)} %": _rate(row.accuracy_b),
    }
    extra = {
        "neither %": any(rate.n_neither for rate in row.win_rates),
        "orders disagree %": any(rate.n_flipped for rate in row.win_rates),
        "undecided": any(rate.n_undecided for rate in row.win_rates),
        "the longer wins %": True,
    }
    kept = [i for i, shown in enumerate(extra.values()) if shown]
    return TextTable(
        title=visible(title, limit=2 * LIMIT),
        columns=(*always, *(list(extra)[i] for i in kept)),
        rows=(
            (*always.values(), *("" for _ in kept)),
            *((*line[:3], *(line[3 + i] for i in kept)) for line in lines),
        ),
    )


def _judge(rate: WinRate) -> tuple[str, ...]:
    return (
        f"wins by {visible(rate.by, limit=LIMIT)}",
        _rate(rate.win),
        _rate(rate.lose),
        _rate(rate.neither),
        _rate(rate.flips),
        f"{count(rate.n_undecided)} of {count(rate.n_pairs)}",
        _rate(rate.longer),
    )


def _rate(rate: Rate) -> str:
    if math.isnan(rate.value):
        return NONE
    return f"{percent(rate.value)} ({percent(rate.low)}–{percent(rate.high)})"
