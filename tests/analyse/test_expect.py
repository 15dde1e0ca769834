"""What was expected, marked by intervals."""

import math
from typing import Any

import numpy as np
import pytest
from labelled import by_hand, drawn, rows_by_hand

from leadline.analyse.expect.errors import (
    ALL,
    DeeperThan,
    FollowsMore,
    KeepsFalling,
    SaturatesBy,
)
from leadline.analyse.expect.outcome import Number, Outcome
from leadline.analyse.expect.rebuild import KNOWN, Expectation, rebuild
from leadline.analyse.expect.sets import MoreAccurate, Preferred
from leadline.analyse.findings import Findings, find, of_curve
from leadline.analyse.labels import CurveLabels
from leadline.analyse.measure import Interval, curves, measure
from leadline.analyse.rivals import accuracy_and_win_rate
from leadline.errors import BadStudy
from leadline.records import Cell, Comparison, Winner
from leadline.settings import describe

SIZES = (0, 100, 300, 1000)
RATES = {"format": (0.9, 0.02, 0.02, 0.02), "reasoning": (0.7, 0.6, 0.4, 0.2)}


def decide(claim: Expectation, of: CurveLabels | Findings) -> Outcome:
    found = of if isinstance(of, Findings) else Findings(curves=(of_curve(of),))
    (one,) = claim.decide(found)
    assert one.claim == "c"
    return one


@pytest.fixture(scope="module")
def planted() -> Findings:
    labels = drawn(SIZES, RATES, n_problems=1000, rng=np.random.default_rng(0))
    return Findings(curves=(of_curve(labels),))


@pytest.mark.parametrize(
    ("low", "high", "above", "below"),
    [
        (0.3, 0.4, "confirmed", "contradicted"),
        (0.0, 0.1, "contradicted", "confirmed"),
        (0.1, 0.3, "inconclusive", "inconclusive"),
        (0.0, 0.2, "contradicted", "confirmed"),  # up to the line is not above it
        (math.nan, math.nan, "inconclusive", "inconclusive"),
    ],
)
def test_a_mark_is_where_the_whole_interval_lies(
    low: float, high: float, above: str, below: str
) -> None:
    values: dict[str, Any] = {
        "measured": "",
        "value": 0.2,
        "interval": Interval(low, high),
        "line": 0.2,
        "unit": "points",
    }
    assert Number(**values, claimed="above").mark == above
    assert Number(**values, claimed="below").mark == below


def test_planted_errors_get_the_marks_that_they_deserve(planted: Findings) -> None:
    def mark(claim: Expectation) -> str:
        return decide(claim, planted).mark

    assert mark(SaturatesBy(claim="c", kind="format", by=100)) == "confirmed"
    assert mark(SaturatesBy(claim="c", kind="reasoning", by=300)) == "contradicted"
    assert mark(KeepsFalling(claim="c", kind="reasoning", after=100)) == "confirmed"
    assert mark(KeepsFalling(claim="c", kind="format", after=100)) == "contradicted"
    assert mark(KeepsFalling(claim="c", kind=ALL, after=100)) == "confirmed"
    assert mark(DeeperThan(claim="c", share=0.5)) == "confirmed"
    assert mark(DeeperThan(claim="c", share=0.95)) == "contradicted"


def test_saturation_by_a_size_is_decided_only_where_that_size_was_measured(
    planted: Findings,
) -> None:
    for by in (50, 1000, 5000):  # between two sizes, the largest, beyond it
        one = decide(SaturatesBy(claim="c", kind="reasoning", by=by), planted)
        assert (one.mark, one.number) == ("inconclusive", None)
        assert f"not known at {by:,} examples and more" in one.note


def test_saturation_by_a_size_at_which_the_kind_is_undecided_is_open() -> None:
    labels = by_hand((0, 10, 100, 1000), {f"p{i}": "f rf? R R" for i in range(300)})
    one = decide(SaturatesBy(claim="c", kind="format", by=10), labels)
    assert (one.mark, one.number) == ("inconclusive", None)
    assert one.note == "format is not known at 10 examples and more"


@pytest.mark.parametrize("word", ["r", "f"])
def test_what_never_falls_does_not_saturate(word: str) -> None:
    labels = by_hand((0, 10, 100, 1000), {f"p{i}": f"{word} " * 4 for i in range(300)})
    one = decide(SaturatesBy(claim="c", kind="format", by=10), labels)
    assert (one.mark, one.number) == ("inconclusive", None)
    assert "never fell" in one.note


def test_what_rises_while_mistakes_fall_is_not_followed() -> None:
    sizes = tuple(range(12))
    noise = np.random.default_rng(2).random(12) / 5
    rates = {
        "format": tuple(0.9 - 0.05 * n - noise[n] for n in range(12)),
        "reasoning": tuple(0.01 + 0.02 * n for n in range(12)),
    }
    labels = drawn(sizes, rates, n_problems=5000, rng=np.random.default_rng(3))
    one = decide(FollowsMore(claim="c", kind="reasoning", than="format"), labels)
    assert (one.mark, one.number) == ("inconclusive", None)
    assert "reasoning errors rise" in one.note


def test_a_fall_of_mistakes_that_nobody_could_judge_is_not_known() -> None:
    labels = by_hand((0, 10, 100), {f"p{i}": "r U R" for i in range(20)})
    one = decide(KeepsFalling(claim="c", kind=ALL, after=10), labels)
    assert (one.mark, one.number) == ("inconclusive", None)
    assert one.note == "all mistakes are not known at both sizes"


@pytest.mark.parametrize("groups", [None, {f"p{i}": "g" for i in range(40)}])
def test_a_gain_in_too_few_problems_has_no_depth(groups: dict[str, str] | None) -> None:
    story = {f"p{i}": "fr r R" for i in range(40 if groups else 3)}
    labels = by_hand((0, 10, 100), story, groups=groups)
    assert decide(DeeperThan(claim="c", share=0.5), labels).mark == "inconclusive"


def test_few_problems_leave_claims_open() -> None:
    labels = by_hand((0, 100), {"a": "f f", "b": "r R", "c": "f R", "d": "r r"})
    assert decide(KeepsFalling(claim="c", kind=ALL, after=0), labels).mark == "inconclusive"


def test_a_fall_is_the_difference_of_the_shares(planted: Findings) -> None:
    number = decide(KeepsFalling(claim="c", kind="reasoning", after=100), planted).number
    assert number is not None
    mistakes = planted.curves[0].labels.mistakes
    expected = mistakes[1, 1].mean() - mistakes[-1, 1].mean()
    assert number.value == pytest.approx(expected)
    assert number.interval.low < expected < number.interval.high


def test_what_was_not_measured_is_inconclusive_and_says_so(planted: Findings) -> None:
    claims: list[Expectation] = [
        KeepsFalling(claim="c", kind="reasoning", after=50),
        KeepsFalling(claim="c", kind="hallucination", after=100),
        SaturatesBy(claim="c", kind="arithmetic", by=100),
        FollowsMore(claim="c", kind="reasoning", than="arithmetic"),
        DeeperThan(claim="c", share=0.5, task="another"),
        MoreAccurate(claim="c", task="maths", than="another", n_examples=100),
        Preferred(claim="c", task="maths", to="another", n_examples=100),
    ]
    for claim in claims:
        one = decide(claim, planted)
        assert (one.mark, one.number) == ("inconclusive", None)
        assert one.note


def test_four_points_do_not_decide_between_two_high_correlations() -> None:
    rates = {"format": (0.9, 0.3, 0.2, 0.1), "reasoning": (0.7, 0.5, 0.3, 0.1)}
    labels = drawn(SIZES, rates, n_problems=500, rng=np.random.default_rng(1))
    assert decide(FollowsMore(claim="c", kind="reasoning", than="format"), labels).mark == (
        "inconclusive"
    )


def test_both_correlations_are_over_the_same_sizes() -> None:
    story = {f"p{i}": "fr? fr r R" if i % 2 else "fr? r R R" for i in range(30)}
    one = decide(
        FollowsMore(claim="c", kind="reasoning", than="format"), by_hand((0, 1, 2, 3), story)
    )
    assert one.number is not None
    assert "over 3 sizes" in one.number.measured


def two_sets() -> tuple[dict[Cell, Any], Findings]:
    """Of 40 problems, task data answer 30, general data 10; a judge prefers the latter always."""
    rows = rows_by_hand((10,), {f"p{i}": "R" if i < 30 else "r" for i in range(40)})
    rows |= rows_by_hand(
        (10,), {f"p{i}": "R" if i < 10 else "r" for i in range(40)}, task="maths-on-chat"
    )
    measured = [m for cell, found in rows.items() for m in measure(cell, found, [])]
    task, chat = rows
    winner: Winner = "a"
    comparisons = [
        Comparison(
            cell_a=chat,
            cell_b=task,
            problem_id=f"p{i}",
            sample=0,
            shown_first=side,
            winner=winner,
            by="style-1",
        )
        for i in range(40)
        for side in ("a", "b")
    ]
    rivals = accuracy_and_win_rate(measured, comparisons)
    problems: dict[str, list[Any]] = {"maths": [], "maths-on-chat": []}
    return rows, find(curves(measured), rows, problems, rivals=rivals)


def test_training_sets_are_compared_on_the_same_problems() -> None:
    _, findings = two_sets()
    (better,) = MoreAccurate(
        claim="c", task="maths", than="maths-on-chat", n_examples=10, least=0.1
    ).decide(findings)
    assert better.number is not None
    assert better.number.value == pytest.approx(0.5)
    assert better.mark == "confirmed"
    (worse,) = MoreAccurate(claim="c", task="maths-on-chat", than="maths", n_examples=10).decide(
        findings
    )
    assert worse.mark == "contradicted"


def pair_of_sets(task: str, chat: str) -> Outcome:
    """Word i of each is problem i's, with 10 examples."""
    rows: dict[Cell, Any] = {}
    for name, words in (("maths", task), ("maths-on-chat", chat)):
        story = {f"p{i}": word for i, word in enumerate(words)}
        rows |= rows_by_hand((10,), story, task=name)
    measured = [m for cell, found in rows.items() for m in measure(cell, found, [])]
    findings = find(curves(measured), rows, {"maths": [], "maths-on-chat": []})
    claim = MoreAccurate(claim="c", task="maths", than="maths-on-chat", n_examples=10)
    return claim.decide(findings)[0]


def test_a_problem_that_one_set_leaves_undecided_is_not_compared() -> None:
    one = pair_of_sets("R" * 10 + "r" * 10, "R" * 10 + "U" * 10)
    assert one.number is not None
    assert one.number.value == 0.0  # over the first ten; never 50 % against 100 %


def test_sets_without_a_problem_that_both_decide_are_not_compared() -> None:
    one = pair_of_sets("RRUU", "UURR")
    assert (one.number, one.mark) == (None, "inconclusive")
    assert one.note


def preference(winners: list[Winner]) -> Outcome:
    """Of the model trained as maths, by a judge that says the same in both orders."""
    task, chat = (
        Cell(model="m", task=name, method="sft", n_examples=10, seed=0)
        for name in ("maths", "maths-on-chat")
    )
    rows = [
        Comparison(
            cell_a=task,
            cell_b=chat,
            problem_id=f"p{i}",
            sample=0,
            shown_first=side,
            winner=winner,
            by="style-1",
        )
        for i, winner in enumerate(winners)
        for side in ("a", "b")
    ]
    findings = Findings(rivals=tuple(accuracy_and_win_rate([], rows)))
    claim = Preferred(claim="c", task="maths", to="maths-on-chat", n_examples=10)
    return claim.decide(findings)[0]


def test_a_judge_that_always_says_neither_contradicts_no_preference() -> None:
    assert preference(["neither"] * 40).mark == "inconclusive"


def test_a_judge_that_is_mostly_undecided_confirms_nothing() -> None:
    assert preference(["a"] * 10).mark == "confirmed"
    one = preference(["a"] * 10 + ["undecided"] * 30)
    assert (one.mark, one.number) == ("inconclusive", None)
    assert one.note == "style-1 left 30 of 40 pairs undecided"


def test_preference_is_told_from_either_side() -> None:
    _, findings = two_sets()
    (chat,) = Preferred(claim="c", task="maths-on-chat", to="maths", n_examples=10).decide(findings)
    (task,) = Preferred(claim="c", task="maths", to="maths-on-chat", n_examples=10).decide(findings)
    assert (chat.mark, task.mark) == ("confirmed", "contradicted")
    assert chat.number is not None
    assert task.number is not None
    assert (chat.number.value, task.number.value) == (1.0, 0.0)
    assert (
        Preferred(claim="c", task="maths", to="maths-on-chat", n_examples=10, judge="length")
        .decide(findings)[0]
        .note
    )


def test_expectations_are_rebuilt_from_what_is_stored() -> None:
    claims: list[Expectation] = [
        SaturatesBy(claim="c", kind="format", by=100),
        KeepsFalling(claim="c", kind=ALL, after=100, task="maths", least=0.05),
        FollowsMore(claim="c", kind="reasoning", than="format"),
        DeeperThan(claim="c", share=0.5),
        MoreAccurate(claim="c", task="a", than="b", n_examples=10),
        Preferred(claim="c", task="a", to="b", n_examples=10, judge="style"),
    ]
    assert {type(claim) for claim in claims} == set(KNOWN.values())
    assert rebuild(describe(claims, identity=False)) == claims


@pytest.mark.parametrize(
    "row",
    [
        {"type": "Popen", "claim": "c"},
        {"claim": "c"},
        {"type": "DeeperThan", "claim": "c", "share": 0.5, "more": 1},
        {"type": "DeeperThan", "claim": "c"},
    ],
)
def test_what_is_no_known_expectation_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadStudy, match="does not know"):
        rebuild([row])


def test_a_kind_that_is_none_is_refused_when_it_is_written_down() -> None:
    with pytest.raises(BadStudy, match="choose one of format, arithmetic"):
        SaturatesBy(claim="c", kind="formatting", by=100)
