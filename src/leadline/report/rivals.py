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
from leadline.report.text import THIN, count, percent, visible

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
    shown = tuple((visible(by, limit=LIMIT), visible(line, limit=400)) for by, line in checks)
    return Compared(tables=tuple(map(_table, rows)), checks=shown)


def _table(row: Rivals) -> TextTable:
    a, b = row.cell_a, row.cell_b
    seeds = f" · {row.n_seeds} seeds" if row.n_seeds > 1 else ""
    title = f"{a.model} · {a.method} · {count(a.n_examples)} examples{seeds}"
    accuracy = ("accuracy", _rate(row.accuracy_a), _rate(row.accuracy_b), "", "", "", "")
    return TextTable(
        title=visible(title, limit=2 * LIMIT),
        columns=(
            "",
            *(f"{visible(cell.task, limit=LIMIT)} %" for cell in (a, b)),
            "neither %",
            "orders disagree %",
            "the longer wins %",
            "undecided",
        ),
        rows=(accuracy, *map(_judge, row.win_rates)),
    )


def _judge(rate: WinRate) -> tuple[str, ...]:
    return (
        f"wins by {visible(rate.by, limit=LIMIT)}",
        _rate(rate.win),
        _rate(rate.lose),
        _rate(rate.neither),
        _rate(rate.flips),
        _rate(rate.longer),
        f"{count(rate.n_undecided)} of{THIN}{count(rate.n_pairs)}",
    )


def _rate(rate: Rate) -> str:
    if math.isnan(rate.value):
        return NONE
    return f"{percent(rate.value)} ({percent(rate.low)} – {percent(rate.high)})"
