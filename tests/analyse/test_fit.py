"""Fits against other estimators, planted truths and simulated coverage."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from scipy.optimize import minimize

from leadline.analyse.fit import NoFit, at_edge, band, fit, fit_all, interval
from leadline.analyse.laws import FittableLaw, Offset, PaperLaw
from leadline.analyse.measure import Curve, curves
from leadline.analyse.noise import seed_spread
from leadline.records import Fit, Measurement

PAPER_SIZES = (100, 500, 1000, 5000, 7473)
N_PROBLEMS = 1319  # GSM8K's test set


def point(n: int, rate: float, *, seed: int = 0, n_problems: int = N_PROBLEMS) -> Measurement:
    return Measurement(
        model="m",
        task="t",
        method="sft" if n else "base",
        n_examples=n,
        seed=seed,
        metric="accuracy",
        value=rate,
        standard_error=float(np.sqrt(rate * (1 - rate) / (n_problems - 1))),
        n_problems=n_problems,
        n_undecided=0,
        n_truncated=0,
    )


def curve_of(rates: Mapping[int, float], *, n_problems: int = N_PROBLEMS) -> Curve:
    return curves([point(n, rate, n_problems=n_problems) for n, rate in rates.items()])[0]


def measured(truth: Callable[[float], float], sizes: tuple[int, ...], seed: int) -> Curve:
    rng = np.random.default_rng(seed)
    return curve_of({n: rng.binomial(N_PROBLEMS, truth(n)) / N_PROBLEMS for n in sizes})


def fitted(law: FittableLaw, curve: Curve, *, n_draws: int = 500, seed: int = 0) -> Fit:
    found = fit(law, curve, n_draws=n_draws, seed=seed)
    assert isinstance(found, Fit)
    return found


def paper(n: float) -> float:
    return 0.1947 * n ** (1 / 7.66)  # Table 7, llama-3-8b on maths


def offset(n: float) -> float:
    return 1 - (0.3 + 0.68 * (1 + n / 300) ** -0.7)


def test_paper_law_reproduces_the_papers_own_curve() -> None:
    rate = PaperLaw().predict(np.array([1000.0]), np.array([[0.1947, 7.66]]))
    assert rate == pytest.approx(0.4797, abs=5e-5)


def test_paper_law_is_least_squares_on_logarithms() -> None:
    curve = measured(paper, PAPER_SIZES, seed=1)
    found = fitted(PaperLaw(), curve)
    x = np.log([m.n_examples for m in curve.points])
    slope, level = np.polyfit(x, np.log([m.value for m in curve.points]), 1)
    assert found.parameters["a"] == pytest.approx(np.exp(level), rel=1e-10)
    assert found.parameters["b"] == pytest.approx(1 / slope, rel=1e-10)


def test_paper_law_says_which_sizes_it_could_not_take() -> None:
    curve = curve_of({0: 0.02, 100: 0.0, 300: 0.05, 1000: 0.1, 3000: 0.2})
    found = fitted(PaperLaw(), curve)
    assert [n for n, _ in found.points] == [300, 1000, 3000]
    assert any(reason.startswith("n = 0,") for reason in found.dropped)
    assert any(reason.startswith("n = 100,") for reason in found.dropped)


def test_bounded_law_is_the_maximum_of_the_binomial_likelihood() -> None:
    curve = measured(offset, (0, *PAPER_SIZES), seed=2)
    found = fitted(Offset(), curve)
    n = np.array([m.n_examples for m in curve.points], dtype=float)
    right = np.array([round(m.value * N_PROBLEMS) for m in curve.points])

    def loss(theta: np.ndarray) -> float:
        e, q0, log_d0, alpha = theta
        p = 1 - (e + (q0 - e) * (1 + n / np.exp(log_d0)) ** -alpha)
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return -float((right * np.log(p) + (N_PROBLEMS - right) * np.log1p(-p)).sum())

    limits = [(0, 1), (0, 1), (0, np.log(100 * n.max())), (0.02, 3)]
    starts = [[e, 0.98, d, a] for e in (0.1, 0.3) for d in (4, 6, 8) for a in (0.3, 0.7, 1.5)]
    best = min(minimize(loss, s, bounds=limits, method="L-BFGS-B").fun for s in starts)
    theta = [found.parameters[name] for name in ("e", "q0", "D0", "alpha")]
    theta[2] = np.log(theta[2])
    assert loss(np.array(theta)) <= best + 1e-5


def test_bounded_law_recovers_a_noiseless_plant() -> None:
    sizes = (0, 30, 100, 300, 1000, 3000, 10000, 30000)
    found = fitted(Offset(), curve_of({n: offset(n) for n in sizes}))
    planted = {"e": 0.3, "q0": 0.98, "D0": 300.0, "alpha": 0.7}
    assert found.parameters == pytest.approx(planted, rel=1e-3)
    assert np.abs(found.residuals).max() < 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_bounded_band_holds_the_planted_curve(seed: int) -> None:
    found = fitted(Offset(), measured(offset, (0, *PAPER_SIZES), seed=seed))
    n = np.array([0.0, 100, 300, 1000, 7473])
    shape = band(found, n, level=0.999)
    truth = np.array([offset(value) for value in n])
    assert np.all(shape.low <= truth + 1e-9)
    assert np.all(truth <= shape.high + 1e-9)


def test_interval_covers_the_planted_law_at_its_level() -> None:
    n_studies, covered = 300, {"a": 0, "b": 0}
    for seed in range(n_studies):
        ends = interval(fitted(PaperLaw(), measured(paper, PAPER_SIZES, seed=seed), seed=seed))
        covered["a"] += ends["a"].low <= 0.1947 <= ends["a"].high
        covered["b"] += ends["b"].low <= 7.66 <= ends["b"].high
    # 95 % of 300, ± 3 binomial standard deviations
    assert 274 <= covered["a"] <= 296
    assert 274 <= covered["b"] <= 296


def test_seeds_are_points_of_their_own_and_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    shift = rng.normal(0, 0.25, (len(PAPER_SIZES), 3))
    rows = [
        point(n, float(np.clip(paper(n) + 0.2 * s, 0.01, 0.99)), seed=i)
        for n, row in zip(PAPER_SIZES, shift, strict=True)
        for i, s in enumerate(row)
    ]
    spread = fitted(PaperLaw(), curves(rows)[0])
    calm = [point(m.n_examples, paper(m.n_examples), seed=m.seed) for m in rows]
    steady = fitted(PaperLaw(), curves(calm)[0])
    assert len(spread.points) == 15
    wide, narrow = interval(spread)["b"], interval(steady)["b"]
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_spread_between_seeds_is_recovered_on_the_logit_scale() -> None:
    rng = np.random.default_rng(4)
    tau, rows = 0.3, []
    for n in (100, 300, 1000, 3000):
        logits = np.log(offset(n) / (1 - offset(n))) + rng.normal(0, tau, 200)
        rates = rng.binomial(N_PROBLEMS, 1 / (1 + np.exp(-logits))) / N_PROBLEMS
        rows += [point(n, float(rate), seed=i) for i, rate in enumerate(rates)]
    assert seed_spread(rows) == pytest.approx(tau, rel=0.1)
    assert seed_spread([row for row in rows if row.seed == 0]) == 0.0


def test_a_curve_that_may_be_flat_has_no_upper_end_for_b() -> None:
    found = fitted(PaperLaw(), curve_of(dict.fromkeys(PAPER_SIZES, 0.4)))
    assert interval(found)["b"].high == np.inf
    assert interval(found)["b"].low > 5


def test_a_parameter_at_its_bound_is_named() -> None:
    jump = curve_of({0: 0.02, 100: 0.02, 1000: 0.1, 3000: 0.8, 10000: 0.8})
    assert "alpha" in at_edge(fitted(Offset(), jump))


def test_a_falling_curve_is_fitted_by_a_flat_one() -> None:
    found = fitted(Offset(), curve_of({0: 0.6, 100: 0.5, 1000: 0.4, 10000: 0.3}))
    curve = Offset().predict(np.array([0.0, 1e4]), np.array([[*found.parameters.values()]]))
    assert curve[0, 0] == pytest.approx(curve[0, 1])


def test_two_sizes_are_no_curve() -> None:
    found = fit(PaperLaw(), curve_of({0: 0.1, 100: 0.2, 1000: 0.3}))
    assert isinstance(found, NoFit)
    assert "3 sizes above 0" in found.reason


def test_accuracy_near_zero_is_said_and_not_fitted() -> None:
    rows = curve_of({0: 0.0, 100: 0.0, 1000: 0.004, 10000: 0.006})
    for law in (PaperLaw(), Offset()):
        found = fit(law, rows)
        assert isinstance(found, NoFit)
        assert "below 2%" in found.reason
        assert "0.6%" in found.reason


def test_paper_law_needs_three_sizes_with_right_answers() -> None:
    found = fit(PaperLaw(), curve_of({0: 0.0, 100: 0.0, 1000: 0.0, 3000: 0.1, 10000: 0.4}))
    assert isinstance(found, NoFit)
    assert "only 2 of 4 sizes" in found.reason


def test_same_rows_and_seed_give_the_same_fit() -> None:
    rows = measured(offset, (0, *PAPER_SIZES), seed=5)
    assert fit_all(rows.points) == fit_all(rows.points)
    assert fit_all(rows.points, seed=1)[1] != fit_all(rows.points)[1]


def test_curves_are_never_drawn_outside_what_was_measured() -> None:
    found = fitted(PaperLaw(), measured(paper, PAPER_SIZES, seed=6))
    with pytest.raises(ValueError, match="fitted to n from 100 to 7473"):
        band(found, np.array([100.0, 10_000.0]))
