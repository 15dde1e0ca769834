"""How well a judge finds the first wrong step of solutions, by what people found.

A solution that the judge gives no verdict on is *undecided*: counted with its cause, never wrong,
and left out of every rate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from leadline.judge.check.labels import LabelledSolution, told_groups
from leadline.judge.check.metrics import rate, ratio
from leadline.judge.check.record import Figure
from leadline.protocols import Floats, Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepVerdict:
    """`step`: the first wrong one, from 0; None: none is wrong, or, with a `cause`, undecided.
    `by`: who says so, to the model's own name."""

    id: str
    step: int | None
    cause: str = ""
    reason: str = ""
    by: str = ""


class StepJudge(Protocol):
    """Says where solutions first go wrong."""

    @property
    def name(self) -> str: ...
    @property
    def identity(self) -> str: ...  # another one when any verdict could change
    def judge(
        self, solutions: Sequence[LabelledSolution], *, runtime: Runtime
    ) -> Iterator[StepVerdict]: ...  # one a solution, in any order


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSolution:
    """A solution and what a judge said of it."""

    solution: LabelledSolution
    verdict: StepVerdict

    @property
    def flagged(self) -> bool:
        """The judge says that it has an error."""
        return self.verdict.step is not None

    @property
    def located(self) -> bool:
        """The judge names the step that people named."""
        return self.flagged and self.verdict.step == self.solution.first_error


def step_figures(judged: Sequence[JudgedSolution]) -> list[Figure]:
    """All figures, the whole set first, then by group."""
    decided = [j for j in judged if not j.verdict.cause]
    figures = [
        _solutions(decided),
        _rate("right_accuracy", [(j, not j.flagged) for j in decided if not j.solution.wrong]),
        _rate("error_precision", [(j, j.solution.wrong) for j in decided if j.flagged]),
        _rate("error_recall", [(j, j.flagged) for j in decided if j.solution.wrong]),
        _f1(decided),
        _first_step(decided),
        _rate("first_step_when_flagged", [(j, j.located) for j in _placed(decided) if j.flagged]),
        _processbench_f1(decided),
    ]
    for group in told_groups(j.solution for j in judged):
        inside = [j for j in decided if group in j.solution.groups]
        subset = f"{group[0]}: {group[1]}"
        figures += [_solutions(inside, subset=subset), _first_step(inside, subset=subset)]
    return figures


def step_bounds(judged: Sequence[JudgedSolution]) -> tuple[float, float]:
    """The share of solutions told right or wrong if every undecided one were not, and if it were
    told."""
    n_undecided = sum(bool(j.verdict.cause) for j in judged)
    n_right = sum(not j.verdict.cause and j.flagged == j.solution.wrong for j in judged)
    n = max(1, len(judged))
    return n_right / n, (n_right + n_undecided) / n


def _rate(name: str, found: Sequence[tuple[JudgedSolution, bool]], *, subset: str = "") -> Figure:
    values, clusters = [float(v) for _, v in found], [j.solution.cluster for j, _ in found]
    return rate(name, values, clusters=clusters, subset=subset)


def _solutions(decided: Sequence[JudgedSolution], *, subset: str = "") -> Figure:
    """Right or wrong, as people said."""
    found = [(j, j.flagged == j.solution.wrong) for j in decided]
    return _rate("solution_accuracy", found, subset=subset)


def _placed(decided: Sequence[JudgedSolution]) -> list[JudgedSolution]:
    """Wrong solutions of which people said where."""
    return [j for j in decided if j.solution.first_error is not None]


def _first_step(decided: Sequence[JudgedSolution], *, subset: str = "") -> Figure:
    """Of the wrong solutions: the judge names the step that people named."""
    return _rate("first_step", [(j, j.located) for j in _placed(decided)], subset=subset)


def _f1(decided: Sequence[JudgedSolution]) -> Figure:
    """Of "it has an error": 2 · hits / (2 · hits + misses + false alarms)."""
    counts_N2 = np.array(
        [(j.flagged and j.solution.wrong, j.flagged != j.solution.wrong) for j in decided],
        dtype=np.float64,
    ).reshape(-1, 2)

    def f1(sums_SK: Floats) -> Floats:
        return np.asarray(2 * sums_SK[:, 0] / (2 * sums_SK[:, 0] + sums_SK[:, 1]))

    clusters = [j.solution.cluster for j in decided]
    return ratio("error_f1", counts_N2, f1, clusters=clusters, n=len(decided))


def _processbench_f1(decided: Sequence[JudgedSolution]) -> Figure:
    """ProcessBench's F1: the harmonic mean of the share of wrong solutions whose first wrong step
    is named and the share of right solutions that pass. nan without both kinds."""
    usable = [j for j in decided if not j.solution.wrong or j.solution.first_error is not None]
    counts_N4 = np.array(
        [
            (
                j.located,
                j.solution.wrong,
                not j.flagged and not j.solution.wrong,
                not j.solution.wrong,
            )
            for j in usable
        ],
        dtype=np.float64,
    ).reshape(-1, 4)

    def harmonic(sums_SK: Floats) -> Floats:
        located, passed = sums_SK[:, 0] / sums_SK[:, 1], sums_SK[:, 2] / sums_SK[:, 3]
        both = located + passed
        return np.asarray(np.where(both == 0, both, 2 * located * passed / both))

    clusters = [j.solution.cluster for j in usable]
    return ratio("processbench_f1", counts_N4, harmonic, clusters=clusters, n=len(usable))
