"""An arithmetic expression that was read, and its value in each sense that its writing allows."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction

from leadline.arithmetic.numbers import Literal, Span, Unreadable


@dataclass(frozen=True, slots=True)
class Sense:
    """How to read what is written. scale: a percentage is divided by it, 100 or 1. letters: those
    defined before. rounded: numbers (value, places) that the text got by rounding."""

    scale: int
    letters: Mapping[str, Span]
    rounded: Set[tuple[Fraction, int]]

    def span(self, literal: Literal) -> Span:
        rounded = (abs(literal.value), literal.places) in self.rounded
        reach = literal.last_place if rounded else literal.reach
        return Span(literal.value - reach, literal.value + reach)


@dataclass(slots=True)
class Operand:
    """sign · body^power, a percentage if so marked. body: a number, an expression in brackets, a
    quotient (numerator, denominator), or a letter."""

    body: "Literal | Expression | tuple[Expression, Expression] | str"
    negative: bool = False
    percent: bool = False
    power: "Operand | None" = None

    def value(self, sense: Sense) -> Span:
        found = self._body(sense)
        if self.power is not None:
            found = found.power(self.power.value(sense))
        if self.percent:
            found = found / Span.exactly(sense.scale)
        return -found if self.negative else found

    def _body(self, sense: Sense) -> Span:
        body = self.body
        if isinstance(body, Literal):
            return sense.span(body)
        if isinstance(body, Expression):
            return body.value(sense)
        if isinstance(body, str):
            if body not in sense.letters:
                raise Unreadable(f"{body} is not known")
            return sense.letters[body]
        return body[0].value(sense) / body[1].value(sense)

    def inner(self) -> "tuple[Expression, ...]":
        """The expressions within."""
        if isinstance(self.body, Expression):
            return (self.body,)
        return self.body if isinstance(self.body, tuple) else ()


@dataclass(slots=True)
class Expression:
    """Operands with the operators between them, and what was seen while reading them."""

    operands: list[Operand] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)  # words beside the numbers, lower case
    doubtful: bool = False  # it might be meant in another way
    shares: bool = False  # it says "20% of 50" or "1/2 of 50"

    def value(self, sense: Sense) -> Span:
        """Products before sums, from left to right. Raises Unreadable."""
        total, term = Span.exactly(0), self.operands[0].value(sense)
        for operator, operand in zip(self.operators, self.operands[1:], strict=True):
            value = operand.value(sense)
            if operator == "*":
                term = term * value
            elif operator == "/":
                term = term / value
            else:
                total, term = total + term, value if operator == "+" else -value
        return total + term

    def stated(self, sense: Sense) -> Literal | None:
        """The number, if the expression is no more than that."""
        if self.operators or self.operands[0].power is not None:
            return None
        only = self.operands[0]
        found = only.body.stated(sense) if isinstance(only.body, Expression) else only.body
        if not isinstance(found, Literal):
            return None
        value = -found.value if only.negative else found.value
        if only.percent and sense.scale == 100:
            return Literal(value / 100, found.places + 2, found.reach / 100)
        return Literal(value, found.places, found.reach)

    @property
    def calculates(self) -> bool:
        """Whether there is anything to work out."""
        if self.operators or self.operands[0].power is not None:
            return True
        body = self.operands[0].body
        return isinstance(body, tuple) or (isinstance(body, Expression) and body.calculates)

    @property
    def is_fraction(self) -> bool:
        """Whether it is one number over another, which may be meant as a number, not a sum."""
        if self.operators == ["/"]:
            return all(isinstance(operand.body, Literal) for operand in self.operands)
        return not self.operators and isinstance(self.operands[0].body, tuple)

    @property
    def adds(self) -> bool:
        """Whether anything is added or taken away."""
        return not {"+", "-"}.isdisjoint(self.operators)

    def literals(self) -> Iterator[Literal]:
        """Every number written in it."""
        for operand in self.operands:
            if isinstance(operand.body, Literal):
                yield operand.body
            for inner in operand.inner():
                yield from inner.literals()
