"""How much data a target needs: the forecast read the other way, and sums done by hand."""

import math

import pytest
from law_curves import MANY_SIZES, PAPER_SIZES, counted, drawn, valued

from leadline.errors import BadData, BadStudy
from leadline.laws.observe import Observed
from leadline.laws.prior import public_prior
from leadline.laws.result import FittedCurve, fit_curves


def truth(n: float) -> float:
    return 1 - (0.1 + 0.75 * (1 + n / 400) ** -0.5)


def fitted(curve: Observed) -> FittedCurve:
    return fit_curves([curve.curve], prior=public_prior()).curves[0]


CURVE = fitted(drawn(truth, PAPER_SIZES, seed=21))  # 15 % to 73 %
BEST = float(CURVE.known.observed.rate.max())


@pytest.mark.parametrize("times", [1.5, 3.0, 12.0, 60.0])
def test_half_the_chance_is_where_the_median_forecast_is_the_target(times: float) -> None:
    (row,) = CURVE.forecast(factor=[times], level=0.8)
    found = CURVE.data_for(row.median)
    assert found.median == pytest.approx(row.n_examples, rel=0.02)
    assert found.largest == 7473.0


@pytest.mark.parametrize("times", [2.0, 10.0])
@pytest.mark.parametrize("level", [0.8, 0.5])
def test_ends_are_where_the_forecasts_ends_are_the_target(times: float, level: float) -> None:
    (row,) = CURVE.forecast(factor=[times], level=level)
    assert CURVE.data_for(row.high, level=level).low == pytest.approx(row.n_examples, rel=0.02)
    if row.low > BEST:
        assert CURVE.data_for(row.low, level=level).high == pytest.approx(row.n_examples, rel=0.02)


def test_chances_are_those_of_the_forecast() -> None:
    for times in (2.0, 10.0):
        (row,) = CURVE.forecast(factor=[times], level=0.6)
        assert CURVE.data_for(row.median).reached[times] == pytest.approx(0.5, abs=0.01)
        assert CURVE.data_for(row.high).reached[times] == pytest.approx(0.2, abs=0.01)


def test_higher_target_needs_more() -> None:
    found = [CURVE.data_for(BEST + extra) for extra in (0.01, 0.03, 0.06, 0.1)]
    for ends in ("low", "median", "high"):
        needed = [getattr(one, ends) for one in found]
        assert needed == sorted(needed)
    assert [one.reachable for one in found] == sorted((o.reachable for o in found), reverse=True)


def test_chance_grows_with_the_data_and_the_interval_with_its_level() -> None:
    narrow, wide = (CURVE.data_for(BEST + 0.05, level=level) for level in (0.5, 0.9))
    assert list(narrow.reached.values()) == sorted(narrow.reached.values())
    assert wide.low <= narrow.low <= narrow.median <= narrow.high <= wide.high
    assert narrow.median == wide.median


def test_target_far_above_a_settled_plateau_is_not_reachable() -> None:
    plateau = {n: 1 - (0.4 + 0.5 * (1 + n / 600) ** -1.6) for n in MANY_SIZES}
    found = fitted(counted(plateau, n_test=50_000)).data_for(0.85)
    rising = fitted(counted({n: truth(n) for n in MANY_SIZES}, n_test=50_000)).data_for(0.85)
    assert found.median == math.inf
    assert found.high == math.inf
    assert found.reached[100.0] < 0.2
    assert found.reachable < rising.reachable


def test_loss_is_reached_from_above() -> None:
    curve = fitted(valued({n: 1.0 + 20 * n**-0.5 for n in MANY_SIZES}, metric="loss"))
    (row,) = curve.forecast(factor=[4], level=0.8)
    assert curve.data_for(row.median).median == pytest.approx(row.n_examples, rel=0.02)


def test_small_loss_is_foretold_in_its_own_scale() -> None:
    """A squared error of a millionth is no rate near 0."""
    values = {n: 1e-6 * (1.0 + 20 * n**-0.5) for n in MANY_SIZES}
    curve = fitted(valued(values, metric="loss"))
    (row,) = curve.forecast(factor=[4], level=0.8)
    assert row.median == pytest.approx(1e-6 * (1 + 20 * 120_000**-0.5), rel=0.05)
    assert curve.data_for(row.median).median == pytest.approx(row.n_examples, rel=0.02)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (1.4, r"target 140\.0 %: accuracy lies between 0 and 100 %"),
        (-0.1, "between 0 and 100 %"),
        (math.nan, "target nan"),
        (math.inf, "target inf"),
        (0.3, r"target 30\.0 % is measured already: curve has accuracy 7\d\.\d % at n = 7,473"),
        (BEST, "measured already"),
    ],
)
def test_target_that_is_none_is_refused(target: float, said: str) -> None:
    with pytest.raises(BadData, match=said):
        CURVE.data_for(target)
    with pytest.raises(BadData, match=said):
        CURVE.buy(target, cost_per_example=1.0, budget=10.0)


def test_target_of_a_loss_is_refused_in_its_own_unit() -> None:
    curve = fitted(valued({n: 1.0 + 20 * n**-0.5 for n in MANY_SIZES}, metric="loss"))
    with pytest.raises(BadData, match=r"target 1\.5 is measured already"):
        curve.data_for(1.5)
    with pytest.raises(BadData, match=r"target 0: loss lies above 0"):
        curve.data_for(0.0)


@pytest.mark.parametrize("level", [0.0, 1.0, 80, -0.5, math.nan])
def test_level_that_is_none_is_refused(level: float) -> None:
    with pytest.raises(BadStudy, match="level"):
        CURVE.data_for(BEST + 0.05, level=level)


@pytest.mark.parametrize(
    ("cost", "budget", "n_new"),
    [(1.5, 4000, 2666), (2.0, 1.0, 0), (0.1, 0.3, 3), (0.1, 0.7, 7), (1, 4000, 4000), (3, 10, 3)],
)
def test_budget_buys_what_it_pays_for(cost: float, budget: float, n_new: int) -> None:
    found = CURVE.buy(BEST + 0.05, cost_per_example=cost, budget=budget)
    assert (found.n_new, found.n_total) == (n_new, 7473 + n_new)


def test_chance_and_cost_are_those_of_the_forecast() -> None:
    (row,) = CURVE.forecast(factor=[3], level=0.8)
    found = CURVE.buy(row.median, cost_per_example=2.0, budget=2.0 * 2 * 7473)
    assert found.n_total == 3 * 7473
    assert found.chance == pytest.approx(0.5, abs=0.01)
    assert found.cost_of_median == pytest.approx(2.0 * 2 * 7473, rel=0.05)


def test_what_cannot_be_reached_costs_without_end() -> None:
    assert CURVE.buy(0.999, cost_per_example=1.0, budget=5.0).cost_of_median == math.inf


@pytest.mark.parametrize(
    ("cost", "budget"),
    [(0, 1), (1, 0), (-1, 5), (math.nan, 1), (1, math.nan), (1, math.inf), (1e-320, 1e300)],
)
def test_price_or_budget_that_is_none_is_refused(cost: float, budget: float) -> None:
    with pytest.raises(BadData, match="cost per example"):
        CURVE.buy(BEST + 0.05, cost_per_example=cost, budget=budget)
