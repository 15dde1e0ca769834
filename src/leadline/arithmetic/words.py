"""The few words that change what an equation beside them says. All others are units or prose."""

from collections.abc import Iterable


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FRACTIONS = _words(
    "half halves third thirds quarter quarters fourth fourths fifth fifths sixth sixths seventh "
    "eighth eighths ninth tenth tenths hundredth hundredths"
)
# Shortly before an expression: it may be what they are taken of (half the 20 + 5).
TAKING = FRACTIONS | _words("twice double triple average mean median")
# Right before an expression: more belongs to it than was read.
LEADING = _words(
    "times doubled tripled plus minus multiplied divided squared cubed root than dozen remainder "
    "modulo mod log negative"
)
# A number after one of these counts things; it is no part of a calculation.
INDEX = _words(
    "step day week month year hour person group team part case option number problem question "
    "room box phase round section item figure table example equation chapter line"
)
# After a number: it is scaled, so that its digits are not its value.
SCALES = _words(
    "dozen dozens hundred hundreds thousand thousands million millions billion k m remainder r "
    "pair pairs score squared cubed factorial halves half"
)
# Between a number and an operator: the number may end one clause, the operator stand in another.
CONJUNCTIONS = _words(
    "and or so then which that because since if when while as but thus therefore hence where is "
    "are was were be gives give makes means equals we he she they it leaving"
)
# Somewhere on the line: whole numbers may be rounded.
ROUNDING = _words(
    "round rounded rounding rounds approximately approx about roughly nearly almost nearest "
    "whole floor ceiling full complete remainder leftover"
)
CENTS = _words("cent cents penny pennies ¢ nickel nickels dime dimes quarter quarters")
_MEASURES = _words(
    "second minute hour day week month year ounce oz pound lb ton gram g kg kilogram inch foot "
    "feet yard mile meter metre cm km mm centimeter kilometer cup pint quart gallon liter litre ml "
    "dollar cent penny"
)
# How many of one unit make another: a result may be stated in the larger or the smaller one.
UNIT_RATIOS = frozenset({3, 4, 7, 8, 10, 12, 14, 16, 20, 24, 30, 36, 52, 60, 100, 365, 1000, 3600})


def measures(units: Iterable[str]) -> set[str]:
    """The measures among units, in the singular."""
    singular = {unit.removesuffix("es" if unit.endswith("ches") else "s") for unit in units}
    return set(_MEASURES & (singular | set(units)))


def says_rounding(line: str) -> bool:
    """Whether a line speaks of rounding."""
    return not ROUNDING.isdisjoint(line.lower().replace("(", " ").replace(")", " ").split())
