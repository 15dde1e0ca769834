"""Quantiles and probabilities of a mixture of many Gaussians, fast: components of like width share
a histogram of their means, and each histogram is smeared with its width by one convolution.

The quantiles agree with exact ones to about a hundredth of the mixture's standard deviation.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from leadline.protocols import Floats

BINS = 600  # of the means
WIDTHS = 24  # groups of like width
FOURIER = 2048  # above three times BINS
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
    histograms, widths = _histograms(w, m, sd, place)
    below = _smear(histograms, widths, place[1] - place[0])
    return Mixture(place, np.clip(np.maximum.accumulate(below), 0.0, 1.0), centre, whole)


def _histograms(w: Floats, m: Floats, sd: Floats, place: Floats) -> tuple[Floats, Floats]:
    """For each group of like width: the weights of its means on the grid (G, BINS), and its width
    (G,), the root mean square of its components' own."""
    logs = np.log(np.maximum(sd, 1e-6))
    step = max(float(np.ptp(logs)) / (WIDTHS - 1), 1e-9)
    group = np.rint((logs - logs.min()) / step).astype(int)
    position = np.clip((m - place[0]) / (place[1] - place[0]), 0.0, BINS - 1 - 1e-9)
    left = position.astype(int)
    part = position - left
    cell = group * BINS + left
    flat: Floats = np.bincount(cell, w * (1.0 - part), WIDTHS * BINS + 1).astype(np.float64)
    flat[1:] += np.bincount(cell, w * part, WIDTHS * BINS + 1)[:-1]
    total = np.bincount(group, w, WIDTHS)
    used = np.flatnonzero(total > 0.0)
    squares = np.bincount(group, w * sd * sd, WIDTHS)
    return flat[:-1].reshape(WIDTHS, BINS)[used], np.sqrt(squares[used] / total[used])


def _smear(histograms: Floats, widths: Floats, step: float) -> Floats:
    """Σ_g Σ_i histogram_gi · Φ((place - place_i) / width_g), by the fast Fourier transform."""
    distance = step * np.arange(1 - BINS, BINS)
    kernels = ndtr(distance / np.maximum(widths, 1e-6)[:, None])
    product = np.fft.rfft(histograms, FOURIER) * np.fft.rfft(kernels, FOURIER)
    return np.asarray(np.fft.irfft(product.sum(axis=0), FOURIER)[BINS - 1 : 2 * BINS - 1])
