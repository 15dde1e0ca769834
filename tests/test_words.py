"""What counts as the same text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.words import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Hello, WORLD!\n", "hello world"),
        ("Straße ﬁne", "strasse fine"),
        ("“half-dozen” x_y — ok", "half dozen x y ok"),
        ("<<16-3=13>>13", "< < 16 - 3 = 13 > > 13"),
        ("16 − 3, 16 – 3", "16 - 3 16 - 3"),
        ("$1,000,000.50 or 1,5", "1000000.50 or 1,5"),
        ("at 12:30.", "at 12:30"),
        ("学习 了", "学 习 了"),
        ("?!…", ""),
        ("", ""),
    ],
)
def test_words_of_a_text(text: str, expected: str) -> None:
    assert words(text) == expected.split()


def test_different_arithmetic_stays_different() -> None:
    assert len({tuple(words(f"12 {sign} 3")) for sign in "+-*/^%=<>×÷"}) == 11


@given(st.text())
def test_case_and_outer_spacing_make_no_difference(text: str) -> None:
    assert words(text.casefold()) == words(f" \n{text}\t ")
