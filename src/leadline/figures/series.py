"""What is drawn of one curve: its measured values with error bars, and what the fit says of it.

Values are in the metric's own direction and unit: rates 0–1, losses as they are.
Shapes: k sizes, G places along the axis.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadline.curves.points import Point
from leadline.laws.forecast import value_of
from leadline.laws.law_fit import LawFit
from leadline.laws.observe import Observed
from leadline.laws.result import FittedCurve
from leadline.protocols import Floats

BEYOND = 10.0  # times the largest measured size: how far curves are drawn
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
JUST_BEYOND = 1.001  # where the forecast begins
Z = 1.96
LAW_NAMES = {
    "paper": "paper's law",
    "paper_ml": "paper's law, likelihood",
    "pow3": "power with a floor",
    "offset": "offset power",
    "rectified": "rectified power",
    "sigmoid": "sigmoid",
    "loglinear": "log-linear",
    "logit_linear": "logit-linear",
    "constant": "constant",
    "bnsl1": "power with a break",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One curve under the name that its figure gives it. `fitted` is None where nothing could be
    fitted: then the measured values stand alone."""

    label: str
    observed: Observed
    fitted: FittedCurve | None

    @property
    def sizes(self) -> Floats:
        """The sizes above 0, rising."""
        return self.observed.n[self.observed.n > 0]

    @property
    def scale(self) -> float:
        """Rates are shown in per cent, losses as they are."""
        return 1.0 if self.observed.curve.kind == "loss" else 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The posterior of the curve (its mean, not a measurement) along the axis; all (G,)."""

    n: Floats
    low95: Floats
    low80: Floats
    median: Floats
    high80: Floats
    high95: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A measured value (a mean over seeds) with its 95 % interval, and the seeds that it is of."""

    n: float
    value: float
    low: float
    high: float
    seeds: tuple[float, ...]


def series_of(curves: Sequence[FittedCurve]) -> list[Series]:
    """Fitted curves under the shortest names that tell them apart."""
    keys = dict.fromkeys(key for one in curves for key in one.curve.coordinates)
    values = [[one.curve.coordinates.get(key, "") for key in keys] for one in curves]
    varying = [i for i in range(len(keys)) if len({row[i] for row in values}) > 1]
    short = [" · ".join(row[i] for i in varying if row[i]) for row in values]
    told = all(short) and len(set(short)) == len(short)
    return [
        Series(label=name if told else one.curve.id, observed=one.observed, fitted=one)
        for name, one in zip(short, curves, strict=True)
    ]


def band(one: Series, *, places: int) -> Band | None:
    """The posterior from the smallest size to `BEYOND` times the largest, at about `places` sizes,
    all measured ones among them; None where nothing was fitted."""
    if one.fitted is None:
        return None
    sizes = one.sizes
    along = np.geomspace(sizes[0], BEYOND * sizes[-1], places)
    n_G = np.union1d([*sizes, JUST_BEYOND * sizes[-1]], along)
    known = one.fitted.known
    rows = []
    for n in n_G.tolist():
        mixture = known.error_at(n)
        if n > sizes[-1]:
            logs = [known.quantile(mixture, p, n=n) for p in QUANTILES]
        else:  # the widening of forecasts is for what lies beyond the data
            logs = mixture.quantile(np.array(QUANTILES)).tolist()
        values = [value_of(known.observed, log) for log in logs]
        rows.append(values if values[0] <= values[-1] else values[::-1])
    low95, low80, median, high80, high95 = np.array(rows).T
    return Band(n=n_G, low95=low95, low80=low80, median=median, high80=high80, high95=high95)


def bars(observed: Observed) -> list[Bar]:
    """The mean of each size with its 95 % interval by the test problems, which are the same for all
    seeds: Wilson's for counts, so that it stays within 0–1 and is not empty where all answers were
    wrong; without counts or standard errors it has no length. Several seeds are given beside it."""
    found = []
    for n, value in zip(observed.n.tolist(), observed.rate.tolist(), strict=True):
        points = [p for p in observed.curve.points if p.n_examples == n]
        low, high = _interval(value, points)
        seeds = tuple(p.value for p in points) if len(points) > 1 else ()
        found.append(Bar(n=n, value=value, low=low, high=high, seeds=seeds))
    return found


def _interval(value: float, points: Sequence[Point]) -> tuple[float, float]:
    errors = [p.standard_error for p in points if p.standard_error]
    half = Z * float(np.mean(errors)) if errors else 0.0
    trials = [p.n_test for p in points if p.n_test]
    if not trials:
        return value - half, value + half
    n = float(np.mean(trials))
    if half and 0.0 < value < 1.0:  # fewer, where problems share a source
        n = min(n, value * (1.0 - value) * (Z / half) ** 2)
    share = Z * Z / n
    centre = (value + share / 2.0) / (1.0 + share)
    reach = math.sqrt(value * (1.0 - value) * share + share * share / 4.0) / (1.0 + share)
    return max(0.0, centre - reach), min(1.0, centre + reach)


def law_of(one: Series, law: str) -> LawFit | None:
    """One law alone, if it was fitted to the curve."""
    if one.fitted is None:
        return None
    return next((f for f in one.fitted.fits if isinstance(f, LawFit) and f.law == law), None)


def values_of(one: Series, law: LawFit, n_G: Floats) -> Floats:
    """What a law says at sizes (G,), in the metric's own direction; a rate may pass 1."""
    error = law.error(n_G)
    return np.asarray(1.0 - error) if one.observed.curve.higher_is_better else error
