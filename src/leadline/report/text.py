"""How numbers and untrusted text are written for readers. Text from models and files is clipped,
and characters that are invisible or change the order of others are shown as escapes; HTML escaping
itself is the template engine's.
"""

import math
import unicodedata

THIN = "\u202f"  # narrow no-break space between a number and its unit
NBSP = "\u00a0"
KEPT = frozenset("\n\t\u200c\u200d")  # joiners are needed by several scripts and by emoji
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Unicode categories


def visible(text: str, *, limit: int) -> str:
    """At most `limit` characters of `text`, every hidden character as its escape (\\x1b, \\u202e),
    and a note of how many characters were left out."""
    shown = "".join(map(_visible, text[:limit].replace("\r\n", "\n")))
    left = len(text) - limit
    return shown if left <= 0 else f"{shown} … [{left:,} more characters]"


def _visible(character: str) -> str:
    if character in KEPT or unicodedata.category(character) not in HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def percent(rate: float, *, digits: int = 1) -> str:
    """A rate (0–1) in per cent, the sign left to the column; an en dash where there is none."""
    return "–" if math.isnan(rate) else f"{100.0 * rate:.{digits}f}"


def in_words(rate: float) -> str:
    """A rate in a sentence: whole per cents, but one digit more below 2 and above 98 %."""
    digits = 1 if 0 < rate < 0.02 or 0.98 < rate < 1 else 0
    return f"{percent(rate, digits=digits)}{THIN}%"


def count(n: float) -> str:
    """A count: 10,000."""
    return f"{n:,.0f}"


def significant(value: float, *, digits: int = 4) -> str:
    """A parameter with at least `digits` significant digits and no exponent where it fits."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0.0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if not -4 <= magnitude < 7:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(0, digits - 1 - magnitude)}f}"


def seconds(value: float) -> str:
    """A duration: 0.4 s, 120 s, 25 min, 2.2 h."""
    if value < 600:
        return f"{value:.{1 if value < 10 else 0}f}{THIN}s"
    if value < 7200:
        return f"{value / 60:.0f}{THIN}min"
    return f"{value / 3600:.1f}{THIN}h"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
