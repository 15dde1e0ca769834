"""How many examples a target needs: the forecast read the other way, with "not reachable" among the
answers.

P(reached with n examples) is the chance that the curve has been at the target somewhere up to n:
the running maximum over sizes of the chance that it is there. Its quantiles are the sizes; a
quantile that no size within the furthest reach attains is infinite.
"""

import math
from dataclasses import dataclass

import numpy as np

from leadline.curves.points import LearningCurve
from leadline.errors import BadData
from leadline.laws.forecast import refuse_levels
from leadline.laws.observe import Observed
from leadline.laws.posterior import Posterior
from leadline.laws.wording import exact_size, value
from leadline.protocols import Floats

REACHES = (2.0, 10.0, 100.0)
MOST = 1e15  # examples that a budget may buy


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFor:
    """What a target needs. `median`, `low` and `high` are total numbers of examples (inf: not
    within 100 times the data); `reached` maps a multiple of the data to the chance that it
    is enough; `reachable` is the chance that the target lies within the law's limit at all."""

    curve: str
    metric: str
    prior: str
    target: float
    largest: float
    median: float
    low: float
    high: float
    level: float
    reached: dict[float, float]
    reachable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a budget buys: `n_new` examples on top of the largest size, `n_total` with them, the
    chance that this reaches the target, and what the median answer would cost (inf: out of reach).
    """

    n_new: float
    n_total: float
    chance: float
    cost_of_median: float


def data_for(known: Posterior, target: float, *, prior: str, level: float = 0.8) -> DataFor:
    """`target` in the metric's own direction and unit. Raises BadData if it is outside the metric's
    range or has been measured already, BadStudy if `level` is none."""
    refuse_target(known.observed, target)
    refuse_levels([level])
    sizes, chance = _chances(known, target)
    ends = [_size_at(sizes, chance, p) for p in (0.5 - level / 2, 0.5, 0.5 + level / 2)]
    largest = known.observed.n[-1]
    return DataFor(
        curve=known.observed.curve.id,
        metric=known.observed.curve.metric,
        prior=prior,
        target=target,
        largest=float(largest),
        low=ends[0],
        median=ends[1],
        high=ends[2],
        level=level,
        reached={r: float(np.interp(r * largest, sizes, chance)) for r in REACHES},
        reachable=_reachable(known, target),
    )


def buy(known: Posterior, target: float, *, cost_per_example: float, budget: float) -> Purchase:
    """What to expect of spending `budget` on examples at `cost_per_example` each. Raises BadData on
    a price or budget that is not above 0, and as `data_for` does."""
    n_bought = budget / cost_per_example if cost_per_example > 0 and budget > 0 else math.nan
    if not n_bought < MOST:
        raise BadData(
            f"cost per example {cost_per_example:g} and budget {budget:g}: both must be above 0, "
            f"and buy fewer than {MOST:.0e} examples."
        )
    refuse_target(known.observed, target)
    largest = float(known.observed.n[-1])
    n_new = math.floor(n_bought * (1.0 + 1e-12))  # 0.3 / 0.1 is 3 examples, and not 2.999…
    sizes, chance = _chances(known, target)
    median = _size_at(sizes, chance, 0.5)
    return Purchase(
        n_new=float(n_new),
        n_total=largest + n_new,
        chance=float(np.interp(largest + n_new, sizes, chance)),
        cost_of_median=(median - largest) * cost_per_example,
    )


def refuse_target(observed: Observed, target: float) -> None:
    """Raises BadData for a target that is no value of the metric, or measured already."""
    curve = observed.curve
    in_range = target > 0.0 if curve.kind == "loss" else 1.0 - curve.width <= target <= 1.0
    if not (in_range and math.isfinite(target)):
        raise BadData(f"target {value(curve, target)}: {curve.metric} lies {_range(curve)}.")
    rates = observed.rate
    best = float(rates.max() if curve.higher_is_better else rates.min())
    if (best >= target) if curve.higher_is_better else (best <= target):
        at = observed.n[int(rates.argmax() if curve.higher_is_better else rates.argmin())]
        raise BadData(
            f"target {value(curve, target)} is measured already: {curve.id} has {curve.metric} "
            f"{value(curve, best)} at n = {exact_size(at)}. Name a target beyond that."
        )


def _range(curve: LearningCurve) -> str:
    if curve.kind == "loss":
        return "above 0"
    return f"between {100 * (1 - curve.width):g} and 100 %"


def _log_error(observed: Observed, target: float) -> float:
    error = 1.0 - target if observed.curve.higher_is_better else target
    return math.log(max(error, observed.least))


def _chances(known: Posterior, target: float) -> tuple[Floats, Floats]:
    """Sizes from the largest measured one on, and the chance that the target is reached by then."""
    sizes, mixtures = known.ahead
    wanted = _log_error(known.observed, target)
    chance = [known.cdf(m, wanted, n=n) for n, m in zip(sizes, mixtures, strict=True)]
    return sizes, np.maximum.accumulate(np.array(chance))


def _size_at(sizes: Floats, chance: Floats, p: float) -> float:
    """The smallest size whose chance is p, between the grid's sizes on a line; inf if none is."""
    if chance[-1] < p:
        return math.inf
    if chance[0] >= p:
        return float(sizes[0])
    i = int(np.argmax(chance >= p))
    part = (p - chance[i - 1]) / (chance[i] - chance[i - 1])
    return float(np.exp((1 - part) * np.log(sizes[i - 1]) + part * np.log(sizes[i])))


def _reachable(known: Posterior, target: float) -> float:
    """The chance that the law's limit is at or beyond the target; no drift: a law that holds."""
    return known.floor().cdf(_log_error(known.observed, target))
