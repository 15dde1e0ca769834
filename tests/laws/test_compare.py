"""Comparisons of laws: planted truths win, and intervals are those of a plain resampling."""

import math

import numpy as np
import pytest
from law_curves import MANY_SIZES, PAPER_SIZES, counted, drawn, valued
from scipy.stats import binom

from leadline.laws.compare import (
    Comparison,
    LawScore,
    Options,
    compare_laws,
    compare_over_curves,
    held_out,
)
from leadline.laws.families import family
from leadline.laws.fit import fit_law
from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.null_test import LikelihoodRatio, likelihood_ratio

LAWS = ("paper", "paper_ml", "pow3", "offset", "constant")


def saturating(n: float) -> float:
    return 1 - (0.3 + 0.68 * (1 + n / 300) ** -0.7)


def paper(n: float) -> float:
    return 0.1947 * n ** (1 / 7.66)


def test_the_planted_law_foresees_better_than_the_papers() -> None:
    found = compare_laws(drawn(saturating, MANY_SIZES, seed=0, n_test=5000), laws=LAWS, n_draws=50)
    assert found.basis == "held-out"
    assert found.of("offset").log_score > found.of("paper").log_score
    assert found.of("offset").error < found.of("constant").error < found.of("paper").error
    assert found.scores[-1].law == "paper"  # it foresees rates above 1
    assert found.of("offset").n_held_out == 3  # the largest, then the largest two


def test_the_papers_law_wins_where_it_is_the_truth() -> None:
    found = compare_laws(drawn(paper, MANY_SIZES, seed=1, n_test=20_000), laws=LAWS, n_draws=50)
    assert found.scores[0].law.startswith("paper")


def test_held_out_density_is_that_of_the_unseen_counts() -> None:
    observed = drawn(saturating, MANY_SIZES, seed=2)
    scored = held_out(observed, family("pow3"), largest=2, options=Options(n_draws=0))
    assert not isinstance(scored, str)
    train = fit_law(observed.upto(len(observed.n) - 2), "pow3", n_draws=0)
    assert isinstance(train, LawFit)
    assert train.n.max() == MANY_SIZES[-3]
    rate = 1 - train.error(observed.n[-2:])
    right = np.rint(observed.rate[-2:] * 1319)
    expected = binom.logpmf(right, 1319, rate) + math.log(1319)  # a density of the rate
    assert scored.plug_in == pytest.approx(expected)
    assert scored.log_score == pytest.approx(expected)  # no draws: the same
    assert scored.error == pytest.approx(abs(rate - observed.rate[-2:]))


def test_uncertain_parameters_cost_less_where_the_law_is_wrong() -> None:
    found = compare_laws(drawn(saturating, MANY_SIZES, seed=3), laws=("paper_ml",), n_draws=200)
    assert found.of("paper_ml").log_score > found.of("paper_ml").plug_in


def test_few_sizes_fall_back_on_aicc_and_say_so() -> None:
    found = compare_laws(drawn(paper, (100, 500, 1000, 5000), seed=0), laws=LAWS)
    assert found.basis == "AICc"
    known = [score.aicc for score in found.scores if score.aicc is not None]
    assert known == sorted(known)
    assert found.scores[-1].aicc is None  # offset: 4 parameters, 4 sizes
    assert all("fewer than 5 sizes" in score.reason for score in found.scores)
    assert all(math.isnan(score.log_score) for score in found.scores)


def test_losses_are_scored_by_their_logarithm() -> None:
    observed = valued({n: 1.2 + 5 * n**-0.3 for n in MANY_SIZES}, metric="loss")
    found = compare_laws(observed, laws=("pow3", "constant"), n_draws=20)
    assert found.of("pow3").error < 1e-4
    assert found.of("constant").error > 0.05


def scored(name: str, task: str, offset: float, other: float) -> Comparison:
    scores = (LawScore(law="offset", log_score=offset), LawScore(law="pow3", log_score=other))
    return Comparison(curve_id=name, task=task, basis="held-out", scores=scores)


def test_differences_are_paired_and_resampled_by_task() -> None:
    rng = np.random.default_rng(0)
    gain = {task: rng.normal(0.5, 1.0, 4) for task in "abcdefgh"}
    curves = [
        scored(f"{task}{i}", task, 1.0, 1.0 + one)
        for task, row in gain.items()
        for i, one in enumerate(row)
    ]
    unscored = scored("x", "z", math.nan, 5.0)
    (found,) = compare_over_curves([*curves, unscored], against="offset")
    assert (found.law, found.n_curves, found.n_tasks) == ("pow3", 32, 8)
    assert found.mean == pytest.approx(np.mean([*gain.values()]))
    rows = np.array([*gain.values()])
    means = [rows[rng.integers(0, 8, 8)].mean() for _ in range(4000)]
    assert found.interval.low == pytest.approx(np.quantile(means, 0.025), abs=0.05)
    assert found.interval.high == pytest.approx(np.quantile(means, 0.975), abs=0.05)


def test_one_task_has_no_interval() -> None:
    (found,) = compare_over_curves([scored("a", "t", 1, 2), scored("b", "t", 1, 3)])
    assert found.mean == pytest.approx(1.5)
    assert math.isnan(found.interval.low)


def test_papers_form_is_refuted_by_a_saturating_curve() -> None:
    observed = drawn(saturating, (0, *MANY_SIZES), seed=0, n_test=5000)
    found = likelihood_ratio(observed, n_draws=200)
    assert isinstance(found, LikelihoodRatio)
    assert found.n_sizes == len(MANY_SIZES)  # n = 0 lies outside the paper's law
    assert found.statistic > 20
    assert found.p_value == pytest.approx(1 / 201)


def test_p_values_are_even_where_the_papers_form_is_true() -> None:
    found = [
        likelihood_ratio(drawn(paper, PAPER_SIZES, seed=s, name=f"curve {s}"), n_draws=60)
        for s in range(30)
    ]
    p = np.array([one.p_value for one in found if isinstance(one, LikelihoodRatio)])
    assert len(p) == 30
    assert 0.34 < p.mean() < 0.66  # 0.5 ± 3 · 0.29 / √30
    assert (p < 0.1).sum() <= 8


def test_a_curve_that_cannot_be_tested_says_why() -> None:
    found = likelihood_ratio(counted({100: 0.1, 1000: 0.2}))
    assert isinstance(found, NoFit)
    assert "2 sizes above 0" in found.reason
