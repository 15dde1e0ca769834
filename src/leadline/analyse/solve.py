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
SMALLEST = 1e-6  # of a grid step: a smaller window is done
MAX_ROUNDS = 400


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
    grids = [np.linspace(axis.low, axis.high, axis.n) for axis in (first, second)]
    u_G, v_G = (axis.ravel() for axis in np.meshgrid(*grids, indexing="ij"))
    shape_Gk = shape(first.value(u_G), second.value(v_G))
    cross_SG = (weight_k * target_Sk) @ shape_Gk.T
    floor_SG, drop_SG, objective_SG = _solve(shape_Gk, cross_SG, target_Sk, weight_k)
    at = np.arange(len(target_Sk)), objective_SG.argmin(axis=1)
    best_5S = np.stack([floor_SG[at], drop_SG[at], u_G[at[1]], v_G[at[1]], objective_SG[at]])
    _refine(best_5S, shape, first, second, target_Sk, weight_k)
    floor_S, drop_S, u_S, v_S, objective_S = best_5S
    return Solution(floor_S, drop_S, first.value(u_S), second.value(v_S), objective_S)


def _refine(
    best_5S: Floats, shape: Shape, first: Axis, second: Axis, target_Sk: Floats, weight_k: Floats
) -> None:
    """Search the window around each best point, in place. The window moves while the best point is
    on its rim and halves once it is inside; a data set is done when its window is small."""
    u_step, v_step = ((axis.high - axis.low) / (axis.n - 1) for axis in (first, second))
    u_W, v_W = (side.ravel() for side in np.meshgrid(*[np.linspace(-1, 1, WINDOW)] * 2))
    scale_S = np.ones(best_5S.shape[1])
    for _ in range(MAX_ROUNDS):
        todo = np.flatnonzero(scale_S > SMALLEST)
        if not len(todo):
            return
        _, _, u_T, v_T, objective_T = best_5S[:, todo]
        scale_T1 = scale_S[todo, None]
        u_TW = np.clip(u_T[:, None] + scale_T1 * u_step * u_W, first.low, first.high)
        v_TW = np.clip(v_T[:, None] + scale_T1 * v_step * v_W, second.low, second.high)
        shape_TWk = shape(first.value(u_TW), second.value(v_TW))
        target_Tk = target_Sk[todo]
        cross_TW = np.einsum("tk,twk->tw", weight_k * target_Tk, shape_TWk)
        floor_TW, drop_TW, objective_TW = _solve(shape_TWk, cross_TW, target_Tk, weight_k)
        at = np.arange(len(todo)), objective_TW.argmin(axis=1)
        moved_T = np.maximum(abs(u_TW[at] - u_T) / u_step, abs(v_TW[at] - v_T) / v_step)
        halve_T = (moved_T < 0.9 * scale_T1[:, 0]) | (objective_TW[at] >= objective_T)
        scale_S[todo] = np.where(halve_T, scale_T1[:, 0] / 2, scale_T1[:, 0])
        best_5S[:, todo] = [floor_TW[at], drop_TW[at], u_TW[at], v_TW[at], objective_TW[at]]


def _solve(
    shape_k: Floats, cross: Floats, target_Sk: Floats, weight_k: Floats
) -> tuple[Floats, Floats, Floats]:
    """Floor, drop and objective for every shape: the interior solution where it is feasible, else
    the best point of the edges of the triangle floor ≥ 0, drop ≥ 0, floor + drop ≤ 1.

    shape_k (G, k) or (S, W, k), cross = Σ w q f (S, G) or (S, W); results shaped like `cross`.
    """
    w = float(weight_k.sum())
    f, ff = shape_k @ weight_k, (shape_k * shape_k) @ weight_k
    q = (target_Sk @ weight_k)[:, None]
    qq = ((target_Sk * target_Sk) @ weight_k)[:, None]
    determinant = w * ff - f * f
    regular = determinant > 1e-12 * w * ff  # else the shape is as good as constant on these points
    drop = (w * cross - f * q) / np.where(regular, determinant, np.inf)
    floor = (q - drop * f) / w
    objective = qq - floor * q - drop * cross
    edge = ~((drop >= 0) & (floor >= 0) & (floor + drop <= 1) & regular)
    if edge.any():
        at_edge = (np.broadcast_to(a, cross.shape)[edge] for a in (f, ff, q, qq, cross))
        floor[edge], drop[edge], objective[edge] = _edges(w, *at_edge)
    return floor, drop, objective


def _edges(
    w: float, f: Floats, ff: Floats, q: Floats, qq: Floats, cross: Floats
) -> tuple[Floats, Floats, Floats]:
    """The best of floor = 0, drop = 0 and floor + drop = 1, each solved exactly; arrays (n,)."""
    gg = w - 2 * f + ff  # Σ w (1 - f)²; 0 only if the shape is 1 everywhere: any drop will do
    from_one = np.clip((w - q - f + cross) / np.maximum(gg, np.finfo(float).tiny), 0, 1)
    flat = np.clip(q / w, 0, 1)
    floors = np.stack([np.zeros_like(q), flat, 1 - from_one])
    drops = np.stack([np.clip(cross / ff, 0, 1), np.zeros_like(q), from_one])
    fitted = floors * floors * w + 2 * floors * drops * f + drops * drops * ff
    objective = qq - 2 * floors * q - 2 * drops * cross + fitted
    best = objective.argmin(axis=0), np.arange(len(q))
    return floors[best], drops[best], objective[best]
