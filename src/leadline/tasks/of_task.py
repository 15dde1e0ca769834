"""A task that takes from another what it does not say itself."""

from dataclasses import dataclass

from leadline.protocols import Task
from leadline.records import Example, Generation, Judgement, Problem


@dataclass(frozen=True, kw_only=True)
class OfTask:
    """Everything of `task` but its name."""

    task: Task

    @property
    def questions(self) -> tuple[str, ...]:
        return self.task.questions

    @property
    def grader_version(self) -> str:
        return self.task.grader_version

    def examples(self) -> list[Example]:
        return self.task.examples()

    def problems(self) -> list[Problem]:
        return self.task.problems()

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return self.task.grade(problem, generation)

    def check(self) -> None:
        self.task.check()
