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
        e_S, drop_S, theta_S1 = _parabola(
            family, frame, n_k, theta_GT[:, 0], best, allowed, target_Sk, weight_k
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


def _parabola(
    family: Family,
    frame: Frame,
    n_k: Floats,
    theta_G: Floats,
    best: solve.Best,
    allowed: solve.Region,
    target_Sk: Floats,
    weight_k: Floats,
) -> tuple[Floats, Floats, Floats]:
    """e, drop (S,) and the shape parameter (S, 1) at the lowest point of the parabola through the
    objective at the best cell and its two neighbours."""
    cell_S = np.clip(best.cell, 1, len(theta_G) - 2)
    shape_Gk = family.shape(n_k, theta_G[:, None], frame)
    rows = {"target_Sk": target_Sk, "weight_Sk": weight_k}
    left, here, right = (
        solve.solve_each(shape_Gk[cell_S + i], allowed, **rows) for i in (-1, 0, 1)
    )
    bend_S = left.objective - 2.0 * here.objective + right.objective
    lean_S = 0.5 * (left.objective - right.objective)
    with np.errstate(divide="ignore", invalid="ignore"):
        move_S = np.where(bend_S > 0.0, np.clip(lean_S / bend_S, -1.0, 1.0), 0.0)
    theta_S1 = (theta_G[cell_S] + move_S * (theta_G[1] - theta_G[0]))[:, None]
    moved = solve.solve_each(family.shape(n_k, theta_S1, frame), allowed, **rows)
    at_cell = solve.solve_each(shape_Gk[best.cell], allowed, **rows)
    better_S = moved.objective < at_cell.objective
    return (
        np.where(better_S, moved.e, at_cell.e),
        np.where(better_S, moved.drop, at_cell.drop),
        np.where(better_S[:, None], theta_S1, theta_G[best.cell, None]),
    )
