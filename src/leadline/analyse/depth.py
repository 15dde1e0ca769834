"""The depth index: how much of what post-training gained is more than form.

Definition. From each measured size to the next, a response that turns right counts +1, shared
equally among the kinds of error that it had just before; a response that turns wrong counts -1,
shared among the kinds that it has now. Summed over all steps this is the whole gain, nothing left
over. The depth index is the share of the gain that goes to arithmetic, reasoning and hallucination.

So a response whose format is repaired first and whose reasoning is repaired later counts for
reasoning: repairing the format did not make it right. Where a wrong response had no error that was
found, or none is known, its part stands apart. An undecided kind counts as not there; `if_there`
says what the index would be if all of them were there, for a base that breaks the format leaves its
reasoning unknown. What is learnt within one step cannot be told apart: with few sizes the first
step, out of the broken format, takes most of the gain and the index is too low, so three sizes are
needed and more are better. Responses without a verdict at some size are left out and counted.

Shapes: S sizes, K kinds, P = K + 2 parts, N responses, B draws.
"""

from dataclasses import dataclass

import numpy as np

from leadline.analyse.draws import Draws, falls, percentiles, rates
from leadline.analyse.labels import NONE_FOUND, NOT_KNOWN, CurveLabels
from leadline.analyse.measure import Interval
from leadline.protocols import Floats

SURFACE = "format"
FEWEST_SIZES = 3
SHALLOW = (SURFACE, NONE_FOUND, NOT_KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one kind has of the gain: `points` of all responses (0–1), `share` of the gain; all
    parts together have the whole. Shares are nan where the gain is not above the noise."""

    name: str
    points: float
    points_interval: Interval
    share: float
    share_interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """Of one curve, from `first` to `last` examples. `index` and its interval are shares of the
    gain; nan where the gain's interval (see `falls`) holds 0, for a share of nothing has no
    meaning."""

    first: int
    last: int
    gain: float
    gain_interval: Interval
    parts: tuple[Part, ...]
    index: float
    index_interval: Interval
    if_there: float
    n_responses: int
    n_left_out: int


def depth(labels: CurveLabels, draws: Draws) -> Depth | None:
    """None where no kind was asked about beside the format, or there are too few sizes."""
    if len(labels.sizes) < FEWEST_SIZES or not set(labels.kinds) - {SURFACE}:
        return None
    kept_N = ~np.isnan(labels.wrong).any(axis=0)
    if not kept_N.any():
        return None
    part_PN = np.where(kept_N, credit(labels, undecided_as=0.0), np.nan)
    points_P, points_PB = rates(part_PN), draws.rates(part_PN)
    gain, gain_B = float(points_P.sum()), points_PB.sum(axis=0)
    ends_2N = np.where(kept_N, labels.wrong[[0, -1]], np.nan)
    gain_interval = percentiles(falls(ends_2N, labels.clusters)[0])
    if gain_interval.low <= 0:
        gain, gain_B = np.nan, np.full_like(gain_B, np.nan)  # of which there are no shares
    deep_P = np.array([name not in SHALLOW for name in (*labels.kinds, NONE_FOUND, NOT_KNOWN)])
    fullest_P = rates(np.where(kept_N, credit(labels, undecided_as=1.0), np.nan))
    return Depth(
        first=labels.sizes[0],
        last=labels.sizes[-1],
        gain=float(points_P.sum()),
        gain_interval=gain_interval,
        parts=tuple(
            Part(
                name=name,
                points=float(points),
                points_interval=percentiles(points_B),
                share=float(points) / gain,
                share_interval=percentiles(points_B / gain_B),
            )
            for name, points, points_B in zip(
                (*labels.kinds, NONE_FOUND, NOT_KNOWN), points_P, points_PB, strict=True
            )
        ),
        index=float(points_P[deep_P].sum()) / gain,
        index_interval=percentiles(points_PB[deep_P].sum(axis=0) / gain_B),
        if_there=float(fullest_P[deep_P].sum()) / gain,
        n_responses=int(kept_N.sum()),
        n_left_out=int((~kept_N).sum()),
    )


def credit(labels: CurveLabels, *, undecided_as: float) -> Floats:
    """What each response gives to each part over all steps, (P, N): the kinds in their order, then
    none found, then not known. The sum over the parts is right at the last size minus right at the
    first. `undecided_as`: 0 not there, 1 there."""
    total_PN = np.zeros((len(labels.kinds) + 2, labels.wrong.shape[1]))
    for s in range(len(labels.sizes) - 1):
        change_N = np.nan_to_num(labels.wrong[s] - labels.wrong[s + 1])
        before_PN = _blame(labels.mistakes[s], undecided_as=undecided_as)
        after_PN = _blame(labels.mistakes[s + 1], undecided_as=undecided_as)
        total_PN += change_N * np.where(change_N > 0, before_PN, after_PN)
    return total_PN


def _blame(mistake_KN: Floats, *, undecided_as: float) -> Floats:
    """How a wrong response is shared out, (K, N) → (P, N); each column sums to 1."""
    unsure_N = np.isnan(mistake_KN).any(axis=0)
    has_KN = np.nan_to_num(mistake_KN, nan=undecided_as)
    n_N = has_KN.sum(axis=0)
    share_KN = has_KN / np.maximum(n_N, 1.0)
    none_N, unknown_N = (n_N == 0) & ~unsure_N, (n_N == 0) & unsure_N
    return np.vstack([share_KN, none_N, unknown_N])
