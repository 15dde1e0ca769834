"""Whether a response has the form that its training examples have. Content is never judged here.

Socratic (paper, section on training data): a line a step, `sub-question ** sentence`, then
`#### number` and nothing more. Plain GSM8K: the same without the sub-questions. A calculator mark
is `<<a*b=c>>` with the number repeated after it; GSM8K's gold answers leave it out of one line in
nine (algebra, mostly), so a step may be without, but a mark that is begun must be whole.
"""

import re
from dataclasses import dataclass
from typing import Literal

Style = Literal["socratic", "plain"]

_FINAL = re.compile(r"#### -?[0-9][0-9,]*(?:\.[0-9]+)?")
_BRACKETS = re.compile(r"<<|>>")
_MARK = re.compile(r"[^<>=]+=[^<>=]+")
_REPEATED = re.compile(r"[ $]{0,3}-?[$]?[0-9.]")
_SHOWN = 60  # characters of a faulty line that the reason quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatError:
    """The first thing wrong with a response's form. `line` counts all lines from 0."""

    line: int
    reason: str


def format_error(text: str, *, style: Style) -> FormatError | None:
    """The first format error of a response, or None if it is well-formed."""
    lines = text.rstrip().split("\n")
    filled = [(number, line.strip()) for number, line in enumerate(lines) if line.strip()]
    if not filled:
        return FormatError(line=0, reason="the response is empty")
    *steps, (last, final) = filled
    for number, line in steps:
        fault = _step_fault(line, style=style)
        if fault:
            return FormatError(line=number, reason=f"{fault}: {_quote(line)}")
    if not _FINAL.fullmatch(final):
        return FormatError(line=last, reason=f"the last line is not '#### number': {_quote(final)}")
    if not steps:
        return FormatError(line=last, reason="no step before the final answer")
    return None


def _step_fault(line: str, *, style: Style) -> str:
    if "####" in line:
        return "more text after '####'"
    if style == "socratic":
        question, separator, sentence = line.partition(" ** ")
        if not separator or not question or not sentence:
            return "not 'sub-question ** sentence'"
        if line.count("**") != 1:
            return "more than one '**'"
    return _mark_fault(line)


def _mark_fault(line: str) -> str:
    """What is wrong with a line's calculator marks. Brackets must alternate << >> << >> …"""
    opened: int | None = None
    for bracket in _BRACKETS.finditer(line):
        if (bracket[0] == "<<") != (opened is None):
            return "a calculator mark '<<…>>' is not whole"
        if opened is None:
            opened = bracket.end()
            continue
        if not _MARK.fullmatch(line, opened, bracket.start()):
            return "a calculator mark is not '<<expression=number>>'"
        if not _REPEATED.match(line, bracket.end()):
            return "no number follows a calculator mark"
        opened = None
    return "" if opened is None else "a calculator mark '<<…>>' is not whole"


def _quote(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…")
