"""What the tasks share whose answers end on `#### number`: the grader, and the rules that say what
is wrong in the steps before it."""

from typing import ClassVar

from leadline import arithmetic
from leadline.annotate import solution
from leadline.errors import BadStudy
from leadline.grade import answers
from leadline.grade.formats import Style
from leadline.grade.readings import judged
from leadline.records import Example, Generation, Judgement, Problem


class FinalAnswer:
    """The grading half of a task. `style` is whose form `format` asks for."""

    family: ClassVar[str] = "maths"
    error_kinds: ClassVar[tuple[str, ...]] = ("arithmetic", "reasoning")
    style: Style

    @property
    def questions(self) -> tuple[str, ...]:
        return answers.QUESTIONS

    @property
    def grader_version(self) -> str:
        return answers.VERSION

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return answers.grade_final_answer(
            problem, generation, by=self.grader_version, style=self.style
        )

    @property
    def annotator_version(self) -> str:
        return f"{arithmetic.VERSION}+{solution.VERSION}"

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        """One verdict for each of `error_kinds`. `problem.reference` is a whole gold solution for
        `reasoning`."""
        text = solution.own_text(generation)
        readings = {"arithmetic": arithmetic.reading(text)}
        if "reasoning" in self.error_kinds:
            readings["reasoning"] = solution.solution_reading(problem.reference, generation)
        return judged(generation, readings, by=self.annotator_version)


class WithoutExamples(FinalAnswer):
    """One without examples of its own."""

    @property
    def name(self) -> str:
        raise NotImplementedError

    def examples(self) -> list[Example]:
        raise BadStudy(
            f"{self.name} is a test set. Train on GSM8K's training part, with "
            "TrainedOn(task=…, train=GSM8K()), or name another training set."
        )
