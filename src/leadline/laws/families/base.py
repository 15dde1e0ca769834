"""What a law is: a falling shape with bounds, and the names of its parameters.

Every law is the error q(n) = e + drop · f(n; θ), linear in the floor `e` and in `drop`, so that
these are solved exactly and only θ is searched. Inside, a curve is z = (e, u, θ…), where `u` is
the share of the room above the floor that the drop takes: then all bounds are a box, and a law
with a fixed start or floor is a box without width. Outside, a law has the parameters of its
formula. For a rate q = 1 - P; for a loss q is the loss.
Shapes: k sizes, S data sets or draws, T shape parameters, Z = 2 + T, K parameters of the formula.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from leadline.curves.points import Kind
from leadline.laws.observe import Observed
from leadline.protocols import Floats

SLOWEST, FASTEST = 0.02, 3.0  # powers that a law may have; LAWS.md §4
FURTHEST = 100.0  # D0 at most, in largest sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the bounds of the laws on one curve depend on."""

    kind: Kind
    smallest: float  # size above 0
    largest: float  # size
    top: float  # largest possible error; of a loss, which has none, the largest that was measured
    highest_floor: float  # best measured error + 2 standard errors
    guess: float | None = None  # error of a guess, where chance is known


class Axis(NamedTuple):
    """One shape parameter: its bounds, and how many grid cells they are cut into."""

    name: str
    low: float
    high: float
    cells: int


class Box(NamedTuple):
    """Bounds of the floor e, and of u: drop = u · (top - e) for a rate, u · top for a loss."""

    e_low: float
    e_high: float
    u_low: float
    u_high: float
    top: float


def frame_of(observed: Observed) -> Frame:
    """The frame of a curve; needs one size above 0."""
    curve = observed.curve
    positive = observed.n[observed.n > 0]
    best = int(observed.error.argmin())
    floor = float(observed.error[best] + 2.0 * math.sqrt(observed.variance[best]))
    top = float(observed.error.max()) if curve.kind == "loss" else curve.width
    guess = None
    if curve.chance is not None and curve.kind == "rate":
        guess = 1.0 - curve.chance if curve.higher_is_better else curve.chance
    return Frame(
        kind=curve.kind,
        smallest=float(positive.min()),
        largest=float(positive.max()),
        top=top,
        highest_floor=min(floor, top),
        guess=guess,
    )


class Family(ABC):
    """A family of curves: names, bounds, a shape with its slopes, and its formula's parameters."""

    name: str
    formula: ClassVar[str]
    formula_loss: ClassVar[str]  # "" where the law is not for losses
    parameters: ClassVar[dict[str, str]]  # name → unit
    takes_zero: ClassVar[bool]  # whether n = 0 lies inside the law
    fewest_sizes: ClassVar[int] = 3  # above 0

    def refuses(self, frame: Frame) -> str | None:
        """Why this law cannot be fitted to a curve of this kind, or None."""
        if frame.kind == "loss" and not self.formula_loss:
            return "this law is for rates, not for losses"
        return None

    @abstractmethod
    def box(self, frame: Frame) -> Box: ...

    @abstractmethod
    def axes(self, frame: Frame) -> tuple[Axis, ...]: ...

    @abstractmethod
    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        """f, (…, k), from θ (…, T): at most 1."""

    @abstractmethod
    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        """Derivatives of `shape` by θ, (…, k, T)."""

    @abstractmethod
    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        """Parameters of the formula, (S, K), in the order of `parameters`."""

    @abstractmethod
    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        """Errors (or losses) (S, k) at sizes (k,) for parameters (S, K), by the formula."""

    def mean(self, n_k: Floats, z: Floats, frame: Frame) -> Floats:
        """Errors (…, k) of curves z (…, Z)."""
        e, drop = floor_and_drop(z, self.box(frame), frame)
        return np.asarray(e[..., None] + drop[..., None] * self.shape(n_k, z[..., 2:], frame))

    def mean_and_slopes(self, n_k: Floats, z: Floats, frame: Frame) -> tuple[Floats, Floats]:
        """Errors (…, k) of curves z (…, Z), and their derivatives by z, (…, k, Z)."""
        box = self.box(frame)
        e, drop = floor_and_drop(z, box, frame)
        f = self.shape(n_k, z[..., 2:], frame)
        bounded = 1.0 if frame.kind == "rate" else 0.0
        room = box.top - bounded * e
        by_e = 1.0 - bounded * z[..., 1, None] * f
        by_u = room[..., None] * f
        by_theta = drop[..., None, None] * self.slopes(n_k, z[..., 2:], frame)
        slopes = np.concatenate([by_e[..., None], by_u[..., None], by_theta], axis=-1)
        return e[..., None] + drop[..., None] * f, slopes

    def parameters_of(self, z: Floats, frame: Frame) -> Floats:
        """Parameters of the formula (S, K) of curves z (S, Z)."""
        return self.printed(*floor_and_drop(z, self.box(frame), frame), z[:, 2:], frame)

    def bounds(self, frame: Frame) -> tuple[Floats, Floats]:
        """Lowest and highest z, each (Z,)."""
        box, axes = self.box(frame), self.axes(frame)
        low = [box.e_low, box.u_low, *(axis.low for axis in axes)]
        high = [box.e_high, box.u_high, *(axis.high for axis in axes)]
        return np.array(low), np.array(high)

    def coordinates(self, frame: Frame) -> tuple[str, ...]:
        """Names of z, for saying which of them stands at a bound."""
        return ("e", "drop", *(axis.name for axis in self.axes(frame)))

    def n_free(self, frame: Frame) -> int:
        """How many parameters are estimated."""
        low, high = self.bounds(frame)
        return int((high > low).sum())


def floor_and_drop(z: Floats, box: Box, frame: Frame) -> tuple[Floats, Floats]:
    """e and drop of curves z (…, Z), each (…)."""
    room = box.top - z[..., 0] if frame.kind == "rate" else box.top
    return z[..., 0], np.asarray(z[..., 1] * room)


def coordinates_of(e_S: Floats, drop_S: Floats, theta_ST: Floats, box: Box, kind: Kind) -> Floats:
    """z (S, Z) of curves; the reverse of `floor_and_drop`."""
    room = np.maximum(box.top - e_S, 1e-300) if kind == "rate" else np.full_like(e_S, box.top)
    u_S = np.clip(drop_S / room, box.u_low, box.u_high)
    return np.concatenate([e_S[:, None], u_S[:, None], theta_ST], axis=1)


def columns(values: Sequence[Floats]) -> Floats:
    """Columns (S,) side by side, (S, K)."""
    return np.stack([np.asarray(v, dtype=np.float64) for v in values], axis=1)


def logs(n_k: Floats) -> Floats:
    """ln n, and -inf at 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.asarray(n_k, dtype=np.float64)))


def falling_box(frame: Frame) -> Box:
    """A free floor and a free start: 0 ≤ e ≤ the highest floor, e + drop ≤ top (rates)."""
    u_high = 1.0 if frame.kind == "rate" else math.inf
    return Box(0.0, frame.highest_floor, 0.0, u_high, frame.top)


def power_axis(name: str, cells: int) -> Axis:
    return Axis(name, math.log(SLOWEST), math.log(FASTEST), cells)


def location_axis(name: str, frame: Frame, cells: int) -> Axis:
    """ln of a size from 1 (below, where the sizes are) to 100 times the largest."""
    low = min(1.0, frame.smallest) if frame.smallest < 1e3 else frame.smallest / 1e3
    return Axis(name, math.log(low), math.log(FURTHEST * frame.largest), cells)
