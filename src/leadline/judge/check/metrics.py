"""Numbers with honest intervals over items that may share a request: those count as one cluster.

A rate gets Wilson's interval, with as many trials as its clustered standard error allows; a ratio
(kappa, F1) the percentiles of a bootstrap over clusters. Arrays: N items, C clusters, K sums, S
draws.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import norm

from leadline.analyse.measure import clustered_standard_error
from leadline.judge.check.record import Figure
from leadline.protocols import Floats
from leadline.seeding import rng

LEVEL = 0.95
DRAWS = 2000
_NAN = math.nan


def rate(
    name: str, value_N: Sequence[float], *, clusters: Sequence[str], subset: str = ""
) -> Figure:
    """The mean of values in 0 to 1. nan without any."""
    n = len(value_N)
    if not n:
        return Figure(name=name, value=_NAN, low=_NAN, high=_NAN, n=0, subset=subset)
    values = np.asarray(value_N, dtype=np.float64)
    mean = float(values.mean())
    low, high = _wilson(mean, _trials(values, mean, clusters))
    return Figure(name=name, value=mean, low=low, high=high, n=n, subset=subset)


def ratio(
    name: str,
    sums_NK: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    clusters: Sequence[str],
    n: int,
    subset: str = "",
) -> Figure:
    """A statistic of sums over items. `statistic`: from shape (S, K) to (S,), nan where it is not
    defined. `n`: the items that it is about."""
    if not len(sums_NK):
        return Figure(name=name, value=_NAN, low=_NAN, high=_NAN, n=0, subset=subset)
    _, index_N = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    n_clusters = int(index_N.max()) + 1
    sums_CK = np.zeros((n_clusters, sums_NK.shape[1]))
    np.add.at(sums_CK, index_N, sums_NK)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(sums_CK.sum(axis=0, keepdims=True))[0])
        drawn_S = statistic(_weights(n_clusters) @ sums_CK)
    low, high = _middle(drawn_S) if not math.isnan(value) else (_NAN, _NAN)
    return Figure(name=name, value=value, low=low, high=high, n=n, subset=subset)


def kappa(counts_SK: Floats) -> Floats:
    """Cohen's kappa of two raters, from their cross table: K = k × k counts, row by row. 1 where
    both only ever give one same answer."""
    k = math.isqrt(counts_SK.shape[1])
    table_SKK = counts_SK.reshape(-1, k, k)
    n_S = table_SKK.sum(axis=(1, 2))
    agreed_S = np.trace(table_SKK, axis1=1, axis2=2) / n_S
    chance_S = (table_SKK.sum(axis=1) * table_SKK.sum(axis=2)).sum(axis=1) / n_S**2
    one_answer_S = np.isclose(chance_S, 1.0)
    safe_S = np.where(one_answer_S, 0.0, chance_S)
    return np.asarray(np.where(one_answer_S, agreed_S, (agreed_S - safe_S) / (1 - safe_S)))


def cross_table(first: Sequence[str], second: Sequence[str], values: Sequence[str]) -> Floats:
    """One row an item, one column a cell of the table of two raters' answers."""
    k = len(values)
    table_NK = np.zeros((len(first), k * k))
    for i, (one, other) in enumerate(zip(first, second, strict=True)):
        table_NK[i, values.index(one) * k + values.index(other)] = 1.0
    return table_NK


def _wilson(mean: float, n: float) -> tuple[float, float]:
    z = float(norm.ppf(0.5 + LEVEL / 2.0))
    centre = (mean + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _trials(value_N: Floats, mean: float, clusters: Sequence[str]) -> float:
    """Independent yes/no trials with this standard error: no more than items, no fewer than one.
    At a mean of 0 or 1, where the standard error says nothing, the clusters."""
    n_clusters = len(set(clusters))
    error = clustered_standard_error(value_N, clusters)
    if not 0.0 < mean < 1.0 or math.isnan(error) or error == 0.0:
        return n_clusters
    return min(max(1.0, mean * (1.0 - mean) / error**2 + 1.0), len(value_N))


def _weights(n_clusters: int) -> Floats:
    """How often each cluster is drawn, shape (S, C)."""
    random = rng(0, "bootstrap of a judge's check")
    even = np.full(n_clusters, 1.0 / n_clusters)
    return random.multinomial(n_clusters, even, size=DRAWS).astype(np.float64)


def _middle(drawn_S: Floats) -> tuple[float, float]:
    defined = drawn_S[~np.isnan(drawn_S)]
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(defined, [tail, 1.0 - tail]) if len(defined) else (_NAN, _NAN)
    return float(low), float(high)
