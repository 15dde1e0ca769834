"""The exact solver against scipy's bounded least squares; the batched search against all cells."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear, minimize

from leadline.laws import solve
from leadline.laws.families import Frame, family
from leadline.laws.families.base import Box

N = np.array([10.0, 100, 300, 1000, 3000, 10000])
RNG = np.random.default_rng(0)
WEIGHT = RNG.uniform(50, 500, len(N))
FALLING = np.stack([(N / 10) ** -a for a in (0.02, 0.1, 0.35, 0.7, 1.5, 3.0)])


def targets(n_sets: int) -> np.ndarray:
    """Half of them near a falling curve, half anything: bounds bind in many."""
    rng = np.random.default_rng(1)
    e, drop = rng.uniform(0, 0.6, (n_sets, 1)), rng.uniform(0, 0.4, (n_sets, 1))
    near = e + drop * FALLING[rng.integers(0, 6, n_sets)] + rng.normal(0, 0.03, (n_sets, 6))
    return np.clip(np.concatenate([near, rng.uniform(0, 1, (n_sets, 6))]), 0, 1)


def best_by_scipy(shape: np.ndarray, target: np.ndarray, e_high: float, top: float) -> float:
    """Σ weight · residual² over the polygon, by SLSQP from several corners."""

    def loss(x: np.ndarray) -> float:
        return float((WEIGHT * (x[0] + x[1] * shape - target) ** 2).sum())

    limit = {"type": "ineq", "fun": lambda x: top - x[0] - x[1]}
    starts = [(0.0, 0.0), (e_high / 2, 0.1), (0.0, min(top, 1.0))]
    found = [
        minimize(
            loss,
            start,
            bounds=[(0, e_high), (0, None)],
            constraints=[limit] if np.isfinite(top) else [],
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 300},
        ).fun
        for start in starts
    ]
    return min(found)


@pytest.mark.parametrize("kind", ["rate", "loss"])
def test_floor_and_drop_are_the_bounded_least_squares(kind: str) -> None:
    box = Box(0.0, 0.35, 0.0, 1.0 if kind == "rate" else np.inf, 1.0)
    allowed = solve.region(box, kind)  # type: ignore[arg-type]
    sets = targets(15)
    found = solve.profile(FALLING, allowed, target_Sk=sets, weight_k=WEIGHT)
    top = 1.0 if kind == "rate" else np.inf
    for s, target in enumerate(sets):
        for g, shape in enumerate(FALLING):
            best = best_by_scipy(shape, target, 0.35, top)
            assert found.objective[s, g] == pytest.approx(best, rel=1e-5, abs=1e-5)
            e, drop = found.e[s, g], found.drop[s, g]
            assert 0 <= e <= 0.35 + 1e-12
            assert drop >= 0
            assert e + drop <= top + 1e-12
            direct = (WEIGHT * (e + drop * shape - target) ** 2).sum()
            assert found.objective[s, g] == pytest.approx(direct, abs=1e-9)


@pytest.mark.parametrize("name", ["constant", "sigmoid", "logit_linear", "paper_ml"])
def test_laws_with_a_known_part_are_solved_along_their_edge(name: str) -> None:
    frame = Frame(kind="rate", smallest=10, largest=1e4, top=1, highest_floor=0.5, guess=0.8)
    one = family(name)
    box = one.box(frame)
    theta = solve.grid(one.axes(frame))[::37]
    shapes, sets = one.shape(N, theta, frame), targets(8)
    found = solve.profile(shapes, solve.region(box, "rate"), target_Sk=sets, weight_k=WEIGHT)
    root = np.sqrt(WEIGHT)
    for s, target in enumerate(sets):
        for g, shape in enumerate(shapes):
            # q = e + u (top - e) f with u fixed: linear in e
            column, rest = 1 - box.u_low * shape, box.u_low * box.top * shape
            high = max(box.e_high, 1e-12)
            one_e = lsq_linear((root * column)[:, None], root * (target - rest), (0, high))
            assert found.objective[s, g] == pytest.approx(2 * one_e.cost, rel=1e-6, abs=1e-8)


def test_batched_search_finds_the_best_of_all_cells() -> None:
    allowed = solve.region(Box(0.0, 0.35, 0.0, 1.0, 1.0), "rate")
    shapes = np.exp(-np.geomspace(0.02, 3, 80)[:, None] * np.log(N / 10))
    sets = targets(400)
    best = solve.best_cells(shapes, allowed, target_Sk=sets, weight_k=WEIGHT)
    everything = solve.profile(shapes, allowed, target_Sk=sets, weight_k=WEIGHT)
    curves = best.e[:, None] + best.drop[:, None] * shapes[best.cell]
    reached = (WEIGHT * (curves - sets) ** 2).sum(axis=1)
    assert reached == pytest.approx(everything.objective.min(axis=1), abs=1e-8)


@pytest.mark.parametrize("name", ["constant", "sigmoid", "logit_linear", "paper_ml"])
def test_batched_search_along_an_edge_finds_the_best_of_all_cells(name: str) -> None:
    frame = Frame(kind="rate", smallest=10, largest=1e4, top=1, highest_floor=0.5, guess=0.8)
    one = family(name)
    shapes = one.shape(N, solve.grid(one.axes(frame)), frame)
    allowed, sets = solve.region(one.box(frame), "rate"), targets(100)
    best = solve.best_cells(shapes, allowed, target_Sk=sets, weight_k=WEIGHT)
    everything = solve.profile(shapes, allowed, target_Sk=sets, weight_k=WEIGHT)
    curves = best.e[:, None] + best.drop[:, None] * shapes[best.cell]
    reached = (WEIGHT * (curves - sets) ** 2).sum(axis=1)
    assert reached == pytest.approx(everything.objective.min(axis=1), abs=1e-8)


def test_weights_of_their_own_are_the_same_as_shared_ones() -> None:
    allowed = solve.region(Box(0.0, 0.35, 0.0, 1.0, 1.0), "rate")
    sets = targets(6)
    shapes = FALLING[RNG.integers(0, 6, len(sets))]
    shared = solve.solve_each(shapes, allowed, target_Sk=sets, weight_Sk=WEIGHT)
    own = solve.solve_each(
        shapes, allowed, target_Sk=sets, weight_Sk=np.tile(WEIGHT, (len(sets), 1))
    )
    assert np.array(own) == pytest.approx(np.array(shared))
