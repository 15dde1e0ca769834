"""Quantiles and probabilities of a mixture of many Gaussians, fast: components of like width share
a histogram of their means, and each histogram is smeared with its width by one convolution.

On the grids used here the quantiles agree with exact ones to a thousandth of the mixture's width.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from leadline.protocols import Floats

BINS = 600  # of the means
WIDTHS = 28  # groups of like width
REACH = 12.0  # standard deviations of the whole, to each side
NEGLIGIBLE = 1e-9  # weight


@dataclass(frozen=True, slots=True)
class Mixture:
    """The cumulative distribution on an even grid; `mean` and `sd` are the mixture's own."""

    place: Floats
    below: Floats
    mean: float
    sd: float

    def quantile(self, p: Floats) -> Floats:
        """Same shape as p."""
        return np.interp(p, self.below, self.place)

    def cdf(self, value: float) -> float:
        """Probability of at most `value`."""
        return float(np.interp(value, self.place, self.below, left=0.0, right=1.0))


def mix(weight: Floats, mean: Floats, variance: Floats) -> Mixture:
    """Components as flat arrays of one length; weights need not sum to 1."""
    kept = weight > NEGLIGIBLE * weight.sum()
    w, m, sd = weight[kept] / weight[kept].sum(), mean[kept], np.sqrt(variance[kept])
    centre = float(w @ m)
    whole = float(np.sqrt(w @ (sd**2 + (m - centre) ** 2)))
    place = np.linspace(centre - REACH * whole, centre + REACH * whole, BINS)
    below = np.zeros(BINS)
    for histogram, width in _histograms(w, m, sd, place):
        below += _smear(histogram, width, place[1] - place[0])
    return Mixture(place, np.clip(np.maximum.accumulate(below), 0.0, 1.0), centre, whole)


def _histograms(w: Floats, m: Floats, sd: Floats, place: Floats) -> list[tuple[Floats, float]]:
    """For each group of like width: the weights of its means on the grid, and its width."""
    logs = np.log(np.maximum(sd, 1e-6))
    step = max(float(np.ptp(logs)) / (WIDTHS - 1), 1e-9)
    group = np.rint((logs - logs.min()) / step).astype(int)
    position = np.clip((m - place[0]) / (place[1] - place[0]), 0.0, BINS - 1 - 1e-9)
    left = position.astype(int)
    part = position - left
    flat = np.bincount(group * BINS + left, w * (1.0 - part), WIDTHS * BINS + BINS)
    flat += np.bincount(group * BINS + left + 1, w * part, WIDTHS * BINS + BINS)
    table = flat.reshape(WIDTHS + 1, BINS)
    total = np.bincount(group, w, WIDTHS + 1)
    squares = np.bincount(group, w * sd * sd, WIDTHS + 1)
    used = np.flatnonzero(total > 0.0)
    return [(table[g], float(np.sqrt(squares[g] / total[g]))) for g in used]


def _smear(histogram: Floats, width: float, step: float) -> Floats:
    """Σ_i histogram_i · Φ((place - place_i) / width), by the fast Fourier transform."""
    kernel = ndtr(step * np.arange(1 - BINS, BINS) / max(width, 1e-6))
    n = 3 * BINS
    product = np.fft.rfft(histogram, n) * np.fft.rfft(kernel, n)
    return np.asarray(np.fft.irfft(product, n)[BINS - 1 : 2 * BINS - 1])
