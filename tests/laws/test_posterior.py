"""The mixture of all laws: what the data favour, and quantities that must not depend on units."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from law_curves import MANY_SIZES, PAPER_SIZES, counted, drawn, seeded, valued

from leadline.laws.observe import Observed
from leadline.laws.posterior import FURTHEST, Posterior, exact_posterior, posterior
from leadline.laws.prior import NO_STRETCH, Weights, flat_weights, public_prior

POST = public_prior().weights["post-training"]
LOSS = public_prior().weights["loss"]
TRUTHS: dict[str, Callable[[float], float]] = {
    "pow3": lambda n: 1 - (0.15 + 2.2 * n**-0.35),
    "offset": lambda n: 1 - (0.25 + 0.6 * (1 + n / 400) ** -0.5),
    "rectified": lambda n: 1 - (0.2 + 0.6 / (1 + (n / 900) ** 1.1)),
    "loglinear": lambda n: 0.2 + 0.05 * np.log(n),
    "logit_linear": lambda n: 1 / (1 + np.exp(3.0 - 0.4 * np.log(n))),
    "constant": lambda _: 0.55,
}


def known(observed: Observed, weights: Weights = POST) -> Posterior:
    return posterior(observed, weights)


def shown(of: Posterior, n: float, p: tuple[float, ...] = (0.025, 0.1, 0.5, 0.9, 0.975)) -> Any:
    mixture = of.error_at(n)
    return np.array([of.quantile(mixture, x, n=n) for x in p])


@pytest.mark.parametrize("law", TRUTHS)
def test_curve_without_noise_is_foretold_within_its_interval(law: str) -> None:
    truth = TRUTHS[law]
    of = known(counted({n: truth(n) for n in MANY_SIZES}, n_test=1_000_000))
    low, _, median, _, high = np.exp(shown(of, 60_000))
    assert low <= 1 - truth(60_000) <= high
    assert median == pytest.approx(1 - truth(60_000), abs=0.012)


@pytest.mark.parametrize("law", ["pow3", "constant", "loglinear", "logit_linear"])
def test_law_that_made_the_curve_has_more_evidence_than_a_wrong_one(law: str) -> None:
    """Without a prior's say and without drift, which would forgive a wrong law."""
    wrong = {"pow3": "loglinear", "constant": "pow3", "loglinear": "pow3", "logit_linear": "pow3"}
    curve = counted({n: TRUTHS[law](n) for n in MANY_SIZES}, n_test=20_000)
    weights = exact_posterior(curve, flat_weights()).law_weights()
    assert sum(weights.values()) == pytest.approx(1.0)
    assert weights[law] > weights[wrong[law]]


def test_flat_curve_puts_the_constant_above_its_prior() -> None:
    of = known(counted(dict.fromkeys(PAPER_SIZES, 0.5)))
    prior = dict(zip(of.law_weights(), POST.families, strict=True))
    assert of.law_weights()["constant"] > 2 * prior["constant"]
    assert np.exp(shown(of, 15_000, (0.5,))) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("weights", [POST, replace(POST, stretch=NO_STRETCH)], ids=["wide", "raw"])
@pytest.mark.parametrize("times", [1.0, 2.0, 5.0, 50.0])
def test_quantile_and_cdf_are_inverse(weights: Weights, times: float) -> None:
    of = known(drawn(TRUTHS["offset"], PAPER_SIZES, seed=1), weights)
    n = times * PAPER_SIZES[-1]
    mixture = of.error_at(n)
    for p in (0.025, 0.1, 0.3, 0.5, 0.8, 0.975):
        assert of.cdf(mixture, of.quantile(mixture, p, n=n), n=n) == pytest.approx(p, abs=2e-3)


def test_stretch_widens_the_normal_score_by_its_factor() -> None:
    """1.3 near and 2 far: the 80 % ends are the raw ones at Φ(1.3 · 1.2816) and Φ(2 · 1.2816)."""
    stretched = replace(POST, stretch=((1.3, 1.4), (2.0, 2.2)))
    curve = drawn(TRUTHS["offset"], PAPER_SIZES, seed=1)
    of = known(curve, stretched)
    for n, raw_80, raw_95 in ((2, 0.9521367, 0.9969651), (80, 0.9948123, 0.9999919)):
        mixture = of.error_at(n * PAPER_SIZES[-1])
        size = n * PAPER_SIZES[-1]
        assert of.quantile(mixture, 0.9, n=size) == pytest.approx(
            float(mixture.quantile(np.array(raw_80))), abs=1e-3 * mixture.sd
        )
        assert of.quantile(mixture, 0.975, n=size) == pytest.approx(
            float(mixture.quantile(np.array(raw_95))), abs=0.02 * mixture.sd
        )
        middle = float(mixture.quantile(np.array(0.5)))
        assert of.quantile(mixture, 0.5, n=size) == pytest.approx(middle)


def test_intervals_lie_within_each_other_and_grow_with_the_reach() -> None:
    of = known(drawn(TRUTHS["offset"], PAPER_SIZES, seed=2))
    widths = []
    for times in (1, 2, 4, 10, 50, 100):
        found = shown(of, times * PAPER_SIZES[-1])
        assert list(found) == sorted(found)
        widths.append(found[-1] - found[0])
    assert widths == sorted(widths)


@pytest.mark.parametrize("times", [1e-3, 7.3, 1e6])
def test_unit_of_the_sizes_makes_no_difference(times: float) -> None:
    values = {float(n): TRUTHS["offset"](n) for n in PAPER_SIZES}
    one = known(valued(values))
    other = known(valued({n * times: v for n, v in values.items()}))
    assert shown(one, 20_000.0) == pytest.approx(shown(other, 20_000.0 * times), abs=1e-9)
    assert one.law_weights() == pytest.approx(other.law_weights())


@pytest.mark.parametrize("times", [1e-5, 0.1, 1.4427, 1e4])
def test_unit_of_a_loss_makes_no_difference(times: float) -> None:
    values = {n: 1.1 + 9.0 * n**-0.4 for n in PAPER_SIZES}
    one = known(valued(values, metric="loss"), LOSS)
    other = known(valued({n: v * times for n, v in values.items()}, metric="loss"), LOSS)
    assert shown(one, 20_000) + np.log(times) == pytest.approx(shown(other, 20_000), abs=1e-9)
    assert one.law_weights() == pytest.approx(other.law_weights())


def width(observed: Observed) -> float:
    found = shown(known(observed), 15_000)
    return float(found[3] - found[1])


def test_more_test_problems_narrow_the_interval() -> None:
    rates = {n: TRUTHS["offset"](n) for n in PAPER_SIZES}
    widths = [width(counted(rates, n_test=n)) for n in (100, 400, 1600, 25_600)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.7 * widths[0]


def test_more_seeds_narrow_the_interval() -> None:
    """Seeds of like spread, two and eight of them."""

    def seeds(n_seeds: int) -> Observed:
        apart = [0.03 * (-1) ** i for i in range(n_seeds)]
        return seeded({n: [TRUTHS["offset"](n) + d for d in apart] for n in PAPER_SIZES})

    assert width(seeds(8)) < width(seeds(2))


def test_measurement_is_wider_than_the_curve() -> None:
    of = known(drawn(TRUTHS["offset"], PAPER_SIZES, seed=3))
    assert of.error_at(15_000, measured_with=0.01).sd > of.error_at(15_000).sd


def test_exact_law_is_surer_than_a_drifting_one() -> None:
    curve = drawn(TRUTHS["pow3"], MANY_SIZES, seed=4)
    of, sure = known(curve), exact_posterior(curve, POST)
    assert np.ptp(shown(sure, 1e5)) < np.ptp(shown(of, 1e5))


def test_sizes_ahead_reach_as_far_as_a_forecast_may() -> None:
    of = known(drawn(TRUTHS["offset"], PAPER_SIZES, seed=5))
    sizes, mixtures = of.ahead
    assert (sizes[0], sizes[-1]) == pytest.approx((7473.0, 7473.0 * FURTHEST))
    assert mixtures[0].mean == pytest.approx(of.error_at(7473.0).mean)


def test_floor_lies_below_every_forecast() -> None:
    of = known(drawn(TRUTHS["offset"], PAPER_SIZES, seed=5))
    assert of.floor().mean < of.error_at(7473.0 * FURTHEST).mean


def test_anchor_is_no_part_of_the_answer_for_data_that_it_leaves_alone() -> None:
    """Weights are relative to the anchor; the drift and the level are not."""
    flat = flat_weights()
    only_constant = replace(flat, families=np.array([1e-12] * 5 + [1.0]))
    curve = drawn(TRUTHS["offset"], PAPER_SIZES, seed=6)
    one = posterior(curve, only_constant)
    other = posterior(curve, only_constant, anchor=1000.0)
    assert one.error_at(9000.0).mean == pytest.approx(other.error_at(9000.0).mean, abs=1e-6)
