"""A task of the family "maths" and graded responses to it, for the tests of annotation by judge."""

from dataclasses import dataclass
from typing import ClassVar

from leadline.protocols import GradedResponse
from leadline.records import Cell, Example, Generation, Judgement, Problem, Verdict

CELL = Cell(model="m", task="maths", method="sft", n_examples=100, seed=0)


@dataclass(frozen=True)
class Maths:
    """Grades nothing; its grader would tell `format`."""

    name: str = "maths"
    questions: tuple[str, ...] = ("correct", "format")
    grader_version: str = "1"
    family: ClassVar[str] = "maths"

    def examples(self) -> list[Example]:
        return []

    def problems(self) -> list[Problem]:
        return []

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return []

    def check(self) -> None:
        pass


def graded(problem: Problem, text: str, *, named: str, correct: Verdict = "no") -> GradedResponse:
    """One response to `problem`, under an id of its own."""
    generation = Generation(
        cell=CELL, problem_id=named, sample=0, text=text, stopped="stop", n_tokens=9
    )
    return GradedResponse(problem=problem, generation=generation, correct=correct)
