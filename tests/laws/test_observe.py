"""Curves as the laws see them, against hand computation."""

import numpy as np
import pytest
from law_curves import counted, seeded, valued

from leadline.curves.points import LearningCurve, Point
from leadline.laws.observe import ASSUMED_LOSS, ASSUMED_TESTS, observe


def curve(points: list[Point], metric: str = "accuracy") -> LearningCurve:
    return LearningCurve(id="c", metric=metric, points=tuple(points))


def test_seeds_of_a_size_are_averaged_and_sizes_are_in_order() -> None:
    points = [
        Point(n_examples=100.0, value=0.6, seed="1"),
        Point(n_examples=10.0, value=0.3),
        Point(n_examples=100.0, value=0.8, seed="0"),
    ]
    found = observe(curve(points))
    assert found.n.tolist() == [10.0, 100.0]
    assert found.error == pytest.approx([0.7, 0.3])
    assert found.rate == pytest.approx([0.3, 0.7])
    assert found.n_seeds.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("metric", ["error", "loss"])
def test_error_and_loss_stay_as_they_are(metric: str) -> None:
    found = valued({10: 0.7, 100: 0.4, 1000: 0.2}, metric=metric)
    assert found.error == pytest.approx([0.7, 0.4, 0.2])
    assert found.rate == pytest.approx(found.error)


def test_variance_of_counts_is_binomial_and_seeds_do_not_shrink_it() -> None:
    one = counted({100: 0.25, 1000: 0.5}, n_test=400)
    assert one.variance == pytest.approx([0.25 * 0.75 / 400, 0.5 * 0.5 / 400])
    three = seeded({100: [0.25, 0.25, 0.25], 1000: [0.5, 0.5, 0.5]}, n_test=400)
    assert three.variance == pytest.approx(one.variance)


def test_seed_variance_is_shrunk_towards_the_curves_own() -> None:
    found = seeded({100: [0.2, 0.4], 1000: [0.5, 0.5], 5000: [0.6]}, n_test=1000)
    pooled = (0.02 + 0.0) / 2  # var([.2, .4], ddof=1) = .02, and 0
    wanted = [(0.02 + 3 * pooled) / 4, (0.0 + 3 * pooled) / 4, pooled]
    assert found.seed_variance == pytest.approx(wanted)
    error = np.array([0.7, 0.5, 0.4])
    test = error * (1 - error) / 1000
    assert found.variance == pytest.approx(test + np.array(wanted) / np.array([2, 2, 1]))


def test_given_standard_errors_are_used() -> None:
    found = valued({10: 0.5, 100: 0.6}, standard_error=0.02)
    assert found.variance == pytest.approx([4e-4, 4e-4])
    assert "standard errors as given" in found.noise


def test_assumed_noise_is_said() -> None:
    rate, loss = valued({10: 0.5, 100: 0.6}), valued({10: 3.0, 100: 2.0}, metric="loss")
    assert rate.variance == pytest.approx([0.25 / ASSUMED_TESTS, 0.24 / ASSUMED_TESTS])
    assert loss.variance == pytest.approx([(3 * ASSUMED_LOSS) ** 2, (2 * ASSUMED_LOSS) ** 2])
    assert f"{ASSUMED_TESTS} test problems assumed" in rate.noise
    assert "0.3% of the loss assumed" in loss.noise


def test_certain_answers_have_some_variance() -> None:
    found = counted({10: 0.0, 100: 1.0}, n_test=100)
    assert found.variance == pytest.approx([0.01 * 0.99 / 100] * 2)


def test_curve_up_to_a_size_is_what_was_known_then() -> None:
    rates = {0: [0.1], 100: [0.2, 0.3], 1000: [0.4, 0.8], 5000: [0.7, 0.7]}
    whole = seeded(rates)
    assert whole.upto(3).n.tolist() == [0.0, 100.0, 1000.0]
    then = seeded({n: rates[n] for n in (0, 100, 1000)})
    assert whole.upto(3).variance == pytest.approx(then.variance)  # no look ahead in the pooling
    assert whole.above_zero().n.tolist() == [100.0, 1000.0, 5000.0]
