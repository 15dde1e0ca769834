"""What a reader must be told before they trust a curve: flat, onset, falling, recipe changes, seeds
that are all alike, too few sizes. In plain words, each with what to do.
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import chi2

from leadline.laws.observe import Observed

FEW_SIZES = 4
NEAR_ZERO = 0.02  # a rate below this at every size
SURE = 0.01  # chance of a false alarm of the tests below
ONSET = 0.25  # of the room above chance: a jump of this much after a flat start
FLAT_SHARE = 0.5  # of the sizes: how long a flat start must last


def warnings_of(observed: Observed) -> tuple[str, ...]:
    """All warnings of one curve, the gravest first. `observed` may hold n = 0."""
    above = observed.above_zero() if observed.n[0] == 0 else observed
    checks = (_near_zero, _few, _recipes, _onset, _flat, _falling, _alike)
    return tuple(text for check in checks for text in check(above))


def _near_zero(o: Observed) -> Iterator[str]:
    if o.curve.kind == "rate" and o.curve.higher_is_better and o.rate.max() < NEAR_ZERO:
        yield (
            f"The rate stays below {NEAR_ZERO:.0%} at every size (at most {o.rate.max():.1%}): the "
            "model is too small for this task, or trained too little. No law says when it begins."
        )


def _few(o: Observed) -> Iterator[str]:
    if len(o.n) < FEW_SIZES:
        yield (
            f"Only {len(o.n)} sizes above 0: a law with a floor is not settled by so few, and the "
            "interval comes mostly from the prior. Measure a size between, or a larger one."
        )


def _recipes(o: Observed) -> Iterator[str]:
    for name in sorted({key for p in o.curve.points for key in p.recipe}):
        by_size = {
            n: sorted({p.recipe.get(name, "") for p in o.curve.points if p.n_examples == n})
            for n in o.n
        }
        if len({tuple(values) for values in by_size.values()}) > 1:
            shown = ", ".join(f"{'/'.join(v)} at n = {n:,.0f}" for n, v in by_size.items())
            yield (
                f"The recipe changes along the curve: {name} is {shown}. What looks like the law "
                "of the data is partly the recipe's. Hold it fixed, or measure one size with both."
            )


def _flat(o: Observed) -> Iterator[str]:
    """A constant fits: chi-square of the values around their weighted mean."""
    if len(o.n) < 3 or not _constant(o, len(o.n)):
        return
    where = " at the rate of a guess" if _at_chance(o, len(o.n)) else ""
    yield (
        f"The curve is flat{where}: no size differs from the others beyond noise. From the flat "
        "part nobody can foresee whether and where a rise begins; the forecast says little more "
        "than that. Measure a size ten times larger before buying data."
    )


def _onset(o: Observed) -> Iterator[str]:
    """Flat for half the sizes, then a jump of a quarter of the room that was left."""
    start = max(3, int(np.ceil(FLAT_SHARE * len(o.n))))
    if o.curve.kind == "loss" or len(o.n) < start + 1 or not _constant(o, start):
        return
    base = float(np.average(o.error[:start], weights=1.0 / o.variance[:start]))
    if base - float(o.error[start:].min()) > ONSET * base:
        where = " at the rate of a guess" if _at_chance(o, start) else ""
        yield (
            f"Onset: flat{where} up to n = {o.n[start - 1]:,.0f}, then a jump. The part before the "
            "jump says nothing of the part after it, so few sizes carry the forecast. Measure "
            "more sizes from the jump on."
        )


def _falling(o: Observed) -> Iterator[str]:
    """Worse with more data beyond noise: the distance to the best never-worsening curve."""
    if len(o.n) < 3:
        return
    weight = 1.0 / np.maximum(o.variance, 1e-12)
    best = isotonic_regression(o.error, weights=weight, increasing=False).x
    excess = weight * (o.error - best) ** 2
    if float(excess.sum()) > chi2.isf(SURE, df=max(1, len(o.n) - 1)):
        i = int(np.argmax(np.diff(o.error)))
        yield (
            f"Not monotone: {o.curve.metric} gets worse from n = {o.n[i]:,.0f} to "
            f"n = {o.n[i + 1]:,.0f} beyond noise. Every law here never worsens; look for a change "
            "of recipe, noisy labels, too many epochs, or one bad run."
        )


def _alike(o: Observed) -> Iterator[str]:
    several = [
        [p.value for p in o.curve.points if p.n_examples == n]
        for n, count in zip(o.n, o.n_seeds, strict=True)
        if count > 1
    ]
    if several and all(len(set(values)) == 1 for values in several):
        yield (
            "All seeds of every size have the same value: they are copies, or the seed does not "
            "reach the training. The seed variance is not known, and intervals are too narrow."
        )


def _constant(o: Observed, k: int) -> bool:
    weight = 1.0 / np.maximum(o.variance[:k], 1e-12)
    mean = np.average(o.error[:k], weights=weight)
    return bool((weight * (o.error[:k] - mean) ** 2).sum() < chi2.isf(SURE, df=k - 1))


def _at_chance(o: Observed, k: int) -> bool:
    if o.curve.chance is None or o.curve.kind == "loss":
        return False
    rate = 1.0 - float(np.mean(o.error[:k]))
    return abs(rate - o.curve.chance) < 0.02 + 2 * float(np.sqrt(o.variance[:k].mean()))
