"""fits.json: everything that was fitted, for programs. Rates 0–1, sizes in examples; null stands
for infinity and for what is not known. The bootstrap draws are not in it: `leadline fit` on
measurements.csv draws the same ones again.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.result import FittedCurve
from leadline.report.fitting import CurveLaws, StudyLaws
from leadline.report.prospects import FACTORS, targets_of

FORMAT = 2
LEFT_OUT = ("draws", "curve_id", "metric", "kind")


def fits_json(laws: StudyLaws, versions: Mapping[str, str]) -> dict[str, Any]:
    """The fits of a study as plain JSON values."""
    prior = laws.result.prior if laws.result else None
    content = {
        "format": FORMAT,
        "prior": {"name": prior.name, "about": dict(prior.about)} if prior else None,
        "curves": [_curve(one) for one in laws.curves],
        "backtest": [dataclasses.asdict(row) for row in laws.backtest.rows]
        if laws.backtest
        else [],
        "versions": dict(versions),
    }
    plain: dict[str, Any] = _plain(content)
    return plain


def _curve(one: CurveLaws) -> dict[str, Any]:
    curve = one.curve
    row: dict[str, Any] = {
        "model": curve.model,
        "task": curve.task,
        "method": curve.method,
        "metric": curve.metric,
    }
    if one.fitted is None:
        return {**row, "reason": one.reason}
    return {**row, **_fitted(one.fitted)}


def _fitted(one: FittedCurve) -> dict[str, Any]:
    forecasts = [*one.forecast(factor=FACTORS), *one.forecast(factor=FACTORS, of="measurement")]
    return {
        "setting": one.setting,
        "noise": one.observed.noise,
        "tau_of_study": one.pooled_tau,
        "law_weights": one.known.law_weights(),
        "forecasts": [dataclasses.asdict(row) for row in forecasts],
        "data_for": [dataclasses.asdict(one.data_for(target)) for target in targets_of(one)],
        "laws": [_law(fit) for fit in one.fits],
        "held_out": [dataclasses.asdict(score) for score in one.comparison.scores],
        "warnings": one.warnings,
    }


def _law(fit: LawFit | NoFit) -> dict[str, Any]:
    row = {
        field.name: getattr(fit, field.name)
        for field in dataclasses.fields(fit)
        if field.name not in LEFT_OUT
    }
    if isinstance(fit, LawFit):
        row["intervals_95"] = {name: list(fit.interval(name)) for name in fit.parameters}
        row["n_draws"] = len(fit.draws)
    return row


def _plain(value: Any) -> Any:
    """JSON has no infinity, no nan and no arrays."""
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
