"""The paired drop: hand-computed values, and coverage over simulated models."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest
from scipy import stats

from leadline.analyse.paired import (
    contamination_report,
    difference_interval,
    mean_interval,
    paired_drop,
    unpaired_drop,
)
from leadline.records import Cell, Judgement, Problem, Verdict

CELL = Cell(model="m", task="t", method="sft", n_examples=0, seed=0)
WORD: dict[object, Verdict] = {1: "yes", 0: "no", None: "undecided"}  # True is 1


def rows(verdicts: Mapping[str, Sequence[object]], *, question: str = "correct") -> list[Judgement]:
    return [
        Judgement(
            cell=CELL,
            problem_id=problem,
            sample=sample,
            question=question,
            verdict=WORD[verdict],
            by="hand",
        )
        for problem, samples in verdicts.items()
        for sample, verdict in enumerate(samples)
    ]


def groups(variants: Iterable[str]) -> dict[str, str]:
    """Variant `7-2` is of original 7."""
    return {name: name.partition("-")[0] for name in variants}


def test_the_drop_is_the_mean_of_each_originals_own_drop() -> None:
    originals: Mapping[str, Sequence[object]] = {"1": [1], "2": [1], "3": [0], "4": [1]}
    own = {"1": [1, 0], "2": [0, 0], "3": [1, 0], "4": [1, 1]}  # drops 1/2, 1, -1/2 and 0
    variants = {f"{i}-{k}": [verdict] for i, both in own.items() for k, verdict in enumerate(both)}
    drop = paired_drop(rows(originals), rows(variants), group_of=groups(variants), level=0.8)
    assert (drop.original, drop.variant, drop.drop) == (0.75, 0.5, 0.25)
    assert (drop.n_originals, drop.n_variants, drop.n_undecided, drop.n_alone) == (4, 8, 0, 0)
    # d = .5, 1, -.5, 0: mean .25, sum of squares about it 1.25, sd = sqrt(1.25 / 3)
    assert drop.standard_error == pytest.approx(math.sqrt(1.25 / 3) / 2)
    # with +1 and -1 added: mean 1/6, sum of squares 3.5 - 6/36, five degrees of freedom
    half = stats.t.ppf(0.9, 5) * math.sqrt((3.5 - 1 / 6) / 5 / 6)
    assert drop.low == pytest.approx(1 / 6 - half)
    assert drop.high == pytest.approx(1 / 6 + half)


def test_many_variants_of_one_original_count_as_one() -> None:
    few: Mapping[str, Sequence[object]] = {f"{i}-0": [i % 2] for i in range(20)}
    many: Mapping[str, Sequence[object]] = {
        f"{i}-{k}": [i % 2] for i in range(20) for k in range(10)
    }
    before: Mapping[str, Sequence[object]] = {str(i): [1] for i in range(20)}
    a, b = (paired_drop(rows(before), rows(v), group_of=groups(v)) for v in (few, many))
    assert (a.drop, a.low, a.high) == (b.drop, b.low, b.high)
    assert b.n_variants == 200


def test_undecided_verdicts_leave_their_pair_and_are_counted() -> None:
    before: Mapping[str, Sequence[object]] = {"1": [1], "2": [None], "3": [1, 0], "4": [1]}
    after: Mapping[str, Sequence[object]] = {
        "1-0": [0],
        "2-0": [1],
        "3-0": [None],
        "3-1": [1],
        "4-0": [None],
    }
    drop = paired_drop(rows(before), rows(after), group_of=groups(after))
    assert (drop.n_originals, drop.n_variants) == (2, 2)  # 1 and 3
    assert (drop.n_undecided, drop.n_alone) == (3, 1)
    assert drop.drop == pytest.approx((1 + (0.5 - 1)) / 2)


def test_other_questions_and_variants_without_original_stay_out() -> None:
    before = rows({"1": [1], "2": [1]}) + rows({"1": [0], "2": [0]}, question="numeric")
    after = rows({"1-0": [1], "2-0": [0], "9": [1]})
    group_of = {"1-0": "1", "2-0": "2", "9": ""}
    assert paired_drop(before, after, group_of=group_of).drop == 0.5
    assert paired_drop(before, after, group_of=group_of).n_alone == 1
    with pytest.raises(ValueError, match="numeric"):
        paired_drop(before, after, group_of=group_of, question="numeric")


def test_no_difference_in_any_pair_still_has_a_width() -> None:
    low, high = mean_interval(np.zeros(50), level=0.95)
    assert low == pytest.approx(-high)
    assert 0.02 < high < 0.1


def test_interval_is_the_t_interval_where_there_are_many_pairs() -> None:
    draws = np.random.default_rng(0).uniform(-1, 1, size=5_000)
    expected = stats.ttest_1samp(draws, 0).confidence_interval(0.95)
    assert mean_interval(draws, level=0.95) == pytest.approx(tuple(expected), abs=1e-3)
    other = np.random.default_rng(1).uniform(0, 1, size=4_000)
    first = np.abs(draws)
    expected = stats.ttest_ind(first, other, equal_var=False).confidence_interval(0.95)
    assert difference_interval(first, other, level=0.95) == pytest.approx(tuple(expected), abs=1e-3)


@pytest.mark.parametrize(
    ("n", "fall", "k"), list(itertools.product((30, 100), (0.0, 0.03, 0.15), (1, 5)))
)
def test_interval_covers_the_true_drop_at_its_level(n: int, fall: float, k: int) -> None:
    """Originals differ in difficulty, and a variant is right with its own chance, less the fall."""
    generator = np.random.default_rng(int(1000 * fall) + n + k)
    # The drop in the population, E[min(chance, fall)] for Beta(4, 2), by quadrature.
    grid = (np.arange(20_000) + 0.5) / 20_000
    expected = float(np.mean(np.minimum(grid, fall) * stats.beta.pdf(grid, 4, 2)))
    n_trials, covered = 1_500, 0
    for _ in range(n_trials):
        chance_C = generator.beta(4, 2, size=n)
        lower_C = np.clip(chance_C - fall, 0, 1)
        before_C = generator.random(n) < chance_C
        after_C = (generator.random((n, k)) < lower_C[:, None]).mean(axis=1)
        low, high = mean_interval(before_C - after_C, level=0.9)
        covered += low <= expected <= high
    assert 0.88 <= covered / n_trials <= 0.96


def test_report_pairs_where_there_are_originals_and_compares_sets_where_not() -> None:
    before = rows({str(i): [i % 4 != 0] for i in range(40)})
    paired = [Problem(id=f"{i}-0", prompt="", reference="", group=str(i)) for i in range(40)]
    other = [Problem(id=f"s{i}", prompt="", reference="") for i in range(60)]
    report = contamination_report(
        before,
        {
            "variants": (paired, rows({p.id: [i % 2 == 0] for i, p in enumerate(paired)})),
            "elsewhere": (other, rows({p.id: [i % 3 != 0] for i, p in enumerate(other)})),
        },
    )
    assert list(report) == ["variants", "elsewhere"]
    assert report["variants"].paired
    assert report["variants"].drop == pytest.approx(0.25)
    assert not report["elsewhere"].paired
    assert report["elsewhere"].drop == pytest.approx(0.75 - 2 / 3)
    assert report["elsewhere"].low < 0 < report["elsewhere"].high


def test_unpaired_drop_needs_both_sides() -> None:
    with pytest.raises(ValueError, match="one side"):
        unpaired_drop(rows({"1": [None]}), rows({"2": [1]}))
