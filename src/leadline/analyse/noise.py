"""How far a measured rate lies from the model's true rate: the binomial noise of the test problems,
and the spread between seeds. Both are treated as independent between the points of a curve, which
the test problems, being the same at every size, are not quite: the level is known less well, and
differences between sizes better, than this says.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import binom

from leadline.analyse.measure import effective_trials
from leadline.protocols import Floats
from leadline.records import Measurement

Ints = NDArray[np.int64]
ALMOST = 1e-9  # keeps probabilities off 0 and 1


def variance(rate_k: Floats, trials_k: Ints, tau: float) -> Floats:
    """Of a measured rate: binomial, plus seeds that differ by `tau` on the logit scale. A rate of
    0 or 1 is taken half a trial away from it, for its variance is not 0."""
    p_k = np.clip(rate_k, 0.5 / trials_k, 1.0 - 0.5 / trials_k)
    pq_k = p_k * (1.0 - p_k)
    return np.asarray(pq_k / trials_k + (pq_k * tau) ** 2)


def seed_spread(points: Sequence[Measurement]) -> float:
    """Standard deviation between seeds on the logit scale, pooled over the sizes that have two or
    more seeds, the binomial part taken off (moments); 0 where no size has two."""
    groups: dict[int, list[Measurement]] = {}
    for m in points:
        groups.setdefault(m.n_examples, []).append(m)
    excess = scale = 0.0
    for group in groups.values():
        rate = np.array([m.value for m in group])
        pq = float(rate.mean() * (1.0 - rate.mean()))
        if len(group) < 2 or pq == 0.0:
            continue
        binomial = pq * float(np.mean([1.0 / effective_trials(m) for m in group]))
        excess += (len(group) - 1) * (float(rate.var(ddof=1)) - binomial)
        scale += (len(group) - 1) * pq**2
    return math.sqrt(max(0.0, excess / scale)) if scale else 0.0


def draw(
    curve_k: Floats, trials_k: Ints, tau: float, *, n_draws: int, rng: np.random.Generator
) -> Floats:
    """Measured rates (S, k) of repeated studies, if the curve were true."""
    p_k = np.clip(curve_k, ALMOST, 1.0 - ALMOST)
    shift_Sk = rng.normal(0.0, tau, (n_draws, len(p_k)))
    return np.asarray(rng.binomial(trials_k, expit(logit(p_k) + shift_Sk)) / trials_k)


def log_likelihood(points: Sequence[Measurement], curve_k: Floats) -> float:
    """Binomial, in nats, of the counts if the rates were `curve_k` (0–1)."""
    n_k = np.array([m.n_problems - m.n_undecided for m in points])
    right_k = np.rint(np.array([m.value for m in points]) * n_k)
    return float(binom.logpmf(right_k, n_k, np.clip(curve_k, ALMOST, 1.0 - ALMOST)).sum())
