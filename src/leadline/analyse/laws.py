"""The laws: each is names, bounds, one function of n, the points it refuses, and its estimator.

Two laws stand here: the paper's, kept as the baseline, and one that is bounded and contains n = 0.
Shapes: k sizes, S data sets (the measured one, or bootstrap draws), K parameters.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from leadline.analyse import solve
from leadline.protocols import Floats, Law

FLATTEST = 1e6  # |b| of the paper's law at most: 1/b is a slope, and a flat curve has slope 0


class FittableLaw(Law, Protocol):
    """A law with its own estimator."""

    def refuses(self, n: float, rate: float) -> str | None: ...  # why, or None to take the point
    def estimate(self, n_k: Floats, rate_Sk: Floats, weight_k: Floats) -> Floats: ...  # (S, K)


@dataclass(frozen=True, slots=True)
class PaperLaw:
    """P = a · n^(1/b), the paper's form (arXiv 2410.03717, Tables 7 and 8). `a` is the rate (0–1)
    at n = 1; the paper prints it in per cent. 0 at n = 0 whatever the parameters, and above 1 for
    large n. The paper names no estimator; this is least squares of ln P on ln n, unweighted."""

    name: str = "paper"

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        return {"a": (0.0, np.inf), "b": (-FLATTEST, FLATTEST)}

    def predict(self, n: Floats, parameters: Floats) -> Floats:
        """n (k,), parameters (S, 2) → rates (S, k). Undefined at n = 0 when the curve falls."""
        a_S1, b_S1 = parameters[:, :1], parameters[:, 1:]
        with np.errstate(divide="ignore", over="ignore"):
            rate_Sk: Floats = a_S1 * np.asarray(n, dtype=np.float64) ** (1.0 / b_S1)
        return rate_Sk

    def refuses(self, n: float, rate: float) -> str | None:
        if n == 0:
            return "n = 0, where the paper's law is 0 whatever its parameters"
        if rate == 0:
            return f"n = {n:g}, with no right answer, for the fit is to the logarithm of the rate"
        return None

    def estimate(self, n_k: Floats, rate_Sk: Floats, weight_k: Floats) -> Floats:
        """Rates of 0 are left out; nan where fewer than two sizes remain."""
        kept_Sk = rate_Sk > 0
        x_k = np.log(n_k)
        y_Sk = np.log(np.where(kept_Sk, rate_Sk, 1.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            n_S1 = kept_Sk.sum(axis=1, keepdims=True)
            x_mean_S1 = (kept_Sk * x_k).sum(axis=1, keepdims=True) / n_S1
            y_mean_S1 = y_Sk.sum(axis=1, keepdims=True) / n_S1
            dx_Sk = kept_Sk * (x_k - x_mean_S1)
            slope_S = (dx_Sk * y_Sk).sum(axis=1) / (dx_Sk * dx_Sk).sum(axis=1)
        slope_S = np.where(np.abs(slope_S) < 1 / FLATTEST, 1 / FLATTEST, slope_S)
        a_S = np.exp(y_mean_S1[:, 0] - slope_S * x_mean_S1[:, 0])
        return np.stack([a_S, 1.0 / slope_S], axis=1)


@dataclass(frozen=True, slots=True)
class Offset:
    """1 - P = e + (q0 - e) · (1 + n/D0)^-α: the error falls from q0 at n = 0 towards a floor e.

    D0 (examples) plays the part of the data that pre-training was worth; α is the power of the
    tail. Always within 0–1 and never rising in error. Estimated by weighted least squares, exact in
    e and q0, on a grid over α and D0 that is then refined (see `solve`)."""

    name: str = "offset"

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        return {"e": (0.0, 1.0), "q0": (0.0, 1.0), "D0": (1.0, np.inf), "alpha": (0.02, 3.0)}

    def predict(self, n: Floats, parameters: Floats) -> Floats:
        """n (k,), parameters (S, 4) → rates (S, k), within 0–1."""
        e_S1, q0_S1, D0_S1, alpha_S1 = (parameters[:, i : i + 1] for i in range(4))
        fall_Sk = (1.0 + np.asarray(n, dtype=np.float64) / D0_S1) ** -alpha_S1
        rate_Sk: Floats = 1.0 - e_S1 - (q0_S1 - e_S1) * fall_Sk
        return rate_Sk

    def refuses(self, n: float, rate: float) -> str | None:
        return None

    def estimate(self, n_k: Floats, rate_Sk: Floats, weight_k: Floats) -> Floats:
        low_alpha, high_alpha = self.bounds["alpha"]
        low_D0, high_D0 = 1.0, 100.0 * float(n_k.max())  # examples; LAWS: up to 100 × the largest n
        found = solve.fit_falling(
            lambda alpha, log_D0: (1.0 + n_k / np.exp(log_D0)[..., None]) ** -alpha[..., None],
            solve.Axis(np.log(low_alpha), np.log(high_alpha), 24, np.exp),
            solve.Axis(np.log(low_D0), np.log(high_D0), 32, np.asarray),
            target_Sk=1.0 - rate_Sk,
            weight_k=weight_k,
        )
        return np.stack(
            [found.floor, found.floor + found.drop, np.exp(found.second), found.first], 1
        )
