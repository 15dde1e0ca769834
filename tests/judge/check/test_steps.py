"""The figures of a judge of steps, against counts by hand and what is known of the rules."""

import dataclasses
import math
from pathlib import Path

import pytest
from told_judges import ToldSteps, solution, solution_set

from leadline.judge.check.record import Figure
from leadline.judge.check.run import Checked, check_steps
from leadline.judge.check.sets import find_path, read_set
from leadline.judge.check.step_judges import RuleSteps, step_question
from leadline.judge.render import render
from leadline.protocols import Runtime


def figure(found: Checked, name: str, subset: str = "") -> Figure:
    one = found.check.figure(name, subset=subset)
    assert one is not None, name
    return one


@pytest.fixture
def told() -> Checked:
    solutions = [
        solution("found", first_error=1),
        solution("found too late", first_error=1),
        solution("missed", first_error=0),
        solution("right and passed", first_error=None),
        solution("right and passed as well", first_error=None),
        solution("false alarm", first_error=None),
        solution("refused", first_error=2, n_steps=3),
    ]
    said = {
        "found": 1,
        "found too late": 2,
        "missed": None,
        "right and passed": None,
        "right and passed as well": None,
        "false alarm": 0,
        "refused": "refused",
    }
    return check_steps(ToldSteps(said=said), solution_set(solutions), runtime=Runtime())


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        ("solution_accuracy", 4 / 6, 6),
        ("right_accuracy", 2 / 3, 3),
        ("error_precision", 2 / 3, 3),
        ("error_recall", 2 / 3, 3),
        ("error_f1", 2 / 3, 6),
        ("first_step", 1 / 3, 3),
        ("first_step_when_flagged", 1 / 2, 2),
        ("processbench_f1", 2 * (1 / 3) * (2 / 3) / (1 / 3 + 2 / 3), 6),
    ],
)
def test_figures_are_those_counted_by_hand(told: Checked, name: str, value: float, n: int) -> None:
    found = figure(told, name)
    assert found.value == pytest.approx(value)
    assert found.n == n
    assert found.low <= found.value <= found.high


def test_an_undecided_solution_is_counted_with_its_cause_and_is_never_wrong(told: Checked) -> None:
    assert told.check.causes == (("refused", 1),)
    assert math.isnan(figure(told, "solution_accuracy", "length: 3").value)
    assert figure(told, "solution_accuracy", "length: 4").n == 6


def test_a_wrong_solution_without_a_known_step_counts_only_as_wrong() -> None:
    one = dataclasses.replace(solution("1", first_error=None), wrong=True)
    found = check_steps(ToldSteps(said={"1": 2}), solution_set([one]), runtime=Runtime())
    assert figure(found, "solution_accuracy").value == 1.0
    assert figure(found, "first_step").n == 0


def test_a_judge_that_is_always_right_has_full_marks_and_one_that_flags_nothing_none() -> None:
    solutions = [solution(f"{i}", first_error=i % 4 if i % 2 else None) for i in range(40)]
    truth = {s.id: s.first_error for s in solutions}
    best = check_steps(ToldSteps(said=dict(truth)), solution_set(solutions), runtime=Runtime())
    assert {figure(best, n).value for n in ("first_step", "processbench_f1", "error_f1")} == {1.0}
    nothing = ToldSteps(said=dict.fromkeys(truth))
    worst = check_steps(nothing, solution_set(solutions), runtime=Runtime())
    assert figure(worst, "processbench_f1").value == 0.0
    assert figure(worst, "right_accuracy").value == 1.0
    assert math.isnan(figure(worst, "error_precision").value)


def test_rules_name_the_first_wrong_sum_and_are_undecided_without_one() -> None:
    wrong = dataclasses.replace(
        solution("1", first_error=1), steps=("2 + 3 = 5", "So 5 * 4 = 25.", "25 - 1 = 23")
    )
    words = dataclasses.replace(solution("2", first_error=None), steps=("It follows.", "Done."))
    found = check_steps(RuleSteps(), solution_set([wrong, words]), runtime=Runtime())
    assert found.rows[0]["step"] == 1
    assert "25" in found.rows[0]["reason"]
    assert found.check.causes == (("no equation that can be read", 1),)


def test_a_question_offers_every_step_and_none_behind_labels_of_its_own() -> None:
    for n_steps in (1, 7, 35):
        steps = [f"text of {i}" for i in range(n_steps)]
        question = step_question("k", problem="p", steps=steps)
        prompt = render(question, seed=0, attempt=0, form="schema")
        assert sorted(prompt.labels.values()) == sorted([*map(str, range(n_steps)), "none"])
        assert all(step in prompt.text for step in steps)


def test_rules_are_good_at_sums_and_raise_few_false_alarms(shared_data: Path) -> None:
    """BIG-Bench-Mistake's multistep arithmetic is nothing but sums; ProcessBench is reasoning."""
    sums, words = (
        check_steps(
            RuleSteps(), read_set(find_path(name, data=str(shared_data))), runtime=Runtime()
        )
        for name in ("big_bench_mistake", "processbench")
    )
    assert figure(sums, "first_step").value > 0.85
    assert figure(words, "right_accuracy").value >= 0.98
    assert figure(words, "error_recall").high < 0.5
