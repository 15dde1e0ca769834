"""A task with the examples of a training set."""

from dataclasses import dataclass

import pytest

from leadline import settings
from leadline.grade.gold import gold_generation
from leadline.records import Example
from leadline.sets.conifer import Conifer
from leadline.sets.dolly import Dolly
from leadline.settings import where
from leadline.supply import examples, problems
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.trained_on import TrainedOn


@dataclass(frozen=True, kw_only=True)
class Two:
    data: str | None = where(None)

    @property
    def name(self) -> str:
        return "two"

    def examples(self) -> list[Example]:
        return [Example(id=str(i), prompt=f"{i}?", response=f"{i}.") for i in range(2)]


def test_examples_are_the_sets_and_problems_and_verdicts_the_tasks() -> None:
    task = MiniatureMaths()
    both = TrainedOn(task=task, train=Two())
    assert both.name == f"{task.name}-on-two"
    assert examples(both) == tuple(Two().examples())
    assert problems(both) == problems(task)
    problem = problems(task)[0]
    generation = gold_generation(problem, problem.reference)
    assert both.grade(problem, generation) == task.grade(problem, generation)
    assert (both.questions, both.grader_version) == (task.questions, task.grader_version)


def test_set_is_part_of_the_identity_and_its_folder_is_not() -> None:
    task = MiniatureMaths()
    here, there = (TrainedOn(task=task, train=Dolly(data=data)) for data in ("here", "there"))
    assert settings.describe(here) == settings.describe(there)
    hard, easy = (TrainedOn(task=task, train=Conifer(level=level)) for level in ("hard", "easy"))
    assert settings.describe(hard) != settings.describe(easy)
    assert hard.name != easy.name


def test_task_checks_itself() -> None:
    TrainedOn(task=MiniatureMaths(), train=Two()).check()


def test_task_without_examples_says_what_to_name() -> None:
    from leadline.errors import BadStudy
    from leadline.tasks.ifeval import IFEval

    with pytest.raises(BadStudy, match="TrainedOn"):
        IFEval().examples()
