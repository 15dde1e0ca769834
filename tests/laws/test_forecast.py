"""Forecasts: their symmetry, what they refuse, and what a measurement adds to the curve."""

import math
from typing import Any

import pytest
from law_curves import PAPER_SIZES, counted, drawn, seeded, tidy, valued

import leadline
from leadline.curves.points import LearningCurve
from leadline.errors import BadData, BadStudy
from leadline.laws.forecast import relative_variance, value_of
from leadline.laws.observe import Observed, observe
from leadline.laws.prior import public_prior
from leadline.laws.result import FittedCurve, fit_curves
from leadline.records import Forecast


def truth(n: float) -> float:
    return 1 - (0.25 + 0.6 * (1 + n / 400) ** -0.5)


CURVE = drawn(truth, PAPER_SIZES, seed=11)


def fitted(curve: LearningCurve | Observed) -> FittedCurve:
    one = curve.curve if isinstance(curve, Observed) else curve
    return fit_curves([one], prior=public_prior()).curves[0]


def ends(rows: tuple[Forecast, ...]) -> list[tuple[float, float, float]]:
    return [(row.low, row.median, row.high) for row in rows]


def test_error_is_foretold_as_the_complement_of_accuracy() -> None:
    rates = {n: truth(n) for n in PAPER_SIZES}
    errors = {n: 1 - v for n, v in rates.items()}
    right = ends(fitted(valued(rates)).forecast(factor=[2, 10]))
    wrong = ends(fitted(valued(errors, metric="error")).forecast(factor=[2, 10]))
    for (low, median, high), of_error in zip(right, wrong, strict=True):
        assert of_error == pytest.approx((1 - high, 1 - median, 1 - low))


def test_per_cent_and_fractions_give_the_same_forecast() -> None:
    values = {n: round(100 * truth(n), 2) for n in PAPER_SIZES}
    in_percent = leadline.fit([{"n_examples": n, "value": v} for n, v in values.items()])
    in_ones = leadline.fit([{"n_examples": n, "value": v / 100} for n, v in values.items()])
    got, wanted = in_percent.forecast([5e4]), in_ones.forecast([5e4])
    assert ends(got) == [pytest.approx(row) for row in ends(wanted)]


def test_base_model_does_not_change_the_forecast() -> None:
    rates = {n: truth(n) for n in PAPER_SIZES}
    without = fitted(counted(rates)).forecast(factor=[2])
    for at_zero in (0.0, 0.1, 0.9):
        assert fitted(counted({0: at_zero, **rates})).forecast(factor=[2]) == without


def test_row_says_all_that_it_stands_for() -> None:
    at_80, at_95 = fitted(CURVE).forecast([10_000])
    assert (at_80.curve, at_80.metric, at_80.law, at_80.prior) == (
        "curve", "accuracy", "leadline", "public"
    )  # fmt: skip
    assert (at_80.level, at_95.level, at_80.n_examples, at_80.of) == (0.8, 0.95, 10_000.0, "mean")
    assert at_80.reach == pytest.approx(10_000 / 7473)
    assert at_95.low < at_80.low < at_80.median < at_80.high < at_95.high
    assert at_80.median == at_95.median


def test_sizes_and_factors_may_be_mixed_and_are_told_once() -> None:
    one = fitted(CURVE)
    rows = one.forecast([14_946, 20_000], factor=[2], level=0.9)
    assert [row.n_examples for row in rows] == [14_946.0, 20_000.0]
    assert one.forecast(14_946, level=0.9) == one.forecast(factor=2, level=[0.9])


def test_forecasts_stay_in_the_range_of_the_metric() -> None:
    high = fitted(counted({100: 0.9, 500: 0.97, 1000: 0.99, 5000: 1.0}, n_test=200))
    low = fitted(counted({100: 0.0, 500: 0.0, 1000: 0.01, 5000: 0.0}, n_test=200))
    for one in (high, low):
        for row in one.forecast(factor=[2, 100], of="measurement"):
            assert 0.0 <= row.low <= row.median <= row.high <= 1.0


@pytest.mark.parametrize("metric", ["mcc", "pearson", "kappa"])
def test_every_correlation_may_lie_below_zero(metric: str) -> None:
    curve = valued({10: -0.05, 100: 0.1, 1000: 0.3}, metric=metric)
    assert value_of(curve, math.log(1.5)) == pytest.approx(-0.5)
    assert value_of(curve, math.log(3.0)) == -1.0
    one = fitted(curve)
    assert one.data_for(0.6).target == 0.6
    with pytest.raises(BadData, match=r"lies between -100 and 100 %"):
        one.data_for(1.2)


def test_variance_of_a_measured_correlation_is_that_of_its_place_in_the_range() -> None:
    """(1 + r) / 2 is a rate: twice the error of that rate has the same relative variance."""
    sizes = {10: 0.2, 100: 0.4, 1000: 0.6}
    rate = valued({n: (1 + r) / 2 for n, r in sizes.items()}, standard_error=0.01)
    signed = valued(sizes, metric="pearson", standard_error=0.02)
    for error in (0.3, 0.1):
        wanted = relative_variance(rate, error / 2)
        assert relative_variance(signed, error) == pytest.approx(wanted)


def test_loss_may_lie_anywhere_above_zero_and_a_rate_may_not() -> None:
    loss = valued({10: 900.0, 100: 500.0, 1000: 400.0}, metric="loss")
    assert value_of(loss, math.log(300.0)) == pytest.approx(300.0)
    assert value_of(CURVE, math.log(3.0)) == 0.0


def test_measurement_adds_the_noise_of_the_test() -> None:
    one = fitted(CURVE)
    mean, measured = (one.forecast(factor=[2], of=of)[0] for of in ("mean", "measurement"))
    assert measured.high - measured.low > mean.high - mean.low
    assert measured.of == "measurement"


def test_variance_of_a_measurement_is_binomial_at_the_foretold_error() -> None:
    curve = counted({100: 0.3, 1000: 0.4, 5000: 0.5}, n_test=400)
    for error in (0.5, 0.3, 0.1):
        wanted = error * (1 - error) / 400 / error**2
        assert relative_variance(curve, error) == pytest.approx(wanted)


def test_variance_of_a_measurement_of_loss_is_the_last_ones() -> None:
    curve = valued({100: 3.0, 1000: 2.0, 5000: 1.5}, metric="loss", standard_error=0.03)
    assert relative_variance(curve, 1.2) == pytest.approx(0.02**2)


def test_seeds_enter_the_variance_of_a_measurement() -> None:
    one = seeded({100: [0.3, 0.3], 1000: [0.4, 0.4], 5000: [0.5, 0.5]})
    spread = seeded({100: [0.25, 0.35], 1000: [0.35, 0.45], 5000: [0.45, 0.55]})
    assert relative_variance(spread, 0.4) > 2 * relative_variance(one, 0.4)


def test_further_than_100_times_is_refused_unless_forced() -> None:
    one = fitted(CURVE)
    assert one.forecast(factor=[100])
    for options in ({"at": [747_301]}, {"factor": [101]}, {"factor": [2, 500]}):
        with pytest.raises(BadStudy, match=r"beyond the largest measured size, 7,473.*force=True"):
            one.forecast(**options)  # type: ignore[arg-type]
    (row,) = one.forecast(factor=[10_000], level=0.8, force=True)
    assert row.reach == 10_000


@pytest.mark.parametrize("n", [1e30, 1e300, 1e-300])
@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_forced_forecast_is_a_number_however_far(n: float, metric: str) -> None:
    one = fitted(valued({n: 1 - truth(n) for n in PAPER_SIZES}, metric=metric))
    for row in one.forecast([n], force=True):
        assert all(map(math.isfinite, (row.low, row.median, row.high)))
        assert row.low <= row.median <= row.high


def test_below_the_smallest_size_the_interval_widens() -> None:
    one = fitted(CURVE)
    found = [one.forecast([n], level=0.8)[0] for n in (100, 30, 10)]
    logs = [math.log(1 - row.low) - math.log(1 - row.high) for row in found]
    assert logs == sorted(logs)
    assert found[0].low - 0.02 < truth(100) < found[0].high + 0.02


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": [0]}, "n = 0: a size is a number above 0"),
        ({"at": [-5]}, "n = -5"),
        ({"at": [math.nan]}, "n = nan"),
        ({"at": [math.inf]}, "n = inf"),
        ({"factor": [0]}, "n = 0"),
        ({"at": [9000], "level": 0.0}, "level 0 %"),
        ({"at": [9000], "level": 1}, "level 100 %"),
        ({"at": [9000], "level": 80}, "level 8000 %.*0.8"),
        ({"at": [9000], "level": math.nan}, "level nan"),
        ({"at": [9000], "level": (0.8, 1.5)}, "level 150 %"),
        ({"at": [9000], "level": ()}, "no level"),
        ({"at": [9000], "of": "medium"}, "'medium'.*mean, measurement"),
        ({}, "what to forecast"),
    ],
)
def test_what_no_forecast_can_answer_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadStudy, match=said):
        fitted(CURVE).forecast(**options)


def test_same_rows_give_the_same_numbers() -> None:
    rows = tidy(CURVE)
    one, other = (leadline.fit(rows).forecast(factor=[2, 10]) for _ in range(2))
    assert one == other


def test_order_of_the_points_makes_no_difference() -> None:
    shuffled = LearningCurve(id="curve", metric="accuracy", points=CURVE.curve.points[::-1])
    assert observe(shuffled).n.tolist() == CURVE.n.tolist()
    assert ends(fitted(shuffled).forecast(factor=[3])) == ends(fitted(CURVE).forecast(factor=[3]))


def test_interval_of_planted_curves_covers_about_as_often_as_it_says() -> None:
    """40 draws from a law inside the mixture: 80 % intervals miss at most 16 (P < 0.002 at .8)."""
    hits = 0
    for seed in range(40):
        row = fitted(drawn(truth, PAPER_SIZES, seed=100 + seed)).forecast(factor=[2], level=0.8)[0]
        hits += row.low <= truth(row.n_examples) <= row.high
    assert hits >= 24
