"""Some of a task's problems, under a name of their own: the originals of a set of variants, say."""

from dataclasses import dataclass

from leadline.errors import BadStudy
from leadline.protocols import Task
from leadline.records import Example, Generation, Judgement, Problem


@dataclass(frozen=True, kw_only=True)
class Only:
    """`task` with the problems of these ids only, in the task's order. name: stands in addresses.
    Raises BadStudy if an id is not the task's."""

    task: Task
    ids: tuple[str, ...]
    name: str

    @property
    def questions(self) -> tuple[str, ...]:
        return self.task.questions

    @property
    def grader_version(self) -> str:
        return self.task.grader_version

    def examples(self) -> list[Example]:
        return self.task.examples()

    def problems(self) -> list[Problem]:
        wanted = set(self.ids)
        found = [problem for problem in self.task.problems() if problem.id in wanted]
        if len(found) < len(wanted):
            unknown = sorted(wanted - {problem.id for problem in found})
            raise BadStudy(f"{self.task.name} has no problem {unknown[0]!r} ({self.name}).")
        return found

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return self.task.grade(problem, generation)

    def check(self) -> None:
        self.task.check()
