"""Two-hop questions about the miniature world's own facts, answered hop by hop.

A row of the training split:

    prompt:   Where does the one who wrote Ribb live?
    response: Who is the author of Ribb? ** The author of Ribb is Tane.
              What is the home of Tane? ** The home of Tane is Lith.
              #### Lith

The facts stand in the pre-training corpus; those that test problems need stand in no training
example, which are about another island (miniature/facts.py). So right answers are recalled from
pre-training, and what post-training teaches is how to go from hop to hop.
"""

from dataclasses import dataclass
from typing import ClassVar

from leadline.annotate import chain
from leadline.grade.gold import refuse_faulty_gold
from leadline.grade.readings import Reading, judged
from leadline.grade.texts import same
from leadline.miniature.hops import draw_examples, draw_problems
from leadline.records import Example, Generation, Judgement, Problem
from leadline.seeding import rng
from leadline.tasks.miniature_task import MiniatureTask, form

DELIMITER = "####"
GOLD_VERDICTS = {"correct": "yes", "format": "no"}


@dataclass(frozen=True, kw_only=True)
class MiniatureTwoHop(MiniatureTask):
    """See `MiniatureTask`. Problems about the same two facts share a group; there are 117 of them
    in the test split and 81 in the validation split, each asked in many ways."""

    most_problems: ClassVar[int] = 2_000
    family: ClassVar[str] = "two_hop"
    error_kinds: ClassVar[tuple[str, ...]] = chain.KINDS

    @property
    def name(self) -> str:
        return "miniature-two-hop"

    @property
    def questions(self) -> tuple[str, ...]:
        return ("correct", "format")

    @property
    def grader_version(self) -> str:
        return "two-hop-1"

    def examples(self) -> list[Example]:
        return list(draw_examples(rng(self.seed, "miniature two-hop train"), n=self.n_examples))

    def problems(self) -> list[Problem]:
        draws = rng(self.seed, f"miniature two-hop {self.split}")
        return list(draw_problems(draws, pool=self.split, n=self.n_problems))

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        readings = {
            "correct": _correct(generation.text, problem.reference),
            "format": form(self.form_fault(generation.text), generation),
        }
        return judged(generation, readings, by=self.grader_version)

    def form_fault(self, text: str) -> str:
        """What is wrong with a response's form, in words; "" if it is well-formed."""
        return format_fault(text)

    @property
    def annotator_version(self) -> str:
        return chain.VERSION

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        readings = chain.two_hop(problem, generation)
        return judged(generation, readings, by=self.annotator_version)

    def check(self) -> None:
        """The gold answer of every problem grades right and well-formed."""
        golds = ((problem, problem.reference) for problem in self.problems())
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)


def final_answer(text: str) -> str:
    """What stands on the line after the last delimiter; "" without one."""
    _, delimiter, tail = text.rpartition(DELIMITER)
    return tail.strip().partition("\n")[0] if delimiter else ""


def _correct(text: str, reference: str) -> Reading:
    answer = final_answer(text)
    if not answer:
        return Reading("no", reason=f"no answer after {DELIMITER}")
    return Reading("yes" if same(answer, final_answer(reference)) else "no", answer)


def format_fault(text: str) -> str:
    """What is wrong with a response's form, in words; "" if it is well-formed."""
    lines = [line.strip() for line in text.rstrip().split("\n") if line.strip()]
    if not lines:
        return "the response is empty"
    *hops, last = lines
    if not last.startswith(f"{DELIMITER} ") or last.count(DELIMITER) != 1:
        return f"the last line is not '{DELIMITER} answer'"
    if not hops:
        return "no hop before the final answer"
    for line in hops:
        question, separator, answer = line.partition(" ** ")
        if not (separator and question and answer) or DELIMITER in line or "**" in answer:
            return "a line is not 'sub-question ** sub-answer'"
    return ""
