"""From a learning curve to what every law is fitted to: the error at each size, and how far the
measured error may lie from the true one.

A rate is turned into its error, q = 1 - P (a metric that is an error already stays); a loss stays.
Seeds of a size are averaged. The variance of that mean has a part that more seeds do not shrink
(the test problems are the same for all) and a part that they do.
Shapes: k distinct sizes in rising order.
"""

from dataclasses import dataclass, replace

import numpy as np

from leadline.curves.points import LearningCurve, Point
from leadline.protocols import Floats

SMALLEST = 1e-3  # a rate's error of 0 is taken as this: its logarithm must exist
SMALLEST_LOSS = 1e-300  # a loss is above 0, in whatever unit
ASSUMED_TESTS = 250  # test problems of a rate whose source says neither counts nor an error: few
ASSUMED_LOSS = 0.003  # relative standard error of a loss whose source gives none
SEED_PRIOR = 3.0  # seeds' worth of weight of the curve's pooled seed variance at every size


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One curve, ready to be fitted; every array (k,), sizes without a usable value left out.

    `test_variance` is of the error by the test problems alone, `seed_variance` of one run by its
    seed; the mean over `n_seeds` has variance test + seed / n_seeds. `noise` says in words where
    these come from.
    """

    curve: LearningCurve
    n: Floats  # sizes; 0 may be the first
    error: Floats  # 1 - rate, or the loss
    test_variance: Floats
    seed_variance: Floats
    n_seeds: Floats
    noise: str

    @property
    def variance(self) -> Floats:
        """Of `error`, shape (k,)."""
        return self.test_variance + self.seed_variance / self.n_seeds

    @property
    def least(self) -> float:
        """What an error of 0 is taken as."""
        return SMALLEST_LOSS if self.curve.kind == "loss" else SMALLEST

    @property
    def rate(self) -> Floats:
        """The values in the metric's own direction, shape (k,)."""
        return 1.0 - self.error if self.curve.higher_is_better else self.error

    def upto(self, k: int) -> "Observed":
        """The curve as it was when only its first `k` sizes had been measured."""
        last = float(self.n[k - 1])
        kept = tuple(p for p in self.curve.points if p.n_examples <= last)
        return observe(_with_points(self.curve, kept))

    def above_zero(self) -> "Observed":
        """The curve without its base model."""
        kept = tuple(p for p in self.curve.points if p.n_examples > 0)
        return observe(_with_points(self.curve, kept))


def observe(curve: LearningCurve) -> Observed:
    """The curve's points by size. Raises IndexError on a curve without points."""
    sizes = sorted({p.n_examples for p in curve.points})
    groups = [[p for p in curve.points if p.n_examples == n] for n in sizes]
    error = np.array([np.mean([_error(curve, p) for p in group]) for group in groups])
    test = np.array([_test_variance(curve, g, q) for g, q in zip(groups, error, strict=True)])
    n_seeds = np.array([float(len(group)) for group in groups])
    spread = np.array([_spread(curve, group) for group in groups])
    return Observed(
        curve=curve,
        n=np.array(sizes, dtype=np.float64),
        error=error,
        test_variance=test,
        seed_variance=_shrunk(spread, n_seeds),
        n_seeds=n_seeds,
        noise=_words(curve, n_seeds),
    )


def _with_points(curve: LearningCurve, points: tuple[Point, ...]) -> LearningCurve:
    return replace(curve, points=points)


def _error(curve: LearningCurve, point: Point) -> float:
    return 1.0 - point.value if curve.higher_is_better else point.value


def _test_variance(curve: LearningCurve, group: list[Point], error: float) -> float:
    """By the test problems; they are the same for every seed, so seeds do not shrink it."""
    given = [p.standard_error for p in group if p.standard_error]
    if given:
        return float(np.mean(np.square(given)))
    if curve.kind == "loss":
        return (ASSUMED_LOSS * error) ** 2
    trials = [p.n_test for p in group if p.n_test] or [ASSUMED_TESTS]
    n = float(np.mean(trials))
    width = curve.width
    p = min(max(error / width, 1.0 / n), 1.0 - 1.0 / n)
    return width**2 * p * (1.0 - p) / n


def _spread(curve: LearningCurve, group: list[Point]) -> float:
    """Variance between the seeds of one size; nan where there is one seed."""
    if len(group) < 2:
        return float("nan")
    return float(np.var([_error(curve, p) for p in group], ddof=1))


def _shrunk(spread: Floats, n_seeds: Floats) -> Floats:
    """Each size's seed variance, drawn towards the curve's mean of them; 0 if no size has two."""
    known = np.isfinite(spread)
    if not known.any():
        return np.zeros_like(spread)
    pooled = float(spread[known].mean())
    own = np.where(known, spread, pooled)
    freedom = np.where(known, n_seeds - 1.0, 0.0)
    return np.asarray((freedom * own + SEED_PRIOR * pooled) / (freedom + SEED_PRIOR))


def _words(curve: LearningCurve, n_seeds: Floats) -> str:
    points = curve.points
    if any(p.standard_error for p in points):
        source = "standard errors as given"
    elif curve.kind == "loss":
        source = f"no standard errors given: {ASSUMED_LOSS:.1%} of the loss assumed"
    elif any(p.n_test for p in points):
        source = "binomial, from the number of test problems"
    else:
        source = f"neither counts nor standard errors given: {ASSUMED_TESTS} test problems assumed"
    several = int((n_seeds > 1).sum())
    seeds = f"seed variance from {several} sizes with several seeds" if several else "one seed"
    return f"{source}; {seeds}"
