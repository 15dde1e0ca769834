"""Fit one law to one curve, and say how far its parameters could be off if the law were true.

The intervals come from a parametric bootstrap: new counts are drawn from the fitted curve, with the
binomial noise of the test problems and, where sizes have two or more seeds, the variance between
seeds, and the law is fitted again. They hold neither the misfit of the law (LAWS.md: the larger
error) nor that all sizes share their test problems. They speak of the measured range only.
Shapes: k points, S draws, K parameters, G places on a curve.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from leadline.analyse import noise
from leadline.analyse.laws import FittableLaw, Offset, PaperLaw
from leadline.analyse.measure import Curve, Interval, curves, effective_trials
from leadline.protocols import Floats
from leadline.records import Fit, Measurement

LAWS: tuple[FittableLaw, ...] = (PaperLaw(), Offset())
NEAR_ZERO = 0.02  # below this rate at every size there is no curve to fit
MIN_SIZES = 3  # positive sizes
TOLERANCE = 1e-7  # of the fitted rates, between two reweighted fits
MAX_REWEIGHTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFit:
    """A law that was not fitted to a curve, and why, in words for the reader."""

    model: str
    task: str
    method: str
    metric: str
    law: str
    reason: str


def fit_all(
    measurements: Iterable[Measurement], *, metric: str = "accuracy", seed: int = 0
) -> list[Fit | NoFit]:
    """Every law on every curve of `metric`."""
    found = curves(measurements, metric=metric)
    return [fit(law, curve, seed=seed) for curve in found for law in LAWS]


def fit(law: FittableLaw, curve: Curve, *, n_draws: int = 1000, seed: int = 0) -> Fit | NoFit:
    """The law on the curve's points, each seed a point of its own; or NoFit with the reason."""
    of = {"model": curve.model, "task": curve.task, "method": curve.method, "metric": curve.metric}
    decided = [m for m in curve.points if not math.isnan(m.value)]
    refusals = [(m, law.refuses(m.n_examples, m.value)) for m in decided]
    kept = [m for m, why in refusals if why is None]
    reason = _unfit(decided, kept)
    if reason:
        return NoFit(**of, law=law.name, reason=reason)
    n_k = np.array([m.n_examples for m in kept], dtype=np.float64)
    rate_k = np.array([m.value for m in kept])
    trials_k = np.array([effective_trials(m) for m in kept])
    tau = noise.seed_spread(kept)
    parameters_1K, weight_k = _estimate(law, n_k, rate_k, trials_k, tau)
    curve_k = law.predict(n_k, parameters_1K)[0]
    rng = np.random.default_rng([seed, *b"bootstrap"])
    draws_Sk = noise.draw(curve_k, trials_k, tau, n_draws=n_draws, rng=rng)
    draws_SK = law.estimate(n_k, draws_Sk, weight_k)
    fitted_SK = draws_SK[np.isfinite(draws_SK).all(axis=1)]
    dropped = dict.fromkeys(why for _, why in refusals if why is not None)
    dropped |= dict.fromkeys(
        f"n = {m.n_examples}: nothing was decided" for m in curve.points if math.isnan(m.value)
    )
    if len(fitted_SK) < n_draws:
        dropped[f"{n_draws - len(fitted_SK)} of {n_draws} bootstrap draws: no fit"] = None
    return Fit(
        **of,
        law=law.name,
        parameters=dict(zip(law.bounds, map(float, parameters_1K[0]), strict=True)),
        draws=tuple(tuple(row) for row in fitted_SK.tolist()),
        points=tuple((float(n), float(rate)) for n, rate in zip(n_k, rate_k, strict=True)),
        residuals=tuple((rate_k - curve_k).tolist()),
        domain=(float(n_k.min()), float(n_k.max())),
        log_likelihood=noise.log_likelihood(kept, curve_k),
        dropped=tuple(dropped),
    )


def _unfit(decided: Sequence[Measurement], kept: Sequence[Measurement]) -> str | None:
    sizes = {m.n_examples for m in decided if m.n_examples > 0}
    usable = {m.n_examples for m in kept if m.n_examples > 0}
    if len(sizes) < MIN_SIZES:
        return f"a curve needs {MIN_SIZES} sizes above 0, and {len(sizes)} were measured"
    best = max(m.value for m in decided)
    if best < NEAR_ZERO:
        return (
            f"the rate stays below {NEAR_ZERO:.0%} at every size (at most {best:.1%}): the "
            "model is too small for this task, or trained too little: there is no curve to fit"
        )
    if len(usable) < MIN_SIZES:
        return (
            f"only {len(usable)} of {len(sizes)} sizes above 0 have a right answer, and this law "
            f"is fitted to the logarithm of the rate, which needs {MIN_SIZES}"
        )
    return None


def _estimate(
    law: FittableLaw, n_k: Floats, rate_k: Floats, trials_k: noise.Ints, tau: float
) -> tuple[Floats, Floats]:
    """Parameters (1, K) and weights (k,): inverse variances under the fitted curve itself, by
    reweighting until the curve stands still, which is the maximum of the binomial likelihood."""
    curve_k = (rate_k * trials_k + 0.5) / (trials_k + 1.0)
    for _ in range(MAX_REWEIGHTS):
        weight_k = 1.0 / noise.variance(curve_k, trials_k, tau)
        parameters_1K = law.estimate(n_k, rate_k[None], weight_k)
        before, curve_k = curve_k, law.predict(n_k, parameters_1K)[0]
        if np.abs(curve_k - before).max() < TOLERANCE:
            break
    return parameters_1K, weight_k


def interval(fit: Fit, *, level: float = 0.95) -> dict[str, Interval]:
    """Central bootstrap interval of each parameter. The paper's b is taken through the slope 1/b:
    if the slope's interval holds 0, the curve may be flat and b's interval has no upper end."""
    ends = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    found = {}
    for i, name in enumerate(fit.parameters):
        values_S = np.array([draw[i] for draw in fit.draws])
        if (fit.law, name) == ("paper", "b"):
            low, high = map(float, np.quantile(1.0 / values_S, ends))
            found[name] = Interval(1.0 / high, 1.0 / low if low * high > 0 else math.inf)
        else:
            found[name] = Interval(*map(float, np.quantile(values_S, ends)))
    return found


def at_edge(fit: Fit) -> list[str]:
    """The parameters that stand at a bound of their law: the data alone do not settle these."""
    found = []
    for name, (low, high) in law_of(fit).bounds.items():
        value = fit.parameters[name]
        nearest = low if abs(value - low) < abs(value - high) else high
        if math.isclose(value, nearest, rel_tol=1e-4, abs_tol=1e-9):
            found.append(name)
    return found


def law_of(fit: Fit) -> FittableLaw:
    """The law that a fit is of. Raises StopIteration for one that is not in `LAWS`."""
    return next(law for law in LAWS if law.name == fit.law)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A fitted curve with its pointwise bootstrap band; all (G,), rates 0–1."""

    n: Floats
    curve: Floats
    low: Floats
    high: Floats


def band(fit: Fit, n_G: Floats, *, level: float = 0.95) -> Band:
    """The fitted curve at `n_G`. Raises ValueError outside the fitted range (no forecast)."""
    if n_G.min() < fit.domain[0] or n_G.max() > fit.domain[1]:
        raise ValueError(f"{fit.law} was fitted to n from {fit.domain[0]:g} to {fit.domain[1]:g}")
    law = law_of(fit)
    rate_SG = law.predict(n_G, np.array(fit.draws))
    low_G, high_G = np.quantile(rate_SG, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    curve_G = law.predict(n_G, np.array([[*fit.parameters.values()]]))[0]
    return Band(n=n_G, curve=curve_G, low=low_G, high=high_G)
