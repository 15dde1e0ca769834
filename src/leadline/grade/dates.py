"""Dates as people write them, and whether one says what another says.

`June 29, 1991`, `29 June 1991`, `29th of June 1991`, `Sat, Jun. 29 1991`, `1991-06-29`,
`6/29/1991`, `June 1991`, `June 29`, `1991`, `the year 1991`, `1045 BC`. Where day and month could
change places (`6/7/1991`), both readings are kept.
"""

import re
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?\b"
_ERA = r"(?:\s{0,2}(?P<era>b\.?c\.?(?:e\.?)?|a\.?d\.?|c\.?e\.?)(?![a-z]))?"
_YEAR = rf"(?P<year>[0-9]{{3,4}})(?![0-9])(?![.,][0-9]){_ERA}"
_GAP = r"[\s,]{1,3}(?:of\s)?"
_FORMS = [
    re.compile(pattern)
    for pattern in (
        rf"{_MONTH}\s{{0,2}}{_DAY}(?:{_GAP}{_YEAR})?",
        rf"{_DAY}\s{{1,2}}(?:of\s)?{_MONTH}(?:{_GAP}{_YEAR})?",
        rf"{_MONTH}{_GAP}{_YEAR}",
        r"(?<![0-9])(?P<year>[0-9]{4})[-/.](?P<month>[01]?[0-9])[-/.](?P<day>[0-3]?[0-9])(?![0-9])",
        r"(?<![0-9])(?P<a>[0-3]?[0-9])[-/.](?P<b>[0-3]?[0-9])[-/.](?P<year>[0-9]{4})(?![0-9])",
        rf"(?<![0-9.,$€£+-]){_YEAR}",
    )
]
_BEFORE = re.compile(
    r"^(?:(?:on|in|at|since|by|the|year|of|began|it|was|around|circa|c\.|(?:mon|tues?|wed(?:nes)?|"
    r"thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b\.?[\s,]{0,3})*"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a month of a year, a day of any year, or a year; years before Christ are negative."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def says(self, other: "Date") -> bool:
        """Whether this date says all that `other` says, and nothing else of it."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(theirs is None or mine == theirs for mine, theirs in pairs)


def date_of(text: str) -> frozenset[Date]:
    """The readings of a text that is a date and nothing more; empty if it is none."""
    text = _BEFORE.sub("", text.strip().lower().rstrip(" .,;)"))
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return _readings(found)
    return frozenset()


def dates_in(text: str) -> list[frozenset[Date]]:
    """The readings of every date in a text, in its order; a part of one date is no other date."""
    text, found = text.lower(), []
    for form in _FORMS:
        for match in form.finditer(text):
            readings = _readings(match)
            if readings:
                found.append((match.start(), readings))
        text = form.sub(lambda m: " " * len(m[0]) if _readings(m) else m[0], text)
    return [readings for _, readings in sorted(found, key=lambda pair: pair[0])]


def _readings(found: re.Match[str]) -> frozenset[Date]:
    parts = found.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    if year is not None and (parts.get("era") or "").startswith("b"):
        year = -year
    if "a" in parts:
        a, b = int(parts["a"]), int(parts["b"])
        return _valid(Date(year, a, b), Date(year, b, a))
    month = parts.get("month")
    number = None
    if month:
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    return _valid(Date(year, number, int(parts["day"]) if parts.get("day") else None))


def _valid(*dates: Date) -> frozenset[Date]:
    return frozenset(
        date
        for date in dates
        if (date.month is None or 1 <= date.month <= 12)
        and (date.day is None or 1 <= date.day <= 31)
    )
