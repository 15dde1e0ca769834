"""Read an arithmetic expression out of nodes, from left to right.

Numbers may carry units and remarks ("15 students/class * 33 classes"). Whatever might mean
something else is marked doubtful; whatever cannot be read raises `Unreadable`; nothing is guessed.
"""

from collections.abc import Sequence

from leadline.arithmetic import words
from leadline.arithmetic.clauses import Group, Node
from leadline.arithmetic.expressions import Expression, Operand
from leadline.arithmetic.nodes import (
    has_words,
    is_factor,
    is_mixed,
    is_operator,
    is_unit,
    literal,
    operator_of,
    starts_operand,
)
from leadline.arithmetic.numbers import Literal, Unreadable

MAX_OPERANDS = 200
MAX_UNITS = 8  # words between a number and the operator after it


class Parser:
    """Reads one expression from `nodes`, beginning at node i; `self.i` moves on past it."""

    def __init__(self, nodes: Sequence[Node], i: int) -> None:
        self.nodes, self.i = nodes, i
        self.found = Expression()

    def expression(self) -> Expression:
        """Read as far as it goes; `self.i` is then the node after it and its units."""
        found = self.found
        found.operands.append(self._operand())
        while len(found.operands) <= MAX_OPERANDS:
            operator = self._operator()
            if operator is None:
                found.doubtful |= _takes_share(found)
                return found
            # 25 / 1/3 and 6/2(3) may be meant either way
            found.doubtful |= found.operators[-1:] == ["/"] and operator in ("/", "")
            found.operators.append(operator or "*")
            found.operands.append(self._operand())
        raise Unreadable("too long")

    def _peek(self, ahead: int = 0) -> Node | None:
        i = self.i + ahead
        return self.nodes[i] if i < len(self.nodes) else None

    def _operator(self) -> str | None:
        """The operator before the next operand ("": a product without a sign), or None at the end.
        Passes over units."""
        node = self._peek()
        if isinstance(node, Group) and is_factor(node):
            self.found.doubtful |= has_words(node)  # 12 (6 each * 2) may be a remark
            return ""
        if node is not None and node.kind == "frac":
            return ""
        before = len(self.found.units)
        for _ in range(MAX_UNITS):
            node = self._peek()
            if node is None:
                return None
            if node.kind == "op" and node.text == "^":
                if len(self.found.units) == before:
                    raise Unreadable("a tower of powers")
                self.i += 1 if literal(node) else 2  # of the unit: cm^2
                continue
            if is_operator(self.nodes, self.i):
                return self._after_units(node, self.found.units[before:])
            if node.text == "of" and self._ends_share():
                return self._of()
            if not is_unit(node):
                break
            self.found.units.append(node.text.lower())
            self.i += 1
        if node is not None and (node.kind in ("letter", "bad", "percent") or node.kind == "group"):
            raise Unreadable(f"{node.text!r} after a number")
        return None

    def _after_units(self, node: Node, units: Sequence[str]) -> str:
        self.i += 1
        after = self._peek()
        sign_like = not node.glued and after is not None and after.glued and node.text == "-"
        self.found.doubtful |= bool(units) and (
            sign_like or not words.CONJUNCTIONS.isdisjoint(units)
        )
        return operator_of(node)

    def _ends_share(self) -> bool:
        last = self.found.operands[-1]
        return last.percent or self.found.operators[-1:] == ["/"] or isinstance(last.body, tuple)

    def _of(self) -> str | None:
        """`20% of 50` is a product; what `20% of the price` is, is not known."""
        self.found.shares = True
        self.i += 1
        after = self._peek()
        return "*" if after is not None and starts_operand(after) else None

    def _operand(self) -> Operand:
        negative = False
        while (node := self._peek()) is not None and node.kind == "op" and node.text in "+-":
            negative ^= node.text == "-"
            self.i += 1
        found = Operand(self._body(), negative=negative)
        while (node := self._peek()) is not None:
            if node.kind == "percent" and not found.percent:
                self.i += 1
                found.percent = True
            elif node.kind == "op" and node.text == "^" and found.power is None:
                self.i += 1
                exponent = literal(node)
                found.power = Operand(exponent) if exponent else Operand(self._body())
                self.found.doubtful |= negative  # -2^2 may be meant either way
            else:
                break
        return found

    def _body(self) -> Literal | Expression | tuple[Expression, Expression] | str:
        node = self._peek()
        if node is None:
            raise Unreadable("an operand is missing")
        self.i += 1
        if isinstance(node, Group):
            if node.shape == "{" and not (self.i > 1 and self.nodes[self.i - 2].text == "^"):
                raise Unreadable("a template, or a set")
            return self._whole(node)
        number = literal(node)
        if node.kind == "number" and number is not None:
            return self._mixed(number)
        if node.kind == "frac":
            return self._quotient()
        if node.kind == "letter" and node.text.isupper():
            return node.text
        raise Unreadable(f"{node.text!r} is no operand")

    def _mixed(self, first: Literal) -> Literal:
        """`2 1/2`, if that is what stands here, or the number itself."""
        if not is_mixed(self.nodes, self.i - 1):
            return first
        top, bottom = literal(self.nodes[self.i]), literal(self.nodes[self.i + 2])
        assert top is not None
        assert bottom is not None
        self.i += 3
        return Literal(first.value + top.value / bottom.value, 0)

    def _quotient(self) -> tuple[Expression, Expression]:
        top, bottom = self._peek(), self._peek(1)
        if not isinstance(top, Group) or not isinstance(bottom, Group):
            raise Unreadable("a fraction without its two parts")
        self.i += 2
        return self._whole(top), self._whole(bottom)

    def _whole(self, group: Group) -> Expression:
        """The expression that a bracket holds, all of it."""
        parser = Parser(group.nodes, 0)
        found = parser.expression()
        if parser.i != len(group.nodes):
            raise Unreadable("more than an expression in brackets")
        self.found.doubtful |= found.doubtful
        self.found.shares |= found.shares
        self.found.units += found.units
        return found


def _takes_share(found: Expression) -> bool:
    """Whether per cent are added to what is none: 20 - 20% may be meant as 20% off."""
    return found.adds and len({operand.percent for operand in found.operands}) > 1
