"""Ways to forecast that a backtest compares: leadline's own, and what others do.

A method sees the known part of each curve and gives, for a size, the median and the ends of its 80
and 95 % intervals of a measurement there, in the metric's own direction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from leadline.curves.points import LearningCurve
from leadline.errors import BadStudy
from leadline.laws.families import family
from leadline.laws.fit import fit_law
from leadline.laws.forecast import relative_variance
from leadline.laws.law_fit import LawFit
from leadline.laws.observe import Observed
from leadline.laws.prior import Prior
from leadline.laws.result import fit_curves
from leadline.protocols import Floats
from leadline.records import Forecast
from leadline.seeding import rng

DRAWS = 400  # bootstrap draws of a single law
QUANTILES = np.array([0.1, 0.9, 0.025, 0.975])


class Foretold(NamedTuple):
    """Of one measurement. `fitted`: False where the method could not be fitted to the known part,
    and the last value with its noise stands in."""

    predicted: float
    low80: float
    high80: float
    low95: float
    high95: float
    fitted: bool = True


PriorOf = Callable[[LearningCurve], Prior]

SINGLE_LAWS = ("paper", "pow3", "offset", "rectified", "loglinear", "logit_linear")
METHODS = ("leadline", "last", *SINGLE_LAWS)
DEFAULT = ("leadline", "last", "paper", "pow3", "offset")


def foretell(
    method: str, known: Sequence[Observed], sizes: Sequence[Sequence[float]], *, prior_of: PriorOf
) -> list[list[Foretold]]:
    """For each known curve and each of its sizes. Raises BadStudy for an unknown method."""
    if method == "leadline":
        return _leadline(known, sizes, prior_of)
    if method == "last":
        return [[_last(one)] * len(own) for one, own in zip(known, sizes, strict=True)]
    if method not in SINGLE_LAWS:
        raise BadStudy(f"method {method!r} is not known. There are: {', '.join(METHODS)}")
    return [_single(method, one, own) for one, own in zip(known, sizes, strict=True)]


def _leadline(
    known: Sequence[Observed], sizes: Sequence[Sequence[float]], prior_of: PriorOf
) -> list[list[Foretold]]:
    """Curves under one prior are fitted together, as a study is."""
    groups: dict[int, list[int]] = {}
    priors: Mapping[int, Prior] = {i: prior_of(one.curve) for i, one in enumerate(known)}
    for i, prior in priors.items():
        groups.setdefault(id(prior), []).append(i)
    found: list[list[Foretold]] = [[] for _ in known]
    for places in groups.values():
        result = fit_curves([known[i].curve for i in places], prior=priors[places[0]])
        for i, fitted in zip(places, result.curves, strict=True):
            found[i] = [
                _of_rows(fitted.forecast([n], of="measurement", force=True)) for n in sizes[i]
            ]
    return found


def _of_rows(rows: Sequence[Forecast]) -> Foretold:
    at_80, at_95 = rows
    return Foretold(at_80.median, at_80.low, at_80.high, at_95.low, at_95.high)


def _last(known: Observed) -> Foretold:
    """The last value, with the noise of two measurements."""
    value = float(known.rate[-1])
    spread = float(np.sqrt(2.0 * known.variance[-1]))
    low80, high80, low95, high95 = (float(value + spread * z) for z in ndtri(QUANTILES))
    return Foretold(value, low80, high80, low95, high95)


def _single(law: str, known: Observed, sizes: Sequence[float]) -> list[Foretold]:
    """The law's estimate, with intervals of its bootstrap draws and a measurement's noise: what a
    single law believes of itself."""
    found = fit_law(known, law, n_draws=DRAWS)
    if not isinstance(found, LawFit) or not len(found.draws):
        return [_last(known)._replace(fitted=False)] * len(sizes)
    drawn_Sk = family(law).predict(np.array(sizes), found.draws, kind=found.kind)
    noise_Sk = rng(0, "backtest noise").standard_normal(drawn_Sk.shape)
    centre_k = found.error(np.array(sizes))
    return [
        _of_draws(known, float(centre_k[i]), drawn_Sk[:, i], noise_Sk[:, i])
        for i in range(len(sizes))
    ]


def _of_draws(known: Observed, centre: float, drawn_S: Floats, noise_S: Floats) -> Foretold:
    spread = np.sqrt(relative_variance(known, max(centre, 1e-3))) * max(abs(centre), 1e-3)
    e10, e90, e025, e975 = map(float, np.quantile(drawn_S + spread * noise_S, QUANTILES))
    if known.curve.higher_is_better:
        return Foretold(1.0 - centre, 1.0 - e90, 1.0 - e10, 1.0 - e975, 1.0 - e025)
    return Foretold(centre, e10, e90, e025, e975)
