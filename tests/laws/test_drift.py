"""The Gaussian process of the drift against dense matrices: scipy's multivariate normal, a level
with a huge variance of its own, and covariances integrated numerically."""

import itertools
from functools import cache

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import multivariate_normal

from leadline.laws.drift import (
    AXES,
    NUGGET,
    Noise,
    Prediction,
    Seen,
    no_drift,
    noise_grid,
    predict,
    see,
)

X = np.array([-4.2, -3.0, -1.1, 0.0])
Y = np.array([-0.2, -0.31, -0.42, -0.62])
VARIANCE = np.array([4e-4, 6e-4, 9e-4, 1e-3])
SHAPES = np.array([[0.0, 0.0, 0.0, 0.0], [0.5, 0.31, 0.1, 0.0], [0.2, 0.1, 0.02, 0.0]])
LEVEL = 1e4  # prior variance of the level in the dense computation


def one_setting(share: float, walk: float, slope_walk: float, misfit: float) -> Noise:
    parts = (np.array([v]) for v in (share, walk**2, slope_walk**2, misfit**2))
    return Noise(*parts, np.zeros((1, 4), dtype=int))


@cache
def integrated(a: float, b: float) -> float:
    """Covariance of two integrals of a random walk, as the integral of its covariance."""
    return float(dblquad(lambda u, v: min(u, v), 0.0, a, 0.0, b, epsabs=1e-7)[0])


def covariance(x: np.ndarray, setting: tuple[float, float, float, float]) -> np.ndarray:
    """Of the drift from the first x on, by its definition."""
    _, walk, slope_walk, _ = setting
    d = x - x[0]
    found = np.zeros((len(x), len(x)))
    for i, j in itertools.product(range(len(x)), repeat=2):
        found[i, j] = walk**2 * min(d[i], d[j]) + slope_walk**2 * integrated(d[i], d[j])
    return found


def dense(
    x: np.ndarray, setting: tuple[float, float, float, float], variance: np.ndarray
) -> np.ndarray:
    share, _, _, misfit = setting
    own = share * variance + misfit**2 + NUGGET
    return covariance(x, setting) + np.diag(own) + LEVEL


def seen_with(setting: tuple[float, float, float, float]) -> Seen:
    return see(X, Y, VARIANCE, SHAPES, noise=one_setting(*setting))


SETTINGS = [(1.0, 0.05, 0.02, 0.015), (0.3, 0.3, 0.0, 0.0), (1.0, 0.004, 0.16, 0.1)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_evidence_is_the_dense_one_up_to_a_constant(
    setting: tuple[float, float, float, float],
) -> None:
    cov = dense(X, setting, VARIANCE)
    wanted = [multivariate_normal(h, cov).logpdf(Y) for h in SHAPES]
    constant = 0.5 * (len(X) - 1) * np.log(2 * np.pi) + 0.5 * np.log(2 * np.pi * LEVEL)
    found = seen_with(setting).log_evidence[:, 0]
    assert found == pytest.approx(np.array(wanted) + constant, abs=2e-3)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("new", [0.7, 2.3, -0.5])
def test_prediction_is_the_conditional_of_the_dense_normal(
    setting: tuple[float, float, float, float], new: float
) -> None:
    x = np.append(X, new)
    signal = covariance(x, setting) + LEVEL
    observed = dense(X, setting, VARIANCE)
    cross = signal[-1, :-1]
    pull = np.linalg.solve(observed, cross)
    left = signal[-1, -1] - pull @ cross + setting[3] ** 2
    found = predict(
        seen_with(setting), new, np.array([-0.1, -0.2, 0.0]), n=np.array([0]), j=np.arange(3)
    )
    for j, at_new in enumerate([-0.1, -0.2, 0.0]):
        assert found.mean[0, j] == pytest.approx(at_new + pull @ (Y - SHAPES[j]), abs=1e-4)
    assert found.level_variance[0] + found.drift_variance[0] == pytest.approx(left, rel=1e-3)


def test_level_is_the_least_squares_one() -> None:
    setting = SETTINGS[0]
    inverse = np.linalg.inv(dense(X, setting, VARIANCE) - LEVEL)
    found = seen_with(setting)
    for j, h in enumerate(SHAPES):
        wanted = np.ones(4) @ inverse @ (Y - h) / inverse.sum()
        assert found.level[0, j] == pytest.approx(wanted, abs=1e-8)
    assert found.information[0] == pytest.approx(inverse.sum())


def test_grid_of_settings_holds_every_combination_once() -> None:
    grid = noise_grid()
    assert len(grid.share) == np.prod([len(axis) for axis in AXES])
    rows = {(s, w, k, t) for s, w, k, t in zip(*grid[:4], strict=True)}
    assert len(rows) == len(grid.share)
    for row, place in zip(zip(*grid[:4], strict=True), grid.places, strict=True):
        roots = (row[0], *np.sqrt(row[1:]))
        assert roots == pytest.approx([axis[p] for axis, p in zip(AXES, place, strict=True)])


def test_shape_that_fits_has_more_evidence() -> None:
    exact = see(X, SHAPES[1] - 1.0, VARIANCE, SHAPES, noise=no_drift()).log_evidence[:, 0]
    assert exact.argmax() == 1


def at(x: float, *, flipped: bool, setting: tuple[float, float, float, float]) -> Prediction:
    sign = -1.0 if flipped else 1.0
    x_k = np.sort(sign * X)
    order = np.argsort(sign * X)
    seen = see(x_k, Y[order], VARIANCE[order], np.zeros((1, len(X))), noise=one_setting(*setting))
    return predict(seen, sign * x, np.zeros(1), n=np.array([0]), j=np.array([0]))


@pytest.mark.parametrize("x", [-5.0, -8.0, 1.0, -2.0])
def test_walk_is_the_same_forwards_and_backwards(x: float) -> None:
    """A random walk with a free level has no direction: below the smallest size, too."""
    setting = (1.0, 0.1, 0.0, 0.02)
    there, back = at(x, flipped=False, setting=setting), at(x, flipped=True, setting=setting)
    assert there.mean == pytest.approx(back.mean, abs=1e-8)
    total = there.level_variance + there.drift_variance
    assert total == pytest.approx(back.level_variance + back.drift_variance, rel=1e-6)


def test_uncertainty_grows_with_the_distance_on_both_sides() -> None:
    for setting in SETTINGS:
        for side in ((0.0, 1.0, 2.0, 4.0), (-4.2, -5.0, -6.0, -9.0)):
            found = [at(x, flipped=False, setting=setting) for x in side]
            total = [float((p.level_variance + p.drift_variance)[0]) for p in found]
            assert total == sorted(total)
            assert total[-1] > total[0]
