"""The batched solver against scipy's non-negative least squares, and against a dense grid."""

import numpy as np
import pytest
from scipy.optimize import nnls

from leadline.analyse import solve

N = np.array([0, 100, 300, 1000, 3000, 10000], dtype=np.float64)


def shape(alpha: np.ndarray, log_d0: np.ndarray) -> np.ndarray:
    return (1.0 + N / np.exp(log_d0)[..., None]) ** -alpha[..., None]


def fitted(target: np.ndarray, weight: np.ndarray, *, n_alpha: int, n_d0: int) -> solve.Solution:
    return solve.fit_falling(
        shape,
        solve.Axis(np.log(0.02), np.log(3.0), n_alpha, np.exp),
        solve.Axis(0.0, np.log(1e6), n_d0, np.asarray),
        target_Sk=target,
        weight_k=weight,
    )


def noisy(n_sets: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    alpha, d0 = np.exp(rng.uniform(-3, 0.9, n_sets)), np.exp(rng.uniform(1.6, 11.5, n_sets))
    floor, start = rng.uniform(0, 0.6, n_sets), rng.uniform(0.6, 1, n_sets)
    q = floor[:, None] + (start - floor)[:, None] * (1 + N / d0[:, None]) ** -alpha[:, None]
    return rng.binomial(300, q) / 300


def test_floor_and_drop_are_the_constrained_least_squares() -> None:
    rng = np.random.default_rng(0)
    weight = rng.uniform(50, 500, len(N))
    targets = np.concatenate([noisy(60, 1), rng.uniform(0, 1, (60, len(N)))])  # feasible and not
    shapes = np.concatenate([shape(np.array([a]), np.array([6.0])) for a in (0.05, 0.7, 3.0)])
    floor, drop, objective = solve._solve(shapes, (weight * targets) @ shapes.T, targets, weight)
    heavy, root = 1e6, np.sqrt(weight)
    for s, target in enumerate(targets):
        for g, curve in enumerate(shapes):
            # floor + drop + slack = 1 as a very heavy row: nnls then searches the same triangle
            rows = np.column_stack([np.ones_like(curve), curve, np.zeros_like(curve)])
            system = np.vstack([rows * root[:, None], heavy * np.ones(3)])
            x, _ = nnls(system, np.append(target * root, heavy))
            best = float(((root * (rows @ x - target)) ** 2).sum())
            assert objective[s, g] == pytest.approx(best, rel=1e-6, abs=1e-6)
            assert floor[s, g] >= 0
            assert drop[s, g] >= 0
            assert floor[s, g] + drop[s, g] <= 1 + 1e-12


def test_a_coarse_grid_refined_is_as_good_as_a_dense_one() -> None:
    targets, weight = noisy(40, 2), np.full(len(N), 1500.0)
    coarse = fitted(targets, weight, n_alpha=24, n_d0=32)
    dense = fitted(targets, weight, n_alpha=90, n_d0=110)
    assert np.all(coarse.objective <= dense.objective + 1e-4)


def test_objective_is_that_of_the_returned_curve() -> None:
    targets, weight = noisy(20, 3), np.linspace(100, 900, len(N))
    found = fitted(targets, weight, n_alpha=24, n_d0=32)
    curve = found.floor[:, None] + found.drop[:, None] * shape(found.first, found.second)
    residual = (weight * (curve - targets) ** 2).sum(axis=1)
    assert found.objective == pytest.approx(residual, rel=1e-6, abs=1e-7)
