"""Fits against planted laws, other optimisers and starts from far away."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_curves import MANY_SIZES, PAPER_SIZES, counted, drawn, seeded, valued
from scipy.optimize import curve_fit, minimize
from scipy.stats import betabinom, binom

from leadline.curves.read import read_curves
from leadline.laws import bootstrap, newton
from leadline.laws import fit as fitting
from leadline.laws.families import FAMILIES
from leadline.laws.fit import fit_all, fit_law
from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.observe import Observed, observe

TRUTHS: dict[str, tuple[dict[str, float], Callable[[float], float]]] = {
    "pow3": (
        {"e": 0.2, "A": 1.5, "alpha": 0.3},
        lambda n: 0.2 + 1.5 * n**-0.3,
    ),
    "offset": (
        {"e": 0.3, "q0": 0.98, "D0": 300.0, "alpha": 0.7},
        lambda n: 0.3 + 0.68 * (1 + n / 300) ** -0.7,
    ),
    "rectified": (
        {"e": 0.15, "B": 400.0, "D_l": 500.0, "beta": 1.1},
        lambda n: 0.15 + 400 / (500 + n**1.1),
    ),
    "sigmoid": (
        {"P0": 0.25, "P_inf": 0.8, "D_mid": 900.0, "B": 1.6},
        lambda n: 1 - (0.25 + 0.55 / (1 + (900 / n) ** 1.6) if n else 0.25),
    ),
    "loglinear": (
        {"a": 0.95, "s": 0.06},
        lambda n: 0.95 - 0.06 * math.log(n),
    ),
    "logit_linear": (
        {"a": -3.0, "b": 0.4, "g": 0.25},
        lambda n: 1 - (0.25 + 0.75 / (1 + math.exp(3 - 0.4 * math.log(n)))),
    ),
    "constant": (
        {"e": 0.41},
        lambda _: 0.41,
    ),
    "paper": (
        {"a": 0.1947, "b": 7.66},
        lambda n: 1 - 0.1947 * n ** (1 / 7.66),
    ),
    "paper_ml": (
        {"a": 0.1947, "b": 7.66},
        lambda n: 1 - 0.1947 * n ** (1 / 7.66),
    ),
}
BROKEN = {"e": 0.1, "A": 0.9, "c0": 0.05, "c1": 0.6, "d": 2000.0, "f": 0.3}


def broken(n: float) -> float:
    return 0.1 + 0.9 * n**-0.05 * (1 + (n / 2000) ** (1 / 0.3)) ** (-0.6 * 0.3)


def offset(n: float) -> float:
    return 1 - TRUTHS["offset"][1](n)


def fitted(observed: Observed, law: str, **options: float) -> LawFit:
    found = fit_law(observed, law, **options)  # type: ignore[arg-type]
    assert isinstance(found, LawFit), found
    assert found.converged
    return found


@pytest.mark.parametrize("law", TRUTHS)
def test_planted_law_is_recovered(law: str) -> None:
    planted, error = TRUTHS[law]
    takes_zero = law in ("offset", "rectified", "sigmoid", "constant")
    sizes = (0, *MANY_SIZES) if takes_zero else MANY_SIZES
    chance = planted.get("P0", planted.get("g"))
    exact = valued({n: 1 - error(n) for n in sizes}, chance=chance)
    counts = counted({n: 1 - error(n) for n in sizes}, n_test=100_000_000, chance=chance)
    for observed in (exact, counts):
        found = fitted(observed, law, n_draws=0)
        assert found.parameters == pytest.approx(planted, rel=1e-3)
        assert np.abs(found.residuals).max() < 1e-5


def test_planted_break_is_recovered() -> None:
    sizes = np.geomspace(30, 300_000, 16)
    found = fitted(valued({n: 1 - broken(n) for n in sizes}), "bnsl1", n_draws=0)
    assert found.parameters == pytest.approx(BROKEN, rel=0.02)
    assert np.abs(found.residuals).max() < 1e-5


@pytest.mark.parametrize(
    "law", ["pow3", "offset", "rectified", "loglinear", "paper", "logit_linear"]
)
def test_planted_loss_is_recovered(law: str) -> None:
    losses: dict[str, Callable[[float], float]] = {
        "pow3": lambda n: 1.2 + 5 * n**-0.3,
        "offset": lambda n: 1.2 + 2.5 * (1 + n / 500) ** -0.6,
        "rectified": lambda n: 1.2 + 600 / (300 + n**1.1),
        "loglinear": lambda n: 4 - 0.2 * math.log(n),
        "paper": lambda n: 4 * n**-0.1,
        "logit_linear": lambda n: 4 * n**-0.1,
    }
    found = fitted(valued({n: losses[law](n) for n in MANY_SIZES}, metric="loss"), law, n_draws=0)
    at = np.array([50.0, 700.0, 30_000.0])
    assert found.error(at) == pytest.approx([losses[law](n) for n in at], rel=1e-4)
    if law == "paper":
        assert found.parameters == pytest.approx({"a": 4.0, "b": -10.0})


def test_papers_law_is_least_squares_on_logarithms() -> None:
    observed = drawn(lambda n: 0.1947 * n ** (1 / 7.66), PAPER_SIZES, seed=1)
    found = fitted(observed, "paper", n_draws=0)
    slope, level = np.polyfit(np.log(observed.n), np.log(observed.rate), 1)
    assert found.parameters == pytest.approx({"a": np.exp(level), "b": 1 / slope})


@pytest.mark.parametrize("tau", [0.0, 0.15])
@pytest.mark.parametrize("seed", range(3))
def test_offset_is_the_maximum_of_the_likelihood_that_scipy_finds(seed: int, tau: float) -> None:
    observed = drawn(offset, (0, *PAPER_SIZES), seed=seed)
    found = fitted(observed, "offset", pooled_tau=tau, n_draws=0)
    n, right = observed.n, np.rint(observed.rate * 1319)
    # One seed: the spread of the curve is the pooled one.
    q = (observed.error * 1319 + 0.5) / 1320
    with np.errstate(divide="ignore"):
        c = 1 / (q * (1 - q) * tau**2) - 1

    def loss(theta: np.ndarray) -> float:
        e, q0, log_d0, alpha = theta
        p = 1 - (e + (q0 - e) * (1 + n / np.exp(log_d0)) ** -alpha)
        p = np.clip(p, 1e-9, 1 - 1e-9)
        one = (
            betabinom.logpmf(right, 1319, p * c, (1 - p) * c)
            if tau
            else binom.logpmf(right, 1319, p)
        )
        return -float(one.sum())

    highest = fitting.frame_of(observed).highest_floor
    limits = [(0, highest), (0, 1), (0, np.log(100 * n.max())), (0.02, 3)]
    starts = [(e, 0.98, d, a) for e in (0.1, 0.3) for d in (4, 6, 8) for a in (0.3, 0.7, 1.5)]
    best = min(minimize(loss, s, bounds=limits, method="L-BFGS-B").fun for s in starts)
    values = dict(found.parameters)
    theta = np.array([values["e"], values["q0"], np.log(values["D0"]), values["alpha"]])
    assert loss(theta) <= best + 1e-6
    assert found.log_likelihood == pytest.approx(-loss(theta), abs=1e-8)


@pytest.mark.parametrize("law", ["paper_ml", "pow3", "offset", "rectified", "logit_linear"])
@pytest.mark.parametrize("seed", range(3))
def test_refit_from_the_optimum_and_from_far_gives_the_same_value(law: str, seed: int) -> None:
    observed = drawn(offset, (100, 300, 1000, 3000, 10_000, 30_000), seed=seed)
    ready = fitting.prepare(observed, law)
    assert isinstance(ready, fitting.Prepared)
    starts, _ = fitting.grid_starts(ready)
    first = fitting.best_of(ready.objective, starts)
    low, high = ready.family.bounds(ready.frame)
    again = newton.minimise(ready.objective, first.z, low, high)
    assert again.value[0] == pytest.approx(first.value[0], abs=1e-8)
    # Far: every part of the box, the best of what is reached.
    shares = np.random.default_rng(seed).uniform(0.1, 0.9, (25, len(low)))
    far = fitting.best_of(ready.objective, low + shares * (high - low))
    assert far.value[0] == pytest.approx(first.value[0], abs=1e-8)


def test_bootstrap_and_covariance_agree_where_no_bound_is_near() -> None:
    saturating = drawn(offset, (0, *MANY_SIZES), seed=3, n_test=200_000)
    rising = drawn(lambda n: 0.1947 * n ** (1 / 7.66), MANY_SIZES, seed=3, n_test=200_000)
    for law, observed in (("offset", saturating), ("paper", rising), ("paper_ml", rising)):
        found = fitted(observed, law, n_draws=800)
        spread = found.draws.std(axis=0)
        errors = np.array([*found.standard_errors.values()])
        assert spread == pytest.approx(errors, rel=0.15), law


def test_interval_covers_the_planted_parameter_at_its_level() -> None:
    planted, error = TRUTHS["pow3"]
    n_studies, covered = 150, 0
    for seed in range(n_studies):
        observed = drawn(lambda n: 1 - error(n), MANY_SIZES, seed=seed, name=f"curve {seed}")
        ends = fitted(observed, "pow3", n_draws=200).interval("alpha", level=0.9)
        covered += ends.low <= planted["alpha"] <= ends.high
    assert 124 <= covered <= 146  # 90 % of 150, ± 3 binomial standard deviations


def test_sizes_that_a_law_cannot_take_are_named() -> None:
    observed = counted({0: 0.02, 100: 0.0, 300: 0.05, 1000: 0.1, 3000: 0.2, 9000: 0.25})
    paper = fitted(observed, "paper")
    assert paper.n.tolist() == [300, 1000, 3000, 9000]
    assert [reason.split(":")[0] for reason in paper.dropped] == ["n = 0", "n = 100"]
    assert fitted(observed, "paper_ml").n.tolist() == [100, 300, 1000, 3000, 9000]
    assert fitted(observed, "offset").n.tolist() == [0, 100, 300, 1000, 3000, 9000]


@pytest.mark.parametrize(
    ("rates", "law", "words"),
    [
        ({0: 0.1, 100: 0.2, 1000: 0.3}, "offset", "2 sizes above 0 were measured"),
        ({100: 0.3, 1000: 0.3, 5000: 0.3}, "pow3", "all 3 sizes have the same value, 0.3"),
        ({100: 0.0, 1000: 0.0, 3000: 0.1, 9000: 0.4}, "paper", "2 sizes above 0 can be used"),
        ({100: 0.1, 1000: 0.2, 9000: 0.4}, "bnsl1", "this law needs 12"),
        ({100: 0.1, 1000: 0.2, 9000: 0.4}, "sigmoid", "no chance rate is given"),
    ],
)
def test_what_cannot_be_fitted_says_why(rates: dict[int, float], law: str, words: str) -> None:
    found = fit_law(counted(rates, n_test=1000), law)
    assert isinstance(found, NoFit)
    assert words in found.reason


def test_equal_values_are_fitted_by_the_constant() -> None:
    observed = counted({100: 0.3, 1000: 0.3, 5000: 0.3}, n_test=1000)
    assert fitted(observed, "constant").parameters == pytest.approx({"e": 0.7})


def test_aicc_is_undefined_where_sizes_do_not_exceed_parameters_plus_one() -> None:
    few = drawn(offset, PAPER_SIZES, seed=0)
    found = fitted(few, "offset", n_draws=0)  # 5 sizes, 4 parameters
    assert found.n_parameters == 4
    assert found.aicc is None
    three = fitted(few, "pow3", n_draws=0)
    assert three.aicc == pytest.approx(2 * 3 - 2 * three.log_likelihood + 2 * 3 * 4 / (5 - 3 - 1))


def test_a_parameter_at_its_bound_is_named_and_has_no_standard_error() -> None:
    jump = fitted(counted({0: 0.02, 100: 0.02, 1000: 0.1, 3000: 0.8, 10_000: 0.8}), "offset")
    assert "alpha" in jump.at_edge
    assert jump.covariance is None
    assert math.isnan(jump.standard_errors["alpha"])
    assert not jump.identified


def test_what_the_data_do_not_settle_is_named() -> None:
    unsure = fitted(drawn(offset, PAPER_SIZES, seed=0, n_test=100), "offset", n_draws=0)
    assert {"e", "alpha"} <= set(unsure.unsettled)
    sure = fitted(drawn(offset, (0, *MANY_SIZES), seed=0, n_test=10**7), "offset", n_draws=0)
    assert sure.unsettled == ()
    assert sure.identified


def test_a_falling_curve_is_fitted_by_a_flat_one() -> None:
    found = fitted(counted({0: 0.6, 100: 0.5, 1000: 0.4, 10_000: 0.3}), "offset", n_draws=50)
    ends = found.error(np.array([0.0, 1e4]))
    assert ends[0] == pytest.approx(ends[1], rel=1e-3)
    assert found.at_edge


def test_a_curve_that_may_be_flat_has_no_upper_end_for_b() -> None:
    found = fitted(drawn(lambda _: 0.4, PAPER_SIZES, seed=0), "paper")
    assert found.interval("b").high == math.inf
    assert found.interval("b").low > 5


def test_seeds_widen_the_interval() -> None:
    rates = {n: 0.1947 * n ** (1 / 7.66) for n in PAPER_SIZES}
    calm = fitted(seeded({n: [p] * 3 for n, p in rates.items()}), "paper_ml")
    rng = np.random.default_rng(3)
    spread = fitted(
        seeded({n: (p + rng.normal(0, 0.05, 3)).tolist() for n, p in rates.items()}), "paper_ml"
    )
    assert "tau between seeds" in spread.noise
    wide, narrow = spread.interval("b"), calm.interval("b")
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_same_rows_and_seed_give_the_same_fit() -> None:
    observed = drawn(offset, (0, *PAPER_SIZES), seed=5)

    def all_of(seed: int) -> list[tuple[object, ...]]:
        found = fit_all(observed, n_draws=100, seed=seed)
        fits = [one for one in found if isinstance(one, LawFit)]
        return [(one.law, dict(one.parameters), one.draws.tolist()) for one in fits]

    first, other = all_of(0), all_of(1)
    assert first == all_of(0)
    assert [a[:2] for a in first] == [b[:2] for b in other]
    assert first != other


def test_every_law_is_fitted_or_says_why_on_one_curve() -> None:
    found = fit_all(drawn(offset, (0, *PAPER_SIZES), seed=5), n_draws=20)
    assert [one.law for one in found] == [one.name for one in FAMILIES]
    refused = {one.law for one in found if isinstance(one, NoFit)}
    assert refused == {"sigmoid", "bnsl1"}


def test_the_papers_a_is_printed_in_per_cent() -> None:
    found = fitted(valued({n: 0.1947 * n ** (1 / 7.66) for n in PAPER_SIZES}), "paper")
    assert found.describe() == "P = a · n^(1/b): a = 19.47 %, b = 7.66"


def test_repeats_are_fitted_as_scipy_fits_them() -> None:
    planted, error = TRUTHS["pow3"]
    ready = fitting.prepare(counted({n: 1 - error(n) for n in MANY_SIZES}), "pow3")
    assert isinstance(ready, fitting.Prepared)
    q_k = np.array([error(n) for n in MANY_SIZES])
    repeats = ready.likelihood.draw(q_k, 25, np.random.default_rng(0))
    weight_k = ready.likelihood.information(q_k)
    found = bootstrap.parameter_draws(ready.family, ready.frame, ready.n_k, repeats, weight_k)

    def law(n: np.ndarray, e: float, a: float, alpha: float) -> np.ndarray:
        return np.asarray(e + a * n**-alpha)

    for ours, target in zip(found, repeats.target, strict=True):
        theirs, _ = curve_fit(
            law,
            ready.n_k,
            target,
            p0=[*planted.values()],
            sigma=1 / np.sqrt(weight_k),
            bounds=([0, 0, 0.02], [ready.frame.highest_floor, np.inf, 3]),
        )
        loss = [(weight_k * (target - law(ready.n_k, *p)) ** 2).sum() for p in (ours, theirs)]
        assert loss[0] <= loss[1] + 0.02  # of a squared standard error
        assert ours[2] == pytest.approx(theirs[2], rel=0.02)


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.sets(st.sampled_from([0, 1, 2, 7, 40, 300, 5000, 10**9, 10**13]), min_size=3),
    rights=st.lists(st.integers(0, 20), min_size=9, max_size=9),
    n_test=st.sampled_from([20, 1319]),
)
def test_any_counts_are_fitted_within_bounds_or_refused(
    sizes: set[int], rights: list[int], n_test: int
) -> None:
    rates = {n: right / 20 for n, right in zip(sorted(sizes), rights, strict=False)}
    for found in fit_all(counted(rates, n_test=n_test, chance=0.1), n_draws=8):
        if isinstance(found, NoFit):
            assert found.reason
            continue
        assert np.isfinite([*found.parameters.values()]).all()
        assert math.isfinite(found.log_likelihood)
        if found.law != "paper":
            assert found.fitted.min() >= -1e-9
        if not found.law.startswith("paper"):
            assert found.fitted.max() <= 1 + 1e-9
            assert np.isfinite(found.error_draws(found.n)).all()


@pytest.mark.slow
@pytest.mark.parametrize("law", ["paper_ml", "pow3", "offset", "rectified", "logit_linear"])
def test_no_random_start_ends_lower_on_public_curves(shared_data: Path, law: str) -> None:
    files = sorted((shared_data / "laws").glob("*.csv"))
    curves = [curve for file in files for curve in read_curves([file]).curves][::3]
    rng, n_fitted = np.random.default_rng(0), 0
    for curve in curves:
        ready = fitting.prepare(observe(curve), law)
        if isinstance(ready, NoFit):
            continue
        starts, _ = fitting.grid_starts(ready)
        found = fitting.best_of(ready.objective, starts)
        low, high = ready.family.bounds(ready.frame)
        sides = np.where(np.isfinite(high), high, 2.0) - low
        anywhere = low + rng.uniform(0.02, 0.98, (60, len(low))) * sides
        assert found.value[0] <= fitting.best_of(ready.objective, anywhere).value[0] + 1e-6
        assert found.converged.all()
        n_fitted += 1
    assert n_fitted > 60
