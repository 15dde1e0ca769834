"""Read what one sentence of a maths solution says: whose number of what, and from which sum.

The forms are those of the world (miniature/problems.py), the ones of its corpus included. A name or
a thing may be any word: whether the story has it is for the judge (story.py) to say.
"""

import ast
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

Kind = Literal["has", "now", "together", "more", "friend", "each", "cost"]
Tree = Fraction | tuple[str, "Tree", "Tree"]  # a number, or a sign and what it joins


class Claim(NamedTuple):
    """What a number is the number of. `other`: the second person, or the container."""

    kind: Kind
    owner: str = ""
    other: str = ""
    things: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """One equation: what is computed, and every result that the text gives it."""

    tree: Tree
    stated: frozenset[Fraction]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its equations, the numbers outside of them, and what it says they are."""

    sums: tuple[Sum, ...]
    numbers: tuple[Fraction, ...]
    claim: Claim | None
    names: frozenset[str]  # words with a capital that are not the first
    garbled: bool  # more stands there than equations and numbers that could be read


# Bounded repeats only: a hostile text costs linear time.
_NUMBER = r"\d{1,9}(?:\.\d{1,6})?"
_EXPRESSION = rf"\({{0,3}}-?{_NUMBER}\){{0,3}}(?: ?[-+*/] ?\({{0,3}}{_NUMBER}\){{0,3}}){{1,6}}"
# A calculator mark with the number after it, or a plain equation; either may be damaged.
_EQUATION = re.compile(
    rf"(?<![\d.])(?:<{{1,2}} ?)?({_EXPRESSION}) ?= ?(-?{_NUMBER})(?![\d.]*\d)"
    rf"(?: ?>{{1,2}}(?: ?(-?{_NUMBER}))?)?"
)
_PLAIN = re.compile(rf"(?<![\d.])-?{_NUMBER}(?![\d.]*\d)")
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "$": None, "\u2009": " "})
_RUN = re.compile(r"#(?: ?#){1,3}")  # a number and its repetition

_W = r"\b([A-Za-z]{1,20})\b"
_TOLD: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
    ("together", rf"{_W} and {_W} together have # {_W}", ("owner", "other", "things")),
    ("more", rf"{_W} has # more {_W} than {_W}", ("owner", "things", "other")),
    ("friend", rf"\b[Ee]ach friend gets # {_W}", ("things",)),
    ("each", rf"\b[Ee]ach of the {_W} has # {_W}", ("other", "things")),
    ("cost", rf"\b[Tt]he {_W} of {_W} cost # dollars", ("things", "owner")),
    ("now", rf"{_W} now has # {_W}", ("owner", "things")),
    ("has", rf"{_W} (?:has|owns) # {_W}", ("owner", "things")),
)
_HAS = (
    rf"\bmany {_W} does {_W} have",
    rf"\bnumber of {_W} that {_W} has",
    rf"\bFind how many {_W} {_W} has",
)
_NOW: tuple[tuple[Kind, str], ...] = (("now", r" now\b"), ("has", ""))
_ASKED: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
    ("together", rf"\bmany {_W} do {_W} and {_W} have", ("things", "owner", "other")),
    ("more", rf"\bmany more {_W} does {_W} have than {_W}", ("things", "owner", "other")),
    ("friend", rf"\bmany {_W} does each friend get", ("things",)),
    ("each", rf"\bmany {_W} are in each of the {_W}", ("things", "other")),
    ("cost", rf"\bdollars do the {_W} of {_W} cost", ("things", "owner")),
    *((kind, f"{form}{now}", ("things", "owner")) for kind, now in _NOW for form in _HAS),
)
_TOLD_FORMS = [(kind, re.compile(form), fields) for kind, form, fields in _TOLD]
_ASKED_FORMS = [(kind, re.compile(form), fields) for kind, form, fields in _ASKED]
_NAME = re.compile(r"(?<=[a-z=,#] )[A-Z][a-z]{1,19}\b|^[A-Z][a-z]{1,19}(?= (?:has|now|and|owns)\b)")


def asked(text: str) -> Claim | None:
    """What a question asks for; None if it is no question of the world."""
    return _claim(text, _ASKED_FORMS)


def told(text: str) -> Sentence:
    """What a sentence says."""
    text = _COMMA.sub("", text.translate(_SIGNS))
    sums: list[Sum] = []

    def keep(match: re.Match[str]) -> str:
        tree = parse(match[1])
        if tree is None:
            return match[0]
        stated = [Fraction(found) for found in match.group(2, 3) if found]
        sums.append(Sum(tree, frozenset(stated)))
        return "#"

    rest = _EQUATION.sub(keep, text)
    numbers = tuple(Fraction(found) for found in _PLAIN.findall(rest))
    rest = _RUN.sub("#", _PLAIN.sub("#", rest))
    return Sentence(
        tuple(sums),
        numbers,
        _claim(rest, _TOLD_FORMS),
        frozenset(_NAME.findall(rest)),
        garbled=bool(re.search(r"[\d=]", rest)),
    )


def _claim(text: str, forms: list[tuple[Kind, re.Pattern[str], tuple[str, ...]]]) -> Claim | None:
    for kind, form, fields in forms:
        if found := form.search(text):
            return Claim(kind, **dict(zip(fields, found.groups(), strict=True)))
    return None


def parse(expression: str) -> Tree | None:
    """The tree of an expression of numbers and + - * / ( ); None if it is none. Python's parser
    reads it: nothing is run."""
    if expression.count("(") != expression.count(")"):  # one stands outside of the equation
        expression = expression.strip("()")
    try:
        return _tree(ast.parse(expression.replace(" ", ""), mode="eval").body)
    except SyntaxError:
        return None


_WRITTEN: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


def _tree(node: ast.expr) -> Tree | None:
    match node:
        case ast.Constant(value=int() | float()):
            return Fraction(str(node.value))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -Fraction(str(number))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _WRITTEN:
            first, second = _tree(left), _tree(right)
            if first is None or second is None:
                return None
            return (_WRITTEN[type(op)], first, second)
    return None


def result(tree: Tree) -> Fraction | None:
    """What the expression comes to; None if it divides by 0."""
    if isinstance(tree, Fraction):
        return tree
    first, second = result(tree[1]), result(tree[2])
    return None if first is None or second is None else compute(tree[0], first, second)


def compute(sign: str, left: Fraction, right: Fraction) -> Fraction | None:
    """One operation; None if it divides by 0."""
    if sign == "/":
        return left / right if right else None
    return {"+": left + right, "-": left - right, "*": left * right}[sign]
