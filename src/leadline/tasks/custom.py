"""A user's own task: two JSON Lines files (tasks/rows.py says of what shape) and a grader.

| grader | a response is right if |
|---|---|
| exact | it is the reference, but for case, spacing, outer quotes and final punctuation |
| contains | the reference stands in it as whole words |
| numeric | its number (after the last `####`, else the last one) equals the reference's |
| choice | the letter A to E that it chooses (grade/choices.py) is the reference's |
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from leadline.errors import BadData, BadStudy
from leadline.grade.answers import numeric
from leadline.grade.choices import choice
from leadline.grade.gold import refuse_faulty_gold
from leadline.grade.readings import Reading, judged
from leadline.grade.texts import contains, normal, same
from leadline.records import Example, Generation, Judgement, Problem
from leadline.tasks.rows import Line, read_lines

VERSION = 1  # raise it when any verdict could change


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a grader reads a text (for the row), and whether a response is right."""

    read: Callable[[str], str]
    right: Callable[[str, str], bool]  # response, reference
    needs: str  # what a reference must have


def _number(text: str) -> str:
    found = numeric(text)
    return "" if found is None else str(found)


_RULES = {
    "exact": _Rule(normal, same, "a text"),
    "contains": _Rule(normal, contains, "a text"),
    "numeric": _Rule(_number, lambda text, ref: numeric(text) == numeric(ref), "a number"),
    "choice": _Rule(choice, lambda text, ref: choice(text) == choice(ref), "a letter A to E"),
}


@dataclass(frozen=True, kw_only=True)
class Custom:
    """train, test: JSON Lines files; where they lie is no part of a study's identity, what is in
    them is. The response of a test row is its reference. name: stands in addresses."""

    train: str | Path = field(metadata={"identity": False})
    test: str | Path = field(metadata={"identity": False})
    grader: str = "exact"
    name: str = "custom"

    def __post_init__(self) -> None:
        if self.grader not in _RULES:
            near = difflib.get_close_matches(str(self.grader).lower(), _RULES, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise BadStudy(f"no grader {self.grader!r}. {hint}There are: {', '.join(_RULES)}.")

    @property
    def questions(self) -> tuple[str, ...]:
        return ("correct",)

    @property
    def grader_version(self) -> str:
        return f"{self.grader}-{VERSION}"

    def examples(self) -> list[Example]:
        return [
            Example(id=line.id, system=line.system, prompt=line.prompt, response=line.response)
            for line in read_lines(self.train)
        ]

    def problems(self) -> list[Problem]:
        return [self._problem(line) for line in read_lines(self.test)]

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        """The verdict on `correct`; undecided if the generation failed."""
        rule = _RULES[self.grader]
        extracted = rule.read(generation.text)
        reading = Reading(
            "yes" if rule.right(generation.text, problem.reference) else "no",
            extracted,
            "" if extracted else f"no {rule.needs.partition(' ')[2]} in the response",
        )
        return judged(generation, {"correct": reading}, by=self.grader_version)

    def check(self) -> None:
        """Both files are whole, and every reference grades right as a response to itself."""
        read_lines(self.train)
        golds = [(problem, problem.reference) for problem in self.problems()]
        refuse_faulty_gold(self, golds, expected={"correct": "yes"})

    def _problem(self, line: Line) -> Problem:
        rule = _RULES[self.grader]
        if not rule.read(line.response):
            raise BadData(
                f"{line.place}: the grader {self.grader!r} needs {rule.needs} as the response of a "
                f"test row, and finds none in {line.response[:60]!r}. Correct the row, or use "
                "another grader."
            )
        return Problem(id=line.id, system=line.system, prompt=line.prompt, reference=line.response)
