"""Laws for short, flat or log-linear curves: constant, loglinear, logit_linear."""

import math

import numpy as np
from scipy.special import expit

from leadline.curves.points import Kind
from leadline.laws.families.base import (
    FASTEST,
    Axis,
    Box,
    Family,
    Frame,
    columns,
)
from leadline.protocols import Floats


class Constant(Family):
    """q = e: more data change nothing."""

    name = "constant"
    formula = "1 - P = e"
    formula_loss = "L = e"
    parameters = {"e": "error"}  # noqa: RUF012
    takes_zero = True

    def box(self, frame: Frame) -> Box:
        return Box(0.0, frame.top, 0.0, 0.0, frame.top)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        return ()

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        return np.zeros((*theta.shape[:-1], len(n_k)))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        return np.zeros((*theta.shape[:-1], len(n_k), 0))

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        return columns([e_S])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        return np.asarray(parameters[:, :1] + 0.0 * np.asarray(n, dtype=np.float64))


class LogLinear(Family):
    """q = a - s · ln n, and not below 0. Inside, `e` is the error at the largest size
    and e + drop the one at the smallest."""

    name = "loglinear"
    formula = "1 - P = a - s · ln n, not below 0"
    formula_loss = "L = a - s · ln n, not below 0"
    parameters = {"a": "error at n = 1", "s": "error per e-fold"}  # noqa: RUF012
    takes_zero = False

    def box(self, frame: Frame) -> Box:
        return Box(0.0, frame.top, 0.0, 1.0 if frame.kind == "rate" else math.inf, frame.top)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        return ()

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        line_k = np.log(frame.largest / n_k) / math.log(frame.largest / frame.smallest)
        return np.asarray(np.broadcast_to(line_k, (*theta.shape[:-1], len(n_k))))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        return np.zeros((*theta.shape[:-1], len(n_k), 0))

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        slope = drop_S / math.log(frame.largest / frame.smallest)
        return columns([e_S + slope * math.log(frame.largest), slope])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        line = parameters[:, :1] - parameters[:, 1:] * np.log(np.asarray(n, dtype=np.float64))
        return np.asarray(np.maximum(line, 0.0))


class LogitLinear(Family):
    """P = g + (1 - g) · logistic(a + b · ln n), g the chance rate, 0 where none is given. On a
    loss, the same with a logarithm for the logit: ln L = a - b · ln n, a power law without a floor.
    """

    name = "logit_linear"
    formula = "P = g + (1 - g) / (1 + exp(-a - b · ln n)), g the chance rate"
    formula_loss = "ln L = a - b · ln n"
    parameters = {"a": "logit at n = 1", "b": "logit per e-fold", "g": "rate, given"}  # noqa: RUF012
    takes_zero = False

    def box(self, frame: Frame) -> Box:
        if frame.kind == "loss":
            return Box(0.0, 0.0, 0.0, math.inf, frame.top)
        guess = frame.top if frame.guess is None else frame.guess
        return Box(0.0, 0.0, 1.0, 1.0, guess)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        power = Axis("b", 0.0, FASTEST, 120 if frame.kind == "loss" else 31)
        return (power,) if frame.kind == "loss" else (power, Axis("a", -15.0, 15.0, 41))

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        if frame.kind == "loss":
            return np.asarray(np.exp(-theta[..., 0, None] * np.log(n_k / frame.smallest)))
        x_k = np.log(n_k / frame.largest)
        return np.asarray(expit(-theta[..., 1, None] - theta[..., 0, None] * x_k))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        f = self.shape(n_k, theta, frame)
        if frame.kind == "loss":
            return np.asarray((-np.log(n_k / frame.smallest) * f)[..., None])
        steep = -f * (1.0 - f)
        return np.stack([steep * np.log(n_k / frame.largest), steep], axis=-1)

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        slope = theta_ST[:, 0]
        if frame.kind == "loss":
            level = np.log(np.maximum(drop_S, 1e-300)) + slope * math.log(frame.smallest)
            return columns([level, slope, np.zeros_like(slope)])
        level = theta_ST[:, 1] - slope * math.log(frame.largest)
        return columns([level, slope, 1.0 - drop_S])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        a, b, g = (parameters[:, i, None] for i in range(3))
        x = np.log(np.asarray(n, dtype=np.float64))
        if kind == "loss":
            return np.asarray(np.exp(a - b * x))
        return np.asarray((1.0 - g) * expit(-a - b * x))
