"""How a real curve strays from every law: noise between sizes, and drift that grows with distance.

On the scale of ln error (or ln loss), a measured point is level + log-shape + drift + noise. The
drift is a Gaussian process in ln n: a random walk (sd δ for each unit of ln n) and a walk of the
slope (κ). The noise is a share c of the stated variance (test problems are the same at all sizes,
so part of their noise moves the whole curve and not its shape) plus a misfit τ at every point.
(c, δ, κ, τ) lie on a fixed grid. Shapes: N settings of the noise, J shapes, k sizes, G new sizes.
"""

import itertools
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from leadline.protocols import Floats

SHARE = (0.3, 1.0)  # c
WALK = (0.004, 0.015, 0.05, 0.12, 0.3)  # δ
SLOPE_WALK = (0.0, 0.006, 0.02, 0.06, 0.16)  # κ
MISFIT = (0.0, 0.015, 0.04, 0.1)  # τ
AXES = (SHARE, WALK, SLOPE_WALK, MISFIT)
NUGGET = 1e-6  # of variance: keeps the matrices well conditioned


class Noise(NamedTuple):
    """The grid of settings; every array (N,), `places` (N, 4) into AXES."""

    share: Floats
    walk: Floats  # δ²
    slope_walk: Floats  # κ²
    misfit: Floats  # τ²
    places: np.ndarray


@cache
def noise_grid() -> Noise:
    """All combinations, in the order of AXES."""
    rows = np.array(list(itertools.product(*AXES)))
    places = np.array(list(itertools.product(*(range(len(axis)) for axis in AXES))))
    return Noise(rows[:, 0], rows[:, 1] ** 2, rows[:, 2] ** 2, rows[:, 3] ** 2, places)


def no_drift() -> Noise:
    """The one setting of a law that is exact: nothing but the stated noise."""
    zero = np.zeros(1)
    return Noise(np.ones(1), zero, zero, zero, np.zeros((1, len(AXES)), dtype=int))


@dataclass(frozen=True, slots=True)
class Seen:
    """A curve under every setting of the `noise`; what prediction needs is kept.

    x (k,) = ln(n / anchor); `inverse` (N, k, k) of the covariances; `gap` (k, J) the data minus the
    log-shapes; `ones` (N, k) the inverse times a level of 1; `level` (N, J) its estimate;
    `information` (N,) about it; `log_evidence` (J, N) with the level integrated out.
    """

    noise: Noise
    x: Floats
    inverse: Floats
    gap: Floats
    ones: Floats
    level: Floats
    information: Floats
    log_evidence: Floats


def see(x_k: Floats, y_k: Floats, variance_k: Floats, shapes_Jk: Floats, *, noise: Noise) -> Seen:
    """`y_k`: ln error; `variance_k`: its stated variance on that scale."""
    k = len(x_k)
    own_Nk = noise.share[:, None] * variance_k + noise.misfit[:, None] + NUGGET
    covariance = _drift(noise, x_k - x_k[0], x_k - x_k[0])
    diagonal = np.arange(k)
    covariance[:, diagonal, diagonal] += own_Nk
    factor = np.linalg.cholesky(covariance)
    root = np.linalg.inv(factor)
    inverse = root.transpose(0, 2, 1) @ root
    gap = y_k[:, None] - shapes_Jk.T
    ones = inverse.sum(axis=2)
    information = ones.sum(axis=1)
    level = ones @ gap / information[:, None]
    pairs = (gap[:, None, :] * gap[None, :, :]).reshape(k * k, -1)
    squares = inverse.reshape(-1, k * k) @ pairs - level**2 * information[:, None]
    scale = np.log(factor[:, diagonal, diagonal]).sum(axis=1) + 0.5 * np.log(information)
    evidence = -0.5 * squares - scale[:, None]
    return Seen(noise, x_k, inverse, gap, ones, level, information, evidence.T)


def _drift(noise: Noise, a: Floats, b: Floats) -> Floats:
    """Covariance (N, len(a), len(b)) of the drift at distances from the smallest size, where it is
    0; the walks to its two sides are independent."""
    near, far = np.abs(a[:, None]), np.abs(b)
    low, high = np.minimum(near, far), np.maximum(near, far)
    low = np.where(a[:, None] * b > 0.0, low, 0.0)
    twice = low * low * (3.0 * high - low) / 6.0  # of an integrated random walk
    walk, slope_walk = noise.walk[:, None, None], noise.slope_walk[:, None, None]
    return np.asarray(walk * low + slope_walk * twice)


class Prediction(NamedTuple):
    """Of ln error at one new size, for n of the noise settings and j of the shapes.

    `mean` (n, j); the variances (n,) are of the level and of the drift and misfit there."""

    mean: Floats
    level_variance: Floats
    drift_variance: Floats


def predict(seen: Seen, x: float, shape_j: Floats, *, n: np.ndarray, j: np.ndarray) -> Prediction:
    """At x = ln(size / anchor), for the settings `n` and the shapes `j` (indices) only."""
    noise = Noise(*(part[n] for part in seen.noise))
    start = seen.x[0]
    at = np.array([x - start])
    cross = _drift(noise, seen.x - start, at)[:, :, 0]
    pull = np.einsum("nab,nb->na", seen.inverse[n], cross)
    lift = pull.sum(axis=1)
    level = seen.level[np.ix_(n, j)]
    strayed = pull @ seen.gap[:, j] - lift[:, None] * level
    left = _drift(noise, at, at)[:, 0, 0] - (pull * cross).sum(axis=1)
    return Prediction(
        mean=level + shape_j + strayed,
        level_variance=(1.0 - lift) ** 2 / seen.information[n],
        drift_variance=np.maximum(left, 0.0) + noise.misfit,
    )
