"""Laws with a floor and a power tail: pow3, offset (the default), rectified, sigmoid, one break."""

import math

import numpy as np
from scipy.special import expit

from leadline.curves.points import Kind
from leadline.laws.families.base import (
    Axis,
    Box,
    Family,
    Frame,
    columns,
    falling_box,
    location_axis,
    logs,
    power_axis,
)
from leadline.protocols import Floats


class Power3(Family):
    """q = e + A · n^-α. Inside, the level is the one at the smallest size, where it is bounded."""

    name = "pow3"
    formula = "1 - P = e + A · n^-alpha"
    formula_loss = "L = e + A · n^-alpha"
    parameters = {"e": "error", "A": "error at n = 1, above e", "alpha": "power"}  # noqa: RUF012
    takes_zero = False

    def box(self, frame: Frame) -> Box:
        return falling_box(frame)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        return (power_axis("alpha", 300),)

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        return np.asarray(np.exp(-np.exp(theta[..., 0, None]) * np.log(n_k / frame.smallest)))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        fall = np.exp(theta[..., 0, None]) * np.log(n_k / frame.smallest)
        return np.asarray((-fall * np.exp(-fall))[..., None])

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        alpha = np.exp(theta_ST[:, 0])
        return columns([e_S, drop_S * frame.smallest**alpha, alpha])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        e, a, alpha = (parameters[:, i, None] for i in range(3))
        return np.asarray(e + a * np.asarray(n, dtype=np.float64) ** -alpha)


class OffsetPower(Family):
    """q = e + (q0 - e) · (1 + n/D0)^-α: finite and bounded at n = 0, a power tail beyond D0.

    D0 plays the part of the data that pre-training was worth."""

    name = "offset"
    formula = "1 - P = e + (q0 - e) · (1 + n/D0)^-alpha"
    formula_loss = "L = e + (q0 - e) · (1 + n/D0)^-alpha"
    parameters = {  # noqa: RUF012
        "e": "error",
        "q0": "error at n = 0",
        "D0": "size",
        "alpha": "power",
    }
    takes_zero = True

    def box(self, frame: Frame) -> Box:
        return falling_box(frame)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        return (location_axis("D0", frame, 32), power_axis("alpha", 24))

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        grown = np.log1p(n_k * np.exp(-theta[..., 0, None]))
        return np.asarray(np.exp(-np.exp(theta[..., 1, None]) * grown))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        ratio = n_k * np.exp(-theta[..., 0, None])
        alpha = np.exp(theta[..., 1, None])
        fall = alpha * np.log1p(ratio)
        f = np.exp(-fall)
        return np.stack([alpha * f * ratio / (1.0 + ratio), -fall * f], axis=-1)

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        return columns([e_S, e_S + drop_S, np.exp(theta_ST[:, 0]), np.exp(theta_ST[:, 1])])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        e, q0, d0, alpha = (parameters[:, i, None] for i in range(4))
        return np.asarray(e + (q0 - e) * (1.0 + np.asarray(n, dtype=np.float64) / d0) ** -alpha)


class Rectified(Family):
    """q = e + B / (D_l + n^β): Lin's rectified law (2402.02314); S-shaped in ln n when β > 1.

    Inside it is e + drop / (1 + (n/D)^β), with D_l = D^β and B = drop · D_l."""

    name = "rectified"
    formula = "1 - P = e + B / (D_l + n^beta)"
    formula_loss = "L = e + B / (D_l + n^beta)"
    parameters = {  # noqa: RUF012
        "e": "error",
        "B": "error · size^beta",
        "D_l": "size^beta",
        "beta": "power",
    }
    takes_zero = True

    def box(self, frame: Frame) -> Box:
        return falling_box(frame)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        return (location_axis("D_l", frame, 32), power_axis("beta", 24))

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        return np.asarray(expit(-np.exp(theta[..., 1, None]) * (logs(n_k) - theta[..., 0, None])))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        beta = np.exp(theta[..., 1, None])
        from_middle = np.where(n_k > 0, logs(np.maximum(n_k, 1e-300)), 0.0) - theta[..., 0, None]
        f = self.shape(n_k, theta, frame)
        steep = np.where(n_k > 0, beta * f * (1.0 - f), 0.0)
        return np.stack([steep, -steep * from_middle], axis=-1)

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        beta = np.exp(theta_ST[:, 1])
        before = np.exp(beta * theta_ST[:, 0])
        return columns([e_S, drop_S * before, before, beta])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        e, b, before, beta = (parameters[:, i, None] for i in range(4))
        return np.asarray(e + b / (before + np.asarray(n, dtype=np.float64) ** beta))


class Sigmoid(Rectified):
    """P = P0 + (P_inf - P0) / (1 + (D_mid/n)^B), ScaleRL's onset form (2510.13786), with P0 fixed
    at the rate of a guess: the rectified law with a known start."""

    name = "sigmoid"
    formula = "P = P0 + (P_inf - P0) / (1 + (D_mid/n)^B), P0 the chance rate"
    formula_loss = ""
    parameters = {  # noqa: RUF012
        "P0": "rate, given",
        "P_inf": "rate",
        "D_mid": "size",
        "B": "power",
    }

    def refuses(self, frame: Frame) -> str | None:
        if frame.kind == "loss":
            return "a loss has no chance rate: without one this law is the rectified one"
        if frame.guess is None:
            return "no chance rate is given: without one this law is the rectified one"
        return None

    def box(self, frame: Frame) -> Box:
        guess = frame.top if frame.guess is None else frame.guess
        return Box(0.0, min(frame.highest_floor, guess), 1.0, 1.0, guess)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        return (location_axis("D_mid", frame, 32), power_axis("B", 24))

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        middle, steepness = np.exp(theta_ST[:, 0]), np.exp(theta_ST[:, 1])
        return columns([1.0 - e_S - drop_S, 1.0 - e_S, middle, steepness])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        start, end, middle, steepness = (parameters[:, i, None] for i in range(4))
        grown = expit(steepness * (logs(n) - np.log(middle)))
        return np.asarray(1.0 - start - (end - start) * grown)


class OneBreak(Family):
    """q = e + A · n^-c0 · (1 + (n/d)^(1/f))^(-c1·f): a broken neural scaling law (2210.14891) with
    one break. Its bounds keep both powers, c0 before and c0 + c1 after the break, from 0 to 3."""

    name = "bnsl1"
    formula = "1 - P = e + A · n^-c0 · (1 + (n/d)^(1/f))^(-c1·f)"
    formula_loss = "L = e + A · n^-c0 · (1 + (n/d)^(1/f))^(-c1·f)"
    parameters = {  # noqa: RUF012
        "e": "error",
        "A": "error · size^c0",
        "c0": "power",
        "c1": "power",
        "d": "size",
        "f": "e-folds",
    }
    takes_zero = False
    fewest_sizes = 12  # six parameters

    def box(self, frame: Frame) -> Box:
        return falling_box(frame)

    def axes(self, frame: Frame) -> tuple[Axis, ...]:
        first, last = math.log(frame.smallest), math.log(frame.largest)
        return (
            Axis("c0", 0.0, 3.0, 10),
            Axis("c0 + c1", 0.0, 3.0, 10),
            Axis("d", first, last, 10),
            Axis("f", math.log(0.05), math.log(2.0), 3),
        )

    def shape(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        x = np.log(n_k / frame.smallest)
        return np.asarray(np.exp(-_broken(x, theta, frame)[0]))

    def slopes(self, n_k: Floats, theta: Floats, frame: Frame) -> Floats:
        fall, by_theta = _broken(np.log(n_k / frame.smallest), theta, frame)
        return np.asarray(-np.exp(-fall)[..., None] * by_theta)

    def printed(self, e_S: Floats, drop_S: Floats, theta_ST: Floats, frame: Frame) -> Floats:
        before, after, place, width = theta_ST[:, 0], theta_ST[:, 1], theta_ST[:, 2], theta_ST[:, 3]
        f, more = np.exp(width), after - before
        start = np.logaddexp(0.0, (math.log(frame.smallest) - place) / f) * f
        level = drop_S * frame.smallest**before * np.exp(more * start)
        return columns([e_S, level, before, more, np.exp(place), f])

    def predict(self, n: Floats, parameters: Floats, *, kind: Kind = "rate") -> Floats:
        e, a, c0, c1, d, f = (parameters[:, i, None] for i in range(6))
        x = np.log(np.asarray(n, dtype=np.float64))
        bend = np.logaddexp(0.0, (x - np.log(d)) / f) * f
        return np.asarray(e + a * np.exp(-c0 * x - c1 * bend))


def _broken(x_k: Floats, theta: Floats, frame: Frame) -> tuple[Floats, Floats]:
    """-ln f (…, k), 0 at the smallest size (x = 0), and its derivatives (…, k, 4)."""
    before, after, place, width = (theta[..., i, None] for i in range(4))
    f = np.exp(width)
    first = math.log(frame.smallest)

    def bend(x: Floats) -> tuple[Floats, Floats, Floats]:
        y = (x + first - place) / f
        soft, share = np.logaddexp(0.0, y), expit(y)
        return soft * f, -share, (soft - y * share) * f  # by place, by ln f

    at_x, at_0 = bend(x_k), bend(np.zeros(1))
    soft, by_place, by_width = (a - b for a, b in zip(at_x, at_0, strict=True))
    more = after - before
    slopes = np.broadcast_arrays(x_k - soft, soft, more * by_place, more * by_width)
    return before * x_k + more * soft, np.stack(slopes, axis=-1)
