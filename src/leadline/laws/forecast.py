"""What more data would buy: the curve, or one more measurement, at sizes beyond those measured.

There is no forecast without an interval, and none further than 100 times the data unless forced:
nothing that was ever measured says how far out the laws hold.
"""

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from leadline.errors import BadStudy
from leadline.laws.mixture import Mixture
from leadline.laws.observe import SMALLEST, Observed
from leadline.laws.posterior import FURTHEST, Posterior
from leadline.records import Forecast

Of = Literal["mean", "measurement"]
LEVELS = (0.8, 0.95)
LARGEST = 700.0  # of ln error: beyond, its exponential is no number


def forecast(
    known: Posterior,
    at: Sequence[float],
    *,
    prior: str,
    of: Of = "mean",
    levels: Sequence[float] = LEVELS,
    force: bool = False,
) -> list[Forecast]:
    """One row for each size and level. Raises BadStudy for sizes or levels that cannot be."""
    refuse_sizes(known.observed, at, force=force)
    refuse_levels(levels)
    if of not in get_args(Of):
        raise BadStudy(f"a forecast of {of!r}: it can be of {', '.join(get_args(Of))}.")
    rows = []
    for n in at:
        mixture = error_at(known, n, of=of)
        rows += [_row(known, mixture, n, level, prior=prior, of=of) for level in levels]
    return rows


def refuse_no_question(asked: bool) -> None:
    """Raises BadStudy when a forecast was wanted of nothing."""
    if not asked:
        raise BadStudy(
            "say what to forecast: sizes (--at 5000), multiples of the data (--factor 2,10), or a "
            "target (--target 75)."
        )


def refuse_levels(levels: Sequence[float]) -> None:
    """Raises BadStudy for levels that no interval has."""
    if not levels:
        raise BadStudy("no level is named: there is no forecast without an interval.")
    for level in levels:
        if not 0.0 < level < 1.0:
            raise BadStudy(
                f"level {100 * level:g} %: an interval's level lies between 0 and 100 % (from "
                "Python as a fraction: 0.8)."
            )


def refuse_sizes(observed: Observed, at: Sequence[float], *, force: bool) -> None:
    """Raises BadStudy for sizes that are no sizes, or too far beyond the data."""
    refuse_no_question(bool(at))
    largest = float(observed.n[-1])
    wrong = [n for n in at if not (math.isfinite(n) and n > 0)]
    if wrong:
        raise BadStudy(f"a forecast at n = {wrong[0]:g}: a size is a number above 0.")
    far = [n for n in at if n > FURTHEST * largest]
    if far and not force:
        raise BadStudy(
            f"a forecast at n = {far[0]:,.0f} reaches {far[0] / largest:,.0f} times beyond the "
            f"largest measured size, {largest:,.0f}. No curve that the intervals were tested on "
            f"reaches further than {FURTHEST:.0f} times. Measure a larger size first, or force it "
            "(--force, force=True) and do not trust the interval."
        )


def error_at(known: Posterior, n: float, *, of: Of) -> Mixture:
    """ln error at size n, of the curve or of a measurement there."""
    mixture = known.error_at(n)
    if of == "mean":
        return mixture
    error = float(np.exp(known.quantile(mixture, 0.5, n=n)))
    return known.error_at(n, measured_with=relative_variance(known.observed, error))


def relative_variance(observed: Observed, error: float) -> float:
    """Of ln error, if `error` were measured with as many problems and seeds as the largest size."""
    last, variance = float(observed.error[-1]), float(observed.variance[-1])
    if observed.curve.kind == "loss":
        return variance / last**2
    width = observed.curve.width
    error = min(max(error, SMALLEST), width)
    return variance * _spread(error / width) / _spread(last / width) / error**2


def _spread(error: float) -> float:
    """Of one answer: p (1 - p), kept off 0."""
    inside = min(max(error, 0.01), 0.99)
    return inside * (1.0 - inside)


def value_of(observed: Observed, log_error: float) -> float:
    """In the metric's own direction and within its range."""
    error = math.exp(min(log_error, LARGEST))
    if observed.curve.kind == "loss":
        return error
    error = min(error, observed.curve.width)
    return 1.0 - error if observed.curve.higher_is_better else error


def _row(
    known: Posterior, mixture: Mixture, n: float, level: float, *, prior: str, of: Of
) -> Forecast:
    ends = (0.5 - level / 2, 0.5, 0.5 + level / 2)
    values = [value_of(known.observed, known.quantile(mixture, p, n=n)) for p in ends]
    if known.observed.curve.higher_is_better:
        values.reverse()
    low, median, high = values
    return Forecast(
        curve=known.observed.curve.id,
        metric=known.observed.curve.metric,
        law="leadline",
        prior=prior,
        n_examples=float(n),
        of=of,
        median=median,
        low=low,
        high=high,
        level=level,
        reach=float(n) / float(known.observed.n[-1]),
    )
