"""Equations as people and models write them; each was worked out by hand."""

from fractions import Fraction

import pytest

from leadline.arithmetic import check, check_steps, first_wrong, reading

RIGHT = [
    "6 * 4 = 24",
    "so she has 6*4=<<6*4=24>>24 apples.",
    "Carl now has <<80+34=114>>114 apples and 3 more.",
    "so <<10/3=3.333>>3.33 or <<10/3=3.33>>3 each",
    "That is <<1/4=.25>>25%, or <<1/4=.25>>1/4.",
    "It has <<5*100=500>>500 thousand grains.",
    "so <<x>>5 and <<3+>>7 and <<2*6=12>>12",
    "both <<2*6=12, 3*4=12, 5-3=2>>2",
    "in <<2*6=12>>12 - no, <<2*6=12>>1 dozen eggs",
    "on the <<3*5=15>>15th, after <<1.5*2=3>>3.00 hours",
    "33 classes * 15 students/class = 495 students",
    "3 plates × $6.00/plate = $18.00.",
    "**Total**: $1,250.50 + $749.50 = $2,000",
    r"\(1/3 \times 18 = 6\) flamingos",
    r"\[ \frac{90}{450} \times 100 = 0.2 \times 100 = 20\% \]",
    r"\[ 3 \text{ glasses/day} \times 5 \text{ days} = 15 \text{ glasses} \]",
    r"$50 - 2 \cdot 4 \div 8 = 49$",
    r"100{,}000 + 1\,000 = 101,000",
    "20% of 100 = 20",
    "- 5 + 3 = 8",
    "- 5 + 3 = -2",
    "$250,000 * 90% = $225,000",
    "100% - 20% = 80%",
    "1 - 20% = 80%",
    "1/3 = 33.3%",
    "10/3 = 3.33",
    "14/9 = 1.55",  # cut off
    "0.323^3 = 0.033",
    "333 * 3.1416 = 1046",
    "1) 5 + 3 = 8!",
    "| dinner | 2 * 3 = 6 |",
    "580/110 = 5.2727272727272725",  # a float
    "0.1 + 0.2 = 0.30000000000000004",
    "(25/3) * 3 = 8.33 * 3 = 25",
    "180 cups / 110 cups per bag = 1.636... bags",
    "5 / 3 ≈ 2",
    "2993/2 ≈ 1500",
    "2 1/2 + 1/2 = 3",
    "½ + ¼ = 0.75",
    "2^3 = 8 and 3² = 9",
    "2**10 = 1024",
    "12 x 3 = 36",
    "12x3 = 36",
    "-5 - -9 * -8 = -77",
    "10 (initially infected) * 6 (infections per person) = 60",
    "\\[(5 + 1) \\left(3 - 1\\right) = \\boxed{12}\\]",
    "Total = 10 + 30\n      = 40",
    "\\begin{align*} 5 + 3 &= 8 \\\\ &= 2 \\cdot 4 \\end{align*}",
    "the remainder is now -50 + 100 = 50",
    "A = 5 * 3 = 15. B = 4. Then A - B = 15 - 4 = 11",
]
WRONG = [
    ("so 6*4 = 25 apples", 24, 25),
    ("so she has 6*4=<<6*4=25>>24 apples.", 24, 25),
    ("so she has 6*4=<<6*4=24>>25 apples.", 24, 25),
    ("Carl now has <<80+34=114>>115 apples.", 114, 115),
    ("It costs <<80+34=114>>$115.", 114, 115),
    ("That is <<1/4=.25>>20%.", Fraction(1, 4), Fraction(1, 5)),
    ("495 students * $15/student = $7455.", 7425, 7455),
    (r"\( 20/100 * (\$400 + \$800) = \$160 \)", 240, 160),
    ("300 * 3/5 = 180, and 9,000 + 2,000 = 12,000", 11000, 12000),
    ("3 * $16.50 = $50", Fraction(99, 2), 50),  # a label of MR-GSM8K: exact, so not to be rounded
    ("10/3 = 3.34", Fraction(10, 3), Fraction(167, 50)),
    ("20% of 100 = 25", 20, 25),
    ("-48 + 21 + (-3) = -24 degrees", -30, -24),
    ("2 1/2 + 1/2 = 4", 3, 4),
    ("(5 + 3 - -2 * 2) = (5 + 3 - 4) = 4", 12, 4),
    ("5 * 3 = 15 and 2 * 4 = 9", 8, 9),
    ("Total = 10 + 30\n      = 50", 40, 50),
    ("A = 5 * 3 = 15. B = 4. Then A - B = 15 - 3 = 12", 11, 12),
    ("2^{3} = 9", 8, 9),
    ("(365 - 180 = 195)", 185, 195),
    ("He needs 60/100 x ($40 + $40) = $24.", 48, 24),
    ("15840 feet / (440 feet/minute) = 37 minutes", 36, 37),
    ("- 5 + 3 = 9", 8, 9),
    ("1) 5 + 3 = 9", 8, 9),
    ("(1) 5 + 3 = 9", 8, 9),
    ("(a) 5 + 3 = 9!", 8, 9),
    ("the sum is 5 + 3 = 9.", 8, 9),
    ("* 5 apples + 3 apples = 9 apples", 8, 9),
]
UNJUDGED = [  # algebra, prose, other notations, and what may be meant in another way
    "2x + 3 = 7",
    "4x - 13 = 4(40) - 12",
    "x = 5",
    "Let the price be p. Then 3 * p = 12 + 5p",
    "24 feet / 2/3 = 36 feet",
    "half of 20 + 5 = 15",
    "Total - Day 2 * 3 = 20",
    "Day 1 - 5 * 3 = 15",
    "6:00 + 18 hours = 00:00",
    "0900 - 0130 = 0730",
    "4 pounds - 6 ounces = 58 ounces",
    "4 * 30 minutes = 2 hours",
    "5 * 25 cents = $1.25",
    "100 000 x 10/100 = 10,000",
    "sqrt(9 + 16) = 5",
    r"\sqrt{16} + 2 = 6",
    "10**10**10 = 7",
    "1/0 = 5",
    "5! + 1 = 121",
    "$20 - 20% = $16",
    "17 / 5 = 3, remainder 2",
    "half the 20 + 5 = 15",
    "an average of 10 + 20 + 30 = 20",
    "3! + 2 + 1 = 9",
    "|-3| + |-2| + 1 + 2 = 8",
    "17 / 5 = 3 remainder 2",
    "{0} + {1} = {2}",
    "price(2) + 3 = 9",
    "3 + 12/x = 7",
    "-2^2 + 1 = 5",
    "4/7 is equal to $24",
    "100 pennies = 100 x $0.01 = $1.00",
    "4 hours = 4 x 60 = 240 minutes",
    "9 > 3 + 4",
    "",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_equations_are_read_and_not_flagged(text: str) -> None:
    found = check(text)
    assert found.slip is None
    assert found.n_equations > 0
    assert reading(text).verdict == "no"


@pytest.mark.parametrize(("text", "true", "stated"), WRONG)
def test_a_wrong_equation_is_named_with_both_values(
    text: str, true: Fraction, stated: Fraction
) -> None:
    slip = first_wrong(text)
    assert slip is not None
    assert (slip.true, slip.stated) == (true, stated)


@pytest.mark.parametrize("text", UNJUDGED)
def test_what_is_not_read_for_sure_is_never_flagged(text: str) -> None:
    assert first_wrong(text) is None


def test_an_expression_that_runs_on_is_loose_and_no_slip() -> None:
    assert first_wrong("7 * 60 = 420 + 23 = 443") is None
    assert first_wrong("7 * 60 = 420 + 23 = 444") is not None


def test_the_first_wrong_equation_is_named_by_its_line_as_written() -> None:
    text = "First 2 + 2 = 4.\nThen (so 3 + 3 = 7) we have $4 * 5 = $21.\n1 + 1 = 3"
    slip = first_wrong(text)
    assert slip is not None
    assert (slip.line, slip.equation) == (1, "3 + 3 = 7")
    assert reading(text) == ("yes", "1", "3 + 3 is 6, not 7")


def test_of_steps_the_number_of_the_step_is_named() -> None:
    found = check_steps(["2 + 2 = 4\n3 + 3 = 6", "4 + 4 = 8", "5 + 5 = 10\n6 + 6 = 13"])
    assert found.slip is not None
    assert found.slip.line == 2
    assert found.n_equations == 5


def test_undecided_is_said_with_the_reason() -> None:
    assert reading("I think that it is 7.").verdict == "undecided"
    unread = reading("24 feet / 2/3 = 36 feet")
    assert unread.verdict == "undecided"
    assert "1 could not be read" in unread.reason


def test_some_unread_and_none_wrong_is_no_error() -> None:
    found = check("24 feet / 2/3 = 36 feet, and 2 + 2 = 4")
    assert (found.n_equations, found.n_unread) == (1, 1)
    assert reading("24 feet / 2/3 = 36 feet, and 2 + 2 = 4").verdict == "no"


def test_a_number_once_rounded_may_stand_for_the_exact_one_later() -> None:
    assert first_wrong("100 / 7 = 14.29. In 7 weeks: 14.29 * 7 = 100") is None
    assert first_wrong("She pays 14.29 * 7 = 100") is not None
