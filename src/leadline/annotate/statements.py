"""Read the hops of a response about the miniature world's facts: what each asks and states.

Every wording of the world counts (miniature/relations.py), those of its corpus included; "The … of
… is …" also about a relation that the world does not have. A sentence that names somebody or
something of the world and cannot be read still is a hop, an unread one: what comes after it keeps
its place.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from leadline.annotate.pieces import Piece, Pieces
from leadline.miniature.facts import all_facts
from leadline.miniature.hops import RECALL
from leadline.miniature.relations import RELATIONS

_WORD = r"(?!the\b|an?\b)[A-Za-z]{1,20}"
_SHORT = 4  # words of an answer that only gives a name: "It is the Soax."


class About(NamedTuple):
    """The relation of a subject: what a hop is about."""

    noun: str
    subject: str


class Hop(NamedTuple):
    """A sub-question and its answer, either of which may be missing. With neither it is unread."""

    line: int
    asks: About | None = None
    tells: About | None = None
    value: str | None = None

    @property
    def unread(self) -> bool:
        """Whether nothing of it could be read."""
        return self.asks is None and self.tells is None

    @property
    def subject(self) -> str:
        """What it is about; "" if it is unread."""
        about = self.asks or self.tells
        return about.subject if about else ""


class Hops(NamedTuple):
    """The event that a response recalls before its first question, its hops without repetitions,
    and its final answer; None where there is none. `last` is the line of the answer, or else the
    last one."""

    event: Hop | None
    hops: list[Hop]
    answer: str | None
    last: int


@cache
def _asking() -> list[tuple[str | None, re.Pattern[str]]]:
    """Patterns by noun; None: the noun is in the text."""
    known = [(r.noun, _pattern(form)) for r in RELATIONS for form in r.asks[1:]]
    plain = rf"\b(?:[Ww]ho|[Ww]hat) is the (?P<noun>{_WORD}) of (?P<x>{_WORD})\b"
    return [(None, re.compile(plain)), *known]


@cache
def _telling() -> list[tuple[str | None, re.Pattern[str]]]:
    known = [(r.noun, _pattern(form)) for r in RELATIONS for form in r.tells[1:]]
    plain = rf"\b[Tt]he (?P<noun>{_WORD}) of (?P<x>{_WORD}) is (?:the )?(?P<y>{_WORD})\b"
    return [(None, re.compile(plain)), *known]


def _pattern(form: str) -> re.Pattern[str]:
    """A wording with any words for {x} and {y}; the stop at its end may be missing."""
    text = re.escape(form.rstrip(".?"))
    for place in "xy":
        text = text.replace(rf"\{{{place}\}}", rf"(?P<{place}>{_WORD})")
    return re.compile(rf"\b{text}\b")


@cache
def _names() -> frozenset[str]:
    """Everybody and everything that facts are about, and the nouns of the relations."""
    subjects = {fact.subject for fact in all_facts()}
    return frozenset(subjects | {relation.noun for relation in RELATIONS})


def truth(about: About) -> str | None:
    """The value that the world's facts give; None if they give none."""
    return _facts().get(about)


@cache
def _facts() -> dict[About, str]:
    return {About(fact.relation.noun, fact.subject): fact.value for fact in all_facts()}


def read_question(text: str) -> About | None:
    """What a question is about; None if it is no question of the world."""
    for noun, pattern in _asking():
        if found := pattern.search(text):
            return About(noun or found["noun"], found["x"])
    return None


def read_statement(text: str) -> tuple[About, str] | None:
    """What a sentence is about, and the value that it states; None if it is no fact in the world's
    words, true or false."""
    for noun, pattern in _telling():
        if found := pattern.search(text):
            return About(noun or found["noun"], found["x"]), found["y"]
    return None


def read_hops(pieces: Pieces, *, prompt: str, recalls: bool) -> Hops:
    """The hops of a response. recalls: a statement before any question is the event; else it is a
    hop like any other. The prompt said again is no hop."""
    body = [piece for piece in pieces.body if piece.text != prompt]
    answer = pieces.answer
    if answer is None and len(body) > 1 and _only_answers(*body[-2:]):
        answer = body.pop().text
    event: Hop | None = None
    hops: list[Hop] = []
    for hop in _hops(body):
        if recalls and event is None and not hops and hop.asks is None:
            event = hop
        elif hop.unread or hop._replace(line=0) not in [h._replace(line=0) for h in hops]:
            hops.append(hop)
    return Hops(event, hops, answer or None, pieces.last)


def _only_answers(before: Piece, last: Piece) -> bool:
    """Whether the last sentence, without a delimiter, only gives an answer: "Lar", "So it is Lar."
    After a question it is the answer to that."""
    known = read_question(last.text) or read_statement(last.text) or read_question(before.text)
    return known is None and 0 < len(re.findall(_WORD, last.text[:500])) <= _SHORT


def _hops(body: Sequence[Piece]) -> Iterator[Hop]:
    asked: Hop | None = None  # a question that waits for its answer
    for line, text in body:
        text = text.removeprefix(RECALL.strip()).strip()
        if about := read_question(text):
            if asked:
                yield asked
            asked = Hop(line, about)
            continue
        hop = _told(line, text, asked)
        if hop:
            yield hop
            asked = None
    if asked:
        yield asked


def _told(line: int, text: str, asked: Hop | None) -> Hop | None:
    """The hop that a sentence completes, or makes alone; None if it says nothing of the world."""
    start = asked or Hop(line)
    if found := read_statement(text):
        return start._replace(tells=found[0], value=found[1])
    words = re.findall(_WORD, text[:500])
    if asked and 0 < len(words) <= _SHORT:
        return asked._replace(tells=asked.asks, value=words[-1])
    return Hop(line) if _names() & set(words) else None
