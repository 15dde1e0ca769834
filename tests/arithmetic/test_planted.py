"""Random calculations written in many ways: right ones pass, a planted slip is named.

The truth comes from the tree that was drawn, worked out with fractions, never from the text.
"""

import operator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leadline.arithmetic import check, first_wrong

WORK = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
LINES = ("She has {}.", "{}", "So, in all that is {} of them", "Then we get: {}", "**Total** = {}")


@dataclass(frozen=True)
class Number:
    value: Fraction
    text: str


@dataclass(frozen=True)
class Work:
    sign: str
    left: Any
    right: Any

    @property
    def value(self) -> Fraction:
        return WORK[self.sign](self.left.value, self.right.value)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Style:
    """How a calculation is written."""

    signs: dict[str, str]
    blank: str
    frame: str
    unit: str
    money: str
    thousands: str


STYLES = st.sampled_from(
    [
        Style(dict(zip("+-*/", "+-*/", strict=True)), " ", "{}", "", "", ","),
        Style(dict(zip("+-*/", "+-*/", strict=True)), "", "{}", "", "$", ","),
        Style(dict(zip("+-*/", "+−×÷", strict=True)), " ", "{}", " apples", "", ""),
        Style(dict(zip("+-*/", "+-x/", strict=True)), " ", "{}", " kg", "", ""),
        Style({"+": "+", "-": "-", "*": r"\times", "/": r"\div"}, " ", r"\({}\)", "", r"\$", "{,}"),
        Style({"+": "+", "-": "-", "*": r"\cdot", "/": "/"}, " ", "${}$", r" \text{ days}", "", ""),
        Style(dict(zip("+-*/", "+-*/", strict=True)), "", "<<{}>>", "", "", ""),
    ]
)


@st.composite
def numbers(draw: st.DrawFn) -> Number:
    if draw(st.booleans()):
        value = Fraction(draw(st.integers(1, 5000)))
        return Number(value, str(value))
    hundredths = draw(st.integers(1, 9999).filter(lambda n: n % 100 not in (0, 33, 66, 67)))
    return Number(Fraction(hundredths, 100), f"{hundredths / 100:.2f}")


def trees(depth: int = 3) -> st.SearchStrategy[Any]:
    if not depth:
        return numbers()
    inner = trees(depth - 1)
    return st.builds(Work, st.sampled_from("+-*/"), inner, inner | numbers())


def written(tree: Any, style: Style) -> str:
    """The calculation in a style; brackets wherever leaving them out would change its value, and
    wherever one quotient is divided once more, which people read in two ways."""
    if isinstance(tree, Number):
        whole, point, rest = tree.text.partition(".")
        whole = f"{int(whole):,}".replace(",", style.thousands)
        return style.money + whole + point + rest + style.unit
    left, right = written(tree.left, style), written(tree.right, style)
    if isinstance(tree.left, Work) and (
        RANK[tree.left.sign] < RANK[tree.sign] or (tree.sign == "/" and RANK[tree.left.sign] == 2)
    ):
        left = f"({left})"
    if isinstance(tree.right, Work):
        right = f"({right})"
    return left + style.blank + style.signs[tree.sign] + style.blank + right


def result(value: Fraction, style: Style) -> str:
    """The value as a number with two decimals, or as many as it needs, up to four."""
    for places in (0, 2, 4):
        if value * 10**places == int(value * 10**places) or places == 4:
            text = f"{float(value):.{places}f}"
            return text.replace("-", "-" + style.money) if text[0] == "-" else style.money + text
    raise AssertionError


def calculates(tree: Any) -> bool:
    """Nowhere divided by zero, and of a size that four decimals and a float can state."""
    if isinstance(tree, Number):
        return True
    if not calculates(tree.left) or not calculates(tree.right):
        return False
    return bool((tree.sign != "/" or tree.right.value) and abs(tree.value) < 10**9)


@settings(max_examples=150, deadline=None)
@given(tree=trees(), style=STYLES, line=st.sampled_from(LINES))
def test_a_right_equation_is_read_and_never_flagged(tree: Work, style: Style, line: str) -> None:
    assume(calculates(tree))
    equation = f"{written(tree, style)} = {result(tree.value, style)}"
    found = check(line.format(style.frame.format(equation)))
    assert found.slip is None
    assert (found.n_equations, found.n_unread) == (1, 0)


@settings(max_examples=150, deadline=None)
@given(
    tree=trees(),
    style=STYLES,
    line=st.sampled_from(LINES),
    off=st.integers(-50, 50).filter(bool),
    before=st.integers(0, 3),
)
def test_a_planted_slip_is_named_by_line_and_values(
    tree: Work, style: Style, line: str, off: int, before: int
) -> None:
    assume(calculates(tree))
    stated = tree.value + off + Fraction(1, 50)
    equation = f"{written(tree, style)} = {result(stated, style)}"
    right = ["2 + 2 = 4 is known.", "", "Now 10/4 = 2.5."][:before]
    slip = first_wrong("\n".join([*right, line.format(style.frame.format(equation)), "1 + 1 = 3"]))
    assert slip is not None
    assert slip.line == len(right)
    assert slip.true == tree.value
    assert abs(slip.stated - stated) < Fraction(1, 10**4)


@settings(max_examples=100, deadline=None)
@given(tree=trees(2), style=STYLES, off=st.integers(1, 30))
def test_every_link_of_a_chain_is_judged(tree: Work, style: Style, off: int) -> None:
    assume(calculates(tree))
    assume(isinstance(tree.left, Work))
    value = tree.left.value
    exact = value * 100
    assume(exact.denominator == 1)
    between = Number(abs(value), f"{float(abs(value)):.2f}")
    assume(value > 0 and exact % 100 not in (33, 66, 67))  # those may stand for thirds
    middle = Work(tree.sign, between, tree.right)
    chain = f"{written(tree, style)} = {written(middle, style)}"
    assert check(f"{chain} = {result(tree.value, style)}").slip is None
    slip = first_wrong(f"{chain} = {result(tree.value + off + Fraction(1, 50), style)}")
    assert slip is not None
    assert slip.equation.startswith(written(middle, style))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='0123456789+-*/=.,()[]{}$%^<> \nxA\\"½×≈of', max_size=80))
def test_no_text_breaks_the_checker(text: str) -> None:
    found = check(text)
    assert (found.slip is None) or found.n_equations > 0
