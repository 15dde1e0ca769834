"""Warnings: each on a curve made by hand to deserve it, and none on clean ones."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from law_curves import MANY_SIZES, PAPER_SIZES, counted, drawn, seeded, valued

from leadline.curves.points import LearningCurve, Point
from leadline.laws.observe import Observed, observe
from leadline.laws.warn import warnings_of


def truth(n: float) -> float:
    return 1 - (0.25 + 0.6 * (1 + n / 400) ** -0.5)


CLEAN = {n: truth(n) for n in MANY_SIZES}


def warned(observed: Observed, word: str) -> bool:
    return any(word in text for text in warnings_of(observed))


def with_recipes(recipes: Mapping[int, Mapping[str, str]]) -> Observed:
    points = tuple(
        Point(n_examples=float(n), value=truth(n), n_test=1319, recipe=recipe)
        for n, recipe in recipes.items()
    )
    return observe(LearningCurve(id="c", metric="accuracy", points=points))


def test_clean_curve_is_not_warned_of() -> None:
    assert warnings_of(counted(CLEAN)) == ()
    assert warnings_of(counted({0: 0.9, **CLEAN})) == ()  # the base is no part of the law
    rising = {n: [rate - 0.01, rate + 0.012] for n, rate in CLEAN.items()}
    assert warnings_of(seeded(rising)) == ()


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ({100: 0.2, 1000: 0.5, 5000: 0.7}, "Only 3 sizes above 0"),
        (dict.fromkeys(PAPER_SIZES, 0.4), "The curve is flat"),
        ({100: 0.5, 500: 0.505, 1000: 0.49, 5000: 0.5, 7473: 0.51}, "The curve is flat"),
        ({10: 0.25, 30: 0.26, 100: 0.25, 300: 0.25, 1000: 0.7, 3000: 0.85}, "Onset: flat"),
        ({10: 0.0, 30: 0.0, 100: 0.0, 300: 0.01, 1000: 0.4}, "Onset: flat"),
        ({100: 0.3, 500: 0.6, 1000: 0.45, 5000: 0.62, 7473: 0.65}, "n = 500 to n = 1,000"),
        ({100: 0.6, 500: 0.5, 1000: 0.4, 5000: 0.3}, "Not monotone: accuracy gets worse"),
        ({100: 0.001, 500: 0.004, 1000: 0.003, 5000: 0.008}, "stays below 2% at every size"),
    ],
)
def test_curve_that_deserves_it_is_warned_of(rates: dict[int, float], words: str) -> None:
    assert warned(counted(rates), words)


def test_flat_at_the_rate_of_a_guess_is_said() -> None:
    rates = dict.fromkeys(PAPER_SIZES, 0.25)
    assert warned(counted(rates, chance=0.25), "flat at the rate of a guess")
    assert not warned(counted(rates, chance=0.5), "guess")
    assert not warned(counted(rates), "guess")
    jump = {10: 0.25, 30: 0.26, 100: 0.25, 300: 0.25, 1000: 0.7, 3000: 0.85}
    assert warned(counted(jump, chance=0.25), "flat at the rate of a guess up to n = 100")


def test_slow_rise_is_no_onset_and_steady_rise_is_not_flat() -> None:
    steady = {n: 0.2 + 0.05 * i for i, n in enumerate(MANY_SIZES)}
    assert warnings_of(counted(steady)) == ()


def test_loss_that_rises_is_not_monotone_and_a_falling_one_is() -> None:
    falling = {n: 1.0 + 9.0 * n**-0.4 for n in MANY_SIZES}
    assert warnings_of(valued(falling, metric="loss", standard_error=0.01)) == ()
    rising = {**falling, 30_000: 2.0}
    assert warned(valued(rising, metric="loss", standard_error=0.01), "loss gets worse")


def test_error_that_rises_is_not_monotone() -> None:
    rates = {n: 1 - rate for n, rate in CLEAN.items()}
    assert warnings_of(valued(rates, metric="error", standard_error=0.01)) == ()
    rates[30_000] = 0.9
    assert warned(valued(rates, metric="error", standard_error=0.01), "error gets worse")


def test_recipe_that_changes_with_the_size_is_shown() -> None:
    """The paper's own: batches of 2, 8 and 16 by the number of examples (its Table 6)."""
    batches = {100: "2", 500: "2", 1000: "8", 5000: "8", 7473: "16"}
    of_paper = with_recipes({n: {"batch_size": b} for n, b in batches.items()})
    assert warned(of_paper, "batch_size is 2 at n = 100, 2 at n = 500, 8 at n = 1,000")
    same = with_recipes({n: {"batch_size": "8", "lr": "1e-5"} for n in batches})
    assert warnings_of(same) == ()


def test_recipe_of_the_base_is_not_compared() -> None:
    recipes = {0: {}, **{n: {"lr": "1e-5"} for n in PAPER_SIZES}}
    assert not warned(with_recipes(recipes), "recipe")


def test_seeds_that_are_all_alike_are_said() -> None:
    assert warned(seeded({n: [rate] * 3 for n, rate in CLEAN.items()}), "All seeds of every size")
    one_differs = {n: [rate] * 3 for n, rate in CLEAN.items()} | {100: [0.3, 0.35, 0.3]}
    assert not warned(seeded(one_differs), "All seeds")
    assert not warned(counted(CLEAN), "All seeds")  # one seed is not several alike


@pytest.mark.parametrize("word", ["Not monotone", "Onset", "flat"])
def test_clean_curves_raise_few_false_alarms(word: str) -> None:
    """Of 200 drawn at a chance of 1 % each: more than 8 has a probability under 1e-4."""
    alarms = sum(warned(drawn(truth, MANY_SIZES, seed=seed), word) for seed in range(200))
    assert alarms <= 8


def test_flat_curves_are_found_flat_and_not_falling() -> None:
    found = [drawn(lambda _: 0.4, PAPER_SIZES, seed=seed) for seed in range(200)]
    assert sum(warned(one, "The curve is flat") for one in found) >= 190
    assert sum(warned(one, "Not monotone") for one in found) <= 8


def test_warnings_do_not_depend_on_the_order_of_points() -> None:
    one = drawn(lambda n: truth(n) if n < 5000 else 0.3, PAPER_SIZES, seed=1)
    turned = observe(replace(one.curve, points=one.curve.points[::-1]))
    assert warnings_of(turned) == warnings_of(one) != ()
