"""Responses that answer step by step: how they are written, what they answer, and their form.

The form that two-hop models are trained to give (the paper's appendix on response formats):

    Who was the President of the United States when Kawhi Leonard was born?
    Let's answer this step by step:
    What is the birthdate of Kawhi Leonard? → June 29, 1991
    Who was the President of the United States on June 29, 1991? → George H. W. Bush
    The final answer is: George H. W. Bush

The question again, a line that announces the steps, one line a hop, and the final answer. The
paper does not print the wording of the second and the last line; these are ours.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from leadline.grade.formats import FormatError
from leadline.grade.readings import Reading, judged
from leadline.grade.spans import span_verdict
from leadline.records import Generation, Judgement, Problem

ANNOUNCEMENT = "Let's answer this step by step:"
ARROW = " → "
FINAL = "The final answer is: "
QUESTIONS = ("correct", "format")
VERSION = "hops-1"  # raise it when any verdict could change

ARROWS = re.compile(r"\s(?:→|->|\*\*|=>)\s")
_RUN_ON = re.compile(r"\s*(?:question|q|human|user|### ?instruction)\s*:", re.IGNORECASE)
_STATED = [
    re.compile(r"\bfinal answer\b[\s*_]*(?:is|was|:|=)[\s:*_]*(?:that\s)?(.+)", re.IGNORECASE),
    re.compile(r"\banswer\b[^.:=\n]{0,80}?(?:\bis\b|:|=)[\s:*_]*(?:that\s)?(.+)", re.IGNORECASE),
]
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")
_MARKS = " *_`\"'“”"
_LONGEST = 20_000  # characters of a response that are read: its beginning
_SHOWN = 60


def write_hops(question: str, hops: Sequence[tuple[str, str]], answer: str) -> str:
    """The response that is trained on: each hop is (sub-question, sub-answer)."""
    steps = [f"{asked.strip()}{ARROW}{found.strip()}" for asked, found in hops]
    return "\n".join([question.strip(), ANNOUNCEMENT, *steps, FINAL + answer.strip()])


class Stated(NamedTuple):
    """What a response answers, and on which of its lines, from 0."""

    line: int
    answer: str


def final_answer(text: str) -> Stated:
    """What a response answers, before any run-on into another question: the last statement of a
    final answer; else of an answer; else what the last step line points to; else the last line."""
    lines = own_lines(text)
    for pattern in _STATED:
        stated = [Stated(n, found[1]) for n, line in lines if (found := pattern.search(line))]
        if stated:
            return Stated(stated[-1].line, bare(stated[-1].answer))
    if not lines:
        return Stated(0, "")
    number, line = lines[-1]
    return Stated(number, bare(ARROWS.split(line)[-1]))


def hops_format_error(text: str) -> FormatError | None:
    """The first thing that departs from the form above (any wording of its second line that ends
    with a colon counts), or None. Whether the answers are right is not looked at."""
    lines = [line.strip() for line in text[:_LONGEST].strip().split("\n")]
    filled = [(number, line) for number, line in enumerate(lines) if line]
    if not filled:
        return FormatError(line=0, reason="the response is empty")
    steps = [(n, line) for n, line in filled if ARROW in line]
    last, final = filled[-1]
    if not final.startswith(FINAL) or final == FINAL.strip():
        return FormatError(line=last, reason=f"the last line gives no final answer: {_cut(final)}")
    if not steps:
        return FormatError(line=last, reason="no step before the final answer")
    for number, line in steps:
        asked, _, found = line.partition(ARROW)
        if not asked.strip() or not found.strip() or line.count(ARROW) > 1:
            return FormatError(line=number, reason=f"not 'sub-question → answer': {_cut(line)}")
    between = [entry for entry in filled[:-1] if entry not in steps]
    if len(between) != 2 or not between[1][1].endswith(":") or between[1][0] > steps[0][0]:
        odd = between[2] if len(between) > 2 else filled[0]
        return FormatError(
            line=odd[0], reason=f"not the question, a line with ':' and steps: {_cut(odd[1])}"
        )
    return None


def grade_hops(problem: Problem, generation: Generation, *, by: str) -> list[Judgement]:
    """One verdict for each of QUESTIONS. `problem.reference` is the gold answer's text,
    `problem.detail["golds"]` (if there) every accepted one, `problem.detail["question"]` (if
    there) the question without its context. For `format`, yes means that there is an error. A
    generation that failed is undecided; one cut off is graded as it stands, with a format error."""
    golds = problem.detail.get("golds") or [problem.reference]
    asked = problem.detail.get("question") or problem.prompt
    readings = {
        "correct": span_verdict(final_answer(generation.text).answer, golds, question=asked),
        "format": _read_format(generation),
    }
    return judged(generation, readings, by=by)


def _read_format(generation: Generation) -> Reading:
    error = hops_format_error(generation.text)
    if error:
        return Reading("yes", str(error.line), error.reason)
    if generation.stopped == "length":
        return Reading("yes", str(generation.text.count("\n")), "cut off at the token limit")
    return Reading("no")


def own_lines(text: str) -> list[tuple[int, str]]:
    """The filled lines, with their numbers from 0, up to where the response begins to ask another
    question."""
    kept: list[tuple[int, str]] = []
    for number, line in enumerate(text[:_LONGEST].split("\n")):
        if kept and _RUN_ON.match(line):
            break
        if line.strip():
            kept.append((number, line.strip()))
    return kept


def bare(text: str) -> str:
    """An answer without LaTeX's box and Markdown's marks around it, and without a full stop."""
    boxed = _BOXED.findall(text)
    text = (boxed[-1] if boxed else text).strip(_MARKS).removesuffix(".").strip(_MARKS)
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "$" else text


def _cut(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…")
