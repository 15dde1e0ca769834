"""All laws at once, after the data: how likely each shape and each noise setting is, and what the
mixture of them says about any size.

A law's weight is its prior weight times the density with which it foretold the curve's points one
after the other (the marginal likelihood is the product of these), so a law is paid for forecasts
and not for the closeness of its fit. Shapes: J shapes, N noise settings.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from leadline.laws import noise, shapes
from leadline.laws.drift import Noise, Seen, no_drift, noise_grid, predict, see
from leadline.laws.mixture import Mixture, mix
from leadline.laws.observe import SMALLEST, Observed
from leadline.laws.prior import NO_STRETCH, Weights
from leadline.protocols import Floats

NEGLIGIBLE = 1e-5  # total weight of a noise setting that is left out; a tenth of it for a shape
FURTHEST = 100.0  # times the largest measured size: no forecast goes further
PLACES = 60  # sizes from the largest measured one to the furthest
REFINED = 6  # steps of the finer grid between two values of an axis
EDGES = ndtri(np.array([0.9, 0.975]))  # normal quantiles where the two stretches hold
BEGUN = np.log(1.2)  # ln reach from which on intervals are stretched in full
NEAR, FAR = np.log([2.0, 8.0])  # ln reach up to which the nearby stretch holds, and the far one


@dataclass(frozen=True)
class Posterior:
    """A curve's sizes above 0 under one prior. `anchor`: the largest size; see `posterior`."""

    observed: Observed
    weights: Weights
    anchor: float
    cells: shapes.Grid
    seen: Seen

    @cached_property
    def joint(self) -> Floats:
        """(J, N), sums to 1."""
        noise_N = self.weights.of_noise(self.seen.noise)
        prior = np.outer(self.weights.of_shapes(self.cells), noise_N)
        joint = prior * np.exp(self.seen.log_evidence - self.seen.log_evidence.max())
        return np.asarray(joint / joint.sum())

    def noise_evidence(self) -> Floats:
        """(N,): the likelihood of each noise setting, all shapes taken together; to a factor."""
        likelihood = np.exp(self.seen.log_evidence - self.seen.log_evidence.max())
        return np.asarray(self.weights.of_shapes(self.cells) @ likelihood)

    @cached_property
    def kept(self) -> tuple[np.ndarray, np.ndarray]:
        """The shapes and the noise settings whose weight is not negligible."""
        shape_J, noise_N = self.joint.sum(axis=1), self.joint.sum(axis=0)
        return np.flatnonzero(shape_J > NEGLIGIBLE / 10), np.flatnonzero(noise_N > NEGLIGIBLE)

    def law_weights(self) -> dict[str, float]:
        """The posterior weight of each law; they sum to 1."""
        totals = np.bincount(self.cells.family, self.joint.sum(axis=1), len(shapes.FAMILIES))
        return {law.name: float(t) for law, t in zip(shapes.FAMILIES, totals, strict=True)}

    def error_at(self, n: float, *, measured_with: float = 0.0) -> Mixture:
        """ln error at size n > 0: the curve itself, or what would be measured with that stated
        variance (on this scale), of which each noise setting takes its share."""
        parts = self.parts_at(n)
        variance = parts.level_variance + parts.drift_variance + parts.share * measured_with
        return mix(
            parts.weight.ravel(), parts.mean.ravel(), np.repeat(variance, parts.mean.shape[1])
        )

    def parts_at(self, n: float) -> "Parts":
        """The components at size n."""
        j, settings = self.kept
        x = float(np.log(n / self.anchor))
        shape_J = shapes.log_shapes(np.array([x]), self.cells.refined)[:, 0]
        found = predict(self.seen, x, shape_J[j], n=settings, j=j)
        weight = self.joint[np.ix_(j, settings)].T
        return Parts(
            weight / weight.sum(),
            *found,
            share=self.seen.noise.share[settings],
            family=self.cells.family[j],
        )

    @cached_property
    def ahead(self) -> tuple[Floats, tuple[Mixture, ...]]:
        """Sizes from the largest measured one to the furthest, and ln error there: kept, for each
        target is asked of all of them."""
        sizes = float(self.observed.n[-1]) * np.geomspace(1.0, FURTHEST, PLACES)
        return sizes, tuple(self.error_at(n) for n in sizes)

    def uncertainty_at(self, n: float) -> "Uncertainty":
        """What the spread of ln error at size n comes from."""
        parts = self.parts_at(n)
        by_shape = parts.weight * (parts.mean - (parts.weight * parts.mean).sum())
        weight_F = np.bincount(parts.family, parts.weight.sum(axis=0), len(shapes.FAMILIES))
        shift_F = np.bincount(parts.family, by_shape.sum(axis=0), len(shapes.FAMILIES))
        law = float((shift_F**2 / np.maximum(weight_F, 1e-300)).sum())
        centred = parts.mean - (parts.weight * parts.mean).sum()
        whole = float((parts.weight * centred**2).sum())
        weight_n = parts.weight.sum(axis=1)
        return Uncertainty(
            parameters=math.sqrt(whole - law + float(weight_n @ parts.level_variance)),
            law=math.sqrt(law),
            drift=math.sqrt(float(weight_n @ parts.drift_variance)),
        )

    def floor(self) -> Mixture:
        """ln error far beyond all data, if the laws held there: no drift. -inf becomes a very
        small error."""
        parts = self.parts_at(self.anchor)
        floor_j = np.log(np.maximum(self.cells.floor[self.kept[0]], SMALLEST))
        variance = np.repeat(parts.level_variance, len(floor_j))
        return mix(parts.weight.ravel(), (parts.mean + floor_j).ravel(), variance)

    def quantile(self, mixture: Mixture, p: float, *, n: float) -> float:
        """The p-quantile at size n, widened as the prior says that this setting needs."""
        z = float(ndtri(p))
        return float(mixture.quantile(ndtr(z * self._stretch(n, np.array([abs(z)]))[0])))

    def cdf(self, mixture: Mixture, value: float, *, n: float) -> float:
        """Probability of at most `value` at size n; the inverse of `quantile`."""
        raw = float(ndtri(np.clip(mixture.cdf(value), 1e-12, 1.0 - 1e-12)))
        z_G = np.linspace(0.0, 8.0, 801)
        size = np.interp(abs(raw), z_G * self._stretch(n, z_G), z_G)
        return float(ndtr(np.sign(raw) * size))

    def _stretch(self, n: float, z: Floats) -> Floats:
        """The factor for normal scores z ≥ 0 at size n: none within the data, then between the
        nearby and the far one by ln reach, and from the 80 % to the 95 % one by z."""
        reach = np.log(n / self.anchor)
        near, far = (np.array(pair) for pair in self.weights.stretch)
        part = np.clip((reach - NEAR) / (FAR - NEAR), 0.0, 1.0)
        begun = np.clip(reach / BEGUN, 0.0, 1.0)
        ends = 1.0 + begun * (near + part * (far - near) - 1.0)
        return np.asarray(np.interp(z, EDGES, ends))


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard deviations of ln error, about the relative error of the error: of the parameters
    within a law (level and shape), between the laws, and of drift and misfit."""

    parameters: float
    law: float
    drift: float


@dataclass(frozen=True, slots=True)
class Parts:
    """Components at one size: `weight` and `mean` (n, j), the variances (n,), `share` (n,) of a
    measurement's stated variance, `family` (j,)."""

    weight: Floats
    mean: Floats
    level_variance: Floats
    drift_variance: Floats
    share: Floats
    family: np.ndarray


def posterior(observed: Observed, weights: Weights, *, anchor: float | None = None) -> Posterior:
    """`observed` must hold no size 0. `anchor`: the size that shapes are relative to, the largest
    if not told otherwise."""
    return _posterior(observed, weights, observed.variance, anchor, shapes.grid(), noise_grid())


def exact_posterior(observed: Observed, weights: Weights) -> Posterior:
    """As if one of the laws held exactly and every point were drawn anew: no drift, no misfit, no
    widening, on a finer grid. How sure the data alone could make us; real curves stray further."""
    no_stretch = replace(weights, stretch=NO_STRETCH)
    variance = noise.variance_of_means(observed)
    return _posterior(observed, no_stretch, variance, None, shapes.grid(REFINED), no_drift())


def _posterior(
    observed: Observed,
    weights: Weights,
    variance_k: Floats,
    anchor: float | None,
    cells: shapes.Grid,
    settings: Noise,
) -> Posterior:
    largest = float(observed.n[-1]) if anchor is None else anchor
    x_k = np.log(observed.n / largest)
    error_k = np.maximum(observed.error, observed.least)
    seen = see(
        x_k,
        np.log(error_k),
        variance_k / error_k**2,
        shapes.log_shapes(x_k, cells.refined),
        noise=settings,
    )
    return Posterior(observed, weights, largest, cells, seen)
