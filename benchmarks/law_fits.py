"""1,000 parametric-bootstrap refits of one law: batched here, one `curve_fit` a repeat in scipy.

    OMP_NUM_THREADS=1 python -m benchmarks.law_fits

One thread, the same repeats, in one process. The law is q = e + A · n^-α with e, A ≥ 0. scipy gets
the same weights (`sigma`) and starts from the planted truth, better than a user could know; `free`
has no bounds (Levenberg-Marquardt), `bounded` has e, A ≥ 0 and α in leadline's range (trust
region). Here: exact least squares on 300 exponents and parabolas between them; no likelihood
refinement is part of it. Agreement: where curve_fit converged within the bounds, how much lower
either's Σ weight · residual² is (1 is a standard error).
"""

import time
import warnings
from collections.abc import Callable

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from leadline.laws.bootstrap import parameter_draws
from leadline.laws.families import Frame, Power3
from leadline.laws.families.base import FASTEST, SLOWEST
from leadline.laws.noise import Counts
from leadline.protocols import Floats
from leadline.seeding import rng

N_REPEATS = 1000
N_PROBLEMS = 1319.0  # GSM8K's test set
PLANTS = {  # sizes, (e, A, alpha)
    "paper's 5 sizes": ((100.0, 500.0, 1000.0, 5000.0, 7473.0), (0.3, 1.5, 0.35)),
    "8 sizes": ((100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12800.0), (0.2, 2.0, 0.3)),
}


def law(n: Floats, e: float, a: float, alpha: float) -> Floats:
    return np.asarray(e + a * n**-alpha)


def by_scipy(
    n_k: Floats, target_Sk: Floats, sigma_k: Floats, start: tuple[float, ...], *, bounded: bool
) -> Floats:
    """Parameters (S, 3); nan where curve_fit gives up."""
    found = np.full((len(target_Sk), 3), np.nan)
    bounds = ([0.0, 0.0, SLOWEST], [1.0, np.inf, FASTEST]) if bounded else (-np.inf, np.inf)
    for i, target_k in enumerate(target_Sk):
        try:
            found[i], _ = curve_fit(law, n_k, target_k, p0=start, sigma=sigma_k, bounds=bounds)
        except RuntimeError:
            continue
    return found


def seconds(work: Callable[[], Floats], *, repeats: int) -> tuple[float, Floats]:
    """Median wall time, and the result."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return float(np.median(times)), result


def compare(name: str, sizes: tuple[float, ...], truth: tuple[float, float, float]) -> None:
    """One plant: times, ratios, and how far the estimates agree."""
    n_k = np.array(sizes)
    true_k = law(n_k, *truth)
    trials_k = np.full(len(n_k), N_PROBLEMS)
    counts = Counts(target=true_k, trials_k=trials_k, concentration_k=np.full(len(n_k), np.inf))
    repeats = counts.draw(true_k, N_REPEATS, rng(0, f"benchmark {name}"))
    weight_k = counts.information(true_k)
    frame = Frame(kind="rate", smallest=n_k[0], largest=n_k[-1], top=1.0, highest_floor=1.0)
    family, sigma_k = Power3(), 1.0 / np.sqrt(weight_k)
    target = repeats.target

    ours_s, ours = seconds(
        lambda: parameter_draws(family, frame, n_k, repeats, weight_k), repeats=21
    )
    free_s, free = seconds(lambda: by_scipy(n_k, target, sigma_k, truth, bounded=False), repeats=3)
    bounded_s, bounded = seconds(
        lambda: by_scipy(n_k, target, sigma_k, truth, bounded=True), repeats=1
    )
    print(f"{name}: {len(n_k)} sizes, {N_REPEATS} repeats")
    print(f"  leadline          {ours_s * 1e3:8.1f} ms")
    print(f"  curve_fit free    {free_s * 1e3:8.1f} ms  {free_s / ours_s:6.1f} x")
    print(f"  curve_fit bounded {bounded_s * 1e3:8.1f} ms  {bounded_s / ours_s:6.1f} x")
    for label, theirs in (("free", free), ("bounded", bounded)):
        _agreement(label, n_k, target, weight_k, ours, theirs)


def _agreement(
    label: str, n_k: Floats, target_Sk: Floats, weight_k: Floats, ours: Floats, theirs: Floats
) -> None:
    """Objectives of both where theirs is finite and within the bounds."""

    def objective(parameters: Floats) -> Floats:
        curves = np.array([law(n_k, *row) for row in parameters])
        return np.asarray((weight_k * (target_Sk - curves) ** 2).sum(axis=1))

    e, a, alpha = theirs.T
    with np.errstate(invalid="ignore"):
        usable = (e >= 0) & (e <= 1) & (a >= 0) & (alpha >= SLOWEST) & (alpha <= FASTEST)
    gap = (objective(ours) - objective(np.nan_to_num(theirs)))[usable]
    same = np.abs(ours[usable, 2] - alpha[usable]) < 1e-2 * alpha[usable]
    print(
        f"  against {label}: {usable.sum()} of {len(usable)} repeats converged within the bounds; "
        f"its Σ weight · residual² "
        f"is lower than ours by at most {gap.max():.1e}, ours than its by at most "
        f"{max(0.0, -gap.min()):.1e}; alpha within 1 % in {same.mean():.1%}"
    )


def main() -> None:
    """Every plant."""
    warnings.simplefilter("ignore", OptimizeWarning)
    warnings.simplefilter("ignore", RuntimeWarning)
    for name, (sizes, truth) in PLANTS.items():
        compare(name, sizes, truth)


if __name__ == "__main__":
    main()
