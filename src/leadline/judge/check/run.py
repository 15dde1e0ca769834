"""Ask a judge about a set of human labels, and sum up how it did."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from leadline import __version__
from leadline.judge.check.labels import LabelledPair, LabelSet
from leadline.judge.check.pairs import JudgedPair, pair_bounds, pair_figures
from leadline.judge.check.record import CheckSummary, Figure, SetCheck, identity_of
from leadline.judge.check.steps import (
    JudgedSolution,
    StepJudge,
    StepVerdict,
    step_bounds,
    step_figures,
)
from leadline.protocols import Pair, PairJudge, Runtime
from leadline.records import Cell, Comparison, Generation, Problem, Winner

_CELLS = {
    side: Cell(model=side, task="human-labels", method="given", n_examples=0, seed=0)
    for side in ("a", "b")
}
_NO_VERDICT = "no verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one judge did on one set: the summary, and a plain JSON row for every item."""

    summary: CheckSummary
    rows: tuple[dict[str, Any], ...]

    @property
    def check(self) -> SetCheck:
        """The set's part of the summary."""
        return self.summary.checks[0]


def check_pairs(judge: PairJudge, labels: LabelSet, *, runtime: Runtime) -> Checked:
    """Both orders of every pair of the set. Raises Stopped as the judge does."""
    pairs = [_pair(item) for item in labels.pairs]
    rows = [row for some in judge.compare(pairs, runtime=runtime) for row in some]
    judged = list(_judged_pairs(labels.pairs, rows))
    check = _check(
        labels,
        pair_figures(judged),
        causes=[j.cause for j in judged if j.outcome == "undecided"],
        bounds=pair_bounds(judged),
        by=_named(row.by for row in rows),
    )
    summary = CheckSummary(judge=judge.name, identity=identity_of(judge), checks=(check,))
    return Checked(summary=summary, rows=tuple(map(_pair_row, judged)))


def check_steps(judge: StepJudge, labels: LabelSet, *, runtime: Runtime) -> Checked:
    """The first wrong step of every solution of the set. Raises Stopped as the judge does."""
    found = {v.id: v for v in judge.judge(labels.solutions, runtime=runtime)}
    judged = [
        JudgedSolution(
            solution=s,
            verdict=found.get(s.id) or StepVerdict(id=s.id, step=None, cause=_NO_VERDICT),
        )
        for s in labels.solutions
    ]
    check = _check(
        labels,
        step_figures(judged),
        causes=[j.verdict.cause for j in judged if j.verdict.cause],
        bounds=step_bounds(judged),
        by=_named(v.by for v in found.values() if not v.cause),
    )
    summary = CheckSummary(judge=judge.name, identity=judge.identity, checks=(check,))
    return Checked(summary=summary, rows=tuple(map(_step_row, judged)))


def _pair(item: LabelledPair) -> Pair:
    problem = Problem(id=item.id, prompt=item.request, reference="")
    a, b = (
        Generation(
            cell=_CELLS[side], problem_id=item.id, sample=0, text=text, stopped="stop", n_tokens=0
        )
        for side, text in (("a", item.a), ("b", item.b))
    )
    return Pair(problem=problem, a=a, b=b)


def _judged_pairs(
    items: Sequence[LabelledPair], rows: Iterable[Comparison]
) -> Iterator[JudgedPair]:
    found = {(row.problem_id, row.shown_first): row for row in rows}
    for item in items:
        orders = [found.get((item.id, "a")), found.get((item.id, "b"))]
        winners: list[Winner] = [row.winner if row else "undecided" for row in orders]
        unclear = [
            row.reason if row else "" for row in orders if not row or row.winner == "undecided"
        ]
        cause = (unclear[0].partition(":")[0] or _NO_VERDICT) if unclear else ""
        yield JudgedPair(pair=item, a_first=winners[0], b_first=winners[1], cause=cause)


def _check(
    labels: LabelSet,
    figures: Sequence[Figure],
    *,
    causes: Sequence[str],
    bounds: tuple[float, float],
    by: str,
) -> SetCheck:
    n_items = len(labels.pairs) + len(labels.solutions)
    return SetCheck(
        set_name=labels.name,
        kind=labels.kind,
        source=labels.source,
        digest=labels.digest,
        n_items=n_items,
        n_in_set=labels.n_in_set,
        n_undecided=len(causes),
        bounds=bounds,
        causes=tuple(Counter(causes).most_common()),
        by=by,
        date=datetime.now(UTC).date().isoformat(),
        leadline=__version__,
        figures=tuple(figures),
    )


def _named(by: Iterable[str]) -> str:
    return "; ".join(sorted({name for name in by if name}))


def _pair_row(judged: JudgedPair) -> dict[str, Any]:
    return {
        "id": judged.pair.id,
        "outcome": judged.outcome,
        "a_first": judged.a_first,
        "b_first": judged.b_first,
        "cause": judged.cause,
        "human": judged.pair.majority,
        "votes": list(judged.pair.votes),
        **dict(judged.pair.groups),
    }


def _step_row(judged: JudgedSolution) -> dict[str, Any]:
    return {
        "id": judged.solution.id,
        "step": judged.verdict.step,
        "cause": judged.verdict.cause,
        "reason": judged.verdict.reason,
        "human_step": judged.solution.first_error,
        "human_wrong": judged.solution.wrong,
        **dict(judged.solution.groups),
    }
