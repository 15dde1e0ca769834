"""Small Python functions, graded by running them.

A row of the training split:

    prompt:   Write f(x) for a list x: add 3 to each number, then keep the odd ones. Return it.
    response: def f(x):
               x=[v+3 for v in x]
               x=[v for v in x if v%2==1]
               return x

The whole response is the program. It runs in the sandbox on the lists in `detail`; what it returns
is compared outside with what the reference computes (miniature/programs.py).
"""

import ast
from dataclasses import dataclass
from typing import ClassVar

from leadline.grade.gold import refuse_faulty_gold
from leadline.grade.programs import run_tests
from leadline.grade.readings import Reading, judged
from leadline.miniature.programs import draw_examples, draw_problems
from leadline.records import Example, Generation, Judgement, Problem
from leadline.seeding import rng
from leadline.tasks.miniature_task import MiniatureTask, form

GOLD_VERDICTS = {"correct": "yes", "format": "no"}
LONGEST = 20_000  # characters; a longer response is no small function
CHECKED = 40  # gold programs that `check` runs: each costs a process


@dataclass(frozen=True, kw_only=True)
class MiniatureCode(MiniatureTask):
    """See `MiniatureTask`. No two problems of a split have the same program."""

    most_problems: ClassVar[int] = 2_000

    @property
    def name(self) -> str:
        return "miniature-code"

    @property
    def questions(self) -> tuple[str, ...]:
        return ("correct", "format")

    @property
    def grader_version(self) -> str:
        return "functions-1"

    def examples(self) -> list[Example]:
        return list(draw_examples(rng(self.seed, "miniature code train"), n=self.n_examples))

    def problems(self) -> list[Problem]:
        draws = rng(self.seed, f"miniature code {self.split}")
        return list(draw_problems(draws, pool=self.split, n=self.n_problems))

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        fault = format_fault(generation.text, entry_point=problem.detail["entry_point"])
        readings = {
            "correct": Reading("no", reason=fault) if fault else _correct(problem, generation.text),
            "format": form(fault, generation),
        }
        return judged(generation, readings, by=self.grader_version)

    def check(self) -> None:
        """The reference programs, run in the sandbox, return what the generator computed."""
        golds = ((problem, problem.reference) for problem in self.problems()[:CHECKED])
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)


def _correct(problem: Problem, code: str) -> Reading:
    detail = problem.detail
    run = run_tests(
        code,
        entry_point=detail["entry_point"],
        inputs=detail["inputs"],
        expected=detail["expected"],
    )
    return Reading("yes" if run.status == "pass" else "no", reason=run.reason)


def format_fault(text: str, *, entry_point: str) -> str:
    """Why a response cannot be run at all, in words; "" if it is Python with that function."""
    if len(text) > LONGEST:
        return f"{len(text):,} characters are no small function"
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"not Python: {type(error).__name__}"
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return "" if entry_point in names else f"no function {entry_point}"
