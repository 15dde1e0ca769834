"""Exact weighted least squares for curves q(n) = floor + drop · shape(n; θ₁, θ₂), batched.

For fixed θ the curve is linear in (floor, drop), so these are solved exactly, under floor ≥ 0,
drop ≥ 0, floor + drop ≤ 1; only θ is searched: a grid, then a window around its best point that
shrinks until the objective no longer moves. No random starts; the same data give the same answer.
Shapes: k points, S data sets, G grid points, W points of a window.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from leadline.protocols import Floats

CHUNK = 128  # data sets at once: bounds the (S, G) arrays to a few MB
WINDOW = 5  # points a side of the refining window
SHRINK = 2.0  # the window then still reaches its neighbours: the best point can walk a ridge
ROUNDS = 22


class Axis(NamedTuple):
    """A search axis, evenly spaced between low and high before `value` maps it to the parameter."""

    low: float
    high: float
    n: int
    value: Callable[[Floats], Floats]


class Solution(NamedTuple):
    """Best curve of each data set; every field (S,)."""

    floor: Floats
    drop: Floats
    first: Floats
    second: Floats
    objective: Floats  # Σ_k weight · residual²


Shape = Callable[[Floats, Floats], Floats]  # θ₁ (...,), θ₂ (...,) → (..., k), 1 at n = 0, falling


def fit_falling(
    shape: Shape, first: Axis, second: Axis, *, target_Sk: Floats, weight_k: Floats
) -> Solution:
    """The least-squares curve of each row of `target_Sk` (0–1), weights (k,) shared by all rows."""
    parts = [
        _fit_chunk(shape, first, second, target_Sk[i : i + CHUNK], weight_k)
        for i in range(0, len(target_Sk), CHUNK)
    ]
    return Solution(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _fit_chunk(
    shape: Shape, first: Axis, second: Axis, target_Sk: Floats, weight_k: Floats
) -> Solution:
    u_G, v_G = (
        axis.ravel()
        for axis in np.meshgrid(
            np.linspace(first.low, first.high, first.n),
            np.linspace(second.low, second.high, second.n),
            indexing="ij",
        )
    )
    shape_Gk = shape(first.value(u_G), second.value(v_G))
    cross_SG = (weight_k * target_Sk) @ shape_Gk.T
    best_S = _solve(shape_Gk, cross_SG, target_Sk, weight_k)[2].argmin(axis=1)
    u_S, v_S = u_G[best_S], v_G[best_S]
    step = np.array([(axis.high - axis.low) / (axis.n - 1) for axis in (first, second)])
    offset_W2 = np.stack(np.meshgrid(*[np.linspace(-1, 1, WINDOW)] * 2), axis=-1).reshape(-1, 2)
    for _ in range(ROUNDS):
        u_SW = np.clip(u_S[:, None] + step[0] * offset_W2[:, 0], first.low, first.high)
        v_SW = np.clip(v_S[:, None] + step[1] * offset_W2[:, 1], second.low, second.high)
        shape_SWk = shape(first.value(u_SW), second.value(v_SW))
        cross_SW = np.einsum("k,sk,swk->sw", weight_k, target_Sk, shape_SWk)
        floor_SW, drop_SW, objective_SW = _solve(shape_SWk, cross_SW, target_Sk, weight_k)
        at = np.arange(len(u_S)), objective_SW.argmin(axis=1)
        u_S, v_S = u_SW[at], v_SW[at]
        step /= SHRINK
    theta = first.value(u_S), second.value(v_S)
    return Solution(floor_SW[at], drop_SW[at], *theta, objective_SW[at])


def _solve(
    shape_k: Floats, cross: Floats, target_Sk: Floats, weight_k: Floats
) -> tuple[Floats, Floats, Floats]:
    """Floor, drop and objective for every shape: the interior solution where it is feasible, else
    the best of the three edges of the triangle floor ≥ 0, drop ≥ 0, floor + drop ≤ 1.

    shape_k (G, k) or (S, W, k), cross = Σ w q f (S, G) or (S, W); results shaped like `cross`.
    """
    w = weight_k.sum()
    f = shape_k @ weight_k
    ff = (shape_k * shape_k) @ weight_k
    q = (target_Sk @ weight_k)[:, None]
    qq = ((target_Sk * target_Sk) @ weight_k)[:, None]
    gg = w - 2 * f + ff

    def objective(floor: Floats, drop: Floats) -> Floats:
        fit = floor * floor * w + 2 * floor * drop * f + drop * drop * ff
        return np.asarray(qq - 2 * floor * q - 2 * drop * cross + fit)

    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = w * ff - f * f
        drop = (w * cross - f * q) / determinant
        floor = (q - drop * f) / w
        feasible = (determinant > 1e-12 * w * ff) & (drop >= 0) & (floor >= 0) & (floor + drop <= 1)
        no_floor = np.clip(cross / ff, 0, 1)
        flat = np.broadcast_to(np.clip(q / w, 0, 1), cross.shape)
        from_one = np.nan_to_num(np.clip((w - q - f + cross) / gg, 0, 1))
    zero = np.zeros_like(cross)
    candidates = [(zero, no_floor), (flat, zero), (1 - from_one, from_one)]
    best = np.where(feasible, objective(floor, drop), np.inf)
    for edge_floor, edge_drop in candidates:
        value = np.where(feasible, np.inf, objective(edge_floor, edge_drop))
        floor = np.where(value < best, edge_floor, floor)
        drop = np.where(value < best, edge_drop, drop)
        best = np.minimum(best, value)
    return floor, drop, best
