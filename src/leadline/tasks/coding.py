"""What HumanEval+ and MBPP+ have in common: problems in EvalPlus's form, no examples of their own,
and responses that are programs, run and graded as a named protocol says."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Literal

from leadline.data import Row
from leadline.errors import BadData, BadStudy
from leadline.grade.equality import Rule
from leadline.grade.evalplus import grading
from leadline.grade.evalplus.suites import CodeProtocol, Suite, canonical
from leadline.grade.gold import gold_generation
from leadline.records import Example, Generation, Judgement, Problem
from leadline.sandbox import Sandbox
from leadline.settings import where
from leadline.tasks.chosen import chosen
from leadline.tasks.local_sets import LocalSet, load_local

# EvalPlus's words to a chat model (codegen.py), before the problem in a code block.
ASKED = (
    "Please provide a self-contained Python script that solves the following problem in a markdown "
    "code block:"
)
_SHOWN = 3  # faulty solutions that an error lists


@lru_cache(maxsize=4)
def _rows(wanted: LocalSet, folder: str | None) -> dict[str, Row]:
    return {row["task_id"]: row for row in load_local(wanted, folder=folder)}


@dataclass(frozen=True, kw_only=True)
class Coding:
    """protocol: how a response is read, run and scored (grade/evalplus/suites.py). data: a folder
    with the data; None: LEADLINE_DATA. n_problems: test on so many only, drawn once for all.
    unsandboxed: "allow" runs model-written code even where the sandbox cannot hold it."""

    protocol: CodeProtocol = "evalplus"
    data: str | None = where(None)
    n_problems: int | None = None
    unsandboxed: Literal["refuse", "allow"] = where("refuse")

    source: ClassVar[LocalSet]
    word: ClassVar[str]
    protocols: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        if self.protocol not in self.protocols:
            there = ", ".join(self.protocols)
            raise BadStudy(f"{self.word} has no protocol {self.protocol!r}; there are: {there}.")

    @property
    def name(self) -> str:
        suffix = "" if self.protocol == "evalplus" else f"-{self.protocol}"
        return f"{self.word}{suffix}"

    @property
    def questions(self) -> tuple[str, ...]:
        return grading.QUESTIONS

    @property
    def grader_version(self) -> str:
        return f"{self.protocol}-{grading.VERSION}"

    @property
    def sandbox(self) -> Sandbox:
        """Where programs run; its limits are set program by program."""
        return Sandbox(unsandboxed=self.unsandboxed)

    def examples(self) -> list[Example]:
        raise BadStudy(
            f"{self.word} has problems and no examples. Name a training set: --train self-align, "
            "code-alpaca or mbpp, or in a study TrainedOn(task=…, train=…)."
        )

    def problems(self) -> list[Problem]:
        rows = chosen(list(self.rows().values()), self.n_problems, name=self.name)
        return [self._problem(row) for row in rows]

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return grading.grade(self, problem, generation)

    def grade_many(
        self, problems: Sequence[Problem], responses: Sequence[Generation], *, workers: int
    ) -> Iterator[tuple[int, list[Judgement]]]:
        """Grade many, `workers` at once: (place, verdicts) as they are known. See `grading`."""
        return grading.grade_many(self, problems, responses, workers=workers)

    def check(self) -> None:
        """The canonical solutions of all problems asked pass both suites: as they are, because
        EvalPlus's sanitising drops a generator that one of them needs (Mbpp/630)."""
        as_is = replace(self, protocol="evalplus_as_is")
        problems = as_is.problems()
        golds = [gold_generation(problem, problem.reference) for problem in problems]
        workers = os.cpu_count() or 1
        faults = []
        for place, judgements in as_is.grade_many(problems, golds, workers=workers):
            faults += [
                f"{problems[place].id}: {row.question} is {row.verdict} ({row.reason})"
                for row in judgements
                if row.verdict != "yes"
            ]
        if faults:
            raise BadData(
                f"{self.name}: the grader {self.grader_version} does not accept {len(faults)} "
                "verdicts on the data's own solutions, so it cannot grade a model. First: "
                f"{'; '.join(faults[:_SHOWN])}. On a slow or busy machine, try again."
            )

    def rows(self) -> dict[str, Row]:
        """The problems as released, by id."""
        return _rows(self.source, self.data)

    def row(self, problem_id: str) -> Row:
        return self.rows()[problem_id]

    def inputs(self, row: Row, suite: Suite) -> list[Any]:
        """The arguments of each call of a suite's tests."""
        return list(row[f"{suite}_input"])

    def rule(self, entry_point: str) -> Rule | None:
        """When an output is right, if not by the usual rule."""
        return None

    def _problem(self, row: Row) -> Problem:
        full = self.protocol != "lm_eval"  # there, a model goes on where the prompt ends
        asked = f"{ASKED}\n```\n{row['prompt'].strip()}\n```\n"
        return Problem(
            id=row["task_id"],
            prompt=asked if full else row["prompt"],
            reference=canonical(row) if full else row["canonical_solution"],
            detail={"entry_point": row["entry_point"]},
        )
