"""The win rate that would be left if both responses were of equal length.

After AlpacaEval 2 (Dubois et al. 2024), for one pair of models: a logistic regression of the
verdict on tanh(difference of lengths / its standard deviation), read off at a difference of 0.
There is one pair of models, so neither terms for the models nor for the instructions' difficulty,
and no penalty. *Neither* counts as half a win. Where the regression has no finite answer or did
not arrive at it, the raw rate stands in its place, and says why: whoever shows it shows that too.

Arrays: N pairs, in which both responses and the verdict are known.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from leadline.analyse.resample import LEVEL, Rate
from leadline.protocols import Floats

_STEPS = 50
_FLAT = 1e-9  # of the mean gradient: converged


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthControlled:
    """`rate`: at equal length if `controlled`, else the raw one, and `why` says why. `effect`: the
    log-odds by which tanh = 1 more length raises the rate (nan unless controlled)."""

    rate: Rate
    effect: float
    controlled: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticFit:
    """Intercept and slope, the inverse of the Hessian (2, 2), and how flat it is there."""

    intercept: float
    slope: float
    inverse: Floats
    gradient: float  # largest of the mean gradient
    n_steps: int

    @property
    def converged(self) -> bool:
        """Whether the fit is finite and stands where the likelihood is flat."""
        return math.isfinite(self.intercept + self.slope) and self.gradient < _FLAT


def length_controlled(
    won_N: Floats,
    longer_N: Floats,
    index_N: NDArray[np.intp],
    *,
    raw: Rate,
) -> LengthControlled:
    """The rate at equal length. won_N: 1, 0.5 or 0; longer_N: characters that the one response has
    more than the other; index_N: the cluster of each pair, from 0; raw: the rate to fall back to.

    The interval is that of the intercept, its standard error robust to clusters.
    """
    why = _unfit(won_N, longer_N)
    if not why:
        x_N = np.tanh(longer_N / longer_N.std())
        why = _separated(won_N, x_N)
    if not why:
        fit = fit_logistic(x_N, won_N)
        if fit.converged:
            error = _clustered_error(fit, x_N, won_N, index_N)
            if math.isfinite(error):
                return _at_equal_length(fit, error)
        why = f"the regression did not converge (gradient {fit.gradient:.1e})"
    return LengthControlled(rate=raw, effect=math.nan, controlled=False, why=why)


def _at_equal_length(fit: LogisticFit, error: float) -> LengthControlled:
    z = float(norm.ppf(0.5 + LEVEL / 2))
    ends = (fit.intercept, fit.intercept - z * error, fit.intercept + z * error)
    rate = Rate(*(float(expit(end)) for end in ends))
    return LengthControlled(rate=rate, effect=fit.slope, controlled=True)


def _unfit(won_N: Floats, longer_N: Floats) -> str:
    """Why there is nothing to fit; "" if there is."""
    if len(won_N) < 2:
        return f"{len(won_N)} decided pairs are too few"
    if not (np.isfinite(longer_N).all() and np.isfinite(won_N).all()):
        return "a length or verdict is not a number"
    if not longer_N.std():
        return "all pairs differ by the same number of characters"
    return ""


def _separated(won_N: Floats, x_N: Floats) -> str:
    """Why the likelihood has no finite maximum; "" if it has one. A half counts on both sides. With
    one slope the sides are separated exactly when one ends where the other begins."""
    won, lost = x_N[won_N > 0], x_N[won_N < 1]
    if not len(won) or not len(lost) or not won_N.std():
        return "every verdict is the same"
    if lost.max() <= won.min() or won.max() <= lost.min():
        return "length alone separates the wins from the losses"
    return ""


def fit_logistic(x_N: Floats, y_N: Floats) -> LogisticFit:
    """Maximum likelihood of P(y = 1) = 1 / (1 + exp(-intercept - slope·x)), y from 0 to 1, by
    Newton's method; a step is halved until the likelihood does not fall."""
    design_N2 = np.stack([np.ones_like(x_N), x_N], axis=1)
    beta = np.zeros(2)
    gradient, inverse = math.inf, np.full((2, 2), math.nan)
    for n_steps in range(1, _STEPS + 1):  # noqa: B007
        p_N = expit(design_N2 @ beta)
        slope_2 = design_N2.T @ (y_N - p_N)
        gradient = float(np.abs(slope_2).max()) / len(y_N)
        try:
            inverse = np.linalg.inv((design_N2.T * (p_N * (1 - p_N))) @ design_N2)
        except np.linalg.LinAlgError:
            break
        if gradient < _FLAT:
            break
        beta = _improved(design_N2, y_N, beta, inverse @ slope_2)
    return LogisticFit(
        intercept=float(beta[0]),
        slope=float(beta[1]),
        inverse=inverse,
        gradient=gradient,
        n_steps=n_steps,
    )


def _improved(design_N2: Floats, y_N: Floats, beta: Floats, step: Floats) -> Floats:
    before = _log_likelihood(design_N2, y_N, beta)
    for _ in range(30):
        if _log_likelihood(design_N2, y_N, beta + step) >= before - 1e-12 * abs(before):
            return beta + step
        step = step / 2
    return beta


def _log_likelihood(design_N2: Floats, y_N: Floats, beta: Floats) -> float:
    at_N = design_N2 @ beta
    return float((y_N * at_N - np.logaddexp(0.0, at_N)).sum())


def _clustered_error(
    fit: LogisticFit, x_N: Floats, y_N: Floats, index_N: NDArray[np.intp]
) -> float:
    """Standard error of the intercept when pairs are independent between clusters only."""
    n_clusters = int(index_N.max()) + 1
    if n_clusters < 2:
        return math.nan
    residual_N = y_N - expit(fit.intercept + fit.slope * x_N)
    scores_C2 = np.stack(
        [np.bincount(index_N, weights=residual_N), np.bincount(index_N, weights=residual_N * x_N)],
        axis=1,
    )
    middle = scores_C2.T @ scores_C2 * (n_clusters / (n_clusters - 1))
    return math.sqrt(float((fit.inverse @ middle @ fit.inverse)[0, 0]))
