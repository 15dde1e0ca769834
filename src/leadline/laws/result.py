"""Fit curves, and ask the result: forecasts, data for a target, comparison, warnings, checklist.

    import leadline
    result = leadline.fit(rows)          # dicts, a polars or pandas frame, measurements, files
    print(result.describe())
    result.forecast(factor=[2, 10])

A result is frozen and complete: everything that it says was settled by the rows and the prior.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from leadline.curves.checks import refuse_unfit
from leadline.curves.points import LearningCurve
from leadline.curves.read import Read, curves_from_rows, read_curves
from leadline.errors import BadData, BadStudy
from leadline.laws import noise
from leadline.laws.compare import Comparison, compare_laws
from leadline.laws.families import FAMILIES
from leadline.laws.fit import fit_law
from leadline.laws.forecast import LEVELS, Of, forecast
from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.observe import Observed, observe
from leadline.laws.pool import pool
from leadline.laws.posterior import Posterior, exact_posterior, posterior
from leadline.laws.prior import SETTINGS, Prior, Setting, load_prior, setting_of
from leadline.laws.target import DataFor, Purchase, buy, data_for
from leadline.laws.warn import warnings_of
from leadline.records import Forecast

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Drift = Literal["on", "off"]
SEED = 0  # of the bootstrap draws of the single laws


@dataclass(frozen=True)
class FittedCurve:
    """One curve under all laws. `observed` holds every size, `known` those above 0."""

    observed: Observed
    known: Posterior
    prior: str
    setting: Setting
    pooled_tau: float | None

    @property
    def curve(self) -> LearningCurve:
        return self.observed.curve

    @cached_property
    def fits(self) -> tuple[LawFit | NoFit, ...]:
        """Every law alone, fitted to the curve with n = 0 where the law takes it."""
        return tuple(self.fit(law.name) for law in FAMILIES)

    @cached_property
    def comparison(self) -> Comparison:
        """Every law alone, by how well it foretold the largest sizes; best first."""
        return compare_laws(self.observed, pooled_tau=self.pooled_tau, seed=SEED)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """In plain words, the gravest first."""
        return (*warnings_of(self.observed), *self._warn_of_zero())

    def _warn_of_zero(self) -> tuple[str, ...]:
        """Whether the base model pulls the offset law away from what the other sizes say."""
        if self.observed.n[0] > 0:
            return ()
        above = self.known.observed
        fits = [fit_law(o, "offset", n_draws=0) for o in (self.observed, above)]
        if not all(isinstance(fit, LawFit) for fit in fits):
            return ()
        far = 10.0 * above.n[-1:]
        with_zero, without = (float(fit.error(far)[0]) for fit in fits if isinstance(fit, LawFit))
        at_80 = self.forecast(factor=[10.0], level=0.8)[0]
        if abs(with_zero - without) <= at_80.high - at_80.low:
            return ()
        return (
            "n = 0 obeys another mechanism (a format not known yet, say): at ten times the data "
            f"the offset law gives an error of {with_zero:.3g} with it and {without:.3g} without.",
        )

    def fit(self, law: str) -> LawFit | NoFit:
        """One law alone."""
        return fit_law(self.observed, law, pooled_tau=self.pooled_tau, seed=SEED)

    def forecast(
        self,
        at: float | Sequence[float] = (),
        *,
        factor: float | Sequence[float] = (),
        of: Of = "mean",
        level: float | Sequence[float] = LEVELS,
        force: bool = False,
    ) -> tuple[Forecast, ...]:
        """At sizes, and at multiples of the largest measured size; one row for each level."""
        largest = float(self.known.observed.n[-1])
        sizes = list(dict.fromkeys([*_many(at), *(f * largest for f in _many(factor))]))
        levels = list(dict.fromkeys(_many(level)))
        return tuple(
            forecast(self.known, sizes, prior=self.prior, of=of, levels=levels, force=force)
        )

    def data_for(self, target: float, *, level: float = 0.8) -> DataFor:
        """How many examples a target needs; see `target.py`."""
        return data_for(self.known, target, prior=self.prior, level=level)

    def buy(self, target: float, *, cost_per_example: float, budget: float) -> Purchase:
        """What a budget buys on the way to a target."""
        return buy(self.known, target, cost_per_example=cost_per_example, budget=budget)


@dataclass(frozen=True)
class Result:
    """The curves of one study, fitted together."""

    curves: tuple[FittedCurve, ...]
    prior: Prior
    drift: Drift = "on"
    notes: tuple[str, ...] = ()

    def forecast(self, at: float | Sequence[float] = (), **options: Any) -> tuple[Forecast, ...]:
        """Of every curve; options as of `FittedCurve.forecast`."""
        return tuple(row for one in self.curves for row in one.forecast(at, **options))

    def data_for(self, target: float, *, level: float = 0.8) -> tuple[DataFor, ...]:
        """Of every curve."""
        return tuple(one.data_for(target, level=level) for one in self.curves)

    def compare(self) -> tuple[Comparison, ...]:
        """Every law on every curve, by how well it foretold the largest sizes."""
        return tuple(one.comparison for one in self.curves)

    def describe(self) -> str:
        """All of it in plain words."""
        from leadline.laws.describe import describe

        return describe(self)

    def checklist(self) -> str:
        """What must be told of a fit for others to redo it (arXiv 2502.18969)."""
        from leadline.laws.checklist import checklist

        return checklist(self)

    def plot(self, path: str | Path | None = None) -> "Figure":
        """The curves with bands, the residuals and the weights of the laws; written to `path` (its
        ending names the format) if one is given."""
        from leadline.figures.plot import plot

        return plot(self, path)


def fit(
    rows: Iterable[Any] | str | Path,
    *,
    prior: str | Prior = "public",
    setting: Setting | None = None,
    drift: Drift = "on",
    **reading: Any,
) -> Result:
    """Fit all curves in `rows`: a file or several, dicts, a frame, or measurements.

    `prior`: public, flat, a file, or a Prior. `setting`: how the models were trained, if the rows
    do not say (see `prior.setting_of`). `drift="off"` asks how sure the data would make us if a law
    held exactly; real curves stray further. `reading`: options of `read.read_curves`. Raises
    BadData on rows that cannot be read, and on a curve with fewer than 3 sizes above 0.
    """
    chosen = load_prior(prior) if isinstance(prior, str) else prior
    return fit_read(read(rows, **reading), prior=chosen, setting=setting, drift=drift)


def fit_read(
    found: Read, *, prior: Prior, setting: Setting | None = None, drift: Drift = "on"
) -> Result:
    """As `fit`, for rows that are read already."""
    for curve in found.curves:
        refuse_unfit(curve)
    return fit_curves(found.curves, prior=prior, setting=setting, drift=drift, notes=found.notes)


def read(rows: Iterable[Any] | str | Path, **reading: Any) -> Read:
    """Rows or files, whichever they are."""
    if isinstance(rows, str | Path):
        return read_curves([rows], **reading)
    if isinstance(rows, list | tuple) and rows and all(isinstance(r, str | Path) for r in rows):
        return read_curves(list(rows), **reading)
    return curves_from_rows(rows, **reading)


def fit_curves(
    curves: Sequence[LearningCurve],
    *,
    prior: Prior,
    setting: Setting | None = None,
    drift: Drift = "on",
    notes: Sequence[str] = (),
) -> Result:
    """As `fit`, for curves that are read already."""
    if drift not in get_args(Drift):
        raise BadStudy(f"drift {drift!r}: it can be {' or '.join(get_args(Drift))}.")
    if setting is not None and setting not in SETTINGS:
        raise BadStudy(f"setting {setting!r} is not known. There are: {', '.join(SETTINGS)}")
    if not curves:
        raise BadData("there is no curve to fit: the rows hold none with this metric.")
    observed = [observe(curve) for curve in curves]
    tau = noise.pooled_tau(observed)
    settings = [setting or setting_of(curve) for curve in curves]
    settings = ["loss" if c.kind == "loss" else s for c, s in zip(curves, settings, strict=True)]
    one_alone = posterior if drift == "on" else exact_posterior
    known = [
        one_alone(_above_zero(o), prior.weights[s]) for o, s in zip(observed, settings, strict=True)
    ]
    if drift == "on":
        known = _pooled(known, settings)
    fitted = tuple(
        FittedCurve(observed=o, known=k, prior=prior.name, setting=s, pooled_tau=tau)
        for o, k, s in zip(observed, known, settings, strict=True)
    )
    return Result(fitted, prior, drift, tuple(notes))


def _many(numbers: float | Sequence[float]) -> list[float]:
    """One number, or several."""
    return [float(numbers)] if isinstance(numbers, int | float) else [float(x) for x in numbers]


def _above_zero(observed: Observed) -> Observed:
    return observed.above_zero() if observed.n[0] == 0 else observed


def _pooled(alone: list[Posterior], settings: list[Setting]) -> list[Posterior]:
    """Curves of one source and setting share their noise."""
    studies = [
        (setting, one.observed.curve.coordinates.get("source", ""))
        for one, setting in zip(alone, settings, strict=True)
    ]
    known = list(alone)
    for study in dict.fromkeys(studies):
        places = [i for i, other in enumerate(studies) if other == study]
        for place, one in zip(places, pool([alone[i] for i in places]), strict=True):
            known[place] = one
    return known
