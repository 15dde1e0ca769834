"""Likelihoods against scipy's distributions, and the spread between seeds against a planted one."""

import numpy as np
import pytest
from law_curves import counted, seeded, valued
from scipy.stats import betabinom, binom, lognorm, norm

from leadline.laws import noise

Q = np.array([0.7, 0.5, 0.31])


def test_counts_without_spread_are_binomial() -> None:
    observed = counted({10: 0.3, 100: 0.5, 1000: 0.75}, n_test=200)
    likelihood = noise.likelihood_of(observed, tau=0.0)
    expected = -binom.logpmf([60, 100, 150], 200, 1 - Q)
    assert likelihood.minus_log(Q) == pytest.approx(expected)


def test_counts_with_spread_are_beta_binomial() -> None:
    observed = counted({10: 0.3, 100: 0.5, 1000: 0.75}, n_test=200)
    likelihood = noise.likelihood_of(observed, tau=0.3)
    assert isinstance(likelihood, noise.Counts)
    c = likelihood.concentration_k
    expected = -betabinom.logpmf([60, 100, 150], 200, (1 - Q) * c, Q * c)
    assert likelihood.minus_log(Q) == pytest.approx(expected)
    variance = betabinom.var(200, (1 - Q) * c, Q * c) / 200**2
    assert 1 / likelihood.information(Q) == pytest.approx(variance)


def test_spread_on_the_logit_scale_is_the_one_asked_for() -> None:
    observed = counted({10: 0.3, 100: 0.5, 1000: 0.75}, n_test=10_000_000)
    likelihood = noise.likelihood_of(observed, tau=0.2)
    q = observed.error
    between = 1 / likelihood.information(q)
    assert np.sqrt(between) == pytest.approx(q * (1 - q) * 0.2, rel=1e-3)


def test_more_seeds_shrink_the_seeds_part_and_not_that_of_the_problems() -> None:
    four = seeded(dict.fromkeys((10, 100, 1000), (0.4, 0.44, 0.36, 0.4)), n_test=1000)
    likelihood = noise.likelihood_of(four, tau=0.2)
    pq = 0.4 * 0.6
    expected = pq / 1000 + (pq * 0.2) ** 2 / 4
    assert 1 / likelihood.information(np.array([0.6])) == pytest.approx(expected, rel=1e-3)


def test_values_are_gaussian_and_losses_lognormal() -> None:
    values = valued({10: 0.3, 100: 0.5, 1000: 0.75}, standard_error=0.02)
    found = noise.likelihood_of(values, tau=0.0).minus_log(Q)
    assert found == pytest.approx(-norm.logpdf([0.7, 0.5, 0.25], Q, 0.02))
    losses = valued({10: 3.0, 100: 2.0, 1000: 1.5}, metric="loss")
    found = noise.likelihood_of(losses, tau=0.0).minus_log(np.array([3.1, 2.0, 1.4]))
    expected = -lognorm.logpdf([3.0, 2.0, 1.5], 0.003, scale=[3.1, 2.0, 1.4])
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("tau", [0.0, 0.3])
def test_slopes_are_the_differences_of_the_likelihood(tau: float) -> None:
    for observed in (
        counted({10: 0.3, 100: 0.5, 1000: 0.75}, n_test=200),
        valued({10: 0.3, 100: 0.5, 1000: 0.75}, standard_error=0.02),
        valued({10: 3.0, 100: 2.0, 1000: 1.5}, metric="loss"),
    ):
        likelihood = noise.likelihood_of(observed, tau=tau)
        up, down = likelihood.minus_log(Q + 1e-6), likelihood.minus_log(Q - 1e-6)
        assert likelihood.slope(Q) == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-4)


def test_repeats_have_the_variance_of_the_likelihood() -> None:
    rng = np.random.default_rng(0)
    for observed in (
        counted({10: 0.3, 100: 0.5, 1000: 0.75}, n_test=500),
        valued({10: 0.3, 100: 0.5, 1000: 0.75}, standard_error=0.02),
        valued({10: 3.0, 100: 2.0, 1000: 1.5}, metric="loss"),
    ):
        likelihood = noise.likelihood_of(observed, tau=0.2)
        repeats = likelihood.draw(Q, 20_000, rng).target
        assert repeats.mean(axis=0) == pytest.approx(Q, rel=0.01)
        assert repeats.var(axis=0) * likelihood.information(Q) == pytest.approx(1, abs=0.06)


def planted_seeds(tau: float, n_seeds: int, seed: int) -> dict[int, list[float]]:
    """Seeds that differ by tau on the logit scale, the test problems the same for all."""
    rng = np.random.default_rng(seed)
    rates = {100: 0.3, 300: 0.45, 1000: 0.6, 3000: 0.7}
    return {
        n: (1 / (1 + np.exp(-np.log(p / (1 - p)) - rng.normal(0, tau, n_seeds)))).tolist()
        for n, p in rates.items()
    }


def test_spread_between_seeds_is_recovered() -> None:
    tau, freedom = noise.own_tau(seeded(planted_seeds(0.3, 200, 0), n_test=100_000))
    assert tau == pytest.approx(0.3, rel=0.06)
    assert freedom == 4 * 199
    one_seed = seeded({n: row[:1] for n, row in planted_seeds(0.3, 1, 1).items()})
    assert noise.own_tau(one_seed) == (0.0, 0.0)


def test_pooled_spread_is_what_a_curve_with_one_seed_takes_and_says() -> None:
    curves = [seeded(planted_seeds(0.3, 5, i), n_test=100_000) for i in range(30)]
    pooled = noise.pooled_tau(curves)
    assert pooled == pytest.approx(0.3, rel=0.1)
    single = counted({100: 0.3, 1000: 0.6, 3000: 0.7})
    assert noise.pooled_tau([single]) is None
    taken = noise.spread(single, pooled=0.3)
    assert taken.tau == pytest.approx(0.3)
    assert "one seed: the pooled tau 0.3" in taken.words
    alone = noise.spread(single)
    assert (alone.tau, alone.words) == (0.0, "one seed: no seed variance")


def test_own_spread_is_drawn_to_the_pooled_one() -> None:
    curve = seeded(planted_seeds(0.3, 3, 0), n_test=100_000)
    own, freedom = noise.own_tau(curve)
    shrunk = noise.spread(curve, pooled=0.1).tau
    assert shrunk**2 == pytest.approx((freedom * own**2 + 3 * 0.1**2) / (freedom + 3))
