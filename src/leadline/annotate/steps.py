"""Reasoning errors in step-by-step answers to two-hop questions, by rule.

A response's steps (`sub-question → answer`) are held against the gold sub-questions and
sub-answers. An error of reasoning is, in this order of the lines: a gold sub-question answered
before the answer that it needs; a sub-answer that is not the key's; a second sub-question about
something else than the first answer; a final answer that the last step does not give, or that no
step leads to. Steps beyond the gold ones are free. Which gold step a step takes is told by its
words, so a wording of its own may stay untold: then a right final answer has no error, and a wrong
one is undecided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from leadline.grade import hops
from leadline.grade.readings import Reading
from leadline.grade.span_words import PLACES, normal, word_set
from leadline.grade.spans import span_verdict
from leadline.records import Problem

VERSION = "steps-1"  # raise it when any verdict could change
_ALIKE = 0.5  # shared words of two wordings of a question, of all their words
_SMALL = PLACES | word_set("is was are were be did do does has had have and s that this it")
_POINTERS = word_set("that this he she it they there his her its their him them")


class Step(NamedTuple):
    """One step of a response: its line from 0, what it asks and what it finds."""

    line: int
    asked: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One gold step: what it asks, and every accepted answer."""

    asked: str
    answers: tuple[str, ...]


class Fault(NamedTuple):
    """A step that is not as it should be; sure: whether a rule can tell that it is wrong."""

    line: int
    why: str
    sure: bool = True


def read_steps(text: str) -> list[Step]:
    """The lines of a response that are steps, but for its final answer."""
    final = hops.final_answer(text).line
    found = []
    for number, line in hops.own_lines(text):
        asked, *answers = hops.ARROWS.split(line)
        if answers and asked.strip() and number != final:
            found.append(Step(number, asked.strip(), hops.bare(answers[-1])))
    return found


def steps_reading(problem: Problem, text: str) -> Reading:
    """Whether the steps of a response have an error of reasoning. `problem.detail` has `hops` (two
    sub-questions with their answers) and `golds` (every accepted answer)."""
    golds = tuple(problem.detail.get("golds") or [problem.reference])
    (asked_1, found_1), (asked_2, found_2) = problem.detail["hops"]
    first = Hop(asked=asked_1, answers=(found_1,))
    second = Hop(asked=asked_2, answers=tuple(dict.fromkeys((*golds, found_2))))
    asked = problem.detail.get("question") or problem.prompt
    final = hops.final_answer(text)
    right = span_verdict(final.answer, golds, question=asked).verdict
    steps = read_steps(text)
    if not steps:
        if right == "yes":
            return Reading("no", reason="the answer is right; no step to look at")
        return Reading("undecided", reason="no step (sub-question → answer) to look at")
    faults = sorted(_faults(steps, first, second, final, right=right == "yes"))
    sure = next((fault for fault in faults if fault.sure), None)
    if sure is not None:
        earlier = [fault for fault in faults if fault.line < sure.line]
        return Reading("yes", "" if earlier else str(sure.line), sure.why)
    if faults:
        return Reading("undecided", reason=faults[0].why)
    if right == "yes":
        return Reading("no")
    if right == "undecided":
        return Reading("undecided", reason="whether the final answer is right is undecided")
    return Reading("undecided", reason="the steps are not those of the key, which leads elsewhere")


def _faults(
    steps: Sequence[Step], first: Hop, second: Hop, final: hops.Stated, *, right: bool
) -> Iterator[Fault]:
    """What is wrong with the steps, in no order."""
    one, two = _taken(steps, first, second)
    if one and two and two.line < one.line and _names(second.asked, first.answers):
        yield Fault(two.line, "asks what needs an answer that a later step finds")
    for step, hop in ((one, first), (two, second)):
        if step is not None:
            yield from _answer_fault(step, hop, right=right)
    if one and two and one.line < two.line:
        yield from _bridge_fault(one, two, first, second)
    if not right:
        yield from _final_fault(steps, final, halfway=one is not None and len(steps) == 1)


def _taken(steps: Sequence[Step], first: Hop, second: Hop) -> tuple[Step | None, Step | None]:
    """Which step takes the first hop, and which the second; None where none is told."""
    one: Step | None = None
    two: Step | None = None
    for step in steps:
        likeness = [
            _likeness(step.asked, hop.asked, aside=aside)
            for hop, aside in ((first, ()), (second, (*first.answers, one.found if one else "")))
        ]
        if one is None and likeness[0] >= max(_ALIKE, likeness[1]):
            one = step
        elif likeness[1] >= _ALIKE:
            two = two or step
        elif one is None and _says(step.found, first) == "yes":
            one = step
        elif two is None and _says(step.found, second) == "yes":
            two = step
    return one, two


def _answer_fault(step: Step, hop: Hop, *, right: bool) -> Iterator[Fault]:
    verdict = _says(step.found, hop)
    shown = f"the step's answer {step.found[:60]!r} is not the key's {hop.answers[0][:60]!r}"
    if verdict == "undecided":
        yield Fault(step.line, f"whether {step.found[:60]!r} is the key's is undecided", sure=False)
    elif verdict == "no":
        yield Fault(step.line, shown, sure=not (right and _maybe_one(step.found, hop.answers)))


def _bridge_fault(one: Step, two: Step, first: Hop, second: Hop) -> Iterator[Fault]:
    """The second question is about something else than what the first step found."""
    if not _names(second.asked, first.answers) or _names(two.asked, (one.found, *first.answers)):
        return
    known = _content(second.asked) | _content(one.asked) | _content(first.asked)
    strange = _content(two.asked) - known
    if strange and not frozenset(normal(two.asked)) & _POINTERS:
        yield Fault(two.line, f"asks about {' '.join(sorted(strange))!r}, not the answer before")


def _final_fault(steps: Sequence[Step], final: hops.Stated, *, halfway: bool) -> Iterator[Fault]:
    """A wrong final answer that the last step does not give, or after the first step alone."""
    last = steps[-1]
    if halfway:
        yield Fault(final.line, "the second question is not asked")
    follows = span_verdict(final.answer, (last.found,), question=last.asked).verdict
    if follows == "no" and not _content(final.answer) & _content(last.found):
        yield Fault(final.line, "the final answer is not what the last step finds")
    elif follows == "no":
        yield Fault(final.line, "whether the final answer is the last step's", sure=False)


def _says(found: str, hop: Hop) -> str:
    return span_verdict(found, hop.answers, question=hop.asked).verdict


def _likeness(asked: str, gold: str, *, aside: Sequence[str]) -> float:
    """Shared content words of two questions, of all of theirs, those `aside` left out of both.
    Where all that is left of the gold question is asked, of something else, that is enough."""
    without = frozenset(word for text in aside for word in normal(text))
    mine, theirs = _content(asked) - without, _content(gold) - without
    share = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
    return max(share, _ALIKE) if aside and len(theirs) > 1 and theirs <= mine else share


def _maybe_one(found: str, answers: Sequence[str]) -> bool:
    """Whether a name that is not in the key may be another name of what is: they share a word, and
    have no number in which they could differ."""
    shared = _content(found) & _content(" ".join(answers))
    return bool(shared) and not any(letter.isdigit() for letter in found)


def _names(asked: str, answers: Sequence[str]) -> bool:
    """Whether a question names one of the answers, by all of its words."""
    words = _content(asked)
    return any(named and named <= words for named in map(_content, answers))


def _content(text: str) -> frozenset[str]:
    return frozenset(normal(text)) - _SMALL
