"""Final answers of mathematics: what number a response ends on, and whether it is the right one.

Three readings, never mixed. `strict` and `flexible` are lm-evaluation-harness 0.4.13's, number for
number (lm_eval/tasks/gsm8k/gsm8k.yaml, version 3.0): two regular expressions, then string equality
after four removals. `numeric` is ours: the number after the last `####`, or else the last number,
compared as a decimal. Every pattern here takes time linear in the text, whatever the text.
"""

import re
from collections import deque
from decimal import Decimal

from leadline.grade.formats import Style, format_error
from leadline.grade.readings import Reading, judged
from leadline.records import Generation, Judgement, Problem

QUESTIONS = ("correct", "flexible", "numeric", "format")
VERSION = "final-answer-1"  # raise it when any verdict could change
INVALID = "[invalid]"  # lm-eval's word for "no match"

_STRICT = re.compile(r"#### (\-?[0-9\.\,]+)")
_FLEXIBLE = re.compile(r"(-?[$0-9.,]{2,})|(-?[0-9]+)")
# A sign counts only where nothing stands before it that it could be subtracted from.
_NUMBER = re.compile(
    r"(?:(?<![\w)\]}$%.])(?P<sign>[-−]))?(?:\$(?P<inner>[-−])?)?"
    r"(?P<digits>[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)(?P<power>[eE][-+]?[0-9]{1,3}(?![0-9]))?"
)


def strict(text: str) -> str:
    """The number after the first `#### `, or "[invalid]": lm-eval's filter `strict-match`."""
    found = _STRICT.search(text)
    return found[1] if found else INVALID


def flexible(text: str) -> str:
    """The last thing that looks like a number, or "[invalid]": lm-eval's `flexible-extract`."""
    last = deque(_FLEXIBLE.finditer(text), maxlen=1)
    return last[0][0] if last else INVALID


def numeric(text: str) -> Decimal | None:
    """The first number on the line that the last `####` begins, or else the text's last number.

    `$`, thousands commas and `%` are stripped; 18.00 is 18. None if there is no number there.
    """
    _, delimiter, tail = text.rpartition("####")
    if delimiter:
        found = _NUMBER.search(tail.strip().partition("\n")[0])
    else:
        last = deque(_NUMBER.finditer(text), maxlen=1)
        found = last[0] if last else None
    return _decimal(found) if found else None


def _decimal(found: re.Match[str]) -> Decimal:
    sign = "-" if found["sign"] or found["inner"] else ""
    return Decimal(sign + found["digits"].replace(",", "") + (found["power"] or ""))


def exact_match(answer: str, reference: str) -> bool:
    """lm-eval's `exact_match` with gsm8k's settings: equality of the normalised strings."""
    return _normalise(answer) == _normalise(reference)


def _normalise(text: str) -> str:
    """Remove commas, dollar signs, all up to the last `#### ` and a final full stop; lower-case.

    The third removal is lm-eval's `(?s).*#### `, which as a pattern would take quadratic time.
    """
    text = text.replace(",", "").replace("$", "")
    text = text.rpartition("#### ")[2]
    return re.sub(r"\.$", "", text).lower()


def grade_final_answer(
    problem: Problem, generation: Generation, *, by: str, style: Style = "socratic"
) -> list[Judgement]:
    """One verdict for each of QUESTIONS. `correct` is the strict reading.

    `problem.reference` is a whole gold answer, or only its `#### number` line. For `format`, yes
    means that there is a format error, `reason` says which and `extracted` is the number of the
    faulty line, from 0. A generation that failed is undecided on every question; one cut off at
    the token limit is graded as it stands (as lm-eval does) and has a format error, as it never
    ended.
    """
    readings = {
        "correct": _read_correct(strict(generation.text), problem.reference),
        "flexible": _read_correct(flexible(generation.text), problem.reference),
        "numeric": _read_numeric(generation.text, problem.reference),
        "format": _read_format(generation, style=style),
    }
    return judged(generation, readings, by=by)


def _read_correct(answer: str, reference: str) -> Reading:
    return Reading("yes" if exact_match(answer, reference) else "no", answer)


def _read_numeric(text: str, reference: str) -> Reading:
    answer, right = numeric(text), numeric(reference)
    if right is None:
        extracted = "" if answer is None else str(answer)
        return Reading("undecided", extracted, "the reference has no number")
    if answer is None:
        return Reading("no", reason="no number")
    return Reading("yes" if answer == right else "no", str(answer))


def _read_format(generation: Generation, *, style: Style) -> Reading:
    error = format_error(generation.text, style=style)
    if error:
        return Reading("yes", str(error.line), error.reason)
    if generation.stopped == "length":
        last = generation.text.rstrip().count("\n")
        return Reading("yes", str(last), "cut off at the token limit")
    return Reading("no")
