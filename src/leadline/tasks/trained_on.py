"""A task whose examples come from a training set and whose problems and grader from another task.

TrainedOn(task=IFEval(), train=Dolly())     # ifeval-on-dolly
TrainedOn(task=GSM8K(), train=Lima())       # gsm8k-on-lima: style without task content
"""

from dataclasses import dataclass
from typing import Protocol

from leadline.protocols import Task
from leadline.records import Example, Generation, Judgement, Problem


class TrainingSet(Protocol):
    """A source of examples: a frozen dataclass, as a task is (see leadline/sets/)."""

    @property
    def name(self) -> str: ...  # stands in addresses
    def examples(self) -> list[Example]: ...
    def __hash__(self) -> int: ...  # frozen: its data are read once a process


@dataclass(frozen=True, kw_only=True)
class TrainedOn:
    """`task`, trained on `train`."""

    task: Task
    train: TrainingSet

    @property
    def name(self) -> str:
        return f"{self.task.name}-on-{self.train.name}"

    @property
    def questions(self) -> tuple[str, ...]:
        return self.task.questions

    @property
    def grader_version(self) -> str:
        return self.task.grader_version

    def examples(self) -> list[Example]:
        return self.train.examples()

    def problems(self) -> list[Problem]:
        return self.task.problems()

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return self.task.grade(problem, generation)

    def check(self) -> None:
        """The task's own check; a training set proves itself by its digest when it is read."""
        self.task.check()
