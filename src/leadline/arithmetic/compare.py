"""Compare the two sides of an equation: right, wrong, or not to be read for sure.

A side may be read in more senses than one (is 20% a fifth or twenty? is 3.33 a rounded number?). An
equation is wrong only if it is wrong in every sense.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal as Choice

from leadline.arithmetic import words
from leadline.arithmetic.expressions import Expression, Sense
from leadline.arithmetic.numbers import Literal, Span

Agreement = Choice["equal", "rounded", "differ"]


def agree(
    left: Expression, right: Expression, *, senses: Iterable[Sense], approximately: bool
) -> Agreement:
    """Whether the sides are equal in some sense, as written or after rounding. Raises Unreadable.

    senses: to be taken for each side on its own. approximately: the relation is `≈`.
    """
    senses = tuple(senses)
    known = {(n.value, n.places) for n in left.literals()}
    news = [n for n in right.literals() if n.places and (n.value, n.places) not in known]
    found: Agreement = "differ"
    for a in {left.value(sense): None for sense in senses}:
        for sense in senses:
            b, stated = right.value(sense), right.stated(sense)
            if a.meets(b) or _same_float(a, b):
                return "equal"
            if stated is None:
                rounded = bool(news) and _close(a, b, news)
            else:
                rounded = _rounds_to(a, stated, approximately=approximately)
            found = "rounded" if rounded else found
    return found


def _rounds_to(exact: Span, stated: Literal, *, approximately: bool) -> bool:
    """Whether `stated` is `exact` to the places it was written to.

    To a whole number only what goes on beyond the second decimal is rounded: 49.5 is not 50. What
    goes on beyond the fourth may also be cut off: 14/9 is 1.56 or 1.55. With `≈` anything less than
    one last place away will do, where final zeros of a whole number are no places (1496 ≈ 1500).
    """
    reach = stated.last_place
    if stated.reach == reach or approximately:
        reach *= _final_zeros(stated) if approximately else 1
        return exact.low - reach < stated.value < exact.high + reach
    if stated.places == 0 and _ends(exact.low, places=2):
        return False
    if exact.low - reach / 2 <= stated.value <= exact.high + reach / 2:
        return True
    cut = ((end - stated.value) * (1 if end > 0 else -1) for end in (exact.low, exact.high))
    return not _ends(exact.low, places=4) and any(0 <= rest < reach for rest in cut)


def _same_float(a: Span, b: Span) -> bool:
    """Whether they differ no more than a computer's numbers do: 0.1 + 0.2 = 0.30000000000000004."""
    return abs(a.low - b.low) < abs(a.low) / 10**14


def _final_zeros(stated: Literal) -> int:
    """10 for each zero that a whole number ends on."""
    if stated.places or not stated.value or stated.value.denominator != 1:
        return 1
    digits = str(abs(stated.value))
    return int("1" + "0" * (len(digits) - len(digits.rstrip("0"))))


def _ends(value: Fraction, *, places: int) -> bool:
    """Whether that many decimals write it out."""
    return bool(10**places % value.denominator == 0)


def _close(a: Span, b: Span, news: list[Literal]) -> bool:
    """Whether they are as close as the rounding of the numbers new on the right allows."""
    relative = sum((n.last_place / (2 * abs(n.value)) for n in news if n.value), Fraction(0))
    size = max(abs(b.low), abs(b.high))
    reach = size * relative + sum((n.last_place / 2 for n in news), Fraction(0))
    return a.low - reach <= b.high and b.low <= a.high + reach


def may_differ_in_units(left: Expression, right: Expression, *, sense: Sense) -> bool:
    """Whether unlike sides may be one amount in two units: 4 * 60 minutes = 4 hours, 5 * 25 cents
    = $1.25, 4 pounds - 6 ounces = 58 ounces, 5 * 3 = 15 thousand."""
    units = {*left.units, *right.units}
    if not units.isdisjoint(words.SCALES | words.CENTS):
        return True
    if left.adds and len(words.measures(left.units)) > 1:
        return True
    a, b = left.value(sense).low, right.value(sense).low
    if not a or not b or set(right.units) <= set(left.units):
        return False
    return max(a / b, b / a) in words.UNIT_RATIOS
