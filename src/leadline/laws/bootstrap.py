"""Parametric bootstrap: the study repeated from a fitted curve, and the law fitted to every repeat.

The repeats are fitted by exact least squares on the grid, with the weights that the likelihood has
at the fitted curve; then the shape is moved off the grid: by a parabola where a law has one shape
parameter, by a few Newton steps where it has more. `refit` goes on to the maximum of the likelihood
itself, for tests that compare likelihoods.
Shapes: k sizes, S repeats, G cells, Z inner parameters, K parameters of the formula.
"""

import numpy as np

from leadline.laws import newton, solve
from leadline.laws.families import Family, Frame
from leadline.laws.families.base import coordinates_of
from leadline.laws.families.paper import PAPER, least_squares_on_logs
from leadline.laws.newton import Objective
from leadline.laws.noise import Likelihood, Values
from leadline.protocols import Floats

POLISH = 6  # Newton steps of a repeat
CLOSER = 0.2  # of a cell: the second parabola


def parameter_draws(
    family: Family, frame: Frame, n_k: Floats, repeats: Likelihood, weight_k: Floats
) -> Floats:
    """Parameters of the formula (S, K) fitted to repeats with targets (S, k); no row where a repeat
    cannot be fitted (the paper's law on logarithms, with fewer than two rates above 0)."""
    if family == PAPER:
        error_Sk = repeats.target
        value_Sk = error_Sk if frame.kind == "loss" else 1.0 - error_Sk
        found = least_squares_on_logs(n_k, value_Sk)
        return np.asarray(found[np.isfinite(found).all(axis=1)])
    z_SZ = least_squares(family, frame, n_k, repeats.target, weight_k)
    return family.parameters_of(z_SZ, frame)


def least_squares(
    family: Family, frame: Frame, n_k: Floats, target_Sk: Floats, weight_k: Floats
) -> Floats:
    """The least-squares curves z (S, Z) of errors (S, k) with weights (k,), within all bounds."""
    box, axes = family.box(frame), family.axes(frame)
    allowed = solve.region(box, frame.kind)
    theta_GT = solve.grid(axes)
    shape_Gk = family.shape(n_k, theta_GT, frame)
    best = solve.best_cells(shape_Gk, allowed, target_Sk=target_Sk, weight_k=weight_k)
    if len(axes) == 1:
        e_S, drop_S, theta_S1 = _parabolas(
            family, frame, n_k, theta_GT[best.cell], allowed, target_Sk, weight_k
        )
        return coordinates_of(e_S, drop_S, theta_S1, box, frame.kind)
    z_SZ = coordinates_of(best.e, best.drop, theta_GT[best.cell], box, frame.kind)
    if not axes:
        return z_SZ
    values = Values(target=target_Sk, variance_k=1.0 / weight_k, logs=False)
    objective = Objective(family=family, frame=frame, n_k=n_k, likelihood=values)
    return newton.minimise(objective, z_SZ, *family.bounds(frame), steps=POLISH).z


def refit(
    family: Family, frame: Frame, n_k: Floats, repeats: Likelihood, weight_k: Floats
) -> Floats:
    """-ln likelihood (S,) of each repeat under its own maximum-likelihood curve."""
    z_SZ = least_squares(family, frame, n_k, repeats.target, weight_k)
    objective = Objective(family=family, frame=frame, n_k=n_k, likelihood=repeats)
    return newton.minimise(objective, z_SZ, *family.bounds(frame)).value


def _parabolas(
    family: Family,
    frame: Frame,
    n_k: Floats,
    start_S1: Floats,
    allowed: solve.Region,
    target_Sk: Floats,
    weight_k: Floats,
) -> tuple[Floats, Floats, Floats]:
    """e, drop (S,) and the one shape parameter (S, 1), moved off the grid: to the lowest point of
    the parabola through the objective there and a cell to each side, then once more, closer."""
    (axis,) = family.axes(frame)
    cell = (axis.high - axis.low) / (axis.cells - 1)

    def solved(theta_S1: Floats) -> solve.Solved:
        shape_Sk = family.shape(n_k, theta_S1, frame)
        return solve.solve_each(shape_Sk, allowed, target_Sk=target_Sk, weight_Sk=weight_k)

    theta_S, best = start_S1[:, 0], solved(start_S1)
    for step in (cell, CLOSER * cell):
        middle_S = np.clip(theta_S, axis.low + step, axis.high - step)
        three = [middle_S - step, middle_S, middle_S + step]
        left, here, right = (solved(t[:, None]).objective for t in three)
        bend_S, lean_S = left - 2.0 * here + right, 0.5 * (left - right)
        bent = bend_S > 0.0
        share_S = np.where(bent, np.clip(lean_S / np.where(bent, bend_S, 1.0), -1.0, 1.0), 0.0)
        moved_S = middle_S + share_S * step
        moved = solved(moved_S[:, None])
        better_S = moved.objective < best.objective
        theta_S = np.where(better_S, moved_S, theta_S)
        pairs = zip(moved, best, strict=True)
        best = solve.Solved(*(np.where(better_S, new, old) for new, old in pairs))
    return best.e, best.drop, theta_S[:, None]
