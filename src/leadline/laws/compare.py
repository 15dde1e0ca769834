"""Which law foresees best: every law is fitted without the largest sizes and scored on them.

In-sample R² is given beside it and decides nothing. A curve with fewer than 5 sizes above 0 has
nothing to hold out: there AICc stands in, where it is defined. Laws are compared over the curves of
a study in pairs, on the same curves, with an interval by resampling tasks: curves of one task are
not independent.
Shapes: H held-out sizes, S draws, C curves, R resamplings.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import logsumexp

from leadline.laws import noise
from leadline.laws.families import FAMILIES, Family, family
from leadline.laws.fit import fit_law
from leadline.laws.law_fit import Ends, LawFit
from leadline.laws.observe import Observed
from leadline.protocols import Floats
from leadline.seeding import rng

FEWEST_SIZES = 5  # above 0, to hold some out
LARGEST = (1, 2)  # so many of the largest sizes are held out, in turn
Measure = Literal["log_score", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How every law is fitted; see `fit_law`."""

    pooled_tau: float | None = None
    n_draws: int = 200
    seed: int = 0


class HeldOut(NamedTuple):
    """Scores of the held-out sizes, (H,) each; see `LawScore`."""

    log_score: Floats
    plug_in: Floats
    error: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class LawScore:
    """One law on one curve. Scores are means over the held-out sizes, nan where there are none."""

    law: str
    log_score: float = (
        math.nan
    )  # ln predictive density, nats, parameters uncertain: higher is better
    plug_in: float = math.nan  # the same with the fitted parameters taken as true
    error: float = (
        math.nan
    )  # |predicted - measured| rate (0–1), of a loss |ln predicted - ln measured|
    n_held_out: int = 0  # sizes scored, those held out twice counted twice
    aicc: float | None = None  # on all sizes: lower is better
    r_squared: float = math.nan  # on all sizes, in-sample
    reason: str = ""  # why the law was not scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All laws on one curve; `basis` says what they are ordered by, best first."""

    curve_id: str
    task: str
    basis: Literal["held-out", "AICc"]
    scores: tuple[LawScore, ...]

    def of(self, law: str) -> LawScore:
        """The score of a law. Raises StopIteration for a law that was not compared."""
        return next(score for score in self.scores if score.law == law)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A law against another over the curves where both were scored: `law` minus `against`."""

    law: str
    against: str
    measure: Measure
    mean: float
    interval: Ends  # 95 %, tasks resampled; nan with one task
    n_curves: int
    n_tasks: int


def compare_laws(
    observed: Observed,
    *,
    laws: Sequence[str | Family] = FAMILIES,
    pooled_tau: float | None = None,
    n_draws: int = 200,
    seed: int = 0,
) -> Comparison:
    """Every law on one curve, best first; laws without a score come last."""
    options = Options(pooled_tau=pooled_tau, n_draws=n_draws, seed=seed)
    n_sizes = int((observed.n > 0).sum())
    scores = [_score(observed, law, n_sizes >= FEWEST_SIZES, options) for law in laws]
    basis: Literal["held-out", "AICc"] = "held-out" if n_sizes >= FEWEST_SIZES else "AICc"

    def rank(score: LawScore) -> float:
        if basis == "AICc":
            return math.inf if score.aicc is None else score.aicc
        return math.inf if math.isnan(score.log_score) else -score.log_score

    coordinates = observed.curve.coordinates
    task = "/".join(filter(None, (coordinates.get("source"), coordinates.get("task"))))
    return Comparison(
        curve_id=observed.curve.id,
        task=task or observed.curve.id,
        basis=basis,
        scores=tuple(sorted(scores, key=rank)),
    )


def compare_over_curves(
    comparisons: Iterable[Comparison],
    *,
    against: str = "offset",
    measure: Measure = "log_score",
    n_resamplings: int = 2000,
    seed: int = 0,
) -> list[Difference]:
    """Every law against one, paired on the curves where both have a held-out score."""
    known = list(comparisons)
    laws = dict.fromkeys(score.law for one in known for score in one.scores)
    return [
        _difference(known, law, against, measure, n_resamplings, seed)
        for law in laws
        if law != against
    ]


def _score(observed: Observed, law: str | Family, hold_out: bool, options: Options) -> LawScore:
    one = family(law) if isinstance(law, str) else law
    whole = fit_law(observed, one, pooled_tau=options.pooled_tau, n_draws=0)
    if not isinstance(whole, LawFit):
        return LawScore(law=one.name, reason=whole.reason)
    score = LawScore(law=one.name, aicc=whole.aicc, r_squared=whole.r_squared)
    if not hold_out:
        return replace(score, reason=f"fewer than {FEWEST_SIZES} sizes above 0: none held out")
    found = []
    for largest in LARGEST:
        scored = held_out(observed, one, largest=largest, options=options)
        if isinstance(scored, str):  # a mean over other sizes would not compare
            return replace(score, reason=f"without the largest {largest}: {scored}")
        found.append(scored)
    log_score, plug_in, error = (np.concatenate(column) for column in zip(*found, strict=True))
    return replace(
        score,
        log_score=float(log_score.mean()),
        plug_in=float(plug_in.mean()),
        error=float(error.mean()),
        n_held_out=len(log_score),
    )


def held_out(observed: Observed, one: Family, *, largest: int, options: Options) -> HeldOut | str:
    """The largest sizes by the law fitted without them; or why it could not be fitted.

    A density of the rate (or of the loss), so that curves with other test sets compare."""
    k = len(observed.n) - largest
    fit = fit_law(
        observed.upto(k),
        one,
        pooled_tau=options.pooled_tau,
        n_draws=options.n_draws,
        seed=options.seed,
    )
    if not isinstance(fit, LawFit):
        return fit.reason
    tau = noise.spread(observed, pooled=options.pooled_tau).tau
    likelihood = noise.likelihood_of(observed, tau=tau).at(slice(k, None))
    per_rate = np.log(likelihood.trials_k) if isinstance(likelihood, noise.Counts) else 0.0
    values = np.array([[*fit.parameters.values()]])
    mean_SH = one.predict(observed.n[k:], np.concatenate([values, fit.draws]), kind=fit.kind)
    density_SH = per_rate - likelihood.minus_log(mean_SH)
    if fit.kind == "loss":
        error_H = np.abs(np.log(np.maximum(mean_SH[0], noise.ALMOST) / observed.error[k:]))
    else:
        error_H = np.abs(mean_SH[0] - observed.error[k:])
    uncertain_H = logsumexp(density_SH, axis=0) - math.log(len(density_SH))
    return HeldOut(log_score=uncertain_H, plug_in=density_SH[0], error=error_H)


def _difference(
    comparisons: Sequence[Comparison],
    law: str,
    against: str,
    measure: Measure,
    n_resamplings: int,
    seed: int,
) -> Difference:
    pairs = [(one.task, _of(one, law, measure), _of(one, against, measure)) for one in comparisons]
    known = [(task, a - b) for task, a, b in pairs if not math.isnan(a - b)]
    tasks = sorted({task for task, _ in known})
    difference_C = np.array([d for _, d in known])
    interval = Ends(math.nan, math.nan)
    if len(tasks) > 1:
        at_C = np.array([tasks.index(task) for task, _ in known])
        sum_T = np.bincount(at_C, weights=difference_C)
        count_T = np.bincount(at_C)
        generator = rng(seed, f"compare {law} {against} {measure}")
        drawn_RT = generator.integers(0, len(tasks), (n_resamplings, len(tasks)))
        mean_R = sum_T[drawn_RT].sum(axis=1) / count_T[drawn_RT].sum(axis=1)
        interval = Ends(*map(float, np.quantile(mean_R, [0.025, 0.975])))
    return Difference(
        law=law,
        against=against,
        measure=measure,
        mean=float(difference_C.mean()) if known else math.nan,
        interval=interval,
        n_curves=len(known),
        n_tasks=len(tasks),
    )


def _of(comparison: Comparison, law: str, measure: Measure) -> float:
    for score in comparison.scores:
        if score.law == law:
            return score.log_score if measure == "log_score" else score.error
    return math.nan
