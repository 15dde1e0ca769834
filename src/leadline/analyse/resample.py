"""Rates with intervals from whole clusters drawn again: items that share a problem are drawn
together, for they are not independent.

Arrays: N items, C clusters, B draws.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leadline.analyse.measure import wilson
from leadline.protocols import Floats
from leadline.seeding import rng

N_DRAWS = 2000
LEVEL = 0.95
_AT_ONCE = 2_000_000  # numbers drawn and held


class Rate(NamedTuple):
    """A rate (0–1) and the ends of its interval; all nan where there is nothing to take it of."""

    value: float
    low: float
    high: float


NO_RATE = Rate(math.nan, math.nan, math.nan)


def cluster_index(clusters: Sequence[str]) -> NDArray[np.intp]:
    """(N,): the number of each item's cluster, from 0."""
    _, index_N = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    return index_N


def resampled(
    parts: Mapping[str, tuple[Floats, Floats]],
    index_N: NDArray[np.intp],
) -> dict[str, Rate]:
    """Each rate Σ numerator / Σ denominator, (N,) each, with the percentile interval of `N_DRAWS`
    draws of C clusters with replacement; one set of draws serves all rates.

    Where every cluster has the same rate the draws cannot vary; the interval is then Wilson's, with
    as many trials as there are clusters with a share in the rate.
    """
    if not len(index_N):
        return dict.fromkeys(parts, NO_RATE)
    above_CK, below_CK = (
        np.stack([np.bincount(index_N, pair[i]).astype(np.float64) for pair in parts.values()], 1)
        for i in (0, 1)
    )
    draws_BK = _draws(above_CK, below_CK)
    found = {}
    for k, name in enumerate(parts):
        above, below = float(above_CK[:, k].sum()), float(below_CK[:, k].sum())
        if not below:
            found[name] = NO_RATE
        elif np.allclose(above_CK[:, k] * below, below_CK[:, k] * above):
            n = int((below_CK[:, k] > 0).sum())
            found[name] = Rate(above / below, *wilson(above / below, n, level=LEVEL))
        else:
            low, high = np.nanquantile(draws_BK[:, k], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            found[name] = Rate(above / below, float(low), float(high))
    return found


def _draws(above_CK: Floats, below_CK: Floats) -> Floats:
    """(B, K): the rates of each draw; nan where a draw has no share in a rate."""
    n_clusters, generator = len(above_CK), rng(0, "clusters drawn again")
    at_once = max(1, _AT_ONCE // n_clusters)
    pieces = []
    for n in [at_once] * (N_DRAWS // at_once) + [N_DRAWS % at_once]:
        drawn_nC = generator.integers(0, n_clusters, (n, n_clusters))
        drawn_nC += n_clusters * np.arange(n)[:, None]  # so that one count serves all draws
        times_nC = np.bincount(drawn_nC.ravel(), minlength=n * n_clusters).reshape(n, n_clusters)
        with np.errstate(invalid="ignore"):
            pieces.append((times_nC @ above_CK) / (times_nC @ below_CK))
    return np.concatenate(pieces)
