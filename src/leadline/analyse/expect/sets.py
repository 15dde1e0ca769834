"""Claims about two training sets of the same size, asked the same problems: which gives more right
answers, and which a judge prefers.
"""

from dataclasses import dataclass

import numpy as np

from leadline.analyse.draws import falls, percentiles, rates
from leadline.analyse.expect.outcome import Number, Outcome, missing, on
from leadline.analyse.findings import Findings
from leadline.analyse.labels import ENOUGH, CurveLabels
from leadline.analyse.measure import Interval
from leadline.analyse.rivals import Rivals
from leadline.analyse.winrate import WinRate
from leadline.protocols import Floats


@dataclass(frozen=True, kw_only=True)
class MoreAccurate:
    """With `n_examples`, training as `task` gives more right answers than training as `than`, on
    the same problems, by more than `least`."""

    claim: str
    task: str
    than: str
    n_examples: int
    least: float = 0.0  # of all responses

    def decide(self, findings: Findings) -> list[Outcome]:
        found = [
            self._of(one.labels, other.labels)
            for one in on(findings, self.task)
            for other in on(findings, self.than)
            if (one.labels.model, one.labels.method) == (other.labels.model, other.labels.method)
        ]
        return found or [missing(self.claim)]

    def _of(self, one: CurveLabels, other: CurveLabels) -> Outcome:
        if self.n_examples not in one.sizes or self.n_examples not in other.sizes:
            return Outcome(
                claim=self.claim, of=one, note=f"{self.n_examples:,} examples were not measured"
            )
        wrong_2N = _side_by_side(other, one, n_examples=self.n_examples)
        if np.isnan(wrong_2N).all():
            return Outcome(claim=self.claim, of=one, note="no problem was decided for both")
        before, after = rates(wrong_2N)
        number = Number(
            measured=f"accuracy with {self.n_examples:,} minus that of {self.than}",
            value=float(before - after),
            interval=percentiles(falls(wrong_2N, one.clusters)[0]),
            claimed="above",
            line=self.least,
            unit="points",
        )
        return Outcome(claim=self.claim, of=one, number=number)


@dataclass(frozen=True, kw_only=True)
class Preferred:
    """With `n_examples`, judges prefer responses of the model trained as `task` to those of the one
    trained as `to`: its score (wins, and half of neither) is above a half. It is open where most
    pairs are undecided. judge: the beginning of a judge's version; "": every judge."""

    claim: str
    task: str
    to: str
    n_examples: int
    judge: str = ""

    def decide(self, findings: Findings) -> list[Outcome]:
        found = [
            self._of(pair, rate)
            for pair in findings.rivals
            if {pair.cell_a.task, pair.cell_b.task} == {self.task, self.to}
            and pair.cell_a.n_examples == self.n_examples
            for rate in pair.win_rates
            if rate.by.startswith(self.judge)
        ]
        return found or [missing(self.claim)]

    def _of(self, pair: Rivals, rate: WinRate) -> Outcome:
        a_first = pair.cell_a.task == self.task
        of = pair.cell_a if a_first else pair.cell_b
        if rate.n_undecided > ENOUGH * rate.n_pairs:
            note = f"{rate.by} left {rate.n_undecided:,} of {rate.n_pairs:,} pairs undecided"
            return Outcome(claim=self.claim, of=of, note=note)
        value, low, high = rate.score if a_first else (1 - end for end in rate.score)
        number = Number(
            measured=f"score by {rate.by}",
            value=value,
            interval=Interval(min(low, high), max(low, high)),
            claimed="above",
            line=0.5,
            unit="share",
        )
        return Outcome(claim=self.claim, of=of, number=number)


def _side_by_side(one: CurveLabels, other: CurveLabels, *, n_examples: int) -> Floats:
    """Which responses of the two are wrong, (2, N), in the order of `other`'s responses; nan in
    both where either is undecided, or the one was not asked."""
    of_one = one.wrong[one.sizes.index(n_examples)]
    place = {response: i for i, response in enumerate(one.responses)}
    matched = [of_one[place[r]] if r in place else np.nan for r in other.responses]
    wrong_2N = np.array([matched, other.wrong[other.sizes.index(n_examples)]])
    return np.where(np.isnan(wrong_2N).any(axis=0), np.nan, wrong_2N)
