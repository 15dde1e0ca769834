"""The grid of shapes against the laws' own formulas, written in `families` by other means."""

import math

import numpy as np
import pytest

from leadline.laws import shapes
from leadline.laws.families import family

ANCHOR = 4000.0
SIZES = np.array([7.0, 90.0, 1000.0, 4000.0, 8000.0, 40_000.0, 400_000.0])
AT_ANCHOR = 0.37  # the error there; the shapes must not depend on it


def parameters(name: str, theta: tuple[float, ...]) -> list[float]:
    """What `families` calls the cell with these places on its axes, q(anchor) being AT_ANCHOR."""
    if name == "pow3":
        power, rho = theta
        return [rho * AT_ANCHOR, (1 - rho) * AT_ANCHOR * ANCHOR**power, power]
    if name == "offset":
        start, power, rho = theta
        d0 = ANCHOR * math.exp(start)
        floor = rho * AT_ANCHOR
        drop = (1 - rho) * AT_ANCHOR * (1 + ANCHOR / d0) ** power
        return [floor, floor + drop, d0, power]
    if name == "rectified":
        middle, steep, rho = theta
        before = (ANCHOR * math.exp(middle)) ** steep
        return [
            rho * AT_ANCHOR, (1 - rho) * AT_ANCHOR * (before + ANCHOR**steep), before, steep
        ]  # fmt: skip
    if name == "loglinear":
        (slope,) = theta
        return [AT_ANCHOR * (1 + slope * math.log(ANCHOR)), AT_ANCHOR * slope]
    if name == "logit_linear":
        level, slope = theta
        return [-level - slope * math.log(ANCHOR), slope, 0.0]
    return [AT_ANCHOR]


def values(cells: shapes.Grid, j: int) -> tuple[float, ...]:
    law = shapes.FAMILIES[cells.family[j]]
    return tuple(
        axis[place] for axis, place in zip(law.axes, cells.places[j], strict=False) if place >= 0
    )


def test_every_cell_is_its_law_with_its_places_on_the_axes() -> None:
    cells = shapes.grid()
    found = shapes.log_shapes(np.log(SIZES / ANCHOR))
    assert found.shape == (len(cells.family), len(SIZES))
    for j in range(len(cells.family)):
        law, theta = shapes.FAMILIES[cells.family[j]], values(cells, j)
        written = np.array([parameters(law.name, theta)])
        error = family(law.name).predict(SIZES, written)[0]
        at_anchor = family(law.name).predict(np.array([ANCHOR]), written)[0, 0]
        share = error / at_anchor
        if law.name == "loglinear":
            share = np.maximum(share, shapes.LOWEST)
        assert np.exp(found[j]) == pytest.approx(share, rel=1e-6), (law.name, theta)


def test_all_shapes_are_1_at_the_anchor() -> None:
    for refined in (1, 6):
        assert shapes.log_shapes(np.zeros(1), refined) == pytest.approx(0.0, abs=1e-12)


def test_no_shape_but_a_rising_line_gets_worse_with_more_data() -> None:
    cells = shapes.grid()
    rising = [values(cells, j) == (-0.02,) for j in range(len(cells.family))]
    steps = np.diff(shapes.log_shapes(np.linspace(-9.0, 9.0, 50)), axis=1)
    assert (steps[~np.array(rising)] <= 1e-12).all()
    assert sum(rising) == 1


def test_floor_of_a_shape_is_the_least_error_that_it_ever_comes_to() -> None:
    least = np.exp(shapes.log_shapes(np.linspace(0.0, 1500.0, 400))).min(axis=1)
    assert shapes.grid().floor == pytest.approx(least, abs=1e-4)


def test_shapes_stay_numbers_however_far_out() -> None:
    with np.errstate(invalid="raise", over="raise"):
        found = shapes.log_shapes(np.array([-700.0, 700.0]))
    assert np.isfinite(found).all()


def test_refined_grid_holds_the_grid_and_places_between() -> None:
    coarse, fine = shapes.grid(), shapes.grid(6)
    x = np.array([-2.0, 1.0, 3.0])
    on_grid = ((fine.places % 6 == 0) | (fine.places < 0)).all(axis=1)
    assert on_grid.sum() == len(coarse.family)
    assert shapes.log_shapes(x, 6)[on_grid] == pytest.approx(shapes.log_shapes(x), rel=1e-12)


@pytest.mark.parametrize("refined", [1, 6])
def test_weights_of_cells_sum_to_1_and_to_their_laws_weights(refined: int) -> None:
    rng = np.random.default_rng(0)
    families = rng.dirichlet(np.ones(len(shapes.FAMILIES)))
    tables = [[rng.dirichlet(np.ones(len(a))) for a in law.axes] for law in shapes.FAMILIES]
    cells = shapes.grid(refined)
    weight = shapes.cell_weights(families, tables, cells)
    assert weight.sum() == pytest.approx(1.0)
    assert np.bincount(cells.family, weight) == pytest.approx(families)


def test_weight_of_a_cell_is_the_product_of_its_places() -> None:
    rng = np.random.default_rng(1)
    families = rng.dirichlet(np.ones(len(shapes.FAMILIES)))
    tables = [[rng.dirichlet(np.ones(len(a))) for a in law.axes] for law in shapes.FAMILIES]
    cells = shapes.grid()
    weight = shapes.cell_weights(families, tables, cells)
    for j in rng.integers(len(weight), size=50):
        f = cells.family[j]
        pairs = zip(tables[f], cells.places[j], strict=False)
        wanted = families[f] * math.prod(float(t[p]) for t, p in pairs)
        assert weight[j] == pytest.approx(wanted)
