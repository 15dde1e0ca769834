"""Learn a prior from many curves: what shapes real curves have, and how they stray from them.

Empirical Bayes by expectation-maximisation on the grid. Each curve is cut where the backtest cuts
it, its shapes are taken relative to that cut, and all its points are the evidence: what is learned
is which shapes continue the way real curves did. A uniform share stays mixed in, so that a shape
never seen remains possible. Two numbers for each setting then widen the intervals by what was
missing on curves of tasks that were not learned from.

    python -m leadline.laws.learn curves/*.csv > prior.json

The same curves give the same file. The one that ships was made from the public curves that its
`about` lists.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from leadline.curves.points import LearningCurve
from leadline.errors import LeadlineError
from leadline.laws import shapes
from leadline.laws.cut import MIN_SIZES, cut_of
from leadline.laws.drift import AXES, noise_grid
from leadline.laws.observe import Observed, observe
from leadline.laws.posterior import Posterior, posterior
from leadline.laws.prior import (
    NARROWEST,
    NO_STRETCH,
    SETTINGS,
    Prior,
    Stretch,
    Weights,
    flat_prior,
    flat_weights,
    setting_of,
    to_json,
)
from leadline.protocols import Floats
from leadline.seeding import rng

ITERATIONS = 25
UNIFORM = {"loss": (0.6, 0.3)}  # share mixed into shapes and noise: few tasks of loss are public
UNIFORM_ELSE = (0.3, 0.1)
FOLDS = 4
PATIENCE = 4.0  # tasks' worth of weight of "no widening" when the widening is learned


@dataclass(frozen=True, slots=True)
class Lesson:
    """One curve to learn from: cut at `k` of its sizes above 0, and the evidence (J, N) of all."""

    observed: Observed
    k: int
    evidence: Floats

    @property
    def task(self) -> str:
        return task_of(self.observed.curve)


def task_of(curve: LearningCurve) -> str:
    """What folds keep together: source and task, or the curve alone if it names no task."""
    names = [curve.coordinates.get(key, "") for key in ("source", "task")]
    return "/".join(name for name in names if name) or curve.id


def learn(curves: Sequence[LearningCurve], *, name: str, calibrate: bool = True) -> Prior:
    """A prior from the curves with at least 6 sizes above 0; a setting without any stays flat."""
    weights: dict[str, Weights] = dict(flat_prior().weights)
    learned: list[LearningCurve] = []
    for setting in SETTINGS:
        group = [curve for curve in curves if setting_of(curve) == setting]
        lessons = [lesson for curve in group if (lesson := _lesson(curve)) is not None]
        if lessons:
            weights[setting] = _learn_setting(lessons, setting, calibrate=calibrate)
        learned += [lesson.observed.curve for lesson in lessons]
    counts = Counter((setting_of(c), c.coordinates.get("source", c.id)) for c in learned)
    about = {
        "learned from": [
            {"setting": s, "source": source, "curves": n}
            for (s, source), n in sorted(counts.items())
        ],
        "tasks": sorted({task_of(curve) for curve in learned}),
    }
    return Prior(name, weights, about)


def fold_of(tasks: Sequence[str]) -> dict[str, int]:
    """Each task's fold: the tasks in the order of a permutation with seed 0, dealt in turn."""
    names = sorted(set(tasks))
    order = rng(0, "folds over tasks").permutation(len(names))
    return {names[place]: index % FOLDS for index, place in enumerate(order)}


def _lesson(curve: LearningCurve) -> Lesson | None:
    observed = observe(curve).above_zero()
    if len(observed.n) < MIN_SIZES:
        return None
    k = cut_of(len(observed.n))
    seen = posterior(observed, flat_weights(), anchor=float(observed.n[k - 1])).seen
    return Lesson(observed, k, seen.log_evidence)


def _learn_setting(lessons: list[Lesson], setting: str, *, calibrate: bool) -> Weights:
    weights = _expect_and_maximise(lessons, setting)
    if not calibrate:
        return weights
    return replace(weights, stretch=_stretch(lessons, setting))


def _expect_and_maximise(lessons: list[Lesson], setting: str) -> Weights:
    weights = flat_weights()
    likelihoods = [np.exp(lesson.evidence - lesson.evidence.max()) for lesson in lessons]
    uniform = UNIFORM.get(setting, UNIFORM_ELSE)
    for _ in range(ITERATIONS):
        shape_J, noise_N = weights.of_shapes(shapes.grid()), weights.of_noise(noise_grid())
        shape_sum, noise_sum = np.zeros_like(shape_J), np.zeros_like(noise_N)
        for likelihood in likelihoods:
            by_shape = shape_J * (likelihood @ noise_N)
            by_noise = noise_N * (shape_J @ likelihood)
            shape_sum += by_shape / by_shape.sum()
            noise_sum += by_noise / by_noise.sum()
        weights = _tables(shape_sum, noise_sum, uniform)
    return weights


def _tables(shape_J: Floats, noise_N: Floats, uniform: tuple[float, float]) -> Weights:
    """The tables whose product is nearest to these weights, with a uniform share mixed in."""
    cells, places = shapes.grid(), noise_grid().places
    families = np.bincount(cells.family, shape_J, len(shapes.FAMILIES))
    axes = []
    for index, law in enumerate(shapes.FAMILIES):
        mine = cells.family == index
        axes.append(
            tuple(
                _mixed(np.bincount(cells.places[mine, i], shape_J[mine], len(axis)), uniform[0])
                for i, axis in enumerate(law.axes)
            )
        )
    noise = tuple(
        _mixed(np.bincount(places[:, i], noise_N, len(axis)), uniform[1])
        for i, axis in enumerate(AXES)
    )
    return Weights(_mixed(families, uniform[0]), tuple(axes), noise)


def _mixed(table: Any, uniform: float) -> Floats:
    total = max(float(table.sum()), np.finfo(float).tiny)
    return np.asarray((1.0 - uniform) * table / total + uniform / len(table))


def _stretch(lessons: list[Lesson], setting: str) -> Stretch:
    """How much wider 80 % and 95 % intervals must be to cover at their level, by folds over tasks:
    learned at the next size, and at the largest; drawn towards 1, the more so the fewer the tasks.
    """
    folds = fold_of([lesson.task for lesson in lessons])
    if len(folds) < FOLDS:
        return NO_STRETCH
    scores = []
    for fold in range(FOLDS):
        weights = _expect_and_maximise([m for m in lessons if folds[m.task] != fold], setting)
        scores += [_scores(m, weights) for m in lessons if folds[m.task] == fold]
    trust = len(folds) / (len(folds) + PATIENCE)
    near, far = np.abs(np.array(scores)).T
    return (_widen(near, trust), _widen(far, trust))


def _widen(size: Floats, trust: float) -> tuple[float, float]:
    wanted = [np.quantile(size, level) / ndtri(0.5 + level / 2) for level in (0.8, 0.95)]
    at_80, at_95 = (float(1.0 + trust * (w - 1.0)) for w in wanted)
    return at_80, max(at_95, NARROWEST * at_80)


def _scores(lesson: Lesson, weights: Weights) -> tuple[float, float]:
    """The normal scores of the next size and of the largest, foretold from those before the cut."""
    seen = posterior(lesson.observed.upto(lesson.k), weights)
    return _score(seen, lesson.observed, lesson.k), _score(seen, lesson.observed, -1)


def _score(seen: Posterior, full: Observed, i: int) -> float:
    error = max(float(full.error[i]), full.least)
    mixture = seen.error_at(full.n[i], measured_with=float(full.variance[i]) / error**2)
    below = mixture.cdf(float(np.log(error)))
    return float(ndtri(min(max(below, 1e-5), 1 - 1e-5)))


def main(paths: Sequence[str]) -> None:
    """Print the prior learned from the curves in these files."""
    from leadline.curves.read import read_curves

    try:
        prior = learn(read_curves([Path(path) for path in paths]).curves, name="public")
    except LeadlineError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    if not prior.about["tasks"]:
        sys.exit(f"BadData: no curve has {MIN_SIZES} sizes above 0: there is nothing to learn.")
    print(to_json(prior))


if __name__ == "__main__":
    main(sys.argv[1:])
