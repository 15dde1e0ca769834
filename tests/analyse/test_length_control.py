"""The length-controlled win rate: the fit against scikit-learn, the rate against planted truths."""

import math

import numpy as np
import pytest

from leadline.analyse.length_control import fit_logistic, length_controlled
from leadline.analyse.resample import Rate

RAW = Rate(0.7, 0.6, 0.8)


def test_fit_equals_scikit_learn() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(0)
    for intercept, slope in ((0.3, 1.0), (-2.0, 3.0), (0.0, 0.0)):
        x = np.tanh(rng.normal(0.3, 1, 500))
        y = rng.choice([0.0, 0.5, 1.0], 500, p=[0.3, 0.2, 0.5])
        y[:300] = rng.random(300) < 1 / (1 + np.exp(-intercept - slope * x[:300]))
        fit = fit_logistic(x, y)
        assert fit.converged
        twice = np.concatenate([x, x])[:, None]  # half a win is half of each
        labels, weights = np.repeat([1, 0], 500), np.concatenate([y, 1 - y])
        model = linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
        model.fit(twice, labels, sample_weight=weights)
        assert fit.intercept == pytest.approx(model.intercept_[0], abs=1e-4)
        assert fit.slope == pytest.approx(model.coef_[0, 0], abs=1e-4)


def test_planted_rate_at_equal_length_is_recovered_and_covered() -> None:
    rng = np.random.default_rng(2)
    truth, n, n_runs, hits, values = 1 / (1 + math.exp(0.4)), 300, 300, 0, []
    for _ in range(n_runs):
        longer = rng.normal(200, 500, n)
        at = -0.4 + 1.2 * np.tanh(longer / longer.std())
        won = (rng.random(n) < 1 / (1 + np.exp(-at))).astype(float)
        found = length_controlled(won, longer, np.arange(n), raw=RAW)
        assert found.controlled
        hits += found.rate.low <= truth <= found.rate.high
        values.append(found.rate.value)
    assert np.mean(values) == pytest.approx(truth, abs=0.01)
    assert 0.92 <= hits / n_runs <= 0.98


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    longer, won = rng.normal(0, 300, 80), (rng.random(80) < 0.6).astype(float)
    alone = length_controlled(won, longer, np.arange(80), raw=RAW).rate
    fourfold = length_controlled(
        np.repeat(won, 4), np.repeat(longer, 4), np.repeat(np.arange(80), 4), raw=RAW
    ).rate
    assert fourfold == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize(
    ("won", "longer", "why"),
    [
        ([1, 1, 0, 0], [30, 20, -5, -9], "length alone separates"),
        ([1, 1, 0, 0.5], [30, 20, -5, 20], "length alone separates"),
        ([0, 0, 1, 1], [30, 20, -5, -9], "length alone separates"),
        ([1, 1, 1], [3, -2, 5], "every verdict is the same"),
        ([1, 0, 1], [7, 7, 7], "same number of characters"),
        ([1], [7], "too few"),
        ([], [], "too few"),
        ([1, 0, 1], [7, np.nan, 2], "not a number"),
        ([0.5, 0.5, 0.5], [7, -1, 2], "every verdict is the same"),  # without a residual, no width
    ],
)
def test_what_cannot_be_fitted_leaves_the_raw_rate_and_says_why(
    won: list[float], longer: list[float], why: str
) -> None:
    found = length_controlled(
        np.array(won, float), np.array(longer, float), np.arange(len(won)), raw=RAW
    )
    assert not found.controlled
    assert found.rate == RAW
    assert why in found.why
    assert math.isnan(found.effect)


def test_only_separated_verdicts_are_refused() -> None:
    """One pair on the wrong side is enough for a finite answer."""
    longer = np.array([30, 20, 10, -5, -9, -20, 2.0])
    found = length_controlled(np.array([1, 1, 1, 0, 0, 0, 0.0]), longer, np.arange(7), raw=RAW)
    assert not found.controlled  # 2 lies below all the won
    found = length_controlled(np.array([1, 1, 0, 0, 0, 1, 0.0]), longer, np.arange(7), raw=RAW)
    assert found.controlled


def test_one_huge_length_does_not_break_the_fit() -> None:
    rng = np.random.default_rng(9)
    longer = np.append(rng.normal(0, 100, 200), 1e9)
    won = (rng.random(201) < 0.5).astype(float)
    found = length_controlled(won, longer, np.arange(201), raw=RAW)
    assert found.controlled
    assert 0.35 < found.rate.value < 0.65
