"""Where a kind of error falls no further: planted, and covered by the interval."""

import numpy as np
import pytest
from labelled import by_hand, drawn

from leadline.analyse.saturation import Saturation, saturation

SIZES = (0, 100, 300, 1000, 3000)
LEARNT_AT_100 = (0.95, 0.03, 0.03, 0.03, 0.03)
LEARNT_AT_1000 = (0.6, 0.45, 0.25, 0.1, 0.1)
NEVER = (0.7, 0.6, 0.5, 0.4, 0.3)


def found(rates: tuple[float, ...], *, n_problems: int, seed: int = 0) -> Saturation:
    labels = drawn(SIZES, {"format": rates}, n_problems=n_problems, rng=np.random.default_rng(seed))
    result = saturation(labels, "format")
    assert result is not None
    return result


def test_a_kind_that_is_learnt_at_100_saturates_at_100() -> None:
    result = found(LEARNT_AT_100, n_problems=2000)
    assert (result.low, result.size, result.high) == (100, 100, 100)
    assert result.fall == pytest.approx(0.92, abs=0.03)
    assert result.margin == pytest.approx(0.092, abs=0.003)


def test_a_kind_that_keeps_falling_is_not_reached() -> None:
    result = found(NEVER, n_problems=2000)
    assert (result.low, result.size, result.high) == (None, None, None)
    assert result.largest == 3000


def test_few_problems_leave_the_interval_open() -> None:
    result = found(LEARNT_AT_1000, n_problems=60)
    assert result.low is not None
    assert result.low <= 1000
    assert result.high in (1000, None)


def test_an_error_that_is_never_there_is_at_its_final_level_from_the_start() -> None:
    result = found((0.0,) * 5, n_problems=500)
    assert (result.low, result.size, result.high) == (0, 0, 0)


def test_no_change_among_a_handful_of_problems_shows_nothing() -> None:
    labels = by_hand((0, 10, 20), dict.fromkeys("abcdef", "f R R"), kinds="f")
    result = saturation(labels, "format")
    assert result is not None
    assert (result.size, result.high) == (10, None)


def test_a_kind_that_rises_again_is_not_saturated() -> None:
    assert found((0.9, 0.05, 0.05, 0.05, 0.4), n_problems=1000).low is None


def test_sizes_where_the_kind_is_unknown_are_left_out() -> None:
    labels = by_hand((0, 10, 20), {f"p{i}": "fr? r r" for i in range(10)})
    result = saturation(labels, "reasoning")
    assert result is not None
    assert result.left_out == (0,)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rates", "truth"), [(LEARNT_AT_100, 100), (LEARNT_AT_1000, 1000), (NEVER, None)]
)
@pytest.mark.parametrize("n_problems", [100, 400])
def test_the_interval_covers_the_truth(
    rates: tuple[float, ...], truth: int | None, n_problems: int
) -> None:
    trials = 100
    held = 0
    for seed in range(trials):
        result = found(rates, n_problems=n_problems, seed=seed)
        low, at, high = (n if n is not None else 10**9 for n in (result.low, truth, result.high))
        held += low <= at <= high
    assert held >= 0.9 * trials, held
