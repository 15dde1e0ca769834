"""Win rates: what two orders say together, and intervals that hold what they promise."""

import dataclasses
import math

import numpy as np
import pytest
from comparisons import A, B, both_orders, compared, drawn, lengths_of

from leadline.analyse.winrate import by_cells, outcome_of, paired, win_rates


def test_pair_is_won_only_if_both_orders_say_so() -> None:
    said = {
        "aa": ("win", False),
        "bb": ("lose", False),
        "nn": ("neither", False),
        "ab": ("neither", True),
        "ba": ("neither", True),
        "an": ("neither", True),
        "nb": ("neither", True),
    }
    for verdicts, expected in said.items():
        (pair,) = paired(both_orders("p", verdicts))
        assert (pair.outcome, pair.flipped) == expected
    for verdicts in ("?a", "a?", "??", "?n"):
        assert paired(both_orders("p", verdicts))[0].outcome == "undecided"
    assert outcome_of("undecided", "a") == ("undecided", False)


def test_counts_rates_and_bounds_by_hand() -> None:
    rate = win_rates(compared(["aa"] * 5 + ["bb"] * 2 + ["nn", "ab"] + ["a?"]))
    assert (rate.n_win, rate.n_lose, rate.n_neither, rate.n_undecided) == (5, 2, 2, 1)
    assert rate.n_win + rate.n_lose + rate.n_neither + rate.n_undecided == rate.n_pairs == 10
    assert rate.win.value == pytest.approx(5 / 9)
    assert rate.score.value == pytest.approx(6 / 9)
    assert rate.flips.value == pytest.approx(1 / 9)
    assert rate.bounds == pytest.approx((6 / 10, 7 / 10))
    # named: 10 + 4 + 2 ("ab": the first shown both times) + 1 ("a?": a was shown first)
    assert rate.shown_first.value == pytest.approx((5 + 2 + 2 + 1) / 17)
    assert rate.causes == (("timeout", 1),)
    assert rate.win.value + rate.lose.value + rate.neither.value == pytest.approx(1)
    assert math.isnan(rate.longer.value)
    assert rate.length_controlled is None


def test_judge_of_places_is_seen_by_its_flips_and_first_places() -> None:
    rate = win_rates(compared(["ab"] * 30))
    assert rate.shown_first.value == 1.0
    assert rate.flips.value == 1.0
    assert rate.score.value == 0.5


def test_undecided_pairs_never_count_as_lost() -> None:
    decided = compared(["aa"] * 6 + ["bb"] * 3)
    extra = [row for i in range(40) for row in both_orders(f"u{i}", "??")]
    with_undecided = win_rates(decided + extra)
    assert with_undecided.score.value == win_rates(decided).score.value
    assert with_undecided.bounds == pytest.approx((6 / 49, 46 / 49))


def test_all_undecided_is_a_rate_of_nothing() -> None:
    rate = win_rates(compared(["??"] * 4))
    assert math.isnan(rate.win.value)
    assert rate.bounds == (0.0, 1.0)
    assert rate.to_row()["win"] == {"value": None, "low": None, "high": None}


def test_all_ties_have_an_interval_that_is_not_empty() -> None:
    rate = win_rates(compared(["nn"] * 20), lengths=lengths_of([10 + i % 7 for i in range(20)]))
    assert rate.score == pytest.approx((0.5, 0.299, 0.701), abs=1e-3)  # Wilson's of 10 in 20
    assert rate.length_controlled is not None
    assert rate.length_controlled.rate == rate.score
    assert rate.neither.low < 0.9 < rate.neither.high == 1.0
    assert rate.win.low == 0.0 < rate.win.high < 0.2


def test_length_preference_counts_won_pairs_of_different_length() -> None:
    rows = compared(["aa", "aa", "bb", "nn", "aa"])
    rate = win_rates(rows, lengths=lengths_of([10, 20, -5, 50, 0]))
    assert rate.longer.value == 1.0
    rate = win_rates(compared(["aa", "aa", "bb", "bb"]), lengths=lengths_of([10, -2, -5, 3]))
    assert rate.longer.value == 0.5


def test_same_rows_give_the_same_intervals() -> None:
    rows = compared(["aa"] * 30 + ["bb"] * 20 + ["ab"] * 5)
    assert win_rates(rows) == win_rates(list(reversed(rows)))


def test_interval_covers_the_truth_at_its_level() -> None:
    rng = np.random.default_rng(5)
    n, n_runs, hits = 120, 150, 0
    for _ in range(n_runs):
        rows = compared([["aa", "bb", "nn"][i] for i in rng.choice(3, n, p=[0.5, 0.3, 0.2])])
        score = win_rates(rows).score
        hits += score.low <= 0.6 <= score.high
    assert 0.90 <= hits / n_runs <= 0.99


def test_samples_of_a_problem_are_one_cluster() -> None:
    rng = np.random.default_rng(1)
    verdicts = ["aa" if win else "bb" for win in rng.random(60) < 0.5]
    alone = win_rates(compared(verdicts)).win
    copies = [
        row
        for i, v in enumerate(verdicts)
        for s in range(8)
        for row in both_orders(f"p{i}", v, sample=s)
    ]
    eightfold = win_rates(copies).win
    assert eightfold.high - eightfold.low == pytest.approx(alone.high - alone.low, rel=1e-9)
    same = sorted(verdicts)  # two of a group now say the same
    grouped = win_rates(compared(same), groups={f"p{i}": f"g{i // 2}" for i in range(60)}).win
    assert grouped.high - grouped.low > 1.2 * (alone.high - alone.low)


def test_seeds_are_pooled_and_other_cells_are_not() -> None:
    other = dataclasses.replace(A, seed=1), dataclasses.replace(B, seed=1)
    rows = both_orders("p", "aa") + both_orders("p", "bb", a=other[0], b=other[1])
    assert win_rates(rows).n_pairs == 2
    larger = dataclasses.replace(A, n_examples=3000)
    mixed = rows + both_orders("p", "aa", a=larger) + both_orders("p", "aa", by="another")
    assert len(by_cells(mixed)) == 3
    with pytest.raises(ValueError, match="one win rate of several"):
        win_rates(mixed)


def test_half_a_pair_is_refused() -> None:
    rows = compared(["aa", "bb"])
    with pytest.raises(ValueError, match="1 pairs were judged in one order only"):
        win_rates(rows[:-1])
    with pytest.raises(ValueError, match="twice"):
        win_rates([*rows, rows[0]])
    with pytest.raises(ValueError, match="no comparisons"):
        win_rates([])
    with pytest.raises(ValueError, match="1 responses lack a length"):
        win_rates(rows, lengths={k: v for k, v in lengths_of([1, 2]).items() if k != (A, "p0", 0)})


def test_planted_length_effect_is_taken_out() -> None:
    """Equal quality, and a judge that likes length: raw far above a half, controlled at a half."""
    rows, sizes = drawn(4000, intercept=0.0, slope=1.5, rng=np.random.default_rng(3))
    rate = win_rates(rows, lengths=sizes)
    assert rate.score.value > 0.57
    assert rate.longer.value > 0.65
    assert rate.length_controlled is not None
    assert rate.length_controlled.rate.value == pytest.approx(0.5, abs=0.03)
