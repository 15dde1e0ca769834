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
from leadline.arithmetic.compare import agree, may_differ_in_units
from leadline.arithmetic.expressions import Expression, Sense
from leadline.arithmetic.numbers import Span, Unreadable
from leadline.arithmetic.sides import Side, left_side, right_side
from leadline.grade.readings import Reading

VERSION = "arithmetic-2"  # raise it when any verdict could change
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
        """For example: 6*4 is 24, not 25; and of a number that goes on as another: 24 is not 25."""
        true, stated = _shown(self.true), _shown(self.stated)
        if self.left == true:
            return f"{true} is not {stated}"
        return f"{self.left} is {true}, not {stated}"


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
    """Goes through the clauses; keeps what was defined and rounded so far, and every slip."""

    def __init__(self) -> None:
        self.letters: dict[str, Span] = {}
        self.rounded: set[tuple[Fraction, int]] = set()
        self.senses = tuple(Sense(scale, self.letters, self.rounded) for scale in (100, 1))
        self.slips: list[tuple[int, int, Slip]] = []  # line, place in it
        self.n_equations = self.n_unread = 0

    def read(self, text: str, *, step: int | None = None) -> None:
        self.lines, self.step = text.split("\n"), step
        self.asked, self.rounds = -1, False  # the line last asked about, and the answer
        self.last: Side | None = None  # of the clause before, if it ended on one
        for clause in clauses(text):
            self._clause(clause)

    def result(self) -> Checked:
        slip = min(self.slips, key=lambda found: found[:2])[2] if self.slips else None
        return Checked(self.n_equations, self.n_unread, slip)

    def _clause(self, clause: Clause) -> None:
        segments, relations = _segments(clause.nodes)
        goes_on = bool(relations) and not segments[0] and clause.fresh
        right = self.last if goes_on else None
        for i, relation in enumerate(relations):
            left = (
                right
                if goes_on and i == 0
                else left_side(segments[i], fresh=i == 0 and clause.fresh)
            )
            goes_on &= left is not None and right is not None and left.start == right.start
            right = right_side(segments[i + 1])
            runs_on = i + 1 < len(relations)
            goes_on = self._link(clause, left, relation, right, goes_on=goes_on, runs_on=runs_on)
        letter = _defined(segments[0])
        if letter and right is not None:
            self._define(letter, right.expression)
        if not clause.inner:
            self.last = right

    def _link(
        self,
        clause: Clause,
        left: Side | None,
        relation: Node,
        right: Side | None,
        *,
        goes_on: bool,
        runs_on: bool,
    ) -> bool:
        """Judge one equation, if it is one. Returns whether a chain may go on from it."""
        if left is None or right is None:
            return False
        if not left.expression.calculates and (left.expression.units or not goes_on):
            return False
        is_right = self._verdict(clause, left, relation, right)
        if is_right is False and runs_on:
            is_right = None if self._runs_on(left.expression, right.expression) else False
        if is_right is None:
            self.n_unread += 1
            return False
        self.n_equations += 1
        if not is_right:
            self._slip(clause.line, left, right)
        return True

    def _verdict(self, clause: Clause, left: Side, relation: Node, right: Side) -> bool | None:
        """Whether an equation is right; None if that cannot be said for sure."""
        a, b = left.expression, right.expression
        loose = relation.text == "≈"
        try:
            found = agree(a, b, senses=self.senses, approximately=loose)
            if found == "differ" and left.otherwise is not None:
                found = agree(left.otherwise, b, senses=self.senses, approximately=loose)
            if found == "differ" and self._says_rounding(clause.line):
                found = agree(a, b, senses=self.senses, approximately=True)
            if found == "differ" and may_differ_in_units(a, b, sense=self.senses[0]):
                return None
        except Unreadable:
            return None
        if found == "rounded":
            self._remember(b)
        if found != "differ":
            return True
        named = a.is_fraction and relation.text == "is"  # 4/7 is equal to $24: no sum
        return None if left.doubtful or right.doubtful or named else False

    def _remember(self, rounded: Expression) -> None:
        """Know its numbers as rounded ones; whole small numbers are too common for that."""
        for n in rounded.literals():
            if n.places > 1 or abs(n.value) > 99:
                self.rounded.add((abs(n.value), n.places))

    def _says_rounding(self, number: int) -> bool:
        """Whether that line speaks of rounding."""
        if self.asked != number:  # a line may hold many equations
            self.asked, self.rounds = number, words.says_rounding(self.lines[number])
        return self.rounds

    def _runs_on(self, left: Expression, right: Expression) -> bool:
        """Whether it reads like 7 * 60 = 420 + 23 = 443: loose, but no slip."""
        for sense in self.senses:
            if right.operators and left.value(sense).meets(right.operands[0].value(sense)):
                return True
        return False

    def _define(self, letter: str, expression: Expression) -> None:
        try:
            self.letters[letter] = expression.value(self.senses[0])
        except Unreadable:
            self.letters.pop(letter, None)

    def _slip(self, number: int, left: Side, right: Side) -> None:
        line = self.lines[number]
        goes_on = left.start > right.start  # from the line before
        start = 0 if goes_on else left.start
        while start and line[start - 1] in "$€£¥₹\\":
            start -= 1
        slip = Slip(
            line=number if self.step is None else self.step,
            equation=_clipped(line[start : right.end]),
            left="what stands before it" if goes_on else _clipped(line[start : left.end]),
            stated=right.expression.value(self.senses[0]).middle,
            true=left.expression.value(self.senses[0]).middle,
        )
        self.slips.append((slip.line, right.start, slip))


def _clipped(text: str) -> str:
    plain = " ".join(without_marks(text).split())
    return plain if len(plain) <= _KEPT else plain[: _KEPT - 1] + "…"


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


def _defined(segment: Sequence[Node]) -> str | None:
    """The letter that an equation defines: alone before its first relation, but for words."""
    if not segment or segment[-1].kind != "letter" or not segment[-1].text.isupper():
        return None
    alone = len(segment) == 1 or segment[-2].kind in ("word", "remark")
    return segment[-1].text if alone else None
