"""The shapes that a curve may have, as one fixed grid: ln of the error relative to its value at the
anchor (the largest measured size), for every law and every value of its shape parameters.

With h_j the log-shape of cell j, the curve is q(n) = L · exp(h_j(ln(n / anchor))): the level L is
the only free number, so it is integrated exactly and every curve, of error or of loss, is compared
on one grid. `rho` is the floor as a share of the error at the anchor; sizes are relative to it.
Shapes of arrays: J cells of the grid, k sizes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from leadline.protocols import Floats

RHO = (0.0, 0.3, 0.55, 0.75, 0.9, 0.97)
POWER = tuple(np.geomspace(0.03, 2.5, 9).tolist())  # α of pow3 and offset
OFFSET = (-5.0, -3.2, -2.0, -0.8, 0.6)  # ln(D0 / anchor)
STEEPNESS = (0.6, 1.0, 1.6, 2.6, 5.0)  # β of rectified
MIDDLE = (-3.5, -2.0, -1.0, 0.0, 0.8, 1.6, 2.5)  # ln(D_mid / anchor); above 0: the rise is to come
SLOPE = (
    -0.02,
    0.0,
    0.01,
    0.02,
    0.03,
    0.05,
    0.075,
    0.1,
    0.14,
    0.19,
    0.25,
    0.33,
)  # share a unit ln n
LOGIT = (-3.0, -1.5, -0.4, 0.4, 1.5)  # logit of the error at the anchor
LOGIT_SLOPE = (0.02, 0.06, 0.12, 0.22, 0.4, 0.7)  # a unit ln n
LOWEST = 0.05  # a line is cut here, as a share of the error at the anchor

Values = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One law on the grid: the axes of its shape parameters, and its log-shape.

    `shape(x_1k, *parameters_J1)` gives (J, k), 0 at x = 0; x = ln(n / anchor)."""

    name: str
    axes: tuple[Values, ...]
    shape: Callable[..., Floats]


def _floored(fall: Floats, rho: Floats) -> Floats:
    with np.errstate(divide="ignore"):  # no floor: the logarithm of 0 is what is meant
        return np.logaddexp(np.log(rho), np.log1p(-rho) + fall)


def _pow3(x: Floats, power: Floats, rho: Floats) -> Floats:
    return _floored(-power * x, rho)


def _offset(x: Floats, start: Floats, power: Floats, rho: Floats) -> Floats:
    return _floored(-power * (np.logaddexp(x, start) - np.logaddexp(0.0, start)), rho)


def _rectified(x: Floats, middle: Floats, steepness: Floats, rho: Floats) -> Floats:
    fall = np.logaddexp(0.0, steepness * (x - middle)) - np.logaddexp(0.0, -steepness * middle)
    return _floored(-fall, rho)


def _loglinear(x: Floats, slope: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(1.0 - slope * x, LOWEST)))


def _logit_linear(x: Floats, level: Floats, slope: Floats) -> Floats:
    return np.logaddexp(0.0, -level) - np.logaddexp(0.0, slope * x - level)


def _constant(x: Floats, zero: Floats) -> Floats:
    return zero * x


FAMILIES = (
    Family("pow3", (POWER, RHO), _pow3),
    Family("offset", (OFFSET, POWER, RHO), _offset),
    Family("rectified", (MIDDLE, STEEPNESS, RHO), _rectified),
    Family("loglinear", (SLOPE,), _loglinear),
    Family("logit_linear", (LOGIT, LOGIT_SLOPE), _logit_linear),
    Family("constant", ((0.0,),), _constant),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells: `family` (J,) is an index into FAMILIES, `places` (J, 3) into its axes (-1: none),
    `floor` (J,) the least error that the shape comes to beyond the anchor, as a share of the error
    there. Between two values of an axis stand `refined` - 1 more."""

    family: np.ndarray
    places: np.ndarray
    floor: Floats
    refined: int


@cache
def grid(refined: int = 1) -> Grid:
    """The one grid that every curve is fitted on; refined, for a law that is taken to be exact."""
    family, places, floor = [], [], []
    for index, law in enumerate(FAMILIES):
        sides = [_fine(np.array(axis), refined) for axis in law.axes]
        cells = np.indices([len(side) for side in sides]).reshape(len(sides), -1).T
        family.append(np.full(len(cells), index))
        places.append(np.pad(cells, ((0, 0), (0, 3 - len(sides))), constant_values=-1))
        last = sides[-1][cells[:, -1]]
        end = LOWEST if law.axes[-1] is SLOPE else 0.0
        floor.append(last if law.axes[-1] is RHO else np.where(last > 0.0, end, 1.0))
    return Grid(np.concatenate(family), np.concatenate(places), np.concatenate(floor), refined)


def log_shapes(x_k: Floats, refined: int = 1) -> Floats:
    """h_j at x = ln(n / anchor): (k,) → (J, k)."""
    parts = []
    for law in FAMILIES:
        sides = [_fine(np.array(axis), refined) for axis in law.axes]
        axes = np.meshgrid(*sides, indexing="ij")
        parts.append(law.shape(x_k[None, :], *(axis.reshape(-1, 1) for axis in axes)))
    return np.concatenate(parts)


def cell_weights(families: Floats, tables: Sequence[Sequence[Floats]], cells: Grid) -> Floats:
    """(J,): the product of a cell's family and its places; between places, on a line."""
    weight = families[cells.family]
    for index, axes in enumerate(tables):
        mine = cells.family == index
        for place, table in enumerate(axes):
            fine = _fine(table, cells.refined)
            weight[mine] *= (fine / fine.sum())[cells.places[mine, place]]
    return np.asarray(weight)


def _fine(values: Floats, refined: int) -> Floats:
    at = np.arange((len(values) - 1) * refined + 1) / refined
    return np.asarray(np.interp(at, np.arange(len(values)), values))
