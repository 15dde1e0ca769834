"""Numbers of curves as a reader wants them: rates in per cent, losses as they are, sizes whole."""

import math
import unicodedata

from leadline.curves.points import LearningCurve

NO_END = "not reachable"


INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, directions, line ends, half characters


def visible(text: str, *, keep: str = "") -> str:
    """Text that a terminal can show: what would move its cursor, change its colours or the
    direction of writing is written out, as in `\\x1b`; the characters in `keep` stay."""
    return "".join(
        c if c in keep or unicodedata.category(c) not in INVISIBLE else ascii(c)[1:-1] for c in text
    )


def value(curve: LearningCurve, x: float) -> str:
    """A rate in per cent with one decimal, a loss with three digits."""
    return f"{x:.3g}" if curve.kind == "loss" else f"{100 * x:.1f} %"


def span(curve: LearningCurve, low: float, high: float) -> str:
    """An interval, its unit once."""
    if curve.kind == "loss":
        return f"[{low:.3g}, {high:.3g}]"
    return f"[{100 * low:.1f}, {100 * high:.1f}]"


def size(n: float) -> str:
    """A number of examples, to three digits from 1,000 on; what is beyond reach in words."""
    if math.isinf(n):
        return NO_END
    if n < 1000:
        return f"{n:,.0f}"
    digits = 2 - math.floor(math.log10(n))
    return f"{round(n, digits):,.0f}"


def exact_size(n: float) -> str:
    """A measured size, every digit."""
    return f"{n:,.0f}"


def chance(p: float) -> str:
    """A probability in per cent, never written as certain."""
    if p < 0.01:
        return "under 1 %"
    return "over 99 %" if p > 0.99 else f"{100 * p:.0f} %"
