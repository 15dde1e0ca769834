"""Grade-school word problems of the miniature world, in GSM8K's Socratic format.

A row of the training split:

    prompt:   Dan has 6 boxes with 4 balls in each. Sue has 3 more balls than Dan. How many …?
    response: How many balls does Dan have? ** Dan has <<6*4=24>>24 balls.
              How many balls does Sue have? ** Sue has <<24+3=27>>27 balls.
              #### 27

Problems come with their computation graph in `detail` (see miniature/story.py), so that errors of
reasoning can be told exactly (annotate/story.py). Examples and problems of different splits never
meet (miniature/splits.py).
"""

from dataclasses import dataclass
from typing import ClassVar

from leadline.annotate import story
from leadline.grade import answers
from leadline.grade.gold import refuse_faulty_gold
from leadline.grade.readings import judged
from leadline.miniature.problems import draw_examples, draw_problems
from leadline.records import Example, Generation, Judgement, Problem
from leadline.seeding import rng
from leadline.tasks.miniature_task import MiniatureTask

GOLD_VERDICTS = {"correct": "yes", "flexible": "yes", "numeric": "yes", "format": "no"}


@dataclass(frozen=True, kw_only=True)
class MiniatureMaths(MiniatureTask):
    """See `MiniatureTask`. No two problems of a split are equal up to renaming; more of them would
    use up the openings of a pool for problems of one step."""

    family: ClassVar[str] = "maths"
    error_kinds: ClassVar[tuple[str, ...]] = story.KINDS

    @property
    def name(self) -> str:
        return "miniature-maths"

    @property
    def questions(self) -> tuple[str, ...]:
        return answers.QUESTIONS

    @property
    def grader_version(self) -> str:
        return answers.VERSION

    def examples(self) -> list[Example]:
        return list(draw_examples(rng(self.seed, "miniature train"), n=self.n_examples))

    def problems(self) -> list[Problem]:
        draws = rng(self.seed, f"miniature {self.split}")
        return list(draw_problems(draws, pool=self.split, n=self.n_problems))

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return answers.grade_final_answer(problem, generation, by=self.grader_version)

    @property
    def annotator_version(self) -> str:
        return story.VERSION

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        readings = story.annotate(problem, generation)
        return judged(generation, readings, by=self.annotator_version)

    def check(self) -> None:
        """The gold answer of every problem grades right and well-formed."""
        golds = ((problem, problem.reference) for problem in self.problems())
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)
