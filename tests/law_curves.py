"""Learning curves with a planted law, for the tests of the fits."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from leadline.curves.points import LearningCurve, Point
from leadline.laws.observe import Observed, observe

PAPER_SIZES = (100, 500, 1000, 5000, 7473)
MANY_SIZES = (30, 100, 300, 1000, 3000, 10_000, 30_000)
N_TEST = 1319  # GSM8K's test set


def counted(
    rates: Mapping[float, float] | Mapping[int, float],
    *,
    n_test: int = N_TEST,
    chance: float | None = None,
    task: str = "t",
    name: str = "curve",
) -> Observed:
    """A curve of counts: the nearest whole number of right answers at each size, one seed."""
    points = [_count(n, rate, n_test, "") for n, rate in rates.items()]
    return observe(_curve(points, "accuracy", chance, task, name))


def seeded(rates: Mapping[int, Sequence[float]], *, n_test: int = N_TEST) -> Observed:
    """A curve of counts with several seeds a size."""
    points = [
        _count(n, rate, n_test, str(i)) for n, row in rates.items() for i, rate in enumerate(row)
    ]
    return observe(_curve(points, "accuracy", None, "t", "curve"))


def valued(
    values: Mapping[float, float] | Mapping[int, float],
    *,
    metric: str = "accuracy",
    standard_error: float | None = None,
    chance: float | None = None,
    name: str = "curve",
) -> Observed:
    """A curve of exact values without counts."""
    points = [
        Point(n_examples=float(n), value=float(v), standard_error=standard_error)
        for n, v in values.items()
    ]
    return observe(_curve(points, metric, chance, "t", name))


def drawn(
    truth: Callable[[float], float],
    sizes: Sequence[int],
    *,
    seed: int,
    n_test: int = N_TEST,
    task: str = "t",
    name: str = "curve",
) -> Observed:
    """Counts drawn from a true rate."""
    rng = np.random.default_rng(seed)
    rates = {n: rng.binomial(n_test, truth(n)) / n_test for n in sizes}
    return counted(rates, n_test=n_test, task=task, name=name)


def _count(n: float, rate: float, n_test: int, seed: str) -> Point:
    right = round(rate * n_test)
    return Point(
        n_examples=float(n), value=right / n_test, n_test=n_test, n_correct=right, seed=seed
    )


def _curve(
    points: list[Point], metric: str, chance: float | None, task: str, name: str
) -> LearningCurve:
    return LearningCurve(
        id=name, metric=metric, points=tuple(points), chance=chance, coordinates={"task": task}
    )


def tidy(observed: Observed) -> list[dict[str, object]]:
    """The curve's points as anyone's rows."""
    return [
        {
            "curve_id": observed.curve.id,
            "metric": observed.curve.metric,
            "n_examples": int(p.n_examples),
            "seed": p.seed,
            "value": p.value,
            "n_test": p.n_test,
            "n_correct": p.n_correct,
        }
        for p in observed.curve.points
    ]
