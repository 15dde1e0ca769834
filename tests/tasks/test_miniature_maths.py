"""The task of the miniature world, through the sockets that the pipeline uses."""

import dataclasses
import json

import pytest

from leadline.errors import BadStudy
from leadline.grade.gold import gold_generation
from leadline.protocols import Task
from leadline.settings import describe
from leadline.tasks.miniature_maths import MiniatureMaths


def small(**changes: object) -> MiniatureMaths:
    return dataclasses.replace(MiniatureMaths(n_problems=60, n_examples=300), **changes)


def test_gold_answers_grade_yes() -> None:
    task: Task = small()
    task.check()


def test_wrong_answer_and_wrong_form_are_told_apart() -> None:
    task = small()
    problem = task.problems()[0]
    *steps, last = problem.reference.split("\n")
    wrong = "\n".join([*steps, last + "1"])
    verdicts = {j.question: j.verdict for j in task.grade(problem, gold_generation(problem, wrong))}
    assert verdicts == {"correct": "no", "flexible": "no", "numeric": "no", "format": "no"}
    bare = gold_generation(problem, last.removeprefix("#### "))
    verdicts = {j.question: j.verdict for j in task.grade(problem, bare)}
    assert verdicts == {"correct": "no", "flexible": "yes", "numeric": "yes", "format": "yes"}


def test_fewer_are_the_first_of_more() -> None:
    assert small(n_problems=20).problems() == small().problems()[:20]
    assert small(n_examples=50).examples() == small().examples()[:50]


def test_splits_and_seeds_differ() -> None:
    test, validation = small(), small(split="validation")
    assert not {p.prompt for p in test.problems()} & {p.prompt for p in validation.problems()}
    assert test.examples() == validation.examples()
    assert small(seed=1).problems() != test.problems()
    assert describe(test) != describe(validation)


def test_ids_are_unique_and_detail_is_plain_json() -> None:
    task = small()
    assert len({p.id for p in task.problems()}) == 60
    assert len({e.id for e in task.examples()}) == 300
    for problem in task.problems():
        assert json.loads(json.dumps(problem.detail)) == problem.detail


@pytest.mark.parametrize("fault", [{"n_problems": 0}, {"n_examples": -1}, {"split": "train"}])
def test_impossible_settings_are_refused(fault: dict[str, object]) -> None:
    with pytest.raises(BadStudy):
        small(**fault)
