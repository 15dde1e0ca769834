"""r² of a kind of mistake with all mistakes, against scipy and by simulation."""

import numpy as np
import pytest
from labelled import by_hand, drawn
from scipy.stats import pearsonr

from leadline.analyse.correlation import (
    Correlation,
    correlation,
    difference,
    fisher,
    pearson,
    squared,
)
from leadline.analyse.draws import Draws, rates
from leadline.analyse.measure import Interval

SIZES = (0, 100, 1000, 7500)
FALLING = {"format": (0.9, 0.05, 0.04, 0.04), "reasoning": (0.7, 0.5, 0.3, 0.2)}


def test_r_and_its_interval_are_scipys() -> None:
    x, y = np.array([5.0, 3.0, 2.5, 1.0, 0.5]), np.array([9.0, 6.5, 6.0, 2.0, 2.5])
    expected = pearsonr(x, y)
    r = float(pearson(x[:, None], y[:, None])[0])
    assert r == pytest.approx(expected.statistic)
    low, high = expected.confidence_interval(0.95)
    assert fisher(r, n=5) == pytest.approx((low, high))


def test_four_points_exclude_almost_nothing() -> None:
    low, high = squared(fisher(0.96, n=4))
    assert low < 0.01
    assert high > 0.99


def test_three_points_exclude_nothing() -> None:
    assert squared(fisher(0.999, n=3)) == (0.0, 1.0)


def test_r_squared_is_over_the_sizes_and_varies_with_the_problems() -> None:
    labels = drawn(SIZES, FALLING, n_problems=300, rng=np.random.default_rng(0))
    found = correlation(labels, "reasoning", Draws.of(labels.clusters))
    assert found is not None
    by_scipy = pearsonr(rates(labels.mistakes[:, 1]), rates(labels.wrong))
    assert found.r_squared == pytest.approx(by_scipy.statistic**2)
    assert 0 < found.by_problems.low < found.r_squared < found.by_problems.high <= 1
    assert found.by_sizes.low < found.by_problems.low


def test_sizes_where_the_kind_is_unknown_are_left_out() -> None:
    story = {f"p{i}": "fr? r R R" if i % 2 else "fr? r r R" for i in range(20)}
    labels = by_hand((0, 10, 20, 30), story)
    found = correlation(labels, "reasoning", Draws.of(labels.clusters))
    assert found is not None
    assert found.sizes == (10, 20, 30)
    assert correlation(labels, "arithmetic", Draws.of(labels.clusters)) is None  # never changes


def test_one_r_squared_is_above_another_only_if_the_few_points_say_so() -> None:
    labels = drawn(SIZES, FALLING, n_problems=2000, rng=np.random.default_rng(1))
    draws = Draws.of(labels.clusters)
    reasoning, form = correlation(labels, "reasoning", draws), correlation(labels, "format", draws)
    assert reasoning is not None
    assert form is not None
    gap, interval = difference(reasoning, form)
    assert gap == pytest.approx(reasoning.r_squared - form.r_squared)
    assert interval.low < 0 < interval.high
    assert squared(Interval(-0.5, -0.2)) == pytest.approx((0.04, 0.25))


@pytest.mark.parametrize(("reasoning", "form"), [(0.98, 0.93), (0.99, 0.83)])
def test_the_papers_own_four_sizes_do_not_tell_its_correlations_apart(
    reasoning: float, form: float
) -> None:
    _, interval = difference(of_four(reasoning), of_four(form))  # maths; two-hop questions
    assert interval.low < 0 < interval.high


def of_four(r_squared: float) -> Correlation:
    interval = squared(fisher(r_squared**0.5, n=4))
    return Correlation(
        kind="",
        sizes=(0, 100, 1000, 7500),
        r=r_squared**0.5,
        r_squared=r_squared,
        by_problems=interval,
        by_sizes=interval,
    )
