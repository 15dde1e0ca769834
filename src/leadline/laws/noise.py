"""What was measured, given the true error: counts, values, or losses.

One likelihood term a size. The mean over the seeds of a size has the binomial noise of one test
set, for all seeds share the test problems, and the spread between seeds divided by their number.
Seeds differ by `tau` on the logit scale, one tau a curve: as a beta-binomial this is a
concentration per size, fixed at what was measured, so that all laws on a curve have the same
likelihood. Values without counts are Gaussian, losses lognormal.
Errors are q = 1 - P. Shapes: k sizes, S data sets; (…, k) takes either.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, digamma, gammaln

from leadline.curves.metrics import is_signed
from leadline.laws.observe import Observed
from leadline.protocols import Floats

ALMOST = 1e-9  # keeps probabilities off 0 and 1, losses off 0
LOOSEST = 1e6  # a concentration above this is a binomial: ln Γ differences lose more than it says
TAU_WEIGHT = 3.0  # degrees of freedom that the pooled tau counts for, beside the curve's own
ONE_SEED_TAU = 0.06  # between seeds: the median of the public curves from 1,000 examples on
LARGEST_TAU = 1.5  # beyond, the beta-binomial has two humps
Which = NDArray[np.bool_] | slice
LN_2PI = math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Between seeds: tau on the logit scale, and whose it is, in words."""

    tau: float
    words: str


def own_tau(observed: Observed) -> tuple[float, float]:
    """Moment estimate of tau from the sizes with two or more seeds, and its degrees of freedom; 0
    and 0 without such a size. The noise of the test problems is not taken off: seeds share them."""
    excess = scale = freedom = 0.0
    for n, rate in zip(observed.n, observed.error, strict=True):
        values = [p.value for p in observed.curve.points if p.n_examples == n]
        pq = float(rate * (1.0 - rate))
        if len(values) < 2 or pq <= 0.0:
            continue
        excess += (len(values) - 1) * float(np.var(values, ddof=1))
        scale += (len(values) - 1) * pq**2
        freedom += len(values) - 1
    return (math.sqrt(excess / scale), freedom) if scale else (0.0, 0.0)


def pooled_tau(curves: Iterable[Observed]) -> float | None:
    """One tau for the curves of a study: root mean square by degrees of freedom; None if no size of
    any curve has two seeds."""
    found = [own_tau(curve) for curve in curves]
    freedom = sum(df for _, df in found)
    return math.sqrt(sum(df * tau**2 for tau, df in found) / freedom) if freedom else None


def spread(observed: Observed, *, pooled: float | None = None) -> Spread:
    """The curve's tau, drawn towards the pooled one of its study if that is given."""
    own, freedom = own_tau(observed)
    if pooled is None:
        words = "tau between seeds from this curve" if freedom else "one seed: no seed variance"
        return Spread(tau=min(own, LARGEST_TAU), words=words)
    weight = freedom + TAU_WEIGHT
    tau = math.sqrt((freedom * own**2 + TAU_WEIGHT * pooled**2) / weight)
    words = (
        f"tau between seeds drawn to the pooled {pooled:.3g}"
        if freedom
        else f"one seed: the pooled tau {pooled:.3g} between seeds is used"
    )
    return Spread(tau=min(tau, LARGEST_TAU), words=words)


def variance_of_means(observed: Observed, *, pooled: float | None = None) -> Floats:
    """Of each size's mean error (k,), if every run were drawn anew: the spread between seeds over
    their number, or with one seed the noise of the test problems and `ONE_SEED_TAU` between seeds.
    """
    own, freedom = own_tau(observed)
    pq_k = np.clip(observed.error, 0.005, 0.995)
    pq_k = pq_k * (1.0 - pq_k)
    test_k = observed.test_variance
    if not freedom or observed.curve.kind == "loss":
        return np.asarray(test_k + (ONE_SEED_TAU * pq_k) ** 2)
    expected_k = test_k + ((ONE_SEED_TAU if pooled is None else pooled) * pq_k) ** 2
    run_k = (freedom * (own * pq_k) ** 2 + TAU_WEIGHT * expected_k) / (freedom + TAU_WEIGHT)
    return np.asarray(run_k / observed.n_seeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Right answers among `trials_k`, beta-binomial; `concentration_k` inf is binomial."""

    target: Floats  # measured errors (…, k)
    trials_k: Floats
    concentration_k: Floats

    def minus_log(self, q: Floats) -> Floats:
        """-ln of the probability of the counts, in nats, each term (…, k)."""
        q = np.clip(q, ALMOST, 1.0 - ALMOST)
        n, wrong = self.trials_k, self.target * self.trials_k
        right = n - wrong
        choose = gammaln(n + 1) - gammaln(wrong + 1) - gammaln(right + 1)
        value = -choose - right * np.log1p(-q) - wrong * np.log(q)
        if np.isinf(self.concentration_k).all():
            return np.asarray(value)
        c = np.where(np.isinf(self.concentration_k), 1.0, self.concentration_k)
        spread = -choose - betaln(wrong + q * c, right + (1 - q) * c) + betaln(q * c, (1 - q) * c)
        return np.asarray(np.where(np.isinf(self.concentration_k), value, spread))

    def slope(self, q: Floats) -> Floats:
        """Derivative of `minus_log` by q."""
        q = np.clip(q, ALMOST, 1.0 - ALMOST)
        wrong = self.target * self.trials_k
        right = self.trials_k - wrong
        value = right / (1.0 - q) - wrong / q
        if np.isinf(self.concentration_k).all():
            return np.asarray(value)
        c = np.where(np.isinf(self.concentration_k), 1.0, self.concentration_k)
        p_side = digamma(right + (1.0 - q) * c) - digamma((1.0 - q) * c)
        q_side = digamma(wrong + q * c) - digamma(q * c)
        return np.where(np.isinf(self.concentration_k), value, c * (p_side - q_side))

    def information(self, q: Floats) -> Floats:
        """1 / variance of a measured error whose true value is q."""
        q = np.clip(q, ALMOST, 1.0 - ALMOST)
        inflation = 1.0 + (self.trials_k - 1.0) / (self.concentration_k + 1.0)
        return np.asarray(self.trials_k / (q * (1.0 - q) * inflation))

    def weights(self) -> Floats:
        """Weights (…, k) for least squares before any law is fitted: counts moved half a trial."""
        return self.information((self.target * self.trials_k + 0.5) / (self.trials_k + 1.0))

    def at(self, which: Which) -> "Counts":
        """The terms of some sizes."""
        return replace(
            self,
            target=self.target[..., which],
            trials_k=self.trials_k[which],
            concentration_k=self.concentration_k[which],
        )

    def draw(self, q_k: Floats, n_draws: int, rng: np.random.Generator) -> "Counts":
        """The same study repeated, if the errors were `q_k`."""
        q_k = np.clip(q_k, ALMOST, 1.0 - ALMOST)
        loose_k = np.isinf(self.concentration_k)
        c_k = np.where(loose_k, 1.0, self.concentration_k)
        spread_Sk = rng.beta(q_k * c_k, (1.0 - q_k) * c_k, (n_draws, len(q_k)))
        true_Sk = np.where(loose_k, q_k, spread_Sk)
        trials_k = np.maximum(np.rint(self.trials_k), 1.0)
        return replace(self, target=rng.binomial(trials_k.astype(np.int64), true_Sk) / trials_k)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Values with a known variance; on a loss, of its logarithm (`logs` True)."""

    target: Floats  # measured errors or losses (…, k)
    variance_k: Floats
    logs: bool

    def minus_log(self, q: Floats) -> Floats:
        """-ln of the density of the measured values, each term (…, k)."""
        residual = self._residual(q)
        value = 0.5 * (residual**2 / self.variance_k + np.log(self.variance_k) + LN_2PI)
        return np.asarray(value + np.log(self.target) if self.logs else value)

    def slope(self, q: Floats) -> Floats:
        slope = -self._residual(q) / self.variance_k
        return np.asarray(slope / np.maximum(q, ALMOST) if self.logs else slope)

    def information(self, q: Floats) -> Floats:
        one = np.maximum(q, ALMOST) ** 2 if self.logs else np.ones_like(q)
        return np.asarray(1.0 / (one * self.variance_k))

    def weights(self) -> Floats:
        return self.information(self.target)

    def at(self, which: Which) -> "Values":
        """The terms of some sizes."""
        return replace(self, target=self.target[..., which], variance_k=self.variance_k[which])

    def draw(self, q_k: Floats, n_draws: int, rng: np.random.Generator) -> "Values":
        moved_Sk = rng.normal(0.0, np.sqrt(self.variance_k), (n_draws, len(q_k)))
        return replace(self, target=q_k * np.exp(moved_Sk) if self.logs else q_k + moved_Sk)

    def _residual(self, q: Floats) -> Floats:
        if self.logs:
            return np.asarray(np.log(self.target) - np.log(np.maximum(q, ALMOST)))
        return np.asarray(self.target - q)


Likelihood = Counts | Values


def likelihood_of(observed: Observed, *, tau: float) -> Likelihood:
    """Counts where every point has them; else values with the variances of `observed` (a loss:
    relative ones, of its logarithm)."""
    if observed.curve.kind == "loss":
        relative = observed.variance / observed.error**2
        return Values(target=observed.error, variance_k=relative, logs=True)
    if not has_counts(observed):
        return Values(target=observed.error, variance_k=observed.variance, logs=False)
    trials_k = np.array([_trials(observed, i) for i in range(len(observed.n))])
    q_k = (observed.error * trials_k + 0.5) / (trials_k + 1.0)
    with np.errstate(divide="ignore"):
        between_k = q_k * (1.0 - q_k) * tau**2 / observed.n_seeds
        concentration_k = np.maximum(1.0 / between_k - 1.0, ALMOST)
    concentration_k = np.where(concentration_k > LOOSEST, np.inf, concentration_k)
    return Counts(target=observed.error, trials_k=trials_k, concentration_k=concentration_k)


def has_counts(observed: Observed) -> bool:
    """Whether every point is a number of right answers."""
    signed = is_signed(observed.curve.metric)
    return not signed and all(p.n_correct is not None and p.n_test for p in observed.curve.points)


def _trials(observed: Observed, i: int) -> float:
    """Test problems at a size; fewer where the standard error says that they are clustered."""
    points = [p for p in observed.curve.points if p.n_examples == observed.n[i]]
    n = float(np.mean([p.n_test for p in points if p.n_test]))
    q = float(observed.error[i])
    if not 0.0 < q < 1.0 or not any(p.standard_error for p in points):
        return n
    effective = q * (1.0 - q) / float(observed.test_variance[i]) + 1.0
    return n if effective > 0.98 * n else max(1.0, effective)  # 0.98: rounding of what was printed


def words(likelihood: Likelihood, spread: Spread) -> str:
    """The likelihood for a reader."""
    if isinstance(likelihood, Counts):
        name = "binomial" if np.isinf(likelihood.concentration_k).all() else "beta-binomial"
        return f"{name} counts, the test problems shared by all seeds; {spread.words}"
    if likelihood.logs:
        return "lognormal losses with the standard errors of the curve"
    return "Gaussian values with the standard errors of the curve"
