"""Instructions with constraints that a rule can check: the miniature counterpart of IFEval.

A row of the training split:

    prompt:   Tell me about Sue. Use the word balls. Write all of it in capitals.
    response: SUE LIKES BALLS, BUT TOM LIKES PENS.

A response is right if it keeps every constraint of its prompt; nothing else about it is judged.
"""

from dataclasses import dataclass

from leadline.grade.gold import refuse_faulty_gold
from leadline.grade.readings import Reading, judged
from leadline.miniature.constraints import holds
from leadline.miniature.requests import draw_examples, draw_problems
from leadline.records import Example, Generation, Judgement, Problem
from leadline.seeding import rng
from leadline.tasks.miniature_task import MiniatureTask, form

GOLD_VERDICTS = {"correct": "yes", "format": "no"}


@dataclass(frozen=True, kw_only=True)
class MiniatureInstructions(MiniatureTask):
    """See `MiniatureTask`. No two problems of a split have the same prompt."""

    @property
    def name(self) -> str:
        return "miniature-instructions"

    @property
    def questions(self) -> tuple[str, ...]:
        return ("correct", "format")

    @property
    def grader_version(self) -> str:
        return "constraints-1"

    def examples(self) -> list[Example]:
        draws = rng(self.seed, "miniature instructions train")
        return list(draw_examples(draws, n=self.n_examples))

    def problems(self) -> list[Problem]:
        draws = rng(self.seed, f"miniature instructions {self.split}")
        return list(draw_problems(draws, pool=self.split, n=self.n_problems))

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        fault = "" if generation.text.strip() else "the response is empty"
        readings = {
            "correct": _correct(problem, generation.text),
            "format": form(fault, generation),
        }
        return judged(generation, readings, by=self.grader_version)

    def check(self) -> None:
        """The gold response of every problem keeps every constraint."""
        golds = ((problem, problem.reference) for problem in self.problems())
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)


def _correct(problem: Problem, text: str) -> Reading:
    asked = [(row["name"], row["argument"]) for row in problem.detail["constraints"]]
    broken = [f"{name} {x}".strip() for name, x in asked if not holds(text, name, x)]
    if broken:
        return Reading("no", reason=f"not kept: {', '.join(broken)}")
    return Reading("yes")
