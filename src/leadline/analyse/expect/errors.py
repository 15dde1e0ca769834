"""Claims about mistakes along a curve: where they saturate, what keeps falling, what all mistakes
follow, how deep the gain goes. task "": every curve of the study.
"""

import math
from dataclasses import dataclass

from leadline.analyse.correlation import correlation, difference
from leadline.analyse.draws import falls, percentiles, rates
from leadline.analyse.errors import KINDS
from leadline.analyse.expect.outcome import Number, Outcome, missing, on
from leadline.analyse.findings import CurveFindings, Findings
from leadline.analyse.labels import CurveLabels, known_sizes
from leadline.analyse.measure import Interval
from leadline.analyse.saturation import LEAST_MARGIN
from leadline.errors import BadStudy
from leadline.protocols import Floats

ALL = "mistakes"  # of whatever kind


@dataclass(frozen=True, kw_only=True)
class SaturatesBy:
    """Mistakes of `kind` fall, and fall no further from `by` examples on (see `saturation`)."""

    claim: str
    kind: str
    by: int
    task: str = ""

    def __post_init__(self) -> None:
        check_kinds(self.kind)

    def decide(self, findings: Findings) -> list[Outcome]:
        return [self._of(curve) for curve in on(findings, self.task)] or [missing(self.claim)]

    def _of(self, curve: CurveFindings) -> Outcome:
        found = curve.saturation(self.kind)
        if found is None:
            note = f"{self.kind} is not known at two sizes"
            return Outcome(claim=self.claim, of=curve.labels, note=note)
        known = {*curve.labels.sizes} - {*found.left_out}
        if self.by not in known or self.by >= found.largest:
            note = f"{self.kind} is not known at {self.by:,} examples and more"
            return Outcome(claim=self.claim, of=curve.labels, note=note)
        if found.fall <= LEAST_MARGIN:
            note = f"{self.kind} errors never fell by more than {LEAST_MARGIN:.0%} of all responses"
            return Outcome(claim=self.claim, of=curve.labels, note=note)
        size, low, high = (
            math.inf if n is None else float(n) for n in (found.size, found.low, found.high)
        )
        number = Number(
            measured=f"{self.kind} saturates at",
            value=size,
            interval=Interval(low, high),
            claimed="below",
            line=float(self.by),
            unit="examples",
        )
        return Outcome(claim=self.claim, of=curve.labels, number=number)


@dataclass(frozen=True, kw_only=True)
class KeepsFalling:
    """From `after` examples to the largest size the share of responses with a mistake of `kind`
    (or any) falls by more than `least`."""

    claim: str
    kind: str
    after: int
    task: str = ""
    least: float = 0.02  # of all responses

    def __post_init__(self) -> None:
        if self.kind != ALL:
            check_kinds(self.kind)

    def decide(self, findings: Findings) -> list[Outcome]:
        return [self._of(curve) for curve in on(findings, self.task)] or [missing(self.claim)]

    def _of(self, curve: CurveFindings) -> Outcome:
        labels = curve.labels
        if self.after not in labels.sizes[:-1]:
            note = f"{self.after:,} examples and more were not measured"
            return Outcome(claim=self.claim, of=labels, note=note)
        ends = [labels.sizes.index(self.after), len(labels.sizes) - 1]
        own_2N = self._mistakes(labels, ends)
        before, after = (math.nan, math.nan) if own_2N is None else rates(own_2N)
        if own_2N is None or math.isnan(before - after):
            note = f"{_of_kind(self.kind)} are not known at both sizes"
            return Outcome(claim=self.claim, of=labels, note=note)
        number = Number(
            measured=f"fall of {_of_kind(self.kind)} from {self.after:,} to {labels.sizes[-1]:,}",
            value=float(before - after),
            interval=percentiles(falls(own_2N, labels.clusters)[0]),
            claimed="above",
            line=self.least,
            unit="points",
        )
        return Outcome(claim=self.claim, of=labels, number=number)

    def _mistakes(self, labels: CurveLabels, ends: list[int]) -> Floats | None:
        """(2, N): who makes them, at the sizes of both indices."""
        if self.kind == ALL:
            return labels.wrong[ends]
        if self.kind not in labels.kinds or not set(ends) <= {*known_sizes(labels, self.kind)}:
            return None
        return labels.mistakes[ends, labels.kinds.index(self.kind)]


@dataclass(frozen=True, kw_only=True)
class FollowsMore:
    """From size to size, all mistakes follow those of `kind` more closely than those of `than`: its
    r² is higher. Neither may rise where all mistakes fall: r² is blind to that."""

    claim: str
    kind: str
    than: str
    task: str = ""

    def __post_init__(self) -> None:
        check_kinds(self.kind, self.than)

    def decide(self, findings: Findings) -> list[Outcome]:
        return [self._of(curve) for curve in on(findings, self.task)] or [missing(self.claim)]

    def _of(self, curve: CurveFindings) -> Outcome:
        labels = curve.labels
        asked = {self.kind, self.than} <= set(labels.kinds)
        of, over = (
            correlation(labels, one, curve.draws, beside=other) if asked else None
            for one, other in ((self.kind, self.than), (self.than, self.kind))
        )
        if of is None or over is None:
            note = "too few sizes at which both kinds are known and change"
            return Outcome(claim=self.claim, of=labels, note=note)
        rising = [one.kind for one in (of, over) if one.r < 0]
        if rising:
            note = f"{' and '.join(rising)} errors rise where all mistakes fall"
            return Outcome(claim=self.claim, of=labels, note=note)
        value, interval = difference(of, over)
        number = Number(
            measured=f"r² of {self.kind} minus that of {self.than}, over {len(of.sizes)} sizes",
            value=value,
            interval=interval,
            claimed="above",
            line=0.0,
            unit="r_squared",
        )
        return Outcome(claim=self.claim, of=labels, number=number)


@dataclass(frozen=True, kw_only=True)
class DeeperThan:
    """More than `share` of the gain is not form (see `depth`)."""

    claim: str
    share: float
    task: str = ""

    def decide(self, findings: Findings) -> list[Outcome]:
        return [self._of(curve) for curve in on(findings, self.task)] or [missing(self.claim)]

    def _of(self, curve: CurveFindings) -> Outcome:
        found = curve.depth
        if found is None or math.isnan(found.index):
            return Outcome(
                claim=self.claim, of=curve.labels, note="there is no gain above the noise"
            )
        number = Number(
            measured="depth index",
            value=found.index,
            interval=found.index_interval,
            claimed="above",
            line=self.share,
            unit="share",
        )
        return Outcome(claim=self.claim, of=curve.labels, number=number)


def check_kinds(*kinds: str) -> None:
    """Raise BadStudy unless each is a kind of error."""
    for kind in kinds:
        if kind not in KINDS:
            raise BadStudy(f"an expectation about {kind!r}: choose one of {', '.join(KINDS)}.")


def _of_kind(kind: str) -> str:
    return "all mistakes" if kind == ALL else f"{kind} errors"
