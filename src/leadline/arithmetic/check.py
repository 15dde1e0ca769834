"""Find the first wrong equation of a text.

An equation is judged if both sides can be read and the left one calculates something, or goes on a
chain that does. It is never judged on a guess: what may be read in more ways than one is wrong only
if it is wrong in all of them, and what cannot be read is counted. Algebra (`2x + 3 = 7`) states no
sum and is not counted either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from leadline.arithmetic import words
from leadline.arithmetic.clauses import Clause, Node, clauses, without_marks
from leadline.arithmetic.expressions import Parser, find_start
from leadline.arithmetic.numbers import Span, Unreadable
from leadline.arithmetic.sides import Side, agree, units_differ
from leadline.grade.readings import Reading

VERSION = "arithmetic-1"  # raise it when any verdict could change
_KEPT = 160  # characters of an equation that are kept


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong equation. line: of the text, from 0 (of `check_steps`, the step)."""

    line: int
    equation: str  # as written
    left: str  # its left side, as written
    stated: Fraction  # the value of its right side
    true: Fraction  # the value of its left side

    @property
    def reason(self) -> str:
        """For example: 6*4 is 24, not 25."""
        return f"{self.left} is {_shown(self.true)}, not {_shown(self.stated)}"


@dataclass(frozen=True, slots=True)
class Checked:
    """How many equations were judged and how many could not be read, and the first wrong one."""

    n_equations: int
    n_unread: int
    slip: Slip | None


def first_wrong(text: str) -> Slip | None:
    """The first wrong equation of a text, or None."""
    return check(text).slip


def check(text: str) -> Checked:
    """Judge every equation of a text that can be read for sure."""
    checker = _Checker()
    checker.read(text)
    return checker.result()


def check_steps(steps: Sequence[str]) -> Checked:
    """As `check`, for a solution in steps: a slip's line is then the number of the step, from 0."""
    checker = _Checker()
    for number, step in enumerate(steps):
        checker.read(step, step=number)
    return checker.result()


def reading(text: str) -> Reading:
    """The answer to the question `arithmetic`: is there a wrong equation?

    yes: `extracted` is its line, `reason` what is wrong. no: at least one equation was judged, and
    none is wrong, even if others could not be read. undecided: none could be judged.
    """
    found = check(text)
    if found.slip is not None:
        return Reading("yes", str(found.slip.line), found.slip.reason)
    if found.n_equations:
        return Reading("no")
    unread = f" ({found.n_unread} could not be read)" if found.n_unread else ""
    return Reading("undecided", reason=f"no equation was judged{unread}")


def _shown(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value)
    short = f"{float(value):.6g}" if abs(value) < 10**12 else str(value)
    return short if Fraction(short) == value else f"{value} (about {short})"


class _Checker:
    """Goes through the clauses; keeps the letters defined so far and the first slip."""

    def __init__(self) -> None:
        self.letters: dict[str, Span] = {}
        self.slips: list[tuple[int, int, Slip]] = []  # line, place in it
        self.n_equations = self.n_unread = 0
        self.last: Side | None = None  # of the clause before, if it ended in one

    def read(self, text: str, *, step: int | None = None) -> None:
        self.lines = text.split("\n")
        self.step, self.last = step, None
        for clause in clauses(text):
            self._clause(clause)

    def result(self) -> Checked:
        slip = min(self.slips, key=lambda found: found[:2])[2] if self.slips else None
        return Checked(self.n_equations, self.n_unread, slip)

    def _clause(self, clause: Clause) -> None:
        segments, relations = _segments(clause.nodes)
        if not relations:
            if not clause.inner:
                self.last = None
            return
        right: Side | None = None
        in_chain = False
        letter = _only_letter(segments[0])
        for i, relation in enumerate(relations):
            left = _suffix(segments[i])
            if i == 0 and not segments[0] and clause.fresh:
                left, in_chain = self.last, True
            goes_on = (
                in_chain and right is not None and left is not None and left.start == right.start
            )
            right = _prefix(segments[i + 1])
            judged = self._link(clause, left, relation, right, goes_on or (i == 0 and in_chain))
            in_chain = judged or in_chain
        if letter and right is not None:
            self._define(letter, right)
        if not clause.inner:
            self.last = right

    def _link(
        self, clause: Clause, left: Side | None, relation: Node, right: Side | None, goes_on: bool
    ) -> bool:
        """Judge one equation, if it is one. Returns whether it was judged."""
        if left is None or right is None:
            return False
        if not (left.expression.calculates or (goes_on and not left.expression.units)):
            return False
        try:
            right_so = self._verdict(clause, left, relation, right)
        except Unreadable:
            right_so = None
        if right_so is None:
            self.n_unread += 1
            return False
        self.n_equations += 1
        if not right_so:
            self._slip(clause.line, left, right)
        return True

    def _verdict(self, clause: Clause, left: Side, relation: Node, right: Side) -> bool | None:
        line = self.lines[clause.line]
        approximately = relation.text == "≈" or _says_rounding(line)
        if agree(left, right, approximately=approximately, letters=self.letters):
            return True
        scaled = words.SCALES & {*left.expression.units, *right.expression.units}
        cents = words.CENTS & {*left.expression.units, *right.expression.units}
        if left.doubtful or right.doubtful or scaled or cents:
            return None
        if units_differ(left, right, self.letters):
            return None
        return False

    def _define(self, letter: str, side: Side) -> None:
        try:
            self.letters[letter] = side.values(self.letters)[0]
        except Unreadable:
            self.letters.pop(letter, None)

    def _slip(self, number: int, left: Side, right: Side) -> None:
        line = without_marks(self.lines[number])
        if left.start > right.start:  # goes on from the line before
            equation, ours = line[: right.end], "the side before"
        else:
            equation, ours = line[left.start : right.end], line[left.start : left.end]
        slip = Slip(
            line=number if self.step is None else self.step,
            equation=_clipped(equation),
            left=_clipped(ours),
            stated=right.values(self.letters)[0].low,
            true=left.values(self.letters)[0].low,
        )
        self.slips.append((slip.line, right.start, slip))


def _clipped(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _KEPT else plain[: _KEPT - 1] + "…"


def _says_rounding(line: str) -> bool:
    return any(word in words.ROUNDING for word in line.lower().replace("(", " ").split())


def _segments(nodes: Sequence[Node]) -> tuple[list[list[Node]], list[Node]]:
    """The stretches between the relations, and the relations."""
    segments: list[list[Node]] = [[]]
    relations: list[Node] = []
    for node in nodes:
        if node.kind == "relation":
            relations.append(node)
            segments.append([])
        else:
            segments[-1].append(node)
    return segments, relations


def _only_letter(segment: Sequence[Node]) -> str | None:
    """The letter that an equation defines: the last node before its first relation, alone."""
    if not segment or segment[-1].kind != "letter" or not segment[-1].text.isupper():
        return None
    alone = len(segment) == 1 or segment[-2].kind in ("word", "remark")
    return segment[-1].text if alone else None


def _suffix(segment: Sequence[Node]) -> Side | None:
    """The expression that a segment ends on."""
    try:
        start, doubtful = find_start(segment)
        parser = Parser(segment, start)
        found = parser.expression()
    except Unreadable:
        return None
    if parser.i != len(segment):
        return None
    return Side(found, segment[start].start, segment[-1].end, doubtful or found.doubtful)


def _prefix(segment: Sequence[Node]) -> Side | None:
    """The expression that a segment begins with."""
    parser = Parser(segment, 0)
    try:
        found = parser.expression()
    except Unreadable:
        return None
    doubtful = found.doubtful or _goes_on(segment, parser.i, len(found.units))
    return Side(found, segment[0].start, _end(segment, parser), doubtful)


def _end(segment: Sequence[Node], parser: Parser) -> int:
    last = parser.i - 1
    while last > 0 and segment[last].kind in ("word", "remark"):
        last -= 1
    return segment[last].end


def _goes_on(segment: Sequence[Node], i: int, n_units: int) -> bool:
    """Whether more of the number stands after it: 3 weeks 2 days, 5 and a half."""
    rest = segment[i:]
    between = [node.text.lower() for node in segment[max(0, i - n_units) : i]]
    if any(word in words.FRACTIONS or word in words.SCALES for word in between):
        return True
    if not rest:
        return False
    return between[-1:] == ["and"] or len(between) <= 2
