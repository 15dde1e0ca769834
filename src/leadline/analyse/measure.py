"""Turn judgements into rates with honest errors. Undecided items never count as wrong: the rate is
over the decided, and both bounds (all undecided wrong, all right) are given. Truncated responses
are graded like any other and counted beside the rate.
"""

import csv
import dataclasses
import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from scipy.stats import norm

from leadline.files import write_text
from leadline.protocols import Floats
from leadline.records import Cell, Generation, Judgement, Measurement, Problem

METRICS = {"correct": "accuracy", "flexible": "accuracy_flexible", "numeric": "accuracy_numeric"}
PRIMARY = ("correct", "strict", "plus")  # the first question of a task: its curve is its accuracy
ERROR_KINDS = frozenset({"format", "arithmetic", "reasoning", "hallucination"})
Row = TypeVar("Row", Judgement, Generation)
COLUMNS = tuple(field.name for field in dataclasses.fields(Measurement))


class Interval(NamedTuple):
    """The low and the high end of a range, in the unit of the quantity."""

    low: float
    high: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One metric of one model × task × method over n, in order of n and seed. The n = 0 cell, which
    all methods and seeds share (method "base"), is in every curve of its model and task."""

    model: str
    task: str
    method: str
    metric: str
    points: tuple[Measurement, ...]


def metric_name(question: str) -> str:
    """`accuracy` for a task's first question, `accuracy_<question>` for its variants,
    `<question>_error` for an error kind."""
    if question in ERROR_KINDS:
        return f"{question}_error"
    return "accuracy" if question in PRIMARY else f"accuracy_{question}"


def pool_name(question: str) -> str:
    """Questions with a number (IFEval's `strict:0`, …) are one rate over instructions."""
    name, _, number = question.rpartition(":")
    return f"instructions_{name}" if name and number.isdecimal() else question


def measure(
    cell: Cell,
    judgements: Iterable[Judgement],
    generations: Iterable[Generation],
    *,
    problems: Iterable[Problem] = (),
) -> list[Measurement]:
    """One Measurement for each question that was asked, in the order of first appearance.

    `problems` gives the groups that share a source; without it every problem stands alone. Several
    samples of a problem are one cluster, and `n_problems` then counts responses. Raises ValueError
    when a row is another cell's or a response was judged twice on one question.
    """
    cluster_of = {problem.id: problem.group or problem.id for problem in problems}
    n_truncated = sum(row.stopped == "length" for row in of_cell(cell, generations))
    asked: dict[str, list[Judgement]] = {}
    for row in of_cell(cell, judgements):
        asked.setdefault(pool_name(row.question), []).append(row)
    return [
        _rate(cell, question, rows, cluster_of, n_truncated) for question, rows in asked.items()
    ]


def of_cell(cell: Cell, rows: Iterable[Row]) -> list[Row]:
    """The rows as a list. Raises ValueError when one belongs to another cell."""
    rows = list(rows)
    strangers = {row.cell.address for row in rows if row.cell != cell}
    if strangers:
        raise ValueError(f"rows of {sorted(strangers)} among those of {cell.address}")
    return rows


def _rate(
    cell: Cell,
    question: str,
    rows: Sequence[Judgement],
    cluster_of: Mapping[str, str],
    n_truncated: int,
) -> Measurement:
    keys = Counter((r.problem_id, r.sample, r.question) for r in rows)
    twice = [key for key, n in keys.items() if n > 1]
    if twice:
        raise ValueError(f"{cell.address}: {question!r} was judged twice for {twice[0]}")
    counts = Counter(row.verdict for row in rows)
    assert counts["yes"] + counts["no"] + counts["undecided"] == len(rows)
    decided = [row for row in rows if row.verdict != "undecided"]
    clusters = [cluster_of.get(row.problem_id, row.problem_id) for row in decided]
    yes_N = np.array([row.verdict == "yes" for row in decided], dtype=np.float64)
    return Measurement(
        model=cell.model,
        task=cell.task,
        method=cell.method,
        n_examples=cell.n_examples,
        seed=cell.seed,
        metric=metric_name(question),
        value=float(yes_N.mean()) if decided else math.nan,
        standard_error=clustered_standard_error(yes_N, clusters),
        n_problems=len(rows),
        n_undecided=counts["undecided"],
        n_truncated=n_truncated,
    )


def clustered_standard_error(value_N: Floats, clusters: Sequence[str]) -> float:
    """Standard error of the mean of `value_N`, whose items are independent between clusters only.

    √(Σ_c (Σ_{i in c} (x_i - mean))²) / n × √(C / (C - 1)): with every item its own cluster this is
    sample sd / √n, lm-evaluation-harness's `mean_stderr`. nan with fewer than two clusters.
    """
    _, index_N = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    n_clusters = int(index_N.max()) + 1 if len(index_N) else 0
    if n_clusters < 2:
        return math.nan
    sums_C = np.bincount(index_N, weights=value_N - value_N.mean())
    correction = n_clusters / (n_clusters - 1)
    return math.sqrt(correction * float(sums_C @ sums_C)) / len(value_N)


def bounds(measurement: Measurement) -> Interval:
    """The rate if every undecided item were a no, and if every one were a yes."""
    m = measurement
    n_yes = 0 if math.isnan(m.value) else round(m.value * (m.n_problems - m.n_undecided))
    return Interval(n_yes / m.n_problems, (n_yes + m.n_undecided) / m.n_problems)


def effective_trials(measurement: Measurement) -> int:
    """How many independent yes/no trials would give this standard error; see `trials`."""
    m = measurement
    return trials(m.value, m.standard_error, n_decided=m.n_problems - m.n_undecided)


def trials(rate: float, standard_error: float, *, n_decided: int) -> int:
    """How many independent yes/no trials would give this standard error: the decided count when
    problems are independent, fewer when they are clustered. At a rate of 0 or 1, where the standard
    error says nothing, the decided count."""
    if not (0.0 < rate < 1.0) or math.isnan(standard_error):
        return n_decided
    return max(1, round(rate * (1.0 - rate) / standard_error**2) + 1)


def rate_interval(measurement: Measurement, *, level: float = 0.95) -> Interval:
    """Wilson's score interval of the rate: unlike ± standard errors it stays within 0–1 and is not
    empty when all answers were wrong. It holds the noise of the test problems, not of training."""
    return wilson(measurement.value, effective_trials(measurement), level=level)


def wilson(rate: float, n: int, *, level: float = 0.95) -> Interval:
    """Wilson's score interval of a rate over n independent trials; nan without any."""
    if n == 0 or math.isnan(rate):
        return Interval(math.nan, math.nan)
    z, p = float(norm.ppf(0.5 + level / 2.0)), rate
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def curves(measurements: Iterable[Measurement], *, metric: str = "accuracy") -> list[Curve]:
    """The curves of `metric`, in the order of first appearance; see `Curve` for n = 0."""
    rows = [m for m in measurements if m.metric == metric]
    grids: dict[tuple[str, str], dict[str, list[Measurement]]] = {}
    for m in rows:
        grids.setdefault((m.model, m.task), {}).setdefault(m.method, []).append(m)
    found = []
    for (model, task), by_method in grids.items():
        shared = by_method.pop("base", []) if len(by_method) > 1 else []
        for method, own in by_method.items():
            points = tuple(sorted(shared + own, key=lambda m: (m.n_examples, m.seed)))
            found.append(Curve(model=model, task=task, method=method, metric=metric, points=points))
    return found


def to_csv(measurements: Iterable[Measurement], path: Path) -> None:
    """Write one line a measurement, columns as the record has them; numbers round-trip exactly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for m in measurements:
        row = [getattr(m, column) for column in COLUMNS]
        # Nan alone differs from itself; polars and pandas both read "NaN" as a number.
        writer.writerow(["NaN" if value != value else value for value in row])
    write_text(path, text.getvalue())
