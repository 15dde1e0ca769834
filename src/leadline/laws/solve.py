"""Exact weighted least squares of q = e + drop · f(n; θ) on a grid over θ, for many data sets.

For fixed θ the curve is linear in e and drop, so these are solved exactly under their bounds: the
interior solution where it is allowed, else the best point of the rim. The grid is at once the
search, the profile of the objective over θ, and the solver of all bootstrap draws by matrix
products. No random starts; the same data give the same answer.
Shapes: k sizes, G grid cells, S data sets, T shape parameters.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from leadline.curves.points import Kind
from leadline.laws.families.base import Axis, Box
from leadline.protocols import Floats

CHUNK = 250  # data sets at once: bounds the (S, G) arrays to a few MB
TINY = 1e-12  # relative: a shape that varies less over the sizes is as good as constant


class Edge(NamedTuple):
    """A part of the rim: (e, drop) = start + t · along, 0 ≤ t ≤ length."""

    e: float
    drop: float
    e_along: float
    drop_along: float
    length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Which (e, drop) are allowed: those within `edges`, or, with `interior` False, on them."""

    interior: bool
    edges: tuple[Edge, ...]
    e_high: float
    sum_high: float  # of e + drop; inf for a loss


class Best(NamedTuple):
    """The best curve of each data set; all (S,)."""

    cell: np.ndarray
    e: Floats
    drop: Floats


class Moments(NamedTuple):
    """Sums over the sizes of weight, f, f², q·f, q and q², each times the weight; they broadcast to
    the shape of `cross`."""

    w: Floats
    f: Floats
    ff: Floats
    cross: Floats
    q: Floats
    qq: Floats


class Solved(NamedTuple):
    """Floor, drop and Σ weight · residual², shaped like `cross`."""

    e: Floats
    drop: Floats
    objective: Floats


def region(box: Box, kind: Kind) -> Region:
    """The region that a family's bounds of e and u span; see `families.base.Box`."""
    rate = kind == "rate"
    e_low, e_high, top = box.e_low, box.e_high, box.top
    room_low, room_high = (top - e_low, top - e_high) if rate else (top, top)
    if box.u_high == 0.0:
        edges = [Edge(e_low, 0.0, 1.0, 0.0, e_high - e_low)]
    elif box.u_low == box.u_high:  # e + drop = top (rates only)
        edges = [Edge(e_low, room_low, 1.0, -1.0, e_high - e_low)]
    elif e_low == e_high:
        edges = [Edge(e_low, 0.0, 0.0, 1.0, box.u_high * room_low)]
    else:
        edges = [
            Edge(e_low, 0.0, 0.0, 1.0, box.u_high * room_low),
            Edge(e_high, 0.0, 0.0, 1.0, box.u_high * room_high if room_high else 0.0),
            Edge(e_low, 0.0, 1.0, 0.0, e_high - e_low),
        ]
        if rate:
            edges.append(Edge(e_low, room_low, 1.0, -1.0, e_high - e_low))
        return Region(
            interior=True,
            edges=tuple(edges),
            e_high=e_high,
            sum_high=top if rate else math.inf,
        )
    return Region(interior=False, edges=tuple(edges), e_high=e_high, sum_high=math.inf)


def grid(axes: tuple[Axis, ...]) -> Floats:
    """All cells (G, T), the last axis fastest; (1, 0) for a law without shape parameters."""
    if not axes:
        return np.zeros((1, 0))
    values = [np.linspace(axis.low, axis.high, axis.cells) for axis in axes]
    return np.stack([v.ravel() for v in np.meshgrid(*values, indexing="ij")], axis=1)


def profile(shape_Gk: Floats, allowed: Region, *, target_Sk: Floats, weight_k: Floats) -> Solved:
    """The best curve of every cell for every data set, each field (S, G)."""
    weighted_Sk = weight_k * target_Sk
    moments = Moments(
        w=np.asarray(weight_k.sum()),
        f=shape_Gk @ weight_k,
        ff=(shape_Gk * shape_Gk) @ weight_k,
        cross=weighted_Sk @ shape_Gk.T,
        q=weighted_Sk.sum(axis=1)[:, None],
        qq=(weighted_Sk * target_Sk).sum(axis=1)[:, None],
    )
    return _solve(moments, allowed)


def solve_each(
    shape_Sk: Floats, allowed: Region, *, target_Sk: Floats, weight_Sk: Floats
) -> Solved:
    """The best curve of every data set for a shape of its own, each field (S,); targets and weights
    (S, k), or (k,) where all share them."""
    weighted_Sk = weight_Sk * target_Sk
    shaped_Sk = shape_Sk * weight_Sk
    moments = Moments(
        w=weight_Sk.sum(axis=-1),
        f=shaped_Sk.sum(axis=-1),
        ff=(shaped_Sk * shape_Sk).sum(axis=-1),
        cross=(weighted_Sk * shape_Sk).sum(axis=-1),
        q=weighted_Sk.sum(axis=-1),
        qq=(weighted_Sk * target_Sk).sum(axis=-1),
    )
    return _solve(moments, allowed)


def best_cells(shape_Gk: Floats, allowed: Region, *, target_Sk: Floats, weight_k: Floats) -> Best:
    """The best cell and curve of every data set; weights (k,) shared by all."""
    chunks = [target_Sk[i : i + CHUNK] for i in range(0, len(target_Sk), CHUNK)]
    if allowed.interior:
        relaxed = _Relaxed.of(shape_Gk, weight_k)
        parts = [_best_relaxed(relaxed, allowed, chunk) for chunk in chunks]
    else:
        (edge,) = allowed.edges
        parts = [_best_on_edge(shape_Gk, edge, chunk, weight_k) for chunk in chunks]
    return Best(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _best_on_edge(shape_Gk: Floats, edge: Edge, target_Sk: Floats, weight_k: Floats) -> Best:
    """The best cell where (e, drop) lie on one edge: start + t · along, a line in t."""
    start_Gk = edge.e + edge.drop * shape_Gk
    along_Gk = (edge.e_along + edge.drop_along * shape_Gk) * weight_k
    bend_G = (along_Gk * along_Gk / weight_k).sum(axis=1)
    steep_SG = target_Sk @ along_Gk.T - (start_Gk * along_Gk).sum(axis=1)
    t_SG = steep_SG / np.maximum(bend_G, np.finfo(float).tiny)
    np.clip(t_SG, 0.0, edge.length, out=t_SG)
    gain_SG = t_SG * (2.0 * steep_SG - t_SG * bend_G)
    gain_SG += 2.0 * target_Sk @ (start_Gk * weight_k).T
    gain_SG -= (start_Gk * start_Gk) @ weight_k
    cell_S = gain_SG.argmax(axis=1)
    t_S = t_SG[np.arange(len(cell_S)), cell_S]
    return Best(cell_S, edge.e + edge.e_along * t_S, edge.drop + edge.drop_along * t_S)


def _best_in_full(shape_Gk: Floats, allowed: Region, target_Sk: Floats, weight_k: Floats) -> Best:
    found = profile(shape_Gk, allowed, target_Sk=target_Sk, weight_k=weight_k)
    cell = found.objective.argmin(axis=1)
    at = np.arange(len(cell)), cell
    return Best(cell, found.e[at], found.drop[at])


class _Relaxed(NamedTuple):
    """What `_best_relaxed` needs of the cells, made once for all data sets."""

    shapes: Floats  # (G, k)
    weights: Floats  # (k,)
    units: Floats  # (G, k), weighted shapes, centred and scaled to norm 1
    lift: Floats  # (G,), mean / norm of the centred shape
    price: Floats  # (G,), what a floor of -1 that must be 0 adds to the objective

    @classmethod
    def of(cls, shape_Gk: Floats, weight_k: Floats) -> "_Relaxed":
        total = float(weight_k.sum())
        mean_G = shape_Gk @ weight_k / total
        centred_Gk = shape_Gk - mean_G[:, None]
        square_G = (centred_Gk * centred_Gk) @ weight_k
        all_G = (shape_Gk * shape_Gk) @ weight_k
        regular_G = square_G > TINY * all_G
        norm_G = np.where(regular_G, np.sqrt(square_G), np.inf)
        price_G = np.where(regular_G, total * square_G / np.maximum(all_G, 1e-300), 0.0)
        unit_Gk = centred_Gk * weight_k / norm_G[:, None]
        return cls(shape_Gk, weight_k, unit_Gk, mean_G / norm_G, price_G)


def _best_relaxed(cells: _Relaxed, allowed: Region, target_Sk: Floats) -> Best:
    """The best cell with only e ≥ 0 and drop ≥ 0 asked; where that one meets all bounds it is the
    best with them too. The others are solved in full."""
    level_S = target_Sk @ cells.weights / cells.weights.sum()
    gain_SG = target_Sk @ cells.units.T  # what the shape explains, in weighted standard units
    np.maximum(gain_SG, 0.0, out=gain_SG)
    below_SG = gain_SG * cells.lift
    below_SG -= level_S[:, None]
    np.maximum(below_SG, 0.0, out=below_SG)
    below_SG *= below_SG
    below_SG *= cells.price
    np.square(gain_SG, out=gain_SG)
    gain_SG -= below_SG
    cell_S = gain_SG.argmax(axis=1)
    # The chosen cells again, now under all bounds.
    solved = solve_each(cells.shapes[cell_S], allowed, target_Sk=target_Sk, weight_Sk=cells.weights)
    at = np.arange(len(cell_S)), cell_S
    square_S = (target_Sk * target_Sk) @ cells.weights
    relaxed_S = square_S - cells.weights.sum() * level_S**2 - gain_SG[at]
    bound_S = solved.objective > relaxed_S + 1e-9 * square_S
    e_S, drop_S = solved.e, solved.drop
    if bound_S.any():
        full = _best_in_full(cells.shapes, allowed, target_Sk[bound_S], cells.weights)
        cell_S[bound_S], e_S[bound_S], drop_S[bound_S] = full
    return Best(cell_S, e_S, drop_S)


def _solve(moments: Moments, allowed: Region) -> Solved:
    w, f, ff, cross, q, qq = moments
    if allowed.interior:
        determinant = w * ff - f * f
        regular = determinant > TINY * w * ff  # else the shape is constant on these sizes
        drop = (w * cross - f * q) / np.where(regular, determinant, np.inf)
        e = (q - drop * f) / w
        objective = qq - e * q - drop * cross
        inside = (drop >= 0) & (e >= 0) & (e <= allowed.e_high) & (e + drop <= allowed.sum_high)
        rim = ~(inside & regular)
    else:
        e, drop, objective = (np.empty_like(cross) for _ in range(3))
        rim = np.ones(cross.shape, dtype=bool)
    if rim.any():
        at = Moments(*(np.broadcast_to(a, cross.shape)[rim] for a in moments))
        e[rim], drop[rim], objective[rim] = _best_edge(at, allowed)
    return Solved(e, drop, objective)


def _best_edge(moments: Moments, allowed: Region) -> Solved:
    """The best point of the rim; arrays (n,)."""
    tried = [_on_edge(moments, edge) for edge in allowed.edges]
    if len(tried) == 1:
        return tried[0]
    best = np.stack([t.objective for t in tried]).argmin(axis=0), np.arange(len(moments.cross))
    return Solved(*(np.stack(field)[best] for field in zip(*tried, strict=True)))


def _on_edge(moments: Moments, edge: Edge) -> Solved:
    """The minimum of the objective, a parabola along the edge, within its length."""
    w, f, ff, cross, q, qq = moments
    a, b = edge.e_along, edge.drop_along
    steep = a * (q - w * edge.e - f * edge.drop) + b * (cross - f * edge.e - ff * edge.drop)
    bend = a * a * w + 2 * a * b * f + b * b * ff
    t = np.clip(steep / np.maximum(bend, np.finfo(float).tiny), 0.0, edge.length)
    e, drop = edge.e + a * t, edge.drop + b * t
    fitted = e * e * w + 2 * e * drop * f + drop * drop * ff
    return Solved(e, drop, qq - 2 * e * q - 2 * drop * cross + fitted)
