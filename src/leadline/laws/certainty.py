"""What the data settle: covariance, parameters at a bound, and those that could be anything.

A covariance is only given where no bound binds: with e = 0, say, intervals from it would be wrong.
A shape parameter is unsettled if its 95 % profile runs into a bound: more of the same noise could
have put it anywhere beyond. A floor is unsettled if its profile takes more than half its room.
Shapes: k sizes, G grid cells, Z inner parameters, K parameters of the formula.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from leadline.laws import newton, solve
from leadline.laws.newton import Objective
from leadline.protocols import Floats

LIKELY = 3.84  # 95 % of chi-square with one degree of freedom, of Σ weight · residual²
SINGULAR = 1e12  # condition number from which a matrix is taken as singular
NUDGE = 1e-5  # of a parameter, for the slopes of the formula's parameters by the inner ones


class Certainty(NamedTuple):
    """How far the data settle one fit."""

    covariance: Floats | None  # (K, K)
    at_edge: tuple[str, ...]
    unsettled: tuple[str, ...]
    condition: float

    def standard_errors(self, names: Sequence[str]) -> dict[str, float]:
        if self.covariance is None:
            return dict.fromkeys(names, math.nan)
        return dict(zip(names, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))


def certainty_of_ml(objective: Objective, z_Z: Floats, solved: solve.Solved) -> Certainty:
    """Of the most likely curve z; `solved` is the grid (1, G) that it was found from."""
    one, frame = objective.family, objective.frame
    low_Z, high_Z = one.bounds(frame)
    local = objective.local(z_Z[None])
    hessian = objective.hessian(z_Z[None], local.information)[0]
    free = high_Z > low_Z
    edge = free & _near_bound(z_Z, low_Z, high_Z)
    condition = _condition(hessian[np.ix_(free & ~edge, free & ~edge)])
    covariance = None
    if not edge.any() and condition < SINGULAR:
        slopes_KZ = _formula_slopes(objective, z_Z)[:, free]
        covariance = slopes_KZ @ np.linalg.inv(hessian[np.ix_(free, free)]) @ slopes_KZ.T
    names = np.array(one.coordinates(frame))
    return Certainty(
        covariance=covariance,
        at_edge=tuple(map(str, names[edge])),
        unsettled=_unsettled(objective, solved),
        condition=condition,
    )


def certainty_of_logs(
    n_k: Floats, value_k: Floats, variance_k: Floats, parameters: Floats
) -> Certainty:
    """Of the paper's law by least squares on logarithms: the noise of the values carried through
    that estimator, which is linear in them."""
    x_k = np.log(n_k)
    design = np.stack([np.ones_like(x_k), x_k], axis=1)
    hat = np.linalg.pinv(design)  # (2, k): ln a and the slope from ln values
    inner = (hat * (variance_k / value_k**2)) @ hat.T
    a, b = parameters
    outward = np.diag([a, -(b**2)])  # of (a, b) by (ln a, 1/b)
    return Certainty(
        covariance=outward @ inner @ outward.T,
        at_edge=(),
        unsettled=(),
        condition=_condition(design.T @ design),
    )


def _near_bound(z_Z: Floats, low_Z: Floats, high_Z: Floats) -> np.ndarray:
    width_Z = np.where(np.isfinite(high_Z - low_Z), high_Z - low_Z, 1.0)
    return np.asarray((z_Z - low_Z < 1e-6 * width_Z) | (high_Z - z_Z < 1e-6 * width_Z))


def _condition(matrix: Floats) -> float:
    """Condition number after scaling the diagonal to 1; inf if singular or not positive."""
    if not matrix.size:
        return 1.0
    diagonal = np.diag(matrix)
    if (diagonal <= newton.FLAT).any():
        return math.inf
    values = np.linalg.eigvalsh(matrix / np.sqrt(np.outer(diagonal, diagonal)))
    return float(values[-1] / values[0]) if values[0] > 0 else math.inf


def _formula_slopes(objective: Objective, z_Z: Floats) -> Floats:
    """Derivatives (K, Z) of the formula's parameters by the inner ones, by differences."""
    nudge_Z = NUDGE * np.maximum(np.abs(z_Z), 1e-3)
    both = np.concatenate([z_Z + np.diag(nudge_Z), z_Z - np.diag(nudge_Z)])
    up, down = np.split(objective.family.parameters_of(both, objective.frame), 2)
    return np.asarray((up - down).T / (2.0 * nudge_Z))


def _unsettled(objective: Objective, solved: solve.Solved) -> tuple[str, ...]:
    """Names of the parameters that the profile over the grid leaves open."""
    one, frame = objective.family, objective.frame
    axes, box = one.axes(frame), one.box(frame)
    likely = solved.objective[0] <= solved.objective[0].min() + LIKELY
    theta = solve.grid(axes)[likely]
    found = [
        axis.name
        for axis, values in zip(axes, theta.T, strict=True)
        if values.min() <= axis.low or values.max() >= axis.high
    ]
    floors = solved.e[0, likely]
    if axes and box.e_high > box.e_low and np.ptp(floors) > 0.5 * (box.e_high - box.e_low):
        found.insert(0, "e")
    return tuple(found)
