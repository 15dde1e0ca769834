"""Scores of forecasts against sums done by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from leadline.laws.backtest import BacktestRow
from leadline.laws.score import Score, errors, paired, parts, score


def row(
    observed: float,
    predicted: float,
    at_80: tuple[float, float],
    at_95: tuple[float, float],
    **names: object,
) -> BacktestRow:
    one = BacktestRow(
        curve_id="c",
        method="leadline",
        at="last",
        n_examples=1000.0,
        observed=observed,
        predicted=predicted,
        low80=at_80[0],
        high80=at_80[1],
        low95=at_95[0],
        high95=at_95[1],
        metric="accuracy",
        setting="post-training",
        source="s",
        task="s/t",
        reach=2.0,
        prior="public",
        fitted=True,
    )
    return replace(one, **names)  # type: ignore[arg-type]


ROWS = [
    row(0.50, 0.53, (0.48, 0.58), (0.40, 0.60), curve_id="a", task="t1"),  # inside both
    row(0.50, 0.40, (0.35, 0.45), (0.30, 0.55), curve_id="b", task="t2"),  # 5 above the 80 %
    row(0.20, 0.40, (0.38, 0.44), (0.30, 0.50), curve_id="c", task="t3"),  # 18 below, outside 95 %
]


def only(scores: list[Score], part: str) -> Score:
    (found,) = (s for s in scores if s.part == part)
    return found


def test_error_coverage_width_and_interval_score_by_hand() -> None:
    found = only(score(ROWS), "all rates")
    assert (found.n_curves, found.n_tasks, found.at, found.method) == (3, 3, "last", "leadline")
    assert found.median_error == pytest.approx(10.0)
    assert found.mean_error == pytest.approx((3 + 10 + 20) / 3)
    assert found.error_90 == pytest.approx(18.0)  # between 10 and 20, at 0.8 of the way
    assert found.coverage_80 == pytest.approx(1 / 3)
    assert found.coverage_95 == pytest.approx(2 / 3)
    assert found.width_80 == pytest.approx((10 + 10 + 6) / 3)
    # 2 / alpha = 10 times the distance outside: 5 points and 18 points
    assert found.score_80 == pytest.approx((10 + (10 + 50) + (6 + 180)) / 3)


def test_end_of_an_interval_is_inside() -> None:
    found = only(score([row(0.5, 0.5, (0.5, 0.6), (0.4, 0.5))]), "all rates")
    assert (found.coverage_80, found.coverage_95) == (1.0, 1.0)


def test_loss_is_scored_on_its_logarithm() -> None:
    one = row(2.0, 2.2, (1.9, 2.5), (1.5, 3.0), metric="loss", setting="loss")
    found = only(score([one]), "loss")
    assert found.median_error == pytest.approx(math.log(1.1))
    assert found.width_80 == found.score_80 == pytest.approx(math.log(2.5 / 1.9))
    assert [s.part for s in score([one])] == ["loss", "source s"]


def test_places_methods_and_slices_are_scored_apart() -> None:
    other = replace(ROWS[0], method="paper", predicted=0.9)
    near = replace(ROWS[0], at="next", predicted=0.51)
    found = {(s.part, s.method, s.at): s for s in score([*ROWS, other, near])}
    assert found["all rates", "paper", "last"].median_error == pytest.approx(40.0)
    assert found["all rates", "leadline", "next"].median_error == pytest.approx(1.0)
    assert found["all rates", "leadline", "last"].n_curves == 3
    assert ("all rates", "paper", "next") not in found


def test_slices_are_all_rates_settings_and_sources() -> None:
    loss = replace(ROWS[0], setting="loss", metric="loss", source="")
    assert set(parts([*ROWS, loss])) == {"all rates", "post-training", "loss", "source s"}
    assert set(parts([loss])) == {"loss"}


def test_methods_are_paired_on_the_same_curves() -> None:
    """Errors of leadline 3, 10, 20; of the other 5 and 4 on the first two, and one of its own."""
    other = [
        replace(ROWS[0], method="paper", predicted=0.55),
        replace(ROWS[1], method="paper", predicted=0.46),
        replace(ROWS[1], method="paper", predicted=0.99, curve_id="else"),
    ]
    (found,) = (p for p in paired([*ROWS, *other]) if p.part == "all rates")
    assert (found.method, found.at, found.n_curves) == ("paper", "last", 2)
    assert found.median_difference == pytest.approx(((5 - 3) + (4 - 10)) / 2)
    assert found.share_worse == 0.5
    assert (found.low, found.high) == pytest.approx((-6.0, 2.0))  # of two tasks, either twice


def test_curves_of_one_name_and_two_metrics_are_not_confused() -> None:
    f1 = replace(ROWS[0], metric="f1", predicted=0.8)
    other = replace(f1, method="paper", predicted=0.6)
    (found,) = (p for p in paired([ROWS[0], f1, other]) if p.part == "all rates")
    assert found.median_difference == pytest.approx(10 - 30)


def test_intervals_of_a_score_resample_whole_tasks() -> None:
    """A task of many like curves is one draw: with two tasks the interval spans both."""
    many = [replace(ROWS[0], curve_id=f"x{i}", predicted=0.51, task="big") for i in range(40)]
    lone = replace(ROWS[0], curve_id="y", predicted=0.70, task="small")
    found = only(score([*many, lone]), "all rates")
    assert (found.median_low, found.median_high) == pytest.approx((1.0, 20.0))
    alone = only(score(many), "all rates")
    assert math.isnan(alone.median_low)
    assert math.isnan(alone.median_high)


def test_resampled_interval_is_that_of_the_bootstrap() -> None:
    """30 tasks of one curve each, against percentiles of medians drawn with another generator."""
    rng = np.random.default_rng(5)
    error = rng.exponential(5.0, 30)
    rows = [
        replace(ROWS[0], curve_id=f"c{i}", task=f"t{i}", observed=0.5, predicted=0.5 + e / 100)
        for i, e in enumerate(error)
    ]
    found = only(score(rows), "all rates")
    drawn = np.median(error[rng.integers(30, size=(20_000, 30))], axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.median_low, found.median_high) == pytest.approx((low, high), rel=0.15)


def test_errors_are_points() -> None:
    assert errors(ROWS) == pytest.approx([3.0, 10.0, 20.0])


def test_same_rows_give_the_same_scores() -> None:
    assert score(ROWS) == score(ROWS)
