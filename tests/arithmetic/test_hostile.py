"""Texts made to hurt: the checker ends in time that grows with the text, and says nothing wrong.

Each is a piece repeated to 40,000 characters.
"""

import pytest

from leadline.arithmetic import check

SIZE = 40_000
PIECES = (
    *("(", ")", "()", "[", "{", "=", "-", "+", "1+", "1=1", "1.1", "1,000", ",000", "%", "²", "½"),
    *(
        "**",
        "10**",
        "10^",
        "5-",
        "5 apples ",
        "1/2 of ",
        "1 1/2 ",
        "3x",
        "x ",
        "A = 1\n",
        "|",
        "\\",
    ),
    *("\\frac{", "\\frac{1}{2}", "\\text{", "\\[", "<<", "<<1+1=2>>", "(1=1", "(5 a) ", "(1+1)"),
    *("word ", "a-", "a'", "1e9", "1e", "10/3 = 3.33, ", "1+1 = 2 = ", "5 and 3 ", "round "),
    *(
        "\n",
        " ",
        ".",
        "1 .",
        ", 000",
        "计算",
        "\u0661",
        "$",
        "$1",
        "\\\\",
        "=\n",
        "\\boxed{",
        "5! ",
    ),
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PIECES)
def test_repeated_pieces_end_and_are_never_called_wrong(piece: str) -> None:
    assert check(piece * (SIZE // len(piece))).slip is None


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["1+1=3, ", "<<1+1=3>>", "1+1=3\n", "1/3 = 5.3 round, "])
def test_many_wrong_equations_end_with_the_first(piece: str) -> None:
    found = check(piece * (SIZE // len(piece)))
    assert found.slip is not None
    assert found.slip.line == 0
    assert len(found.slip.equation) < 20


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "10**10**10 = 7",
        "9^64 ^ 64 = 1",
        "9^65 = 1",
        "(9^60)^60 = 1",
        " * ".join(["9^64"] * 1000) + " = 1",
        "9" * 5000 + " + 1 = 2",
        "1e999999999 + 1 = 2",
        "1e999 * 1e999 = 2",
        "0 ^ (0 - 5) = 2",
        "2 ^ 0.5 = 2",
        "1 / (3 - 3) = 2",
        "(" * 60 + "1 + 1" + ")" * 60 + " = 3",
        "\\frac{" * 60 + "1" + "}{2}" * 60 + " = 3",
    ],
)
def test_what_is_too_large_or_too_deep_is_not_read(text: str) -> None:
    assert check(text).n_equations == 0


def test_a_long_equation_is_clipped() -> None:
    slip = check("1" + " + 1" * 150 + " = 1").slip
    assert slip is not None
    assert len(slip.equation) <= 160
    assert slip.true == 151
