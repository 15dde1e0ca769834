"""From which size on a kind of error falls no further.

Definition. A kind is saturated from n on if, at n and at every larger measured size, the share of
responses with such a mistake lies within a margin of its share at the largest size. The margin is a
tenth of the whole fall (the highest share minus the last), and at least 2 points.

The interval goes from the smallest size that could be n (no later size is shown to lie outside the
margin) to the smallest that must be (every later size is shown to lie within). "Shown" is by 95 %
bands that hold for all sizes at once, over draws of the test problems; so the true point lies in
the interval in at least 95 of 100 studies. The largest size cannot show its own saturation: None
stands for "not within the measured sizes".

Shapes: S sizes at which the kind is known, N responses, B draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.analyse.draws import LEVEL, falls, percentiles, rates
from leadline.analyse.labels import CurveLabels, known_sizes

SHARE_OF_FALL = 0.1
LEAST_MARGIN = 0.02  # in shares of all responses: less is no error that a user would notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """`size`: the point; `low` to `high`: its interval; None: beyond the largest size. `fall` and
    `margin` are shares (0–1) of all responses. left_out: sizes at which the kind was undecided for
    most wrong responses."""

    kind: str
    size: int | None
    low: int | None
    high: int | None
    fall: float
    margin: float
    largest: int
    left_out: tuple[int, ...]


def saturation(labels: CurveLabels, kind: str) -> Saturation | None:
    """None where the kind is known at fewer than two sizes."""
    known = known_sizes(labels, kind)
    if len(known) < 2:
        return None
    sizes = [labels.sizes[s] for s in known]
    mistake_SN = labels.mistakes[known, labels.kinds.index(kind)]
    rate_S = rates(mistake_SN)
    fall = float(rate_S.max() - rate_S[-1])
    margin = max(LEAST_MARGIN, SHARE_OF_FALL * fall)
    away_S = rate_S[:-1] - rate_S[-1]
    level = 1 - (1 - LEVEL) / (len(known) - 1)  # Bonferroni: all bands hold at once
    bands = [percentiles(away_B, level=level) for away_B in falls(mistake_SN, labels.clusters)]
    return Saturation(
        kind=kind,
        size=_from_where(sizes, [abs(away) <= margin for away in away_S]),
        low=_from_where(sizes, [b.low <= margin and b.high >= -margin for b in bands]),
        high=_from_where(sizes, [b.high <= margin and b.low >= -margin for b in bands]),
        fall=fall,
        margin=margin,
        largest=sizes[-1],
        left_out=tuple(n for s, n in enumerate(labels.sizes) if s not in known),
    )


def _from_where(sizes: Sequence[int], holds: Sequence[bool]) -> int | None:
    """The smallest size from which on it holds at every size but the last; None if there is none.

    sizes: (S,), holds: (S - 1,)."""
    first = None
    for size, held in zip(reversed(sizes[:-1]), reversed(holds), strict=True):
        if not held:
            break
        first = size
    return first
