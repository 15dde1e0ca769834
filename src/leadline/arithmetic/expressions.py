"""Read an arithmetic expression out of nodes: what is calculated, and where it begins and ends.

Numbers may carry units and remarks ("15 students/class * 33 classes"). An expression may stand in
prose: `read_from` takes the longest one that begins at a node, `find_start` the longest that ends
at the last node. Whatever might mean something else is marked doubtful, whatever cannot be read
raises `Unreadable`; nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leadline.arithmetic import words
from leadline.arithmetic.clauses import Group, Node
from leadline.arithmetic.numbers import Literal, Span, Unreadable
from leadline.arithmetic.tokens import Token

MAX_OPERANDS = 200
MAX_UNITS = 8  # words between a number and the operator after it


@dataclass(slots=True)
class Operand:
    """sign · body^power, a percentage if so marked. body: a number, an expression in brackets, a
    quotient (numerator, denominator), or a letter."""

    body: "Literal | Expression | tuple[Expression, Expression] | str"
    negative: bool = False
    percent: bool = False
    power: "Operand | None" = None

    def value(self, scale: int, letters: Mapping[str, Span]) -> Span:
        """scale: what a percentage is divided by, 100 or 1."""
        found = self._body(scale, letters)
        if self.power is not None:
            found = found.power(self.power.value(scale, letters))
        if self.percent:
            found = found / Span.exactly(scale)
        return -found if self.negative else found

    def _body(self, scale: int, letters: Mapping[str, Span]) -> Span:
        body = self.body
        if isinstance(body, Literal):
            reach = body.last_place if body.is_open else 0
            return Span(body.value - reach, body.value + reach)
        if isinstance(body, Expression):
            return body.value(scale, letters)
        if isinstance(body, str):
            if body not in letters:
                raise Unreadable(f"{body} is not known")
            return letters[body]
        return body[0].value(scale, letters) / body[1].value(scale, letters)


@dataclass(slots=True)
class Expression:
    """Operands with the operators between them, and what was seen while reading them."""

    operands: list[Operand] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    doubtful: bool = False

    def value(self, scale: int, letters: Mapping[str, Span]) -> Span:
        """Products before sums, from left to right."""
        total, term = Span.exactly(0), self.operands[0].value(scale, letters)
        for operator, operand in zip(self.operators, self.operands[1:], strict=True):
            value = operand.value(scale, letters)
            if operator == "*":
                term = term * value
            elif operator == "/":
                term = term / value
            else:
                total, term = total + term, value if operator == "+" else -value
        return total + term

    @property
    def calculates(self) -> bool:
        """Whether there is anything to work out."""
        if self.operators or self.operands[0].power is not None:
            return True
        body = self.operands[0].body
        return isinstance(body, tuple) or (isinstance(body, Expression) and body.calculates)

    @property
    def stated(self) -> Literal | None:
        """The number, if the expression is no more than that."""
        if self.calculates or self.operands[0].percent:
            return None
        only = self.operands[0]
        found = only.body.stated if isinstance(only.body, Expression) else only.body
        if not isinstance(found, Literal):
            return None
        sign = -1 if only.negative else 1
        return Literal(sign * found.value, found.places, found.is_open)

    def literals(self) -> list[Literal]:
        """Every number written in it."""
        found: list[Literal] = []
        for operand in self.operands:
            if isinstance(operand.body, Literal):
                found.append(operand.body)
            elif isinstance(operand.body, Expression):
                found += operand.body.literals()
            elif isinstance(operand.body, tuple):
                found += operand.body[0].literals() + operand.body[1].literals()
        return found

    @property
    def has_letters(self) -> bool:
        return any(
            isinstance(o.body, str)
            or (isinstance(o.body, Expression) and o.body.has_letters)
            or (isinstance(o.body, tuple) and any(e.has_letters for e in o.body))
            for o in self.operands
        )


def is_operator(nodes: Sequence[Node], i: int) -> bool:
    """Whether node i is an operator; the letter x is one between two operands."""
    node = nodes[i]
    if node.kind == "op":
        return True
    if node.kind != "letter" or node.text not in "xX" or not 0 < i < len(nodes) - 1:
        return False
    if node.glued and not nodes[i + 1].glued:  # 3x (4 + 2) may be either
        return False
    after = nodes[i + 1]
    return after.kind in ("number", "group", "frac") and nodes[i - 1].kind not in ("op", "letter")


def operator_of(node: Node) -> str:
    return "*" if node.kind == "letter" else node.text


class Parser:
    """Reads one expression from `nodes`, beginning at node i."""

    def __init__(self, nodes: Sequence[Node], i: int) -> None:
        self.nodes, self.i = nodes, i
        self.found = Expression()

    def peek(self, ahead: int = 0) -> Node | None:
        i = self.i + ahead
        return self.nodes[i] if i < len(self.nodes) else None

    def expression(self) -> Expression:
        """Read as far as it goes; `self.i` is then the node after it and its units."""
        found = self.found
        found.operands.append(self.operand())
        while len(found.operands) <= MAX_OPERANDS:
            operator = self.operator()
            if operator is None:
                return found
            found.operators.append(operator)
            found.operands.append(self.operand())
        raise Unreadable("too long")

    def operator(self) -> str | None:
        """The operator before the next operand, or None at the end; passes over units."""
        node = self.peek()
        if node is not None and _starts_factor(node) and node.kind != "number":
            if self.found.operators[-1:] == ["/"]:
                self.found.doubtful = True  # 6/2(3): either way is meant
            if isinstance(node, Group) and not _is_factor(node):
                self.i += 1
            else:
                return "*"
        for _ in range(MAX_UNITS):
            node = self.peek()
            if node is None:
                return None
            if is_operator(self.nodes, self.i):
                self.i += 1
                return operator_of(node)
            if node.kind == "word" and node.text == "of" and self._has_part():
                return self._of()
            if not _is_unit(node):
                break
            self.found.units.append(node.text.lower())
            self.i += 1
        if node is not None and node.kind in ("letter", "bad", "percent"):
            raise Unreadable(f"{node.text!r} after a number")
        return None

    def _has_part(self) -> bool:
        """Whether what was read last is a share: a percentage or a fraction."""
        last = self.found.operands[-1]
        return last.percent or self.found.operators[-1:] == ["/"] or isinstance(last.body, tuple)

    def _of(self) -> str | None:
        """`20% of 50` is a product; `20% of the price` is not known."""
        after = self.peek(1)
        if after is None or after.kind not in ("number", "group", "frac"):
            self.found.doubtful = True
            self.i += 1
            return None
        self.i += 1
        return "*"

    def operand(self) -> Operand:
        negative = False
        while (node := self.peek()) is not None and node.kind == "op" and node.text in "+-":
            negative ^= node.text == "-"
            self.i += 1
        body = self.body()
        found = Operand(body, negative=negative)
        while (node := self.peek()) is not None:
            if node.kind == "percent" and not found.percent:
                found.percent = True
                self.i += 1
            elif node.kind == "op" and node.text == "^" and found.power is None:
                found.power = self.power(node)
                self.found.doubtful |= negative  # -2^2: either way is meant
            else:
                break
        return found

    def power(self, node: Node) -> Operand:
        self.i += 1
        if isinstance(node, Token) and node.number is not None:
            return Operand(node.number)
        return Operand(self.body())

    def body(self) -> "Literal | Expression | tuple[Expression, Expression] | str":
        node = self.peek()
        if node is None:
            raise Unreadable("an operand is missing")
        self.i += 1
        if isinstance(node, Group):
            return whole(node.nodes)
        if isinstance(node, Token) and node.number is not None:
            return self.mixed(node.number)
        if node.kind == "frac":
            return self.quotient()
        if node.kind == "letter" and node.text.isupper():
            return node.text
        raise Unreadable(f"{node.text!r} is no operand")

    def mixed(self, first: Literal) -> Literal:
        """`2 1/2`, if that is what stands here, or the number itself."""
        if not is_mixed(self.nodes, self.i - 1):
            return first
        top, bottom = self.nodes[self.i], self.nodes[self.i + 2]
        assert isinstance(top, Token)
        assert isinstance(bottom, Token)
        assert top.number is not None
        assert bottom.number is not None
        self.i += 3
        return Literal(first.value + top.number.value / bottom.number.value, 0)

    def quotient(self) -> tuple[Expression, Expression]:
        top, bottom = self.peek(), self.peek(1)
        if not isinstance(top, Group) or not isinstance(bottom, Group):
            raise Unreadable("a fraction without its two parts")
        self.i += 2
        return whole(top.nodes), whole(bottom.nodes)


def whole(nodes: Sequence[Node]) -> Expression:
    """The expression that all of `nodes` are. Raises Unreadable if they are not one."""
    parser = Parser(nodes, 0)
    found = parser.expression()
    if parser.i != len(nodes):
        raise Unreadable("more than an expression in brackets")
    return found


def is_mixed(nodes: Sequence[Node], i: int) -> bool:
    """Whether a mixed number such as `2 1/2` begins at node i."""
    if i + 3 >= len(nodes) or nodes[i + 1].glued:
        return False
    numbers = [
        n.number if isinstance(n, Token) else None for n in (nodes[i], *nodes[i + 1 : i + 4 : 2])
    ]
    slash = nodes[i + 2]
    if slash.kind != "op" or slash.text != "/" or not all(n and n.places == 0 for n in numbers):
        return False
    _, top, bottom = numbers
    return bool(top and bottom and 0 < top.value < bottom.value and nodes[i + 3].glued)


def _is_unit(node: Node) -> bool:
    return node.kind in ("word", "remark") or (isinstance(node, Group) and not _is_factor(node))


def _starts_factor(node: Node) -> bool:
    return node.kind in ("number", "group", "frac")


def _is_factor(group: Group) -> bool:
    """Whether a bracket after a number multiplies it; one that holds words is a remark."""
    return not any(node.kind in ("word", "remark", "bad") for node in group.nodes) and any(
        node.kind in ("number", "group", "frac", "letter") for node in group.nodes
    )


def find_start(nodes: Sequence[Node]) -> tuple[int, bool]:
    """Where the expression that ends at the last node begins, and whether that is doubtful.

    Walks back over operand, operator, operand … as far as they alternate. Raises Unreadable if the
    last node ends no operand, or an operator has none before it.
    """
    end = len(nodes)
    for _ in range(MAX_OPERANDS):
        end = _factor_start(nodes, _without_units(nodes, end))
        if end == 0:
            return 0, False
        before = nodes[end - 1]
        if before.kind == "op" and before.text in "+-" and _is_sign(nodes, end - 1):
            end = _signs_start(nodes, end)
            if end == 0:
                return 0, False
            before = nodes[end - 1]
        if is_operator(nodes, end - 1):
            if end == 1:  # a bullet, or a sign set apart
                return end, True
            end -= 1
        elif before.text == "of" and end > 1 and _ends_part(nodes, end - 1):
            end -= 1
        else:
            return end, _leads(nodes, end - 1)
    raise Unreadable("too long")


def _without_units(nodes: Sequence[Node], end: int) -> int:
    for _ in range(MAX_UNITS):
        if end == 0 or not _is_unit(nodes[end - 1]):
            break
        end -= 1
    return end


def _factor_start(nodes: Sequence[Node], end: int) -> int:
    """Where the operand that ends before `end` begins, implied factors included."""
    while True:
        while end and (nodes[end - 1].kind == "percent" or _is_superscript(nodes[end - 1])):
            end -= 1
        if end == 0 or nodes[end - 1].kind not in ("number", "group", "letter"):
            raise Unreadable("no operand before an operator or a relation")
        end -= 1
        group = isinstance(nodes[end], Group)
        if group and end > 1 and nodes[end - 2].kind == "frac":
            end -= 2
        if end > 1 and is_mixed(nodes, end - 1):
            return end - 1
        before = nodes[end - 1] if end else None
        if before is None or not group:
            return end
        if before.kind not in ("number", "group", "letter") or (
            isinstance(before, Group) and not _is_factor(before)
        ):
            return end


def _is_superscript(node: Node) -> bool:
    return isinstance(node, Token) and node.kind == "op" and node.number is not None


def _is_sign(nodes: Sequence[Node], i: int) -> bool:
    """Whether the + or - at i belongs to the number after it: an operator or nothing precedes."""
    if i == 0:
        return nodes[1].glued
    return nodes[i - 1].kind == "op" and not _is_superscript(nodes[i - 1])


def _signs_start(nodes: Sequence[Node], end: int) -> int:
    while (
        end
        and nodes[end - 1].kind == "op"
        and nodes[end - 1].text in "+-"
        and _is_sign(nodes, end - 1)
    ):
        end -= 1
    return end


def _ends_part(nodes: Sequence[Node], i: int) -> bool:
    """Whether a percentage or a fraction ends before node i."""
    before = nodes[i - 1]
    if before.kind == "percent" or (i > 2 and nodes[i - 3].kind == "frac"):
        return True
    slash = nodes[i - 2] if i > 2 else None
    return (
        before.kind == "number" and slash is not None and slash.kind == "op" and slash.text == "/"
    )


def _leads(nodes: Sequence[Node], i: int) -> bool:
    """Whether what stands before an expression may change what it says."""
    before = nodes[i]
    if before.kind in ("letter", "bad"):
        raise Unreadable(f"{before.text!r} before an expression")
    word = before.text.lower()
    if word == "of" and i and nodes[i - 1].text.lower() in words.LEADING:
        return True
    if word in words.LEADING or word in words.INDEX:
        return True
    return i > 0 and is_operator(nodes, i - 1) and before.kind == "word"
