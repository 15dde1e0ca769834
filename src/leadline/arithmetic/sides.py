"""Compare the two sides of an equation: right, wrong, or not to be read for sure.

A side may be read in more ways than one (is 20% a fifth or twenty? is 3.33 a rounded number?). An
equation is wrong only if every way of reading it is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from leadline.arithmetic import words
from leadline.arithmetic.expressions import Expression
from leadline.arithmetic.numbers import Literal, Span

_SCALES = (100, 1)  # a percentage is a share, or a number of per cent
_MONEY = 4  # decimals up to which a terminating number is expected to be written out


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation as it was read, and its place in its line."""

    expression: Expression
    start: int
    end: int
    doubtful: bool

    def values(self, letters: Mapping[str, Span]) -> list[Span]:
        """Its values, one for each way to read percentages; the usual way first."""
        found: list[Span] = []
        for scale in _SCALES:
            value = self.expression.value(scale, letters)
            if value not in found:
                found.append(value)
        return found


def agree(left: Side, right: Side, *, approximately: bool, letters: Mapping[str, Span]) -> bool:
    """Whether the sides are equal in some way of reading them. Raises Unreadable."""
    known = {(n.value, n.places) for n in left.expression.literals()}
    news = [n for n in right.expression.literals() if n.places and (n.value, n.places) not in known]
    stated = right.expression.stated
    for a in left.values(letters):
        for b in right.values(letters):
            if a.meets(b) or (stated and _rounds_to(a, stated, approximately=approximately)):
                return True
            if news and stated is None and _close(a, b, news):
                return True
    return False


def _rounds_to(exact: Span, stated: Literal, *, approximately: bool) -> bool:
    """Whether `stated` is `exact` to the decimal places it was written to.

    A number that ends must be rounded; one that goes on may also be cut off. Without a decimal
    place, or with `≈`, see the code: whole numbers are rounded only from numbers that go on.
    """
    reach = stated.last_place
    if stated.is_open or approximately:
        return exact.low - reach < stated.value < exact.high + reach
    if stated.places == 0 and _ends(exact.low):
        return False
    if exact.low - reach / 2 <= stated.value <= exact.high + reach / 2:
        return True
    return not _ends(exact.low) and any(
        0 <= (end - stated.value) * (1 if end > 0 else -1) < reach
        for end in (exact.low, exact.high)
    )


def _ends(value: Fraction) -> bool:
    """Whether its decimals end."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _close(a: Span, b: Span, news: list[Literal]) -> bool:
    """Whether they are as close as the rounding of the numbers new on the right allows."""
    relative = sum((n.last_place / (2 * abs(n.value)) for n in news if n.value), Fraction(0))
    size = max(abs(b.low), abs(b.high))
    reach = size * relative + sum(n.last_place / 2 for n in news)
    return a.low - reach <= b.high and b.low <= a.high + reach


def units_differ(left: Side, right: Side, letters: Mapping[str, Span]) -> bool:
    """Whether the sides may be the same amount in different units (240 minutes = 4 hours)."""
    ours, theirs = set(left.expression.units), set(right.expression.units)
    if not theirs - ours:
        return False
    a, b = left.values(letters)[0].low, right.values(letters)[0].low
    if not a or not b:
        return False
    ratio = max(a / b, b / a)
    return ratio in words.UNIT_RATIOS
