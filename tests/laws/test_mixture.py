"""The fast mixture against exact numbers: scipy's root finder on the sum of distributions."""

import numpy as np
import pytest
from law_curves import drawn
from scipy.optimize import brentq
from scipy.stats import norm

from leadline.laws.mixture import mix
from leadline.laws.posterior import posterior
from leadline.laws.prior import public_prior

LEVELS = (0.005, 0.025, 0.1, 0.5, 0.9, 0.975, 0.995)


def exact(p: float, weight: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> float:
    w = weight / weight.sum()
    low, high = float((mean - 12 * sd).min()), float((mean + 12 * sd).max())
    return float(brentq(lambda x: float(w @ norm.cdf((x - mean) / sd)) - p, low, high, xtol=1e-12))


@pytest.mark.parametrize("seed", range(20))
def test_probabilities_of_any_mixture_are_near_the_exact_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 400))
    weight = rng.dirichlet(np.full(k, 0.3)) * rng.uniform(0.1, 10)
    mean = rng.normal(-1.0, rng.uniform(0.01, 1.0), k)
    sd = np.exp(rng.normal(-2.0, 0.7, k))
    found = mix(weight, mean, sd**2)
    for p in LEVELS:
        x = exact(p, weight, mean, sd)
        assert found.cdf(x) == pytest.approx(p, abs=0.004)


@pytest.mark.parametrize(("seed", "times"), [(0, 1.0), (1, 2.0), (2, 30.0)])
def test_quantiles_of_a_real_posterior_are_exact_to_a_hundredth_of_its_width(
    seed: int, times: float
) -> None:
    curve = drawn(lambda n: 0.7 - 1.5 * n**-0.4, (50, 200, 800, 3200), seed=seed)
    known = posterior(curve, public_prior().weights["post-training"])
    n = times * 3200
    parts, found = known.parts_at(n), known.error_at(n)
    spread = np.sqrt(parts.level_variance + parts.drift_variance)
    weight, mean = parts.weight.ravel(), parts.mean.ravel()
    sd = np.repeat(spread, parts.mean.shape[1])
    heavy = weight > 1e-7
    for p in LEVELS[1:-1]:
        want = exact(p, weight[heavy], mean[heavy], sd[heavy])
        assert float(found.quantile(np.array(p))) == pytest.approx(want, abs=0.01 * found.sd)


def test_mean_and_spread_are_the_mixtures_own() -> None:
    weight, mean, sd = np.array([3.0, 1.0]), np.array([0.0, 4.0]), np.array([1.0, 2.0])
    found = mix(weight, mean, sd**2)
    assert found.mean == pytest.approx(1.0)
    assert found.sd == pytest.approx(np.sqrt(0.75 * (1 + 1) + 0.25 * (4 + 9)))


def test_cumulative_distribution_runs_from_0_to_1() -> None:
    found = mix(np.ones(3), np.array([-1.0, 0.0, 5.0]), np.array([0.01, 1.0, 0.2]))
    assert found.cdf(-1e9) == 0.0
    assert found.cdf(1e9) == 1.0
    assert (np.diff(found.below) >= 0).all()


def test_quantile_and_cdf_are_inverse() -> None:
    found = mix(np.array([0.2, 0.8]), np.array([0.0, 0.5]), np.array([0.1, 0.02]))
    for p in LEVELS:
        assert found.cdf(float(found.quantile(np.array(p)))) == pytest.approx(p, abs=1e-9)
