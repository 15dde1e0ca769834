"""The two sides of a relation: the expressions that end and begin there, in the midst of prose."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.arithmetic import words
from leadline.arithmetic.clauses import Node
from leadline.arithmetic.expressions import Expression
from leadline.arithmetic.numbers import Unreadable
from leadline.arithmetic.parser import Parser
from leadline.arithmetic.starts import find_start


@dataclass(frozen=True, slots=True)
class Side:
    """One side as it was read, and its place in its line (start and end, in characters).
    otherwise: another way to read it."""

    expression: Expression
    start: int
    end: int
    doubtful: bool
    otherwise: Expression | None = None


def left_side(segment: Sequence[Node], *, fresh: bool = False) -> Side | None:
    """The expression that a segment ends on, or None if it ends on none that can be read.

    fresh: it begins a line, so that a sign set apart there is the bullet of a list.
    """
    try:
        start, doubtful = find_start(segment)
        parser = Parser(segment, start)
        found = parser.expression()
    except Unreadable:
        return None
    if parser.i != len(segment):
        return None
    doubtful |= found.doubtful or not words.CONJUNCTIONS.isdisjoint(found.units)
    if start != 1 or not fresh or segment[0].text not in ("*", "+", "-"):
        return Side(found, segment[start].start, segment[-1].end, doubtful)
    doubtful = found.doubtful
    negative = Parser(segment, 0).expression() if segment[0].text == "-" else None
    return Side(found, segment[1].start, segment[-1].end, doubtful, negative)


def right_side(segment: Sequence[Node]) -> Side | None:
    """The expression that a segment begins with, or None if there is none that can be read."""
    parser = Parser(segment, 0)
    try:
        found = parser.expression()
    except Unreadable:
        return None
    doubtful = found.doubtful or found.shares or _goes_on(segment, parser.i)
    last = parser.i - 1
    while last > 0 and segment[last].kind in ("word", "remark"):
        last -= 1
    return Side(found, segment[0].start, segment[last].end, doubtful)


def _goes_on(segment: Sequence[Node], i: int) -> bool:
    """Whether more of a number stands after the words before node i: 3 weeks 2 days, 5 and a half.

    An expression that follows at a distance (`= 15 and 2 * 4 = 8`) is another one.
    """
    first = i
    while first > 0 and segment[first - 1].kind == "word":
        first -= 1
    between = [node.text.lower() for node in segment[first:i]]
    if not words.FRACTIONS.isdisjoint(between):
        return True
    if i == len(segment):
        return False
    if words.CONJUNCTIONS.isdisjoint(between):
        return len(between) <= 2
    return between[-1] == "and" and (i + 1 == len(segment) or segment[i + 1].kind != "op")
