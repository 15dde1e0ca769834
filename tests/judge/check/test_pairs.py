"""The figures of a pair judge, against counts by hand and parameters that were planted."""

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from told_judges import Planted, Told, labelled, pair_set

from leadline.judge.check.labels import LabelledPair
from leadline.judge.check.metrics import cross_table, kappa
from leadline.judge.check.record import Figure
from leadline.judge.check.run import Checked, check_pairs
from leadline.judge.check.sets import find_path, read_set
from leadline.preference.length import LengthJudge
from leadline.protocols import PairJudge, Runtime
from leadline.seeding import rng


def checked(judge: PairJudge, pairs: Sequence[LabelledPair]) -> Checked:
    return check_pairs(judge, pair_set(pairs), runtime=Runtime())


def figure(found: Checked, name: str, subset: str = "") -> Figure:
    one = found.check.figure(name, subset=subset)
    assert one is not None, name
    return one


@pytest.fixture
def told() -> Checked:
    pairs = [
        labelled("1", "a", group="x"),
        labelled("2", "a", group="x"),
        labelled("3", "b", group="y"),
        labelled("4", "b", a="same", b="size", group="y"),
        labelled("5", "a", group="y"),
    ]
    winners = {
        "1": ("a", "a"),
        "2": ("b", "b"),
        "3": ("a", "b"),  # whichever comes first
        "4": ("neither", "neither"),
        "5": ("undecided", "a"),
    }
    return checked(Told(winners=winners), pairs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        ("accuracy", 1 / 4, 4),  # neither is wrong where people decided
        ("accuracy_decided", 1 / 2, 2),
        ("accuracy_one_order", (1 + 0 + 0.5 + 0) / 4, 4),
        ("neither_rate", 2 / 4, 4),
        ("flip_rate", 1 / 4, 4),
        ("prefers_first", 4 / 6, 3),
        ("prefers_longer", 1 / 2, 2),
        ("humans_prefer_longer", 2 / 3, 3),
    ],
)
def test_figures_are_those_counted_by_hand(told: Checked, name: str, value: float, n: int) -> None:
    found = figure(told, name)
    assert found.value == pytest.approx(value)
    assert found.n == n
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_an_undecided_item_is_counted_with_its_cause_and_is_never_wrong(told: Checked) -> None:
    assert (told.check.n_items, told.check.n_undecided) == (5, 1)
    assert told.check.causes == (("refused", 1),)
    assert [row["outcome"] for row in told.rows] == ["a", "b", "neither", "neither", "undecided"]


def test_subsets_have_figures_of_their_own(told: Checked) -> None:
    assert figure(told, "accuracy", "subset: x").value == 1 / 2
    assert figure(told, "accuracy", "subset: y").value == 0
    assert figure(told, "flip_rate", "subset: y").value == 1 / 2
    assert figure(told, "accuracy", "subset: y").n == 2


def test_groups_of_one_item_each_are_not_told() -> None:
    pairs = [labelled(f"{i}", "a", group=f"group {i}") for i in range(50)]
    found = checked(LengthJudge(), pairs)
    assert not any(f.subset for f in found.check.figures)


def test_a_pair_that_the_judge_passes_over_is_undecided() -> None:
    class Half(Told):
        def compare(self, pairs, *, runtime):  # type: ignore[no-untyped-def]
            return ([rows[0]] for rows in super().compare(pairs, runtime=runtime))

    found = checked(Half(winners={"1": ("a", "a")}), [labelled("1", "a")])
    assert found.check.causes == (("no verdict", 1),)
    assert math.isnan(figure(found, "accuracy").value)


def test_what_people_call_a_tie_a_judge_should_too() -> None:
    pairs = [labelled("1", "neither", "neither", "a"), labelled("2", "neither", "neither", "a")]
    found = checked(Told(winners={"1": ("neither", "neither"), "2": ("a", "a")}), pairs)
    assert figure(found, "accuracy").value == 1 / 2
    assert math.isnan(figure(found, "accuracy_decided").value)


def test_agreement_and_ceiling_are_those_counted_by_hand() -> None:
    pairs = [
        labelled("1", "a", "a", "a"),
        labelled("2", "a", "a", "b"),
        labelled("3", "b", "neither", "b"),
        labelled("4", "a", "b", "neither"),  # no majority: no accuracy, and no one out finds one
    ]
    winners = {"1": ("a", "a"), "2": ("b", "b"), "3": ("b", "b"), "4": ("a", "a")}
    found = checked(Told(winners=winners), pairs)  # type: ignore[arg-type]
    assert figure(found, "accuracy").value == pytest.approx(2 / 3)
    assert [figure(found, f"agreement_human_{i}").value for i in (1, 2, 3)] == [3 / 4, 1 / 4, 3 / 4]
    # pairs of people who agree: 3, 1, 1 and 0 of 3
    assert figure(found, "human_agreement").value == pytest.approx((1 + 1 / 3 + 1 / 3 + 0) / 4)
    # majorities of the other two: item 1 a three times, item 2 a (the third says b), item 3 b
    assert figure(found, "human_leave_one_out").value == pytest.approx(3 / 5)
    assert figure(found, "judge_leave_one_out").value == pytest.approx(4 / 5)
    # judge a b b a, first person a a b a: agreed 3/4, by chance 1/2 · 3/4 + 1/2 · 1/4 = 1/2
    assert figure(found, "kappa_human_1").value == pytest.approx((3 / 4 - 1 / 2) / (1 / 2))


def test_kappa_is_that_of_the_textbook() -> None:
    # Cohen's two doctors: 20 both yes, 15 both no, 5 and 10 apart: agreed 0.7, by chance 0.5.
    first = ["y"] * 20 + ["y"] * 5 + ["n"] * 10 + ["n"] * 15
    second = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    table = cross_table(first, second, ("y", "n")).sum(axis=0, keepdims=True)
    assert kappa(table)[0] == pytest.approx(0.4)
    assert kappa(np.array([[7.0, 0.0, 0.0, 0.0]]))[0] == 1.0


@pytest.mark.parametrize("habit", ["right", "first", "longer"])
@pytest.mark.parametrize("strength", [0.2, 0.5, 0.9])
def test_planted_habits_come_back_within_their_intervals(habit: str, strength: float) -> None:
    random = rng(7, "labels")
    pairs, truth = [], {}
    for i in range(1500):
        better, long = (("a", "b")[int(x)] for x in random.integers(2, size=2))
        key, texts = f"{i}", {"a": "short", "b": "short"} | {long: "rather long"}
        pairs.append(labelled(key, better, a=texts["a"], b=texts["b"]))
        truth[key] = better
    judge = Planted(truth=truth, **{habit: strength})  # type: ignore[arg-type]
    found = checked(judge, pairs)
    p = strength
    # "first": in each order the one shown first with p, else the better one, first in one of two.
    # "longer": always where the longer is the better, in half of the pairs; else with p an order.
    expected = {
        "right": {"accuracy_one_order": p, "accuracy": p * p, "flip_rate": 2 * p * (1 - p)},
        "first": {"prefers_first": p + (1 - p) / 2, "accuracy_one_order": 1 - p / 2},
        "longer": {
            "prefers_longer": (1 + p**2) / (1 + p**2 + (1 - p) ** 2),
            "humans_prefer_longer": 0.5,
        },
    }[habit]
    for name, value in expected.items():
        one = figure(found, name)
        width = one.high - one.low
        assert one.low - 0.5 * width <= value <= one.high + 0.5 * width, (name, one, value)
        assert width < 0.07


def test_intervals_of_planted_judges_cover_the_truth_as_often_as_they_say() -> None:
    """60 pairs in 20 clusters of 3 that share their truth, 200 times: about 95 % are covered."""
    covered, n = 0, 200
    for seed in range(n):
        random = rng(seed, "clusters")
        votes = ["ab"[int(random.random() < 0.3)] for _ in range(20)]
        pairs = [
            labelled_in(f"{c}-{i}", vote, cluster=f"{c}")
            for c, vote in enumerate(votes)
            for i in range(3)
        ]
        found = checked(LengthJudge(), pairs)  # a is longer always: right where people say a
        one = figure(found, "accuracy")
        covered += one.low <= 0.7 <= one.high
    assert 0.90 * n <= covered <= 0.995 * n


def labelled_in(key: str, vote: str, *, cluster: str) -> LabelledPair:
    return dataclasses.replace(labelled(key, vote), cluster=cluster)


def test_pandalms_people_agree_as_its_paper_says(shared_data: Path) -> None:
    """PandaLM's paper (section on its test set) gives Cohen's kappa of about 0.85 and more between
    its annotators; this is half of that set."""
    labels = read_set(find_path("pandalm", data=str(shared_data)))
    found = check_pairs(LengthJudge(), labels, runtime=Runtime())
    ceiling = figure(found, "human_kappa")
    assert 0.83 < ceiling.value < 0.89
    assert ceiling.low < 0.85 < ceiling.high
    assert figure(found, "kappa_majority").high < ceiling.low


def test_length_alone_is_below_chance_on_adversarial_pairs(shared_data: Path) -> None:
    """LLMBar's adversarial subsets were made so that the flashier output is the wrong one."""
    labels = read_set(find_path("llmbar", data=str(shared_data)))
    found = check_pairs(LengthJudge(), labels, runtime=Runtime())
    natural = figure(found, "accuracy", "subset: Natural")
    assert natural.low > 0.5
    for subset in ("Neighbor", "GPTInst", "GPTOut", "Manual"):
        assert figure(found, "accuracy", f"subset: Adversarial/{subset}").high < 0.5
    longer = figure(found, "humans_prefer_longer").value
    assert longer == pytest.approx(figure(found, "accuracy").value, abs=0.01)
