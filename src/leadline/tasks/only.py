"""Some of a task's problems, under a name of their own: the originals of a set of variants, say."""

from dataclasses import dataclass

from leadline.errors import BadStudy
from leadline.records import Problem
from leadline.tasks.of_task import OfTask


@dataclass(frozen=True, kw_only=True)
class Only(OfTask):
    """`task` with the problems of these ids only, in the task's order. name: stands in addresses.
    Raises BadStudy if an id is not the task's."""

    ids: tuple[str, ...]
    name: str

    def problems(self) -> list[Problem]:
        wanted = set(self.ids)
        found = [problem for problem in self.task.problems() if problem.id in wanted]
        if len(found) < len(wanted):
            unknown = sorted(wanted - {problem.id for problem in found})
            raise BadStudy(f"{self.task.name} has no problem {unknown[0]!r} ({self.name}).")
        return found
