"""How closely the mistakes of one kind follow all mistakes from size to size: Pearson's r², as the
paper gives it, with two intervals.

`by_problems`: these sizes with other test problems. `by_sizes`: Fisher's, as if the sizes were
draws of all that could have been measured; with the paper's four its standard error on the scale of
atanh r is 1, so that almost nothing is excluded. Any two falling curves correlate: a high r² alone
does not say that one kind causes the mistakes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from leadline.analyse.draws import LEVEL, Draws, percentiles, rates
from leadline.analyse.labels import CurveLabels, known_sizes
from leadline.analyse.measure import Interval
from leadline.protocols import Floats

FEWEST_SIZES = 3  # two points always lie on a line
FEWEST_FISHER = 4  # its standard error is 1 / √(sizes - 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """r and r² over `sizes`; the intervals are of r², at 95 %. r below 0: such mistakes rise
    where all mistakes fall."""

    kind: str
    sizes: tuple[int, ...]
    r: float
    r_squared: float
    by_problems: Interval
    by_sizes: Interval


def correlation(
    labels: CurveLabels, kind: str, draws: Draws, *, beside: str | None = None
) -> Correlation | None:
    """None where the kind is known at fewer than three sizes, or never changes. beside: only over
    sizes at which this kind is known too, so that both can be compared."""
    known = known_sizes(labels, kind)
    if beside is not None:
        known = [s for s in known if s in known_sizes(labels, beside)]
    if len(known) < FEWEST_SIZES:
        return None
    mistake_SN = labels.mistakes[known, labels.kinds.index(kind)]
    wrong_SN = labels.wrong[known]
    r = float(pearson(rates(mistake_SN)[:, None], rates(wrong_SN)[:, None])[0])
    if math.isnan(r):
        return None
    r_B = pearson(draws.rates(mistake_SN), draws.rates(wrong_SN))
    return Correlation(
        kind=kind,
        sizes=tuple(labels.sizes[s] for s in known),
        r=r,
        r_squared=r * r,
        by_problems=percentiles(r_B[~np.isnan(r_B)] ** 2),
        by_sizes=squared(fisher(r, n=len(known))),
    )


def pearson(x_SB: Floats, y_SB: Floats) -> Floats:
    """r over the first axis, (S, B) and (S, B) → (B,); nan where one of them is constant."""
    x_SB, y_SB = x_SB - x_SB.mean(axis=0), y_SB - y_SB.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale_B = np.sqrt((x_SB**2).sum(axis=0) * (y_SB**2).sum(axis=0))
        r_B: Floats = np.clip((x_SB * y_SB).sum(axis=0) / scale_B, -1.0, 1.0)
    return r_B


def fisher(r: float, *, n: int, level: float = LEVEL) -> Interval:
    """Fisher's interval of a correlation over n points; everything below `FEWEST_FISHER`."""
    if n < FEWEST_FISHER or abs(r) == 1.0:
        return Interval(-1.0, 1.0)
    half = float(norm.ppf(0.5 + level / 2)) / math.sqrt(n - 3)
    return Interval(math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def squared(r: Interval) -> Interval:
    """The interval of r² from that of r."""
    ends = r.low**2, r.high**2
    return Interval(0.0 if r.low <= 0.0 <= r.high else min(ends), max(ends))


def difference(of: Correlation, over: Correlation) -> tuple[float, Interval]:
    """By how much the r² of one kind is above another's, with the interval that the wider of both
    intervals of each give (Zou's, 2007, without the term of their dependence, which would make it
    narrower)."""
    gap = of.r_squared - over.r_squared
    (low, high), (other_low, other_high) = _widest(of), _widest(over)
    below = math.hypot(of.r_squared - low, other_high - over.r_squared)
    above = math.hypot(high - of.r_squared, over.r_squared - other_low)
    return gap, Interval(gap - below, gap + above)


def _widest(one: Correlation) -> Interval:
    lows, highs = zip(one.by_problems, one.by_sizes, strict=True)
    return Interval(min(lows), max(highs))


def correlations(labels: CurveLabels, draws: Draws) -> list[Correlation]:
    """Of every kind of the curve that has one."""
    found: Sequence[Correlation | None] = [correlation(labels, k, draws) for k in labels.kinds]
    return [one for one in found if one is not None]
