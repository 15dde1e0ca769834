"""The section on what was expected: each claim of the study with what became of it, and the number
that decided."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.analyse.expect.outcome import Number, Outcome
from leadline.report.tables import Names
from leadline.report.text import THIN, count, percent, visible

LIMIT = 400  # characters of a claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One claim on one curve as text: `mark` is confirmed, contradicted or inconclusive."""

    claim: str
    of: str  # the curve; empty where the study has only one
    mark: str
    number: str


def expected(outcomes: Sequence[Outcome], called: Names, *, several: bool) -> list[Expected]:
    """In the order of the study."""
    return [
        Expected(
            claim=visible(one.claim, limit=LIMIT),
            of=called.of(one.of) if one.of is not None and several else "",
            mark=one.mark,
            number=number_words(one.number) if one.number else visible(one.note, limit=LIMIT),
        )
        for one in outcomes
    ]


def number_words(number: Number) -> str:
    """What was measured, its interval, and the line: `fall of …: 23.1 points (19.0 to 27.2), line
    2.0`."""
    value, low, high, line = (
        _shown(x, number) for x in (number.value, *number.interval, number.line)
    )
    unit = {"points": " points", "share": f"{THIN}%"}.get(number.unit, "")
    unit = " examples" if number.unit == "examples" and math.isfinite(number.value) else unit
    side = "above" if number.claimed == "above" else "at most"
    measured = visible(number.measured, limit=LIMIT)
    return f"{measured}: {value}{unit} ({low} to {high}); claimed: {side} {line}"


def _shown(value: float, number: Number) -> str:
    if math.isnan(value):
        return "–"
    if number.unit == "examples":
        return count(value) if math.isfinite(value) else "beyond the largest size"
    return f"{value:.2f}" if number.unit == "r_squared" else percent(value)
