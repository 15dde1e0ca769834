"""IFEval: 541 prompts with 834 verifiable instructions of 25 kinds (Zhou et al. 2023, arXiv
2311.07911; Apache-2.0). A row:

    key:                 1092
    prompt:              Write a short blog post about a trip to Japan using less than 300 words.
    instruction_id_list: ["length_constraints:number_words"]
    kwargs:              [{"relation": "less than", "num_words": 300}]

Responses are graded by rule, as Google's checkers do (grade/ifeval/); there are no gold responses
and nothing to train on. Source: https://huggingface.co/datasets/google/IFEval.
"""

from dataclasses import dataclass
from itertools import chain

from leadline.data import Row
from leadline.errors import BadData, BadStudy
from leadline.grade.ifeval.registry import CHECKERS, Checker, checker
from leadline.grade.ifeval.vectors import refuse_faulty_checkers
from leadline.grade.ifeval.verdicts import Verdicts, verdicts
from leadline.grade.readings import Reading, judged
from leadline.pins import Pin, load
from leadline.records import Example, Generation, Judgement, Problem
from leadline.settings import where
from leadline.tasks.chosen import chosen
from leadline.tasks.two_hop import SYSTEM  # PAPER.md: Conifer has "the same system message"

VERSION = "ifeval-1"  # raise it when any verdict could change
N_PROMPTS, N_INSTRUCTIONS, N_KINDS = 541, 834, 25
MOST_INSTRUCTIONS = 3  # of one prompt
# Prompts that ask for a letter which is none (`#`, `!`): the reference draws a random letter at
# every check, so there is no reference verdict. Here the character counts as it stands.
RANDOM_LETTER_KEYS = ("1122", "1129")

# The Hub's file has the SHA-256 6a85310ca8ce15eff755aa08a3a4ff931c7e273e7515ebb3c492ea85fd8288f2.
PIN = Pin(
    repo="google/IFEval",
    revision="966cd89545d6b6acfd7638bc708b98261ca58e84",
    file="ifeval_input_data.jsonl",
    local="ifeval/input_data.jsonl",
    fields=("key", "prompt", "instruction_id_list", "kwargs"),
    n_rows=N_PROMPTS,
    digest="6846a541cc583167da4ac804f07ac4a2ee8a478a6f90aebafc86428b6e0cca19",
)


@dataclass(frozen=True, kw_only=True)
class IFEval:
    """541 problems; a problem's id is its key in the data. Train on a set with `TrainedOn`.

    Questions: `strict` and `loose` ask whether all instructions of the prompt are followed,
    `strict:0`, `loose:0`, `strict:1` … whether each is, in the prompt's order. data: a folder with
    the data; None: LEADLINE_DATA, or the Hub. n_problems: test on so many only, drawn once for all
    (every smaller draw is part of a larger one), in the file's order.
    """

    data: str | None = where(None)
    n_problems: int | None = None

    @property
    def name(self) -> str:
        return "ifeval"

    @property
    def questions(self) -> tuple[str, ...]:
        return ("strict", "loose", *_instruction_questions(MOST_INSTRUCTIONS))

    @property
    def grader_version(self) -> str:
        return VERSION

    def examples(self) -> list[Example]:
        raise BadStudy(
            "ifeval has no examples to train on. Name a training set: --train dolly (or lima, "
            "conifer-hard, conifer-easy); in a study, TrainedOn(task=IFEval(), train=Dolly())."
        )

    def problems(self) -> list[Problem]:
        rows = chosen(self._rows(), self.n_problems, name=self.name)
        return [_problem(row) for row in rows]

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        """One verdict a question; all undecided if the generation failed."""
        instructions = problem.detail["instruction_id_list"]
        found = verdicts(_checkers(problem.detail), generation.text)
        readings = _of_prompt(instructions, found) | _of_instructions(
            instructions, found, random_letter=generation.problem_id in RANDOM_LETTER_KEYS
        )
        return judged(generation, readings, by=VERSION)

    def check(self) -> None:
        """The counts are IFEval's, every row's settings make its checkers, and every checker grades
        its stored responses right. There are no gold responses to grade."""
        rows = self._rows()
        instructions = [name for row in rows for name in row["instruction_id_list"]]
        counts = (len({row["key"] for row in rows}), len(instructions), len(set(instructions)))
        if counts != (N_PROMPTS, N_INSTRUCTIONS, N_KINDS) or set(instructions) != set(CHECKERS):
            raise BadData(
                f"ifeval: {counts[0]} prompts, {counts[1]} instructions of {counts[2]} kinds, and "
                f"must have {N_PROMPTS}, {N_INSTRUCTIONS} and {N_KINDS}. Get the data again."
            )
        for row in rows:
            _checkers(row)
        refuse_faulty_checkers()

    def _rows(self) -> list[Row]:
        rows = load(PIN, folder=self.data, shape=_without_nulls)
        names = [name for row in rows for name in row["instruction_id_list"]]
        assert (len(rows), len(names), len(set(names))) == (N_PROMPTS, N_INSTRUCTIONS, N_KINDS)
        return rows


def _instruction_questions(n: int) -> tuple[str, ...]:
    return tuple(chain.from_iterable((f"strict:{i}", f"loose:{i}") for i in range(n)))


def _without_nulls(row: Row) -> Row:
    """A Parquet copy gives every instruction all settings, and None for those it has not."""
    settings = [
        {name: value for name, value in given.items() if value is not None}
        for given in row.get("kwargs") or []
    ]
    return {**row, "kwargs": settings}


def _problem(row: Row) -> Problem:
    key = str(row["key"])
    detail = {name: row[name] for name in ("instruction_id_list", "kwargs")}
    # The group is the prompt: its instructions are one cluster when errors are estimated.
    return Problem(
        id=key, system=SYSTEM, prompt=row["prompt"], reference="", group=key, detail=detail
    )


def _checkers(detail: Row) -> list[Checker]:
    pairs = zip(detail["instruction_id_list"], detail["kwargs"], strict=True)
    return [checker(name, settings) for name, settings in pairs]


def _of_prompt(instructions: list[str], found: Verdicts) -> dict[str, Reading]:
    readings = {}
    for question, passed in (("strict", found.strict), ("loose", found.loose)):
        missed = [name for name, ok in zip(instructions, passed, strict=True) if not ok]
        reason = f"not followed: {', '.join(missed)}" if missed else ""
        share = f"{sum(passed)} of {len(passed)} followed"
        readings[question] = Reading("no" if missed else "yes", share, reason)
    return readings


def _of_instructions(
    instructions: list[str], found: Verdicts, *, random_letter: bool
) -> dict[str, Reading]:
    readings = {}
    for i, name in enumerate(instructions):
        odd = random_letter and name == "keywords:letter_frequency"
        reason = "the reference draws a random letter here" if odd else ""
        for question, passed in (("strict", found.strict), ("loose", found.loose)):
            readings[f"{question}:{i}"] = Reading("yes" if passed[i] else "no", name, reason)
    return readings
