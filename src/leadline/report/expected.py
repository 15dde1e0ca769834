"""The section on what was expected: each claim of the study with what became of it, and the number
that decided."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from leadline.analyse.expect.outcome import Mark, Number, Outcome
from leadline.report.tables import Names
from leadline.report.text import THIN, count, percent, visible

LIMIT = 400  # characters of a claim
COLOURS: dict[Mark, str] = {"confirmed": "green", "contradicted": "red", "inconclusive": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One claim as text, and for each curve (empty where the study has only one) the mark and the
    number that decided it."""

    claim: str
    seen: tuple[tuple[str, Mark, str], ...]


def expected(outcomes: Sequence[Outcome], called: Names, *, several: bool) -> list[Expected]:
    """In the order of the study."""
    claims: dict[str, list[tuple[str, Mark, str]]] = {}
    for one in outcomes:
        of = called.of(one.of) if one.of is not None and several else ""
        said = number_words(one.number) if one.number else visible(one.note, limit=LIMIT)
        claims.setdefault(one.claim, []).append((of, one.mark, said))
    return [
        Expected(claim=visible(claim, limit=LIMIT), seen=tuple(seen))
        for claim, seen in claims.items()
    ]


def console_lines(claims: Sequence[Expected]) -> list[Text]:
    """The same for a terminal. Nothing is read as rich's markup."""
    lines = []
    for one in claims:
        lines.append(Text(one.claim, style="bold"))
        for of, mark, number in one.seen:
            said = f"{of}: {number}" if of else number
            lines.append(Text.assemble("  ", (f"{mark:13} ", COLOURS[mark]), said))
    return lines


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
