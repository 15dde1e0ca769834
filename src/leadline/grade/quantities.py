"""Numbers with their units, in digits or in words: 8,000 is eight thousand, 320 km/h is 320 kph."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = {word: n for n, word in enumerate(_ONES.split())}
WORDS |= {word: 10 * n for n, word in enumerate(_TENS.split(), start=2)}
_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "eleventh": "11th", "twelfth": "12th", "thirteenth": "13th", "fourteenth": "14th",
    "fifteenth": "15th", "sixteenth": "16th", "seventeenth": "17th", "eighteenth": "18th",
    "nineteenth": "19th", "twentieth": "20th",
}  # fmt: skip

_UNITS = {
    "m": "meter meters metre metres", "km": "kilometer kilometers kilometre kilometres kms",
    "cm": "centimeter centimeters centimetre centimetres",
    "mm": "millimeter millimeters millimetre millimetres",
    "mi": "mile miles", "ft": "foot feet", "in": "inch inches", "yd": "yard yards yds",
    "kg": "kilogram kilograms kgs kilo kilos", "g": "gram grams gramme grammes",
    "lb": "pound pounds lbs", "oz": "ounce ounces", "t": "ton tons tonne tonnes",
    "km/h": "kph kmh", "mph": "mi/h", "m/s": "mps",
    "km2": "sqkm km²", "mi2": "sqmi mi²", "m2": "sqm m²", "ft2": "sqft ft²",
    "percent": "% pct", "usd": "$ dollar dollars", "eur": "€ euro euros",
    "year": "years", "day": "days", "hour": "hours h", "minute": "minutes min",
    "degree": "degrees °",
}  # fmt: skip
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in (unit, *names.split())}
_LONG_UNITS = [
    (re.compile(r"\b(?:square|sq)\.?\s?(?=[a-z])"), "sq "),
    (re.compile(r"\b(kilomet(?:er|re)s?|km)s?\s(?:per|an)\shour\b"), "km/h"),
    (re.compile(r"\bmiles?\s(?:per|an)\shour\b"), "mph"),
    (re.compile(r"\bmet(?:er|re)s?\sper\ssecond\b"), "m/s"),
    (re.compile(r"\bsq\s(?:kilomet(?:er|re)s?|kms?)\b"), "km2"),
    (re.compile(r"\bsq\smi(?:les?)?\b"), "mi2"),
    (re.compile(r"\bsq\s(?:met(?:er|re)s?|m)\b"), "m2"),
    (re.compile(r"\bsq\s(?:feet|foot|ft)\b"), "ft2"),
    (re.compile(r"\bper\scent\b"), "percent"),
]
_ABOUT = re.compile(
    r"^(?:(?:about|approximately|approx\.?|around|roughly|nearly|almost|over|an?|the|some|exactly|"
    r"circa|estimated|~|≈)\s{0,2})+"
)
_NUMBER = re.compile(r"[-−+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-−+]?[0-9]*\.?[0-9]+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit in canonical form; "" where none is given."""

    number: Decimal
    unit: str = ""

    def same(self, other: "Quantity") -> bool:
        """Equal numbers, and no two different units; a unit that one leaves out is understood."""
        return self.number == other.number and (
            not self.unit or not other.unit or self.unit == other.unit
        )


def quantity(text: str) -> Quantity | None:
    """The quantity that a text is, or None if it is anything else. A number that begins with a
    needless zero (`032`) is a code and none."""
    text = unicodedata.normalize("NFKC", text).casefold().strip(" .,;:!\"'()")
    text = _ABOUT.sub("", text.replace("minus ", "-").replace("m²", "m2"))
    for pattern, short in _LONG_UNITS:
        text = pattern.sub(short, text)
    before = text[:1] if text[:1] in "$€" else ""
    text = text[len(before) :].strip()
    found = _NUMBER.match(text)
    if found:
        value, rest = _digits(found[0]), text[found.end() :].strip(" -")
        value, rest = _scaled(value, rest)
    else:
        value, rest = _spelt(text)
    if value is None:
        return None
    unit = rest.strip(" .")
    if unit and unit not in _UNIT_OF:
        return None
    named = _UNIT_OF.get(unit, "")
    return Quantity(value, named or (_UNIT_OF[before] if before else ""))


def spelt_out(tokens: list[str]) -> list[str]:
    """Tokens with number words up to ninety-nine and ordinals up to twentieth in digits."""
    out: list[str] = []
    tens = False
    for token in tokens:
        value = WORDS.get(token)
        if value is None:
            out.append(_ORDINALS.get(token, token))
        elif tens and 1 <= value <= 9:
            out[-1] = str(int(out[-1]) + value)
        else:
            out.append(str(value))
        tens = value is not None and value >= 20 and not tens
    return out


def _digits(text: str) -> Decimal | None:
    plain = text.replace(",", "").replace("−", "-")
    code = plain.lstrip("+-")
    if len(code) > 1 and code[0] == "0" and code[1] != ".":
        return None
    return Decimal(plain)


def _scaled(value: Decimal | None, rest: str) -> tuple[Decimal | None, str]:
    head, _, tail = rest.partition(" ")
    if value is not None and head in _POWERS:
        return value * 10 ** _POWERS[head], tail.strip()
    return value, rest


def _spelt(text: str) -> tuple[Decimal | None, str]:
    """The number that a text begins with in words, and the rest: (2300, "people")."""
    tokens = re.findall(r"[^\s-]+", text)
    total = group = Decimal(0)
    used = 0
    for token in tokens:
        if token in WORDS:
            group += WORDS[token]
        elif token == "hundred" and used:
            group *= 100
        elif token in _POWERS and used:
            total, group = total + group * 10 ** _POWERS[token], Decimal(0)
        elif not (token == "and" and used):
            break
        used += 1
    return (total + group, " ".join(tokens[used:])) if used else (None, text)
