"""The paper's law, P = a · n^(1/b) (arXiv 2410.03717, Tables 7 and 8): the baseline.

The paper names no estimator, so there are two: least squares on logarithms, which is likely what it
did, and maximum likelihood of what was measured. `a` is a rate, 0–1; the paper prints per cent.
"""

from dataclasses import dataclass

import numpy as np

from leadline.curves.points import Kind
from leadline.laws.families.base import Axis, Box, Family, Frame, columns
from leadline.protocols import Floats

FLATTEST = 1e6  # |b| at most: 1/b is a slope, and a flat curve has slope 0
SLOPES = (-1.0, 2.0)  # of ln P on ln n; the paper's lie from 0.04 to 0.2


@dataclass(frozen=True)
class Paper(Family):
    """P = a · n^(1/b): 0 at n = 0 whatever the parameters, and above 1 for large n.

    Inside, with the slope s = 1/b, it is q = e + (1 - e) · (1 - (n/n_max)^s), e the error at the
    largest size. A loss falls, so there b is below 0."""

    name: str = "paper_ml"
    formula = "P = a · n^(1/b)"
    formula_loss = "L = a · n^(1/b)"
    parameters = {"a": "rate at n = 1 (the paper: per cent)", "b": "inverse power"}  # noqa: RUF012
    takes_zero = False

    def box(self, frame: Frame) -> Box:
        if frame.kind == "loss":
            return Box(0.0, 0.0, 0.0, np.inf, frame.top)
        return Box(0.0, 1.0, 1.0, 1.0, 1.0)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        low, high = SLOPES if frame.kind == "rate" else (-SLOPES[1], -SLOPES[0])
        return (Axis("b", low, high, 301),)

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        grown = np.exp(theta[..., 0, None] * np.log(n_k / frame.largest))
        return np.asarray(grown if frame.kind == "loss" else 1.0 - grown)

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        x_k = np.log(n_k / frame.largest)
        by_slope = x_k * np.exp(theta[..., 0, None] * x_k)
        return np.asarray((by_slope if frame.kind == "loss" else -by_slope)[..., None])

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        slope = theta_ST[:, 0]
        at_largest = drop_S if frame.kind == "loss" else 1.0 - e_S
        return from_slope(at_largest * frame.largest**-slope, slope)

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        value = parameters[:, :1] * np.asarray(n, dtype=np.float64) ** (1.0 / parameters[:, 1:])
        return np.asarray(value if kind == "loss" else 1.0 - value)


PAPER = Paper(name="paper")
PAPER_ML = Paper(name="paper_ml")


def from_slope(a_S: Floats, slope_S: Floats) -> Floats:
    """(S, 2) a and b = 1 / slope, a slope of 0 taken as the flattest."""
    flat = np.abs(slope_S) < 1.0 / FLATTEST
    return columns([a_S, 1.0 / np.where(flat, 1.0 / FLATTEST, slope_S)])


def least_squares_on_logs(n_k: Floats, value_Sk: Floats) -> Floats:
    """a and b (S, 2) by unweighted least squares of ln value on ln n; values of 0 are left out, and
    nan where fewer than two sizes remain."""
    kept_Sk = value_Sk > 0
    x_k = np.log(n_k)
    y_Sk = np.log(np.where(kept_Sk, value_Sk, 1.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        n_S1 = kept_Sk.sum(axis=1, keepdims=True)
        x_mean_S1 = (kept_Sk * x_k).sum(axis=1, keepdims=True) / n_S1
        y_mean_S1 = y_Sk.sum(axis=1, keepdims=True) / n_S1
        dx_Sk = kept_Sk * (x_k - x_mean_S1)
        slope_S = (dx_Sk * y_Sk).sum(axis=1) / (dx_Sk * dx_Sk).sum(axis=1)
    return from_slope(np.exp(y_mean_S1[:, 0] - slope_S * x_mean_S1[:, 0]), slope_S)
