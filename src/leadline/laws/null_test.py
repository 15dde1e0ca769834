"""Is the paper's form refuted by the counts themselves: a likelihood-ratio test against a law.

The laws are not nested and bounds bind, so the statistic's distribution under the null is that of
studies drawn from the fitted null law, each fitted again by both.
"""

from dataclasses import dataclass

import numpy as np

from leadline.laws import bootstrap
from leadline.laws.fit import estimate, prepare
from leadline.laws.law_fit import NoFit
from leadline.laws.observe import Observed
from leadline.seeding import rng


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """Twice the log-likelihood of the alternative above that of the null, on the same sizes."""

    curve_id: str
    null: str
    alternative: str
    statistic: float
    p_value: float  # (1 + draws at least as large) / (1 + draws)
    n_draws: int
    n_sizes: int  # above 0: the paper's law cannot take n = 0


def likelihood_ratio(
    observed: Observed,
    *,
    null: str = "paper_ml",
    alternative: str = "offset",
    pooled_tau: float | None = None,
    n_draws: int = 500,
    seed: int = 0,
) -> LikelihoodRatio | NoFit:
    """The test on the sizes above 0, or NoFit if either law cannot be fitted to them."""
    if (observed.n == 0).any():
        observed = observed.above_zero()
    one = prepare(observed, null, pooled_tau=pooled_tau)
    other = prepare(observed, alternative, pooled_tau=pooled_tau)
    if isinstance(one, NoFit):
        return one
    if isinstance(other, NoFit):
        return other
    fitted = estimate(one)
    statistic = 2.0 * (fitted.minus_log - estimate(other).minus_log)
    generator = rng(seed, f"likelihood ratio {observed.curve.id} {null} {alternative}")
    repeats = one.likelihood.draw(fitted.fitted, n_draws, generator)
    weight_k = one.likelihood.information(fitted.fitted)
    below, above = (
        bootstrap.refit(ready.family, ready.frame, ready.n_k, repeats, weight_k)
        for ready in (one, other)
    )
    drawn = 2.0 * (below - above)
    return LikelihoodRatio(
        curve_id=observed.curve.id,
        null=null,
        alternative=alternative,
        statistic=statistic,
        p_value=(1.0 + float(np.sum(drawn >= statistic - 1e-9))) / (1.0 + n_draws),
        n_draws=n_draws,
        n_sizes=len(observed.n),
    )
