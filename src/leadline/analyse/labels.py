"""What went wrong along a curve, response by response, so that neighbouring sizes can be compared
on the same problems.

A mistake of a kind is a wrong response with that kind of error. A right response makes none; where
it is wrong and the kind is undecided, nothing is known, and rates are over what is known.

Shapes: S sizes, K kinds, N responses, C clusters (problems, or groups of problems that share a
source).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadline.analyse.errors import KINDS, Response, Verdicts, by_question, primary_question
from leadline.analyse.measure import Curve, Interval, clustered_standard_error, trials, wilson
from leadline.protocols import Floats
from leadline.records import Cell, Judgement, Problem

NONE_FOUND, NOT_KNOWN = "none found", "not known"
ENOUGH = 0.5  # of the wrong responses: where a kind is decided for fewer, its rate is not used
CellKey = tuple[str, int, int]  # method, n_examples, seed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveLabels:
    """The verdicts of one curve. A response is a (problem, sample) of a seed; the base's responses,
    which all seeds share, stand for each of them. nan: undecided, or missing."""

    model: str
    task: str
    method: str
    sizes: tuple[int, ...]  # rising
    kinds: tuple[str, ...]
    n_seeds: int
    responses: tuple[tuple[str, int, int], ...]  # problem id, sample, seed; N of them
    clusters: NDArray[np.int64]  # (N,), numbered from 0
    wrong: Floats  # (S, N): 1 wrong, 0 right
    mistakes: Floats  # (S, K, N): 1 wrong with this kind of error, 0 right or free of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many responses a seed, of all that were asked, from `low` to `high` at 95 % by the test
    problems. `n_undecided` more may belong to them."""

    name: str
    n: float
    low: float
    high: float
    n_undecided: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeErrors:
    """Figure 3 at one size: all mistakes and the mistakes of each kind. A response may have several
    kinds. The last two are disjoint from all kinds: wrong though free of each, and wrong where
    nothing is known."""

    n_examples: int
    n_asked: float
    wrong: Counted
    kinds: tuple[Counted, ...]
    none_found: Counted
    not_known: Counted


def read_labels(
    curve: Curve, rows: Mapping[Cell, Sequence[Judgement]], problems: Sequence[Problem]
) -> CurveLabels:
    """The labels of `curve` from the judgements of its study's cells."""
    cluster_of = {problem.id: problem.group or problem.id for problem in problems}
    of_key: dict[CellKey, Verdicts] = {
        (cell.method, cell.n_examples, cell.seed): by_question(found)
        for cell, found in rows.items()
        if (cell.model, cell.task) == (curve.model, curve.task)
    }
    points = {(m.n_examples, m.seed): (m.method, m.n_examples, m.seed) for m in curve.points}
    sizes = sorted({n for n, _ in points})
    seeds = sorted({seed for n, seed in points if n}) or [0]
    kinds = tuple(k for k in KINDS if any(k in of_key[key] for key in points.values()))
    asked = sorted({r for key in points.values() for r in _primary(of_key[key])})
    responses = [(problem, sample, seed) for problem, sample in asked for seed in seeds]
    wrong_SN = np.full((len(sizes), len(responses)), np.nan)
    mistake_SKN = np.full((len(sizes), len(kinds), len(responses)), np.nan)
    for s, n in enumerate(sizes):
        for i, (problem, sample, seed) in enumerate(responses):
            key = points.get((n, seed if n else 0))
            if key is not None:
                wrong_SN[s, i] = _wrong(_primary(of_key[key]), (problem, sample))
                mistake_SKN[s, :, i] = _mistakes(of_key[key], kinds, (problem, sample))
    clusters = [cluster_of.get(problem, problem) for problem, _, _ in responses]
    _, cluster_N = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    return CurveLabels(
        model=curve.model,
        task=curve.task,
        method=curve.method,
        sizes=tuple(sizes),
        kinds=kinds,
        n_seeds=len(seeds),
        responses=tuple(responses),
        clusters=cluster_N.astype(np.int64),
        wrong=wrong_SN,
        mistakes=mistake_SKN,
    )


def _primary(verdicts: Verdicts) -> Mapping[Response, str]:
    return verdicts.get(primary_question(verdicts), {})


def _wrong(verdicts: Mapping[Response, str], response: Response) -> float:
    return {"yes": 0.0, "no": 1.0}.get(verdicts.get(response, ""), np.nan)


def _mistakes(verdicts: Verdicts, kinds: Sequence[str], response: Response) -> list[float]:
    wrong = _wrong(_primary(verdicts), response)
    if wrong != 1.0:
        return [wrong] * len(kinds)
    has = {"yes": 1.0, "no": 0.0}
    return [has.get(verdicts.get(kind, {}).get(response, ""), np.nan) for kind in kinds]


def known_sizes(labels: CurveLabels, kind: str) -> list[int]:
    """Where (as indices of `sizes`) the kind was decided for enough of the wrong responses."""
    k = labels.kinds.index(kind)
    found = []
    for s in range(len(labels.sizes)):
        wrong_N = labels.wrong[s] == 1.0
        n_decided = int((~np.isnan(labels.mistakes[s, k, wrong_N])).sum())
        if not np.isnan(labels.wrong[s]).all() and n_decided >= ENOUGH * wrong_N.sum():
            found.append(s)
    return found


def count_sizes(labels: CurveLabels) -> list[SizeErrors]:
    """Figure 3's numbers, size by size."""
    return [_count_size(labels, s) for s in range(len(labels.sizes))]


def _count_size(labels: CurveLabels, s: int) -> SizeErrors:
    here_N, n_seeds = _seeds_at(labels, s)
    wrong_N, mistake_KN = labels.wrong[s, here_N], labels.mistakes[s][:, here_N]
    blamed_N = (mistake_KN == 1.0).any(axis=0)
    unsure_N = np.isnan(mistake_KN).any(axis=0)
    free_N = (wrong_N == 1.0) & ~blamed_N
    rows = {
        "wrong": wrong_N,
        **dict(zip(labels.kinds, mistake_KN, strict=True)),
        NONE_FOUND: np.where(np.isnan(wrong_N), np.nan, free_N & ~unsure_N),
        NOT_KNOWN: np.where(np.isnan(wrong_N), np.nan, free_N & unsure_N),
    }
    clusters = labels.clusters[here_N]
    wrong, *kinds, none_found, not_known = (
        _counted(name, row_N, clusters, n_seeds=n_seeds) for name, row_N in rows.items()
    )
    return SizeErrors(
        n_examples=labels.sizes[s],
        n_asked=len(wrong_N) / n_seeds,
        wrong=wrong,
        kinds=tuple(kinds),
        none_found=none_found,
        not_known=not_known,
    )


def _seeds_at(labels: CurveLabels, s: int) -> tuple[NDArray[np.bool_], int]:
    """The responses, (N,), of the seeds that have verdicts at this size, and how many seeds these
    are: in a study that still runs, some may be missing."""
    seed_N = np.array([seed for _, _, seed in labels.responses])
    here = np.unique(seed_N[~np.isnan(labels.wrong[s])])
    if not len(here):
        return np.ones(len(seed_N), dtype=np.bool_), labels.n_seeds
    return np.isin(seed_N, here), len(here)


def _counted(name: str, value_N: Floats, clusters: NDArray[np.int64], *, n_seeds: int) -> Counted:
    known_N = ~np.isnan(value_N)
    low, high = rate_of(value_N, clusters)
    n_known = float(known_N.sum()) / n_seeds
    return Counted(
        name=name,
        n=float(np.nansum(value_N)) / n_seeds,
        low=n_known * low,
        high=n_known * high,
        n_undecided=float((~known_N).sum()) / n_seeds,
    )


def rate_of(value_N: Floats, cluster_N: NDArray[np.int64]) -> Interval:
    """The 95 % interval of the mean of values 0 or 1, nan left out; nan where nothing is left."""
    known_N = ~np.isnan(value_N)
    if not known_N.any():
        return Interval(np.nan, np.nan)
    value_N, cluster_N = value_N[known_N], cluster_N[known_N]
    error = clustered_standard_error(value_N, [str(c) for c in cluster_N])
    rate = float(value_N.mean())
    n_trials = trials(rate, error, n_decided=len(np.unique(cluster_N)))
    return wilson(rate, n_trials)
