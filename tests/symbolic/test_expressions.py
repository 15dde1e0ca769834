"""The template language: exact, and closed to everything that it does not list."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import BadData
from leadline.symbolic.expressions import Worded, compile_expression, sequence
from leadline.symbolic.vocabulary import ARITHMETIC, DOMAINS, in_words

VALUES = {"n": 12, "p": 60, "frac": Worded("half", Fraction(1, 2)), "day": "Monday", "r": 0}


def compute(text: str, **options: object) -> object:
    return compile_expression(text, functions={**ARITHMETIC, **DOMAINS}, **options)(VALUES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n * frac", 6),
        ("n - int(n * 0.29 * 100)", -336),  # floating point: int(347.99999999999994) is 347
        ("100 * (0.1 + 0.2) == 30", True),  # floating point: False
        ("is_int(n * frac / 4)", False),
        ("divides(n, 5) or not divides(n, 4)", False),
        ("1 < n <= 12 != p", True),
        ("7 if day == 'Monday' and n > 3 else 30", 7),
        ("Fraction(n, p) + frac[1]", Fraction(7, 10)),
        ("day[0]", "M"),
        ("n ** 2 // 7 % 6", 2),
        ("-n // 5", -3),
        ("round(5.78) + round(2.5)", 8),  # to even, as Python
        ("list(range(3, 6)) * 2", [3, 4, 5, 3, 4, 5]),
        ("[1, 2, 3][:2]", [1, 2]),
        ("np.arange(0.25, 1, 0.25)", [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)]),
    ],
)
def test_value(text: str, value: object) -> None:
    assert compute(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "open('/etc/passwd').read()",
        "(lambda: 1)()",
        "[x for x in range(9)]",
        "n.real",
        "f'{n}'",
        "n := 3",
        "exec('1')",
        "int(n, base=3)",
        "n @ p",
        "n is p",
        "~n",
        "day[2]",
        "unknown + 1",
        "n +",
        "1;2",
        "b'x'",
        "1j",
        "*n",
        "range",
        "(" * 500 + ")" * 500,
        "1+" * 999 + "1",
        "9**9**9",
        "9**-65",
        "10**64**2",
        "list(range(10**9))",
        "[1] * 10**9",
        "'a' * 10**9",
        "np.arange(0, 1, 0.0000001)",
        "range(10) * 2",
        "day + 1",
        "int(day)",
        "-day",
        "day < n",
        "[1, 2][:day]",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises((BadData, ArithmeticError)):
        compute(text)


def test_numbers_cannot_grow_without_end() -> None:
    grown = compile_expression("x * x", functions=ARITHMETIC)
    value: object = 10**60
    for _ in range(5):
        value = grown({"x": value})
    with pytest.raises(BadData, match="bits"):
        grown({"x": value})


@given(st.text(alphabet="n p0123456789.+-*/%()<>=[]'\",abcdefi_", max_size=60))
def test_any_text_gives_a_value_or_a_clear_refusal(text: str) -> None:
    with contextlib.suppress(BadData, ArithmeticError):
        compute(text)


@given(st.integers(-99, 99), st.integers(1, 99))
def test_refusing_to_round_accepts_exactly_what_is_whole(a: int, b: int) -> None:
    for text in ("int(a / b)", "a // b"):
        strict = compile_expression(text, functions=ARITHMETIC, rounding="refused")
        if a % b == 0:
            assert strict({"a": a, "b": b}) == a // b
        else:
            with pytest.raises(ArithmeticError):
                strict({"a": a, "b": b})


def test_a_list_of_pairs_gives_worded_numbers() -> None:
    pairs = compute("[('twins', 2), ('triplets', 3)] * 2")
    assert sequence(pairs)[1] == Worded("triplets", 3)
    with pytest.raises(BadData, match="nothing to draw from"):
        sequence(7)


def test_number_words() -> None:
    words = [in_words(n) for n in (0, 7, 19, 20, 42, 99)]
    assert words == ["zero", "seven", "nineteen", "twenty", "forty-two", "ninety-nine"]
