"""How many were right: every question of every model as a rate with its standard error.

Undecided responses never count as wrong: rates are over the decided, and both bounds are given.
Items that share a source are not independent: the samples of a problem, the instructions of one
prompt and problems of one group are one cluster (analyse/measure.py). Questions with a number
(`strict:0`, `strict:1`) are pooled: IFEval's instruction level.
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadline.analyse.measure import ERROR_KINDS, METRICS, clustered_standard_error
from leadline.grade.evalplus.passk import KS, pass_at_k
from leadline.responses.log import Row, Rows
from leadline.responses.match import Asked

Graded = Sequence[tuple[Asked, Rows]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One rate (0–1) of one model, over the decided; n_yes + n_no + n_undecided = n_asked.

    `yes` is right, but for a metric whose name ends in `_error`, where it means that the error is
    there. low, high: the rate if every undecided item were a no, or a yes.
    """

    model: str | None
    metric: str
    value: float
    standard_error: float
    n_yes: int
    n_no: int
    n_undecided: int
    n_asked: int
    low: float
    high: float

    @property
    def is_error(self) -> bool:
        """Whether it counts errors rather than right answers."""
        return self.metric.endswith("_error")

    def to_row(self) -> Row:
        """The metric as a JSON object; counts named after what they count."""
        yes, no = ("found", "absent") if self.is_error else ("correct", "incorrect")
        return {
            **({} if self.model is None else {"model": self.model}),
            "metric": self.metric,
            "value": _number(self.value),
            "standard_error": _number(self.standard_error),
            yes: self.n_yes,
            no: self.n_no,
            "undecided": self.n_undecided,
            "asked": self.n_asked,
            "bounds": [self.low, self.high],
        }


def summarise(graded: Graded, *, pass_at_k: bool = False) -> list[Metric]:
    """The metrics of each model, in the file's order. pass_at_k: one for each k of KS of which
    every problem has as many decided samples, in place of the rate."""
    found = []
    for model in dict.fromkeys(asked.model for asked, _ in graded):
        of_model = [(asked, row) for asked, rows in graded if asked.model == model for row in rows]
        for (question, level), items in _pools(of_model).items():
            if pass_at_k:
                found += _pass_at_k(model, question, items)
            else:
                found.append(
                    _rate(model, f"{level}{question}" if level else _name(question), items)
                )
    return found


Items = list[tuple[Asked, Row]]


def _pools(rows: Items) -> dict[tuple[str, str], Items]:
    """The rows by question and level (IFEval's; else ""), in the order of first appearance."""
    numbered = {name for _, row in rows for name, number in [_parted(row["question"])] if number}
    pools: dict[tuple[str, str], Items] = {}
    for asked, row in rows:
        question, number = _parted(row["question"])
        level = ("inst_level_" if number else "prompt_level_") if question in numbered else ""
        pools.setdefault((question, level), []).append((asked, row))
    return pools


def _parted(question: str) -> tuple[str, str]:
    """`strict:0` → (`strict`, `0`); any other question is whole."""
    name, _, number = question.rpartition(":")
    return (name, number) if name and number.isdecimal() else (question, "")


def _name(question: str) -> str:
    if question in ERROR_KINDS:
        return f"{question}_error"
    return METRICS.get(question, question)


def _rate(model: str | None, metric: str, items: Items) -> Metric:
    decided = [(asked, row) for asked, row in items if row["verdict"] != "undecided"]
    yes_N = np.array([row["verdict"] == "yes" for _, row in decided], dtype=np.float64)
    n, n_yes = len(items), int(yes_N.sum())
    return Metric(
        model=model,
        metric=metric,
        value=float(yes_N.mean()) if decided else math.nan,
        standard_error=clustered_standard_error(yes_N, [_cluster(asked) for asked, _ in decided]),
        n_yes=n_yes,
        n_no=len(decided) - n_yes,
        n_undecided=n - len(decided),
        n_asked=n,
        low=n_yes / n,
        high=(n_yes + n - len(decided)) / n,
    )


def _pass_at_k(model: str | None, metric: str, items: Items) -> list[Metric]:
    """The mean over problems of `pass_at_k`; the counts are of samples."""
    all_samples = _rate(model, metric, items)
    counts: dict[str, Counter[str]] = {}
    groups = {asked.problem.id: _cluster(asked) for asked, _ in items}
    for asked, row in items:
        counts.setdefault(asked.problem.id, Counter())[row["verdict"]] += 1
    decided = {p: c for p, c in counts.items() if c["yes"] + c["no"]}
    fewest = min((c["yes"] + c["no"] for c in decided.values()), default=0)
    found = []
    for k in [k for k in KS if k <= fewest] or KS[:1]:
        rates = [pass_at_k(c["yes"] + c["no"], c["yes"], k=k) for c in decided.values()]
        low = [_bound(c.total(), c["yes"], k=k, undecided=0.0) for c in counts.values()]
        high = [_bound(c.total(), c.total() - c["no"], k=k, undecided=1.0) for c in counts.values()]
        rate_P = np.array(rates, dtype=np.float64)
        found.append(
            dataclasses.replace(
                all_samples,
                metric=f"{metric}_pass@{k}",
                value=float(rate_P.mean()) if rates else math.nan,
                standard_error=clustered_standard_error(rate_P, [groups[p] for p in decided]),
                low=sum(low) / len(low),
                high=sum(high) / len(high),
            )
        )
    return found


def _bound(n: int, c: int, *, k: int, undecided: float) -> float:
    """pass@k if c of n samples passed; of a problem with too few samples, what it could be."""
    return pass_at_k(n, c, k=k) if n >= k else undecided


def failures(graded: Graded) -> list[str]:
    """The problems on which the grader itself failed."""
    return [
        asked.problem.id
        for asked, rows in graded
        if any(row["reason"].startswith("the grader failed") for row in rows)
    ]


def _cluster(asked: Asked) -> str:
    """Of what source; a group and an id of the same letters are two clusters."""
    problem = asked.problem
    return f"group {problem.group}" if problem.group else f"id {problem.id}"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
