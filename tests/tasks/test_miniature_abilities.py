"""Two-hop questions, code and instructions of the miniature world, through the sockets."""

import dataclasses
import json
from typing import Any

import pytest

from leadline.errors import BadStudy
from leadline.grade.gold import gold_generation
from leadline.protocols import Task
from leadline.settings import describe
from leadline.tasks.miniature_code import MiniatureCode
from leadline.tasks.miniature_instructions import MiniatureInstructions
from leadline.tasks.miniature_task import MiniatureTask
from leadline.tasks.miniature_two_hop import MiniatureTwoHop

KINDS: tuple[type[MiniatureTask], ...] = (MiniatureTwoHop, MiniatureCode, MiniatureInstructions)


def verdicts(task: Any, text: str, *, index: int = 0, **changes: Any) -> dict[str, str]:
    problem = task.problems()[index]
    generation = dataclasses.replace(gold_generation(problem, text), **changes)
    return {row.question: row.verdict for row in task.grade(problem, generation)}


@pytest.mark.parametrize("kind", KINDS)
def test_gold_answers_grade_yes(kind: Any) -> None:
    task: Task = kind(n_problems=30, n_examples=10)
    task.check()
    assert task.questions[0] == "correct"


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_are_the_first_of_more_and_splits_differ(kind: Any) -> None:
    task = kind(n_problems=60, n_examples=200)
    assert kind(n_problems=20).problems() == task.problems()[:20]
    assert kind(n_examples=50).examples() == task.examples()[:50]
    other = kind(n_problems=60, n_examples=200, split="validation")
    assert not {p.prompt for p in task.problems()} & {p.prompt for p in other.problems()}
    assert task.examples() == other.examples()
    assert kind(n_problems=60, seed=1).problems() != task.problems()
    assert describe(task) != describe(other)


@pytest.mark.parametrize("kind", KINDS)
def test_detail_is_plain_json_and_ids_are_unique(kind: Any) -> None:
    task = kind(n_problems=60, n_examples=200)
    assert len({p.id for p in task.problems()}) == 60
    assert len({e.id for e in task.examples()}) == 200
    for problem in task.problems():
        assert json.loads(json.dumps(problem.detail)) == problem.detail


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", [{"n_problems": 0}, {"n_examples": -1}, {"split": "train"}])
def test_impossible_settings_are_refused(kind: Any, fault: dict[str, Any]) -> None:
    with pytest.raises(BadStudy):
        kind(**fault)


@pytest.mark.parametrize("kind", KINDS)
def test_empty_failed_and_endless_responses(kind: Any) -> None:
    task = kind(n_problems=3)
    assert verdicts(task, "") == {"correct": "no", "format": "yes"}
    assert verdicts(task, "", stopped="failed") == {"correct": "undecided", "format": "undecided"}
    gold = task.problems()[0].reference
    assert verdicts(task, gold, stopped="length") == {"correct": "yes", "format": "yes"}
    huge = verdicts(task, "(" * 10_000_000)
    assert huge["correct"] == "no"


def test_two_hop_answer_counts_whatever_the_way_there() -> None:
    task = MiniatureTwoHop(n_problems=3)
    *hops, last = task.problems()[0].reference.split("\n")
    assert verdicts(task, last) == {"correct": "yes", "format": "yes"}
    assert verdicts(task, f"I know it. ** So it is.\n{last.upper()} ") == {
        "correct": "yes",
        "format": "no",
    }
    assert verdicts(task, "\n".join([*hops, "#### Nowhere"])) == {"correct": "no", "format": "no"}
    assert verdicts(task, "\n".join([*hops, last.removeprefix("#### ")])) == {
        "correct": "no",
        "format": "yes",
    }
    assert verdicts(task, "\n".join([last, *hops]))["format"] == "yes"


def test_two_hop_problems_about_the_same_facts_are_one_group() -> None:
    problems = MiniatureTwoHop(n_problems=300).problems()
    for problem in problems:
        same = [p for p in problems if p.group == problem.group]
        assert {p.reference for p in same} == {problem.reference}
    assert len({p.group for p in problems}) == 117


def test_instructions_say_which_constraint_was_broken() -> None:
    task = MiniatureInstructions(n_problems=200)
    index = next(
        i
        for i, problem in enumerate(task.problems())
        if [row["name"] for row in problem.detail["constraints"]] == ["upper"]
    )
    problem = task.problems()[index]
    rows = task.grade(problem, gold_generation(problem, problem.reference.lower()))
    assert (rows[0].verdict, rows[0].reason) == ("no", "not kept: upper")
    assert verdicts(task, "OK.", index=index) == {"correct": "yes", "format": "no"}


def test_code_is_right_by_what_it_returns_not_how_it_looks() -> None:
    task = MiniatureCode(n_problems=3)
    problem = task.problems()[0]
    table = dict(
        zip(
            [str(arguments[0]) for arguments in problem.detail["inputs"]],
            problem.detail["expected"],
            strict=True,
        )
    )
    other = f"TABLE = {table!r}\n\ndef f(x):\n    return TABLE[str(x)]\n"
    assert verdicts(task, other) == {"correct": "yes", "format": "no"}
    assert verdicts(task, "def f(x):\n return None")["correct"] == "no"
    assert verdicts(task, problem.reference.replace("f(x)", "g(x)"))["format"] == "yes"
    assert verdicts(task, problem.reference + "\n return (")["format"] == "yes"
    assert verdicts(task, "def f(x):\n while True: pass")["correct"] == "no"
