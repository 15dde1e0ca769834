"""Fit a law to a curve: the most likely parameters, and what the data say of each of them.

The grid of the law's shape is solved exactly by weighted least squares; from its best few local
minima Newton's method goes to the maximum of the likelihood, and the best is kept. No random
starts. The paper's law on logarithms is solved in closed form.
Shapes: k sizes used, G grid cells, Z inner parameters, K parameters of the formula.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.ndimage import minimum_filter

from leadline.laws import bootstrap, newton, noise, solve
from leadline.laws.certainty import Certainty, certainty_of_logs, certainty_of_ml
from leadline.laws.families import FAMILIES, Family, Frame, family, frame_of
from leadline.laws.families.base import coordinates_of
from leadline.laws.families.paper import PAPER, least_squares_on_logs
from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.newton import Minimum, Objective
from leadline.laws.observe import Observed
from leadline.protocols import Floats
from leadline.seeding import rng

STARTS = 3  # local minima of a grid that are followed


class Prepared(NamedTuple):
    """A curve as one law takes it."""

    family: Family
    frame: Frame
    n_k: Floats
    likelihood: noise.Likelihood
    noise: str
    dropped: tuple[str, ...]

    @property
    def objective(self) -> Objective:
        return Objective(
            family=self.family, frame=self.frame, n_k=self.n_k, likelihood=self.likelihood
        )


class Estimate(NamedTuple):
    """The most likely curve."""

    parameters: Floats  # (K,)
    fitted: Floats  # (k,)
    minus_log: float
    certainty: Certainty
    converged: bool
    iterations: int


def fit_all(
    observed: Observed,
    *,
    laws: Sequence[str | Family] = FAMILIES,
    pooled_tau: float | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> list[LawFit | NoFit]:
    """Every law on one curve, in the order given."""
    return [
        fit_law(observed, law, pooled_tau=pooled_tau, n_draws=n_draws, seed=seed) for law in laws
    ]


def fit_law(
    observed: Observed,
    law: str | Family = "offset",
    *,
    pooled_tau: float | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> LawFit | NoFit:
    """One law on one curve, with `n_draws` bootstrap draws; or NoFit with the reason.

    `pooled_tau` is the spread between seeds of the whole study (`noise.pooled_tau`): the curve's
    own is drawn towards it, and a curve with one seed takes it. Raises BadData for an unknown law.
    """
    ready = prepare(observed, law, pooled_tau=pooled_tau)
    if isinstance(ready, NoFit):
        return ready
    found = estimate(ready)
    weight_k = ready.likelihood.information(found.fitted)
    draws, lost = np.zeros((0, len(found.parameters))), 0
    if n_draws:
        purpose = f"law bootstrap {observed.curve.id} {ready.family.name}"
        repeats = ready.likelihood.draw(found.fitted, n_draws, rng(seed, purpose))
        draws = bootstrap.parameter_draws(ready.family, ready.frame, ready.n_k, repeats, weight_k)
        lost = n_draws - len(draws)
    dropped = ready.dropped
    if lost:
        dropped = (*dropped, f"{lost} of {n_draws} bootstrap draws: no fit")
    return _law_fit(observed, ready, found, draws, dropped)


def prepare(
    observed: Observed, law: str | Family, *, pooled_tau: float | None = None
) -> Prepared | NoFit:
    """The sizes that the law can take, and their likelihood; or NoFit with the reason."""
    one = family(law) if isinstance(law, str) else law
    curve = observed.curve

    def no(reason: str) -> NoFit:
        return NoFit(curve_id=curve.id, metric=curve.metric, law=one.name, reason=reason)

    reason = _unfit(observed, one)
    if reason:
        return no(reason)
    frame = frame_of(observed)
    reason = one.refuses(frame)
    if reason:
        return no(reason)
    kept, dropped = _kept(observed, one)
    n_k = observed.n[kept]
    if (n_k > 0).sum() < one.fewest_sizes:
        return no(
            f"{(n_k > 0).sum()} sizes above 0 can be used, and this law needs {one.fewest_sizes}"
            + (f" ({dropped[0]})" if dropped else "")
        )
    spread = noise.spread(observed, pooled=pooled_tau)
    likelihood = noise.likelihood_of(observed, tau=spread.tau)
    words = noise.words(likelihood, spread)
    if not isinstance(likelihood, noise.Counts):
        words = f"{words}: {observed.noise}"
    return Prepared(one, frame, n_k, likelihood.at(kept), words, tuple(dropped))


def estimate(ready: Prepared) -> Estimate:
    """The curve that the law's estimator picks, and how far the data settle it."""
    if ready.family == PAPER:
        return _by_logs(ready)
    starts, solved = grid_starts(ready)
    found = best_of(ready.objective, starts)
    z_Z = found.z[0]
    certainty = certainty_of_ml(ready.objective, z_Z, solved)
    return Estimate(
        parameters=ready.family.parameters_of(found.z, ready.frame)[0],
        fitted=ready.family.mean(ready.n_k, z_Z, ready.frame),
        minus_log=float(found.value[0]),
        certainty=certainty,
        converged=bool(found.converged[0]),
        iterations=int(found.steps[0]),
    )


def grid_starts(ready: Prepared) -> tuple[Floats, solve.Solved]:
    """The best local minima of the grid as starts (B, Z), and the whole grid's solutions (1, G).

    The grid is solved with three weights, and starts are from all: those of what was measured,
    where a rate near 0 that is low by chance takes too much; those at the mean error, the same but
    for the test sets; and those of the curve that came out first, whose solutions are returned."""
    likelihood = ready.likelihood
    _, measured = _grid_solution(ready, likelihood.weights())
    mean_k = np.full(len(ready.n_k), likelihood.target.mean())
    _, even = _grid_solution(ready, likelihood.information(mean_k))
    first_k = ready.family.mean(ready.n_k, measured[0], ready.frame)
    solved, fitted = _grid_solution(ready, likelihood.information(first_k))
    return np.concatenate([measured, even, fitted]), solved


def _grid_solution(ready: Prepared, weight_k: Floats) -> tuple[solve.Solved, Floats]:
    one, frame = ready.family, ready.frame
    box, axes = one.box(frame), one.axes(frame)
    theta_GT = solve.grid(axes)
    solved = solve.profile(
        one.shape(ready.n_k, theta_GT, frame),
        solve.region(box, frame.kind),
        target_Sk=ready.likelihood.target[None],
        weight_k=weight_k,
    )
    objective_G = solved.objective[0]
    sides = [axis.cells for axis in axes] or [1]
    local = minimum_filter(objective_G.reshape(sides), size=3, mode="nearest").ravel()
    cells = np.flatnonzero(objective_G <= local)
    cells = cells[np.argsort(objective_G[cells], kind="stable")][:STARTS]
    starts = coordinates_of(
        solved.e[0, cells], solved.drop[0, cells], theta_GT[cells], box, frame.kind
    )
    return solved, starts


def best_of(objective: Objective, starts_BZ: Floats) -> Minimum:
    """The lowest minimum reached from the starts, as a Minimum of one problem."""
    found = newton.minimise(objective, starts_BZ, *objective.family.bounds(objective.frame))
    best = [int(found.value.argmin())]
    return Minimum(*(field[best] for field in found))


def _by_logs(ready: Prepared) -> Estimate:
    value_k = _value(ready)
    parameters = least_squares_on_logs(ready.n_k, value_k[None])
    fitted_k = ready.family.predict(ready.n_k, parameters, kind=ready.frame.kind)[0]
    variance_k = 1.0 / ready.likelihood.information(ready.likelihood.target)
    return Estimate(
        parameters=parameters[0],
        fitted=fitted_k,
        minus_log=float(ready.likelihood.minus_log(fitted_k).sum()),
        certainty=certainty_of_logs(ready.n_k, value_k, variance_k, parameters[0]),
        converged=True,
        iterations=0,
    )


def _value(ready: Prepared) -> Floats:
    target = ready.likelihood.target
    return target if ready.frame.kind == "loss" else np.asarray(1.0 - target)


def _unfit(observed: Observed, one: Family) -> str | None:
    """Why no curve can be fitted, whatever the law's shape."""
    n_sizes = int((observed.n > 0).sum())
    if n_sizes < one.fewest_sizes:
        return f"{n_sizes} sizes above 0 were measured, and this law needs {one.fewest_sizes}"
    if one.name != "constant" and np.ptp(observed.error) == 0.0:
        return (
            f"all {len(observed.n)} sizes have the same value, {observed.rate[0]:.4g}: the data "
            "say nothing of a shape, and only the constant is fitted"
        )
    return None


def _kept(observed: Observed, one: Family) -> tuple[np.ndarray, list[str]]:
    """Which sizes (k,) the law takes, and why not the others."""
    kept = np.ones(len(observed.n), dtype=bool)
    dropped = []
    if not one.takes_zero and (observed.n == 0).any():
        kept &= observed.n > 0
        dropped.append("n = 0: outside this law, whose sizes are above 0")
    if one == PAPER and observed.curve.kind == "rate":
        for i in np.flatnonzero(kept & (observed.error >= 1.0)):
            kept[i] = False
            dropped.append(f"n = {observed.n[i]:g}: a rate of 0 has no logarithm")
    return kept, dropped


def _law_fit(
    observed: Observed,
    ready: Prepared,
    found: Estimate,
    draws: Floats,
    dropped: tuple[str, ...],
) -> LawFit:
    one, frame, k = ready.family, ready.frame, len(ready.n_k)
    p = 2 if one == PAPER else one.n_free(frame)
    target = ready.likelihood.target
    total = float(((target - target.mean()) ** 2).sum())
    rest = float(((target - found.fitted) ** 2).sum())
    logs = one == PAPER
    return LawFit(
        curve_id=observed.curve.id,
        metric=observed.curve.metric,
        kind=frame.kind,
        law=one.name,
        formula=one.formula if frame.kind == "rate" else one.formula_loss,
        estimator="least squares on logarithms" if logs else "maximum likelihood",
        objective=(
            "Σ (ln P - ln fit)² over the sizes, unweighted; closed form"
            if logs
            else f"-ln likelihood summed over the sizes, nats; to {newton.WORTH:g}"
        ),
        noise=ready.noise,
        parameters=dict(zip(one.parameters, map(float, found.parameters), strict=True)),
        units=one.parameters,
        standard_errors=found.certainty.standard_errors(tuple(one.parameters)),
        covariance=found.certainty.covariance,
        draws=draws,
        log_likelihood=-found.minus_log,
        n_parameters=p,
        aicc=2.0 * (p + found.minus_log + p * (p + 1) / (k - p - 1)) if k > p + 1 else None,
        r_squared=1.0 - rest / total if total > 0.0 else float("nan"),
        n=ready.n_k,
        observed=target,
        fitted=found.fitted,
        dropped=dropped,
        at_edge=found.certainty.at_edge,
        unsettled=found.certainty.unsettled,
        condition=found.certainty.condition,
        converged=found.converged,
        iterations=found.iterations,
    )
