"""What other test problems would have given: sums over clusters of responses, and the same sums for
clusters drawn with replacement. All sizes and kinds of a curve are drawn together, so that what is
compared stays paired.

Shapes: N responses, C clusters, B draws; `...` any leading axes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadline.analyse.measure import Interval
from leadline.protocols import Floats
from leadline.seeding import rng

N_DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """How often each cluster is in each draw."""

    weights: Floats  # (B, C)
    clusters: NDArray[np.int64]  # (N,)

    @classmethod
    def of(cls, cluster_N: NDArray[np.int64]) -> "Draws":
        """`N_DRAWS` draws of as many clusters as there are (numbered from 0)."""
        n = int(cluster_N.max()) + 1 if len(cluster_N) else 0
        draws = rng(0, "test problems drawn again")
        weight_BC = draws.multinomial(n, np.full(n, 1 / n), size=N_DRAWS) if n else ()
        return cls(np.asarray(weight_BC, dtype=np.float64).reshape(-1, n), cluster_N)

    def sums(self, value_xN: Floats) -> Floats:
        """Σ over the responses of every draw, (..., N) → (..., B); nan counts as 0."""
        return np.asarray(self.by_cluster(value_xN) @ self.weights.T)

    def by_cluster(self, value_xN: Floats) -> Floats:
        """Σ over the responses of every cluster, (..., N) → (..., C); nan counts as 0."""
        kept_xN = np.nan_to_num(value_xN, nan=0.0)
        flat_XN = kept_xN.reshape(-1, kept_xN.shape[-1])
        n = self.weights.shape[1]
        sums = [np.bincount(self.clusters, weights=row, minlength=n) for row in flat_XN]
        return np.asarray(sums, dtype=np.float64).reshape(*kept_xN.shape[:-1], n)

    def rates(self, value_xN: Floats) -> Floats:
        """The mean of what is not nan in every draw, (..., N) → (..., B); nan without any."""
        n_known = self.sums((~np.isnan(value_xN)).astype(np.float64))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.sums(value_xN) / n_known)


def rates(value_xN: Floats) -> Floats:
    """The mean of what is not nan, (..., N) → (...); nan without any."""
    n_known = (~np.isnan(value_xN)).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nansum(value_xN, axis=-1) / n_known)


def falls(value_SN: Floats, cluster_N: NDArray[np.int64]) -> Floats:
    """By how much the rate of each row is above that of the last row, in every draw, (S - 1, B).

    Two made-up clusters join the draws, one with a 1 in every row but the last and one with a 1
    there alone (Bonett and Price's adjustment), so that there is a width where no response differs.
    """
    n = int(cluster_N.max()) + 1
    made_up_S2 = np.array([[1.0, 0.0]] * (len(value_SN) - 1) + [[0.0, 1.0]])
    draws = Draws.of(np.concatenate([cluster_N, [n, n + 1]]))
    rate_SB = draws.rates(np.concatenate([value_SN, made_up_S2], axis=1))
    return np.asarray(rate_SB[:-1] - rate_SB[-1])


def percentiles(value_B: Floats, *, level: float = LEVEL) -> Interval:
    """The central interval of the draws; nan where one of them has no value."""
    if not len(value_B):
        return Interval(np.nan, np.nan)
    low, high = np.quantile(value_B, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
