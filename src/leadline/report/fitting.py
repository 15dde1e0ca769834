"""Fit the laws to the curves of a study, as far as they can be; each curve that cannot says why.

A curve of a study that is still running, or of a model that learns nothing, must not keep the
others from being fitted, so nothing is raised here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from leadline.analyse.measure import Curve, curves
from leadline.curves.points import LearningCurve, Point
from leadline.laws.backtest import Backtest, backtest
from leadline.laws.cut import MIN_SIZES
from leadline.laws.observe import Observed, observe
from leadline.laws.prior import public_prior
from leadline.laws.result import FittedCurve, Result, fit_curves
from leadline.laws.warn import NEAR_ZERO
from leadline.records import Measurement

FEWEST_SIZES = 3  # above 0
METHODS = ("leadline", "last", "paper")  # that the page sets side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLaws:
    """One curve of a study under the laws. `observed` is None where nothing could be judged,
    `fitted` where nothing was fitted: `reason` then says why, for the reader."""

    curve: Curve
    observed: Observed | None
    fitted: FittedCurve | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLaws:
    """All curves of a study in the order of its rows. `result` holds those that were fitted;
    `backtest` is None where no curve has sizes enough to hide half of them."""

    curves: tuple[CurveLaws, ...] = ()
    result: Result | None = None
    backtest: Backtest | None = None


def fit_study(
    measurements: Iterable[Measurement], *, batch_sizes: dict[tuple[str, int], int] | None = None
) -> StudyLaws:
    """Every curve of accuracy. `batch_sizes`, by method and size, are part of the recipe."""
    found = [_unfitted(curve, batch_sizes or {}) for curve in curves(measurements)]
    ready = [one.observed.curve for one in found if one.observed and not one.reason]
    if not ready:
        return StudyLaws(curves=tuple(found))
    result = fit_curves(ready, prior=public_prior())
    fitted = iter(result.curves)
    return StudyLaws(
        curves=tuple(one if one.reason else replace(one, fitted=next(fitted)) for one in found),
        result=result,
        backtest=_backtest(ready),
    )


def _unfitted(curve: Curve, batch_sizes: dict[tuple[str, int], int]) -> CurveLaws:
    points = tuple(_point(m, batch_sizes) for m in curve.points if not math.isnan(m.value))
    if not points:
        return CurveLaws(curve=curve, observed=None, fitted=None, reason="no response was judged")
    names = {"model": curve.model, "task": curve.task, "method": curve.method}
    learning = LearningCurve(
        id="/".join(names.values()), metric=curve.metric, points=points, coordinates=names
    )
    observed = observe(learning)
    return CurveLaws(curve=curve, observed=observed, fitted=None, reason=_reason(observed))


def _point(m: Measurement, batch_sizes: dict[tuple[str, int], int]) -> Point:
    n_decided = m.n_problems - m.n_undecided
    batch = batch_sizes.get((m.method, m.n_examples))
    return Point(
        n_examples=float(m.n_examples),
        value=m.value,
        seed=str(m.seed),
        standard_error=m.standard_error if m.standard_error > 0 else None,
        n_test=n_decided,
        n_correct=round(m.value * n_decided),
        recipe={} if batch is None else {"batch_size": str(batch)},
    )


def _reason(observed: Observed) -> str:
    n_sizes = int((observed.n > 0).sum())
    best = float(observed.rate.max())
    if n_sizes < FEWEST_SIZES:
        measured = "none was" if n_sizes == 0 else f"{n_sizes} {'was' if n_sizes == 1 else 'were'}"
        return f"a law needs {FEWEST_SIZES} sizes above 0, and {measured} measured"
    if best < NEAR_ZERO:
        return (
            f"the rate stays below {NEAR_ZERO:.0%} at every size (at most {best:.1%}): the model "
            "is too small for this task, or trained too little, and there is no curve to fit"
        )
    return ""


def _backtest(ready: Sequence[LearningCurve]) -> Backtest | None:
    long = [c for c in ready if len({p.n_examples for p in c.points} - {0.0}) >= MIN_SIZES]
    return backtest(long, methods=METHODS, prior="public") if long else None
