"""Test forecasts on curves that are known to the end: the smaller half of the sizes is shown, and
the next size and the largest are foretold. The protocol of the public comparison (half/half).

A method that learns a prior must not have learned from the tasks it is tested on. In a setting some
of whose tasks the shipped prior was learned from, it is learned anew from the given curves, in
folds over tasks, so that no task is on both sides.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from leadline.curves.points import LearningCurve
from leadline.errors import BadStudy
from leadline.laws.cut import MIN_SIZES, cut_of
from leadline.laws.learn import FOLDS, fold_of, learn, task_of
from leadline.laws.methods import DEFAULT, Foretold, PriorOf, foretell
from leadline.laws.observe import Observed, observe
from leadline.laws.prior import Prior, Setting, Weights, load_prior, setting_of

Progress = Callable[[str, int, int], None]  # what, done, of


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRow:
    """One forecast of a measurement that is known. Values are in the metric's own direction and
    unit: 0–1, or a loss. `prior`: the name of the prior, for the method that has one."""

    curve_id: str
    method: str
    at: Literal["next", "last"]
    n_examples: float
    observed: float
    predicted: float
    low80: float
    high80: float
    low95: float
    high95: float
    metric: str
    setting: str
    source: str
    task: str
    reach: float  # n_examples / the largest known size
    prior: str
    fitted: bool  # False: the method has no fit to the known part, and the last value stands in


@dataclass(frozen=True, slots=True)
class Backtest:
    """The rows, and in words what was left out and how the prior was had."""

    rows: tuple[BacktestRow, ...]
    notes: tuple[str, ...]


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def backtest(
    curves: Sequence[LearningCurve],
    *,
    methods: Sequence[str] = DEFAULT,
    prior: str = "auto",
    progress: Progress = silent,
) -> Backtest:
    """Every method on every curve with MIN_SIZES sizes or more above 0. `prior`: auto (see the
    module), folds, public, flat or a file. Raises BadStudy if no curve has enough sizes."""
    full = [o for curve in curves if (o := _usable(curve)) is not None]
    if not full:
        raise BadStudy(
            f"none of the {len(curves)} curves has {MIN_SIZES} sizes above 0: a backtest shows "
            "half of them and foretells the rest."
        )
    prior_of, words = _priors(full, prior, progress)
    known = [one.upto(cut_of(len(one.n))) for one in full]
    sizes = [_held_out(one) for one in full]
    rows: list[BacktestRow] = []
    for i, method in enumerate(methods):
        progress(f"forecasts: {method}", i, len(methods))
        foretold = foretell(method, known, sizes, prior_of=prior_of)
        name = words if method == "leadline" else ""
        for one, own in zip(full, foretold, strict=True):
            rows += _rows(one, method, own, name)
    progress("forecasts", len(methods), len(methods))
    notes = [f"prior: {words}"] if "leadline" in methods else []
    if len(full) < len(curves):
        notes.append(
            f"{len(curves) - len(full)} of {len(curves)} curves have fewer than {MIN_SIZES} sizes "
            "above 0 and are left out"
        )
    return Backtest(tuple(rows), (*notes, *_stand_ins(rows, n_curves=len(full))))


def _stand_ins(rows: Sequence[BacktestRow], *, n_curves: int) -> list[str]:
    """Which methods could not be fitted to every curve."""
    counts = Counter(row.method for row in rows if row.at == "last" and not row.fitted)
    return [
        f"{method}: {n} of {n_curves} curves cannot be fitted (too few values, or all alike); the "
        "last value stands in"
        for method, n in counts.items()
    ]


def _usable(curve: LearningCurve) -> Observed | None:
    if not any(p.n_examples > 0 for p in curve.points):
        return None
    above = observe(curve).above_zero()
    return above if len(above.n) >= MIN_SIZES else None


def _held_out(full: Observed) -> list[float]:
    return [float(full.n[cut_of(len(full.n))]), float(full.n[-1])]


def _priors(full: Sequence[Observed], which: str, progress: Progress) -> tuple[PriorOf, str]:
    """Which prior a curve is forecast with, and its name. A setting whose tasks the shipped prior
    knows is learned anew, in folds; for the others the shipped one is new ground already."""
    shipped = load_prior("public" if which in ("auto", "folds") else which)
    if which not in ("auto", "folds"):
        return (lambda _: shipped), shipped.name
    known = set(shipped.about.get("tasks", ()))
    anew = {setting_of(o.curve) for o in full if which == "folds" or task_of(o.curve) in known}
    if not anew:
        return (lambda _: shipped), shipped.name
    folds = fold_of([task_of(one.curve) for one in full])
    by_fold: dict[int, Prior] = {}
    for fold in range(FOLDS):
        progress("learning the prior, by folds over tasks", fold, FOLDS)
        others = [o.curve for o in full if folds[task_of(o.curve)] != fold]
        learned = learn([c for c in others if setting_of(c) in anew], name=f"fold {fold}")
        weights: dict[str, Weights] = dict(shipped.weights)
        weights.update({setting: learned.weights[setting] for setting in anew})
        by_fold[fold] = replace(learned, weights=weights)
    return (lambda curve: by_fold[folds[task_of(curve)]]), _words(full, anew, shipped)


def _words(full: Sequence[Observed], anew: set[Setting], shipped: Prior) -> str:
    """Which setting's prior was had in which way."""
    tasks = {(setting_of(o.curve), task_of(o.curve)) for o in full}
    counts = Counter(setting for setting, _ in tasks)
    ways: dict[str, list[str]] = {}
    for setting in sorted(counts):
        way = shipped.name
        if setting in anew:
            way = f"learned anew in {FOLDS} folds over tasks"
            if counts[setting] == 1:
                way = "flat, for there is no other task to learn from"
        ways.setdefault(way, []).append(setting)
    return "; ".join(f"{way} ({', '.join(settings)})" for way, settings in ways.items())


def _rows(
    full: Observed, method: str, foretold: Sequence[Foretold], prior: str
) -> list[BacktestRow]:
    k, curve = cut_of(len(full.n)), full.curve
    places: tuple[tuple[Literal["next", "last"], int], ...] = (("next", k), ("last", -1))
    return [
        BacktestRow(
            curve_id=curve.id,
            method=method,
            at=at,
            n_examples=float(full.n[i]),
            observed=float(full.rate[i]),
            **told._asdict(),
            metric=curve.metric,
            setting=setting_of(curve),
            source=curve.coordinates.get("source", ""),
            task=task_of(curve),
            reach=float(full.n[i] / full.n[k - 1]),
            prior=prior,
        )
        for (at, i), told in zip(places, foretold, strict=True)
    ]
