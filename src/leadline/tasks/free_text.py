"""Any text, to no problem that is known: all that can be told is whether its sums are right."""

from dataclasses import dataclass
from typing import ClassVar

from leadline import arithmetic
from leadline.errors import BadStudy
from leadline.grade.readings import judged
from leadline.records import Example, Generation, Judgement, Problem


@dataclass(frozen=True, kw_only=True)
class FreeText:
    """A task without examples, problems and a grader."""

    error_kinds: ClassVar[tuple[str, ...]] = ("arithmetic",)
    questions: ClassVar[tuple[str, ...]] = ()
    name: ClassVar[str] = "text"
    grader_version: ClassVar[str] = ""
    annotator_version: ClassVar[str] = arithmetic.VERSION

    def examples(self) -> list[Example]:
        raise BadStudy("text is no task: it has nothing to train on.")

    def problems(self) -> list[Problem]:
        raise BadStudy("text is no task: it has no problems. Annotate a file of responses.")

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return []

    def check(self) -> None:
        """There is no gold answer to check."""

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        readings = {"arithmetic": arithmetic.reading(generation.text)}
        return judged(generation, readings, by=self.annotator_version)
