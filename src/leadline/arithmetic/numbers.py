"""Read a written number as an exact fraction, and say how finely it was written.

A number may stand for a stretch of values: `0.333…` and a rounded third (0.33, 66.67) stand for
what they were cut from. Everything is an interval of fractions, a plain number one of no width.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

MAX_DIGITS = 40  # a longer number is not read
MAX_BITS = 4096  # of a numerator or denominator on the way
MAX_POWER = 64
_PARTS = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅛": (1, 8)}
_LITERAL = re.compile(r"([0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_THIRD = re.compile(r"(?:3{2,}|6+[67]|[1-9]6+7|[0-9]?3{3,})\Z")
_ELLIPSES = ("...", "…", "\\ldots", "\\dots")


class Unreadable(Exception):
    """An expression that is not read: too long, too large, divided by zero, or not understood."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A written number: its value, the decimal places it was written to, and how far from it the
    number that is meant may lie: one last place if it was cut off (1.636...), a third of one if it
    looks like a rounded third (0.33, 66.67)."""

    value: Fraction
    places: int
    reach: Fraction = Fraction(0)

    @property
    def last_place(self) -> Fraction:
        return Fraction(1, 10**self.places)


@dataclass(frozen=True, slots=True)
class Span:
    """All values from low to high."""

    low: Fraction
    high: Fraction

    @classmethod
    def exactly(cls, value: Fraction | int) -> "Span":
        return cls(Fraction(value), Fraction(value))

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2

    def __add__(self, other: "Span") -> "Span":
        return _checked(self.low + other.low, self.high + other.high)

    def __neg__(self) -> "Span":
        return Span(-self.high, -self.low)

    def __sub__(self, other: "Span") -> "Span":
        return self + -other

    def __mul__(self, other: "Span") -> "Span":
        if self.low == self.high and other.low == other.high:
            value = self.low * other.low
            return _checked(value, value)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return _checked(min(ends), max(ends))

    def __truediv__(self, other: "Span") -> "Span":
        if other.low <= 0 <= other.high:
            raise Unreadable("division by zero")
        return self * Span(1 / other.high, 1 / other.low)

    def power(self, exponent: "Span") -> "Span":
        """Raise to a whole power of at most MAX_POWER."""
        n = exponent.low
        if exponent.low != exponent.high or n.denominator != 1 or abs(n) > MAX_POWER:
            raise Unreadable("not a small whole power")
        if self.low != self.high:
            raise Unreadable("a power of a rounded number")
        if self.low == 0 and n < 0:
            raise Unreadable("division by zero")
        size = max(self.low.numerator.bit_length(), self.low.denominator.bit_length())
        if size * abs(n) > MAX_BITS:
            raise Unreadable("too large")
        return Span.exactly(self.low ** int(n))

    def meets(self, other: "Span") -> bool:
        return self.low <= other.high and other.low <= self.high


def _checked(low: Fraction, high: Fraction) -> Span:
    if max(low.numerator.bit_length(), low.denominator.bit_length()) > MAX_BITS:
        raise Unreadable("too large")
    return Span(low, high)


def read_number(text: str) -> Literal | None:
    """A number as written, thousands separators included; None if it is none, or too long."""
    if text in _PARTS:
        return Literal(Fraction(*_PARTS[text]), 0)
    cut = next((e for e in _ELLIPSES if text.endswith(e)), "")
    plain = text.removesuffix(cut).replace("{,}", "").replace("\\,", "").replace(",", "")
    found = _LITERAL.fullmatch(plain)
    if found is None or len(plain) > MAX_DIGITS:
        return None
    whole, decimals, exponent = found[1], found[2] or "", int(found[3] or 0)
    if abs(exponent) > MAX_DIGITS:
        return None
    if len(whole) > 1 and whole.startswith("0"):  # a time of day, or the tail of 100 000
        return None
    value = Fraction(int(whole + decimals or "0")) / 10 ** len(decimals) * Fraction(10) ** exponent
    last_place = Fraction(1, 10 ** len(decimals))
    third = last_place / 3 if _THIRD.search(decimals) else Fraction(0)
    return Literal(value, len(decimals), last_place if cut else third)
