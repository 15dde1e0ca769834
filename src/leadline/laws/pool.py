"""Curves of one study lend each other strength: they share how points scatter and drift.

Only the noise is pooled. On the public curves, pooling the shapes as well made intervals narrower
than the truth (of losses 80 % ones covered 73 %, and 83 % without) and no forecast better.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leadline.laws.drift import AXES, noise_grid
from leadline.laws.posterior import Posterior
from leadline.laws.prior import Weights
from leadline.protocols import Floats

ROUNDS = 4
PRIOR_CURVES = 8.0  # curves' worth of weight of the prior


def pool(group: Sequence[Posterior]) -> list[Posterior]:
    """Curves of one setting, under a prior whose noise tables lean towards what they show."""
    if len(group) < 2:
        return list(group)
    prior = group[0].weights
    evidence_CN = np.array([one.noise_evidence() for one in group])
    shared = prior
    for _ in range(ROUNDS):
        seen_CN = evidence_CN * shared.of_noise(noise_grid())
        seen_N = (seen_CN / seen_CN.sum(axis=1, keepdims=True)).sum(axis=0)
        shared = _leaning(prior, seen_N, len(group))
    return [replace(one, weights=shared) for one in group]


def _leaning(prior: Weights, noise_N: Floats, n_curves: int) -> Weights:
    part = n_curves / (n_curves + PRIOR_CURVES)
    places = noise_grid().places
    shown = [np.bincount(places[:, i], noise_N, len(a)) / noise_N.sum() for i, a in enumerate(AXES)]
    mixed = [(1.0 - part) * old + part * new for old, new in zip(prior.noise, shown, strict=True)]
    return replace(prior, noise=tuple(mixed))
