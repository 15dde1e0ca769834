"""The little language of GSM-Symbolic's annotations, evaluated exactly and never executed.

An expression is parsed to a syntax tree, of which only arithmetic, comparisons, lists and a short
list of functions are accepted; it becomes nested Python closures over a dictionary of values. All
numbers are integers or fractions (0.1 is one tenth), so "is it whole" and `int` have exact answers
where floating point has artefacts. Sizes are bounded: data cannot make an expression run for ever.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from leadline.errors import BadData

Value: TypeAlias = Any  # int, Fraction, str, bool, Worded, or a sequence of these
Compiled: TypeAlias = Callable[[Mapping[str, Value]], Value]
Rounding: TypeAlias = Literal["down", "refused"]  # what `int` and `//` do with 7/2

MOST_ITEMS = 100_000  # of any list or range
MOST_DIGITS = 10_000  # bits of any number
_LONGEST = 2_000  # characters of an expression


@dataclass(frozen=True, slots=True)
class Worded:
    """A number and how it is written in a question: ("half", 1/2). Arithmetic sees the number."""

    text: str
    number: int | Fraction


def compile_expression(
    text: str, *, functions: Mapping[str, Callable[..., Value]], rounding: Rounding = "down"
) -> Compiled:
    """A function from values of the names to the expression's value. Raises BadData if the text is
    not an expression of the language. Evaluation may raise ArithmeticError (also where it would
    have to round and that is refused), or BadData where a value is of the wrong kind or too large.
    """
    if len(text) > _LONGEST:
        raise BadData(f"an expression of {len(text)} characters; at most {_LONGEST} are read.")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        run = _Compiler(text, functions, rounding).visit(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadData(f"not an expression: {text[:80]!r} ({error}).") from error

    def compute(values: Mapping[str, Value]) -> Value:
        try:
            return run(values)
        except (TypeError, ValueError, AttributeError, RecursionError) as error:
            raise BadData(f"{text[:80]!r} cannot be worked out: {error}.") from error

    return compute


def number(value: Value) -> Value:
    """The number of a worded one; whole fractions become integers; others stay as they are."""
    if isinstance(value, Worded):
        value = value.number
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def exact(value: float | str) -> int | Fraction:
    """A decimal number as it is written, not as it is stored: 0.1 is one tenth."""
    found: int | Fraction = number(Fraction(str(value)))
    return found


def truncate(value: Value) -> int:
    """Towards zero, as Python's `int`."""
    return math.trunc(Fraction(value))


def whole(value: Value) -> int:
    """The value, which must be whole. Raises ArithmeticError if it is not."""
    if Fraction(value).denominator != 1:
        raise ArithmeticError(f"{value} is not whole")
    return truncate(value)


def _bounded(value: Value) -> Value:
    if isinstance(value, int) and value.bit_length() > MOST_DIGITS:
        raise BadData(f"a number of more than {MOST_DIGITS} bits.")
    if isinstance(value, Fraction) and value.denominator.bit_length() > MOST_DIGITS:
        raise BadData(f"a fraction with more than {MOST_DIGITS} bits below the line.")
    if isinstance(value, (list, tuple, range, str)) and len(value) > MOST_ITEMS:
        raise BadData(f"a list of {len(value)} items; at most {MOST_ITEMS} are drawn from.")
    return number(value)


def _power(base: Value, exponent: Value) -> Value:
    if not isinstance(exponent, int) or abs(exponent) > 64:
        raise BadData(f"the power {exponent!r}; whole ones up to 64 are computed.")
    return Fraction(base) ** exponent if exponent < 0 else base**exponent


def _times(a: Value, b: Value) -> Value:
    for items, count in ((a, b), (b, a)):
        many = isinstance(items, (list, tuple, str))
        if many and not (isinstance(count, int) and len(items) * max(count, 0) <= MOST_ITEMS):
            raise BadData(f"a list repeated {count!r} times.")
    return a * b


_BINARY: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _times,
    ast.Div: lambda a, b: Fraction(a) / Fraction(b),
    ast.FloorDiv: lambda a, b: math.floor(Fraction(a) / Fraction(b)),
    ast.Mod: lambda a, b: Fraction(a) % Fraction(b),
    ast.Pow: _power,
}
_UNARY: dict[type[ast.unaryop], Callable[[Value], Value]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class _Compiler:
    """From syntax tree to closures; what is not listed here is refused by name."""

    def __init__(
        self, text: str, functions: Mapping[str, Callable[..., Value]], rounding: Rounding
    ) -> None:
        self.text = text
        self.binary = dict(_BINARY)
        self.functions = dict(functions)
        if rounding == "refused":
            self.functions["int"] = whole
            self.binary[ast.FloorDiv] = lambda a, b: whole(Fraction(a) / Fraction(b))

    def visit(self, node: ast.expr) -> Compiled:
        """The closure of one node. Raises BadData for a kind of node that has no method here."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise BadData(f"{type(node).__name__} is not part of a template: {self.text[:80]!r}.")
        compiled: Compiled = method(node)
        return compiled

    def _constant(self, node: ast.Constant) -> Compiled:
        value = exact(node.value) if isinstance(node.value, float) else node.value
        if not isinstance(value, (bool, int, Fraction, str)):
            raise BadData(f"the constant {value!r} in {self.text[:80]!r}.")
        _bounded(value)
        return lambda _values: value

    def _name(self, node: ast.Name) -> Compiled:
        name = node.id

        def look_up(values: Mapping[str, Value]) -> Value:
            try:
                return number(values[name])
            except KeyError:
                raise BadData(f"nothing is called {name!r} in {self.text[:80]!r}.") from None

        return look_up

    def _binop(self, node: ast.BinOp) -> Compiled:
        left, right = self.visit(node.left), self.visit(node.right)
        compute = self.binary.get(type(node.op))
        if compute is None:
            raise BadData(f"{type(node.op).__name__} is not part of a template.")

        return lambda values: _bounded(compute(left(values), right(values)))

    def _unaryop(self, node: ast.UnaryOp) -> Compiled:
        operand, compute = self.visit(node.operand), _UNARY.get(type(node.op))
        if compute is None:
            raise BadData(f"{type(node.op).__name__} is not part of a template.")
        return lambda values: compute(operand(values))

    def _boolop(self, node: ast.BoolOp) -> Compiled:
        parts = [self.visit(value) for value in node.values]
        combine = all if isinstance(node.op, ast.And) else any
        return lambda values: combine(bool(part(values)) for part in parts)

    def _compare(self, node: ast.Compare) -> Compiled:
        operands = [self.visit(part) for part in (node.left, *node.comparators)]
        tests = [_COMPARE.get(type(op)) for op in node.ops]
        if None in tests:
            raise BadData(f"that comparison is not part of a template: {self.text[:80]!r}.")

        def run(values: Mapping[str, Value]) -> bool:
            found = [operand(values) for operand in operands]
            pairs = zip(tests, found, found[1:], strict=False)
            return all(test(a, b) for test, a, b in pairs if test is not None)

        return run

    def _ifexp(self, node: ast.IfExp) -> Compiled:
        test, yes, no = self.visit(node.test), self.visit(node.body), self.visit(node.orelse)
        return lambda values: yes(values) if test(values) else no(values)

    def _list(self, node: ast.List | ast.Tuple) -> Compiled:
        parts = [self.visit(part) for part in node.elts]
        return lambda values: [part(values) for part in parts]

    def _tuple(self, node: ast.Tuple) -> Compiled:
        parts = self._list(node)
        return lambda values: tuple(parts(values))

    def _call(self, node: ast.Call) -> Compiled:
        name = ast.unparse(node.func)
        function = self.functions.get(name)
        if function is None or node.keywords:
            raise BadData(f"the function {name[:40]!r} is not part of a template.")
        arguments = [self.visit(argument) for argument in node.args]

        return lambda values: _bounded(function(*(argument(values) for argument in arguments)))

    def _subscript(self, node: ast.Subscript) -> Compiled:
        if isinstance(node.slice, ast.Slice):
            items, stop = self.visit(node.value), node.slice.upper
            if stop is None or node.slice.lower or node.slice.step:
                raise BadData(f"only [:n] cuts a list in a template: {self.text[:80]!r}.")
            end = self.visit(stop)
            return lambda values: items(values)[: end(values)]
        index, name = ast.unparse(node.slice), node.value
        if not isinstance(name, ast.Name) or index not in ("0", "1"):
            raise BadData(f"only [:n], [0] and [1] are parts of a template: {self.text[:80]!r}.")
        # A worded number is (text, number) in the source: mult[1] is its number. d[0] of a weekday
        # is its first letter.
        value = self.visit(name)
        return value if index == "1" else lambda values: str(values[name.id])[:1]


def sequence(value: Value) -> Sequence[Value]:
    """A list to draw from; a pair of a text and a number in it becomes a worded number."""
    if not isinstance(value, (list, tuple, range)):
        raise BadData(f"{value!r} is nothing to draw from.")
    if isinstance(value, range):
        return value
    return [Worded(str(v[0]), v[1]) if isinstance(v, tuple) else v for v in value]
