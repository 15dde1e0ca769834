"""Score forecasts: the error, and whether intervals cover at their level, beside their width.

Errors are in points (100 × the value) for rates and in |ln| for losses. The interval score is the
width plus 2/α times the distance outside (Gneiting and Raftery 2007). Intervals of a score come
from resampling whole tasks, for curves of one task are not independent; methods are compared on the
same curves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from leadline.laws.backtest import BacktestRow
from leadline.protocols import Floats
from leadline.seeding import rng

RESAMPLES = 1000
FEW = 20  # a slice with fewer curves is not judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One method on one slice at one place. Errors in points or |ln|; coverage 0–1."""

    part: str
    method: str
    at: str
    n_curves: int
    n_tasks: int
    median_error: float
    median_low: float  # 95 % interval of the median, tasks resampled
    median_high: float
    mean_error: float
    error_90: float  # 90th percentile
    coverage_80: float
    coverage_95: float
    score_80: float  # mean interval score
    width_80: float  # mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """A method against leadline on the same curves: the median of its error minus leadline's."""

    part: str
    method: str
    at: str
    n_curves: int
    median_difference: float
    low: float
    high: float
    share_worse: float  # of the curves on which the method errs more than leadline


def parts(rows: Sequence[BacktestRow]) -> dict[str, Callable[[BacktestRow], bool]]:
    """The slices: rates together, losses, each setting, each source."""

    def is_setting(name: str) -> Callable[[BacktestRow], bool]:
        return lambda row: row.setting == name

    def is_source(name: str) -> Callable[[BacktestRow], bool]:
        return lambda row: row.source == name

    found: dict[str, Callable[[BacktestRow], bool]] = {"all rates": lambda r: r.setting != "loss"}
    found |= {name: is_setting(name) for name in dict.fromkeys(r.setting for r in rows)}
    sources = dict.fromkeys(row.source for row in rows if row.source)
    found |= {f"source {name}": is_source(name) for name in sources}
    return {name: chosen for name, chosen in found.items() if any(map(chosen, rows))}


def score(rows: Sequence[BacktestRow]) -> list[Score]:
    """Every method on every slice at `next` and `last`."""
    methods = dict.fromkeys(row.method for row in rows)
    return [
        _score(chosen, part=part, method=method, at=at)
        for part, belongs in parts(rows).items()
        for at in ("next", "last")
        for method in methods
        if (chosen := [r for r in rows if r.method == method and r.at == at and belongs(r)])
    ]


def paired(rows: Sequence[BacktestRow], *, against: str = "leadline") -> list[Paired]:
    """Every other method beside `against`, on the curves that both foretold."""
    found = []
    methods = [m for m in dict.fromkeys(row.method for row in rows) if m != against]
    for part, belongs in parts(rows).items():
        for at in ("next", "last"):
            own = {_key(r): r for r in rows if r.method == against and r.at == at and belongs(r)}
            for method in methods:
                both = [
                    (r, own[_key(r)])
                    for r in rows
                    if r.method == method and r.at == at and _key(r) in own
                ]
                if both:
                    found.append(_paired(both, part=part, at=at))
    return found


def errors(rows: Sequence[BacktestRow]) -> Floats:
    """|predicted - observed| of each row: points, or |ln| of a loss."""
    return np.array([abs(_scaled(r, r.predicted) - _scaled(r, r.observed)) for r in rows])


def _key(row: BacktestRow) -> tuple[str, str]:
    return row.curve_id, row.metric


def _scaled(row: BacktestRow, value: float) -> float:
    if row.setting == "loss":
        return float(np.log(max(value, 1e-12)))
    return 100.0 * value


def _score(rows: Sequence[BacktestRow], *, part: str, method: str, at: str) -> Score:
    error = errors(rows)
    seen = np.array([_scaled(r, r.observed) for r in rows])
    low, high = (
        np.array([_scaled(r, getattr(r, f"{e}80")) for r in rows]) for e in ("low", "high")
    )
    low95, high95 = (
        np.array([_scaled(r, getattr(r, f"{e}95")) for r in rows]) for e in ("low", "high")
    )
    outside = np.maximum(low - seen, 0.0) + np.maximum(seen - high, 0.0)
    tasks = [row.task for row in rows]
    ends = _resampled(lambda picked: float(np.median(error[picked])), tasks)
    return Score(
        part=part,
        method=method,
        at=at,
        n_curves=len(rows),
        n_tasks=len(set(tasks)),
        median_error=float(np.median(error)),
        median_low=ends[0],
        median_high=ends[1],
        mean_error=float(error.mean()),
        error_90=float(np.quantile(error, 0.9)),
        coverage_80=float((outside == 0.0).mean()),
        coverage_95=float(((low95 <= seen) & (seen <= high95)).mean()),
        score_80=float((high - low + 10.0 * outside).mean()),
        width_80=float((high - low).mean()),
    )


def _paired(both: Sequence[tuple[BacktestRow, BacktestRow]], *, part: str, at: str) -> Paired:
    difference = errors([a for a, _ in both]) - errors([b for _, b in both])
    tasks = [a.task for a, _ in both]
    low, high = _resampled(lambda picked: float(np.median(difference[picked])), tasks)
    return Paired(
        part=part,
        method=both[0][0].method,
        at=at,
        n_curves=len(both),
        median_difference=float(np.median(difference)),
        low=low,
        high=high,
        share_worse=float((difference > 0).mean()),
    )


def _resampled(
    statistic: Callable[[np.ndarray], float], tasks: Sequence[str]
) -> tuple[float, float]:
    """Central 95 % interval over draws of whole tasks, with replacement; nan with one task."""
    names = sorted(set(tasks))
    if len(names) < 2:
        return (float("nan"), float("nan"))
    places = [np.flatnonzero(np.array(tasks) == name) for name in names]
    draw = rng(0, "tasks resampled")
    values = [
        statistic(np.concatenate([places[i] for i in draw.integers(len(names), size=len(names))]))
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
