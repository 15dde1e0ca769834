"""The equations of a solution, as quantities that are worked out from one another.

Of a chain of equalities the first side that calculates says how, and the last number what came of
it: `total = 3 * 5 + 2 = 15 + 2 = 17` is 17, by 3 * 5 + 2. What cannot be read is counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, takewhile

from leadline.arithmetic.clauses import Clause, Node, clauses
from leadline.arithmetic.expressions import Expression, Operand, Sense
from leadline.arithmetic.numbers import MAX_BITS, Literal, Unreadable
from leadline.arithmetic.sides import left_side, right_side

MOST = 200  # equations of one text that are read
_MOST_TERMS = 6  # of a sum whose parts are looked at
_HIGHEST = 8  # power
_AS_WRITTEN = Sense(scale=1, letters={}, rounded=frozenset())
Meaning = Mapping[Fraction, Fraction]  # of written numbers; others mean themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One quantity: on what line (from 0), by what expression, and what the text says it comes to;
    None if it never says."""

    line: int
    expression: Expression
    stated: Fraction | None

    @property
    def literals(self) -> tuple[Fraction, ...]:
        """The different numbers that it is worked out from."""
        return tuple(dict.fromkeys(number.value for number in self.expression.literals()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Equations:
    """All that were read, in their order; n_unread: those that were not, mostly with unknowns."""

    found: tuple[Equation, ...]
    n_unread: int


def equations(text: str) -> Equations:
    """The equations of a text. Linear in its length."""
    found: list[Equation] = []
    n_unread = 0
    before: Expression | None = None
    for clause in clauses(text):
        sides = _chain(clause, before)
        before = sides[-1] if sides else None
        if not sides or len(found) >= MOST:
            continue
        equation = _equation(sides, clause.line)
        if equation is None:
            n_unread += not _names(clause, sides)
        elif not any(_same(equation, other) for other in found[-4:]):
            found.append(equation)
    return Equations(found=tuple(found), n_unread=n_unread)


def compute(expression: Expression, meaning: Meaning) -> Fraction:
    """What it comes to if its numbers mean what `meaning` says. Raises Unreadable where that is
    nothing, or too large."""
    total, term = Fraction(0), _operand(expression.operands[0], meaning)
    for operator, operand in zip(expression.operators, expression.operands[1:], strict=True):
        right = _operand(operand, meaning)
        if operator == "*":
            term = _bounded(term * right)
        elif operator == "/":
            term = _divided(term, right)
        else:
            total, term = total + term, right if operator == "+" else -right
    return _bounded(total + term)


def parts_of(expression: Expression) -> Iterator[Expression]:
    """What may be worked out on the way: brackets, stretches of its products, parts of its sums."""
    terms: list[tuple[Expression, bool]] = []
    for signed, places in _terms(expression):
        terms.append((_stretch(expression, places), signed))
        for start, end in combinations(range(len(places) + 1), 2):
            if 1 < end - start < len(expression.operands):
                yield _stretch(expression, places[start:end])
    if 2 < len(terms) <= _MOST_TERMS:
        for n in range(2, len(terms)):
            for some in combinations(terms, n):
                summed = [Operand(term, negative=negative) for term, negative in some]
                yield Expression(summed, ["+"] * (n - 1))
    for operand in expression.operands:
        inner = operand.body if isinstance(operand.body, tuple) else (operand.body,)
        for body in inner:
            if isinstance(body, Expression):
                yield body
                yield from parts_of(body)


def _terms(expression: Expression) -> Iterator[tuple[bool, list[int]]]:
    """The terms of a sum: whether it is subtracted, and the places of its factors."""
    places, negative = [0], False
    for i, operator in enumerate(expression.operators, start=1):
        if operator in "*/":
            places.append(i)
        else:
            yield negative, places
            places, negative = [i], operator == "-"
    yield negative, places


def _stretch(expression: Expression, places: Sequence[int]) -> Expression:
    operators = [expression.operators[i - 1] for i in places[1:]]
    return Expression([expression.operands[i] for i in places], operators)


def _operand(operand: Operand, meaning: Meaning) -> Fraction:
    found = _body(operand, meaning)
    if operand.power is not None:
        power = _operand(operand.power, meaning)
        if power.denominator != 1 or abs(power) > _HIGHEST or (power < 0 and not found):
            raise Unreadable("not a small whole power")
        found = _bounded(found ** int(power))
    found = found / 100 if operand.percent else found
    return -found if operand.negative else found


def _body(operand: Operand, meaning: Meaning) -> Fraction:
    body = operand.body
    if isinstance(body, Literal):
        return meaning.get(body.value, body.value)
    if isinstance(body, Expression):
        return compute(body, meaning)
    if isinstance(body, tuple):
        return _divided(compute(body[0], meaning), compute(body[1], meaning))
    raise Unreadable("an unknown")


def _divided(top: Fraction, bottom: Fraction) -> Fraction:
    if not bottom:
        raise Unreadable("division by zero")
    return _bounded(top / bottom)


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise Unreadable("too large")
    return value


def _chain(clause: Clause, before: Expression | None) -> list[Expression | None]:
    """The sides of the relations of a clause, None for one that cannot be read; [] if it has none.
    before: what a line that begins with its relation goes on from."""
    segments: list[list[Node]] = [[]]
    for node in clause.nodes:
        if node.kind == "relation":
            segments.append([])
        else:
            segments[-1].append(node)
    if len(segments) == 1:
        return []
    goes_on = not segments[0] and clause.fresh
    first = None if goes_on else left_side(segments[0])
    others = [right_side(segment) for segment in segments[1:]]
    found = [side.expression if side else None for side in (first, *others)]
    return [before, *found[1:]] if goes_on else found


def _equation(sides: Sequence[Expression | None], line: int) -> Equation | None:
    """The quantity that a chain is about; None if it calculates nothing that can be read."""
    start = next((i for i, side in enumerate(sides) if side is not None and side.calculates), None)
    if start is None:
        return None
    expression = sides[start]
    assert expression is not None
    stated = [
        _number(side) for side in takewhile(lambda side: side is not None, sides[start + 1 :])
    ]
    last = next((number for number in reversed(stated) if number is not None), None)
    try:
        compute(expression, {})
    except Unreadable:
        return None
    if expression.doubtful and last is None:
        return None
    return Equation(line=line, expression=expression, stated=last)


def _names(clause: Clause, sides: Sequence[Expression | None]) -> bool:
    """Whether a chain without a sum only names a number: `total = 43`, but not `2x = 43`."""
    end = next(i for i, node in enumerate(clause.nodes) if node.kind == "relation")
    before = [node.kind for node in clause.nodes[max(0, end - 2) : end]]
    unknown = before[-1:] == ["letter"] and before[0] in ("op", "number", "group")
    return not unknown and any(_number(side) is not None for side in sides[1:])


def _number(side: Expression | None) -> Fraction | None:
    """The number that a side is; of 60 % it is 60."""
    found = side.stated(_AS_WRITTEN) if side is not None else None
    return found.value if found is not None else None


def _same(equation: Equation, other: Equation) -> bool:
    """Whether two are one, as a calculator mark and the equation around it."""
    return (equation.line, equation.stated, sorted(equation.literals)) == (
        other.line,
        other.stated,
        sorted(other.literals),
    )
