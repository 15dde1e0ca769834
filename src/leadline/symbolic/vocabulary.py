"""The lists that GSM-Symbolic's templates draw from by name, and the functions that they call.

Apple published the templates without these lists, so the words here are ours: a re-drawn problem
has the numbers and the structure of the template, and may differ from Apple's own draws in names
and in the wording of fractions and multiples.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from leadline.errors import BadData
from leadline.symbolic.expressions import MOST_ITEMS, Value, Worded, number, truncate


def _words(text: str) -> list[str]:
    return text.split()


_MALE = _words(
    "Ahmed Andre Ben Carlos Daniel David Diego Emeka Ethan Felix George Hassan Henry Hiro Ivan "
    "Jack James Jamal John Karim Kofi Leo Liam Lucas Luis Marco Mateo Milan Noah Omar Oscar Paul "
    "Pedro Rafael Raj Ravi Sam Stefan Tariq Thomas Victor Wei William Yusuf"
)
_FEMALE = _words(
    "Aisha Alice Amara Amelia Ana Anna Carmen Chloe Clara Elena Ella Emma Eva Fatima Grace Hana "
    "Hannah Ingrid Isabel Julia Kira Laila Laura Leila Lena Lucia Maria Maya Mei Mia Nadia Nina "
    "Nora Olga Olivia Priya Rosa Ruth Sara Sofia Tara Vera Yara Zoe"
)
PEOPLE = frozenset(_MALE + _FEMALE)


def _worded(text: str) -> list[Worded]:
    """Worded numbers from `word=value; …`."""
    pairs = (part.split("=") for part in text.split(";"))
    return [Worded(word.strip(), number(Fraction(value.strip()))) for word, value in pairs]


# "… of the balls", "… as many as", "… price" must all read well, so none begins with an article.
_FRACTION_WORDS = _worded(
    "half=1/2; one-third=1/3; one-quarter=1/4; one-fifth=1/5; one-tenth=1/10; two-thirds=2/3; "
    "three-quarters=3/4; two-fifths=2/5; three-fifths=3/5"
)
# The first four are what `fraction_nums[:4]` means: discounts that leave whole prices often.
_FRACTION_NUMERALS = _worded("1/2=1/2; 1/4=1/4; 1/5=1/5; 1/10=1/10; 1/3=1/3; 2/3=2/3; 3/4=3/4")
_TIMES = _worded("twice=2; three times=3; four times=4; five times=5; six times=6")

LISTS: dict[str, Sequence[Value]] = {
    "names": sorted(PEOPLE),
    "names_male": _MALE,
    "names_female": _FEMALE,
    "weekdays": _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "fruits": _words("apple banana orange pear mango peach plum lemon kiwi"),
    "colors": _words("red blue green yellow white black purple orange pink"),
    "sports": _words("basketball football tennis volleyball badminton hockey cricket rugby"),
    "cities": ["Paris", "London", "Tokyo", "Cairo", "Lima", "Berlin", "Toronto", "Nairobi"],
    "currencies_sym": ["$", "€", "£"],
    "weights_sm": ["ounce", "gram"],
    "weights_med": ["pound", "kilogram"],
    "length_lg": ["mile", "kilometer"],
    "multi_times": _TIMES[1:],
    "multiple_ice": _TIMES[:1],
    "multiple": _worded("double=2; triple=3; quadruple=4"),
    "fractions": _FRACTION_WORDS,
    "fraction_alph": _FRACTION_WORDS,
    "fraction_nums": _FRACTION_NUMERALS,
    "fraction_alnum": [*_FRACTION_WORDS, *_FRACTION_NUMERALS],
    "fraction_decimals": _worded(
        "0.1=1/10; 0.2=1/5; 0.25=1/4; 0.4=2/5; 0.5=1/2; 0.75=3/4; 0.8=4/5"
    ),
}

_ONES = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")


def in_words(n: int) -> str:
    """forty-two for 42. Raises BadData outside 0 to 99."""
    if not 0 <= n < 100:
        raise BadData(f"{n} in words; only 0 to 99 are written out.")
    if n < 20:
        return _ONES[n]
    tens, ones = _TENS[n // 10 - 2], n % 10
    return f"{tens}-{_ONES[ones]}" if ones else tens


def _whole(value: Any) -> bool:
    return isinstance(number(value), int)


def _steps(start: Value, stop: Value, step: Value = 1) -> list[Value]:
    """start, start + step, … below stop, exactly."""
    if step <= 0 or (stop - start) / Fraction(step) > MOST_ITEMS:
        raise BadData(f"steps of {step} from {start} to {stop}.")
    count = max(0, math.ceil((stop - start) / Fraction(step)))
    return [number(start + i * Fraction(step)) for i in range(count)]


# What conditions and answers call. `divides(a, b)`: b divides a, as every template uses it.
ARITHMETIC: dict[str, Callable[..., Value]] = {
    "is_int": _whole,
    "divides": lambda a, b: b != 0 and _whole(Fraction(a) / Fraction(b)),
    "int": truncate,
    "round": lambda x, digits=0: number(round(Fraction(x), digits)),
    "Fraction": lambda a, b=1: Fraction(a) / Fraction(b),
    "format_frac": lambda x: x,
}
# What the domains of variables call. A draw of 50 from an interval, of which one is taken, is a
# draw from the interval; the order of a list that is drawn from at random does not matter.
DOMAINS: dict[str, Callable[..., Value]] = {
    "range": range,
    "list": list,
    "frange": _steps,
    "np.arange": _steps,
    "fix_floats": lambda items: items,
    "shuffle_list": lambda items: items,
    "np.random.randint": lambda low, high, _count: range(low, high),
    "numbers_within": lambda low, high: [Worded(in_words(n), n) for n in range(low, high + 1)],
}
