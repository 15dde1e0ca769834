"""Whether what a study expected was seen. A claim is that a number lies above (or below) a line: it
is confirmed if the whole 95 % interval lies on the claimed side, contradicted if all of it lies on
the other, and else inconclusive: the study was too small to say.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from leadline.analyse.findings import CurveFindings, Findings
from leadline.analyse.measure import Interval

Mark = Literal["confirmed", "contradicted", "inconclusive"]
Side = Literal["above", "below"]
Unit = Literal["points", "examples", "share", "r_squared"]


class Coordinates(Protocol):
    """A curve, or one of its cells."""

    @property
    def model(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def method(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """`measured` says in words what `value` is. It, its interval and the line are shares (0–1), r²
    or numbers of examples (infinite: beyond the largest size), as `unit` says."""

    measured: str
    value: float
    interval: Interval
    claimed: Side
    line: float
    unit: Unit

    @property
    def mark(self) -> Mark:
        """Where the interval lies; one without ends says nothing. Below a line means up to it."""
        if self.interval.low > self.line:
            return "confirmed" if self.claimed == "above" else "contradicted"
        if self.interval.high <= self.line:
            return "confirmed" if self.claimed == "below" else "contradicted"
        return "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One claim on one curve (or one pair of training sets, by the first). note: why there is no
    number."""

    claim: str
    of: Coordinates | None = None
    number: Number | None = None
    note: str = ""

    @property
    def mark(self) -> Mark:
        """Without a number, inconclusive."""
        return self.number.mark if self.number else "inconclusive"


def missing(claim: str) -> Outcome:
    """The outcome where the study has no such curve or comparison (yet)."""
    return Outcome(claim=claim, note="not measured")


def on(findings: Findings, task: str) -> list[CurveFindings]:
    """The curves of a task; "": all."""
    return [curve for curve in findings.curves if task in ("", curve.labels.task)]
