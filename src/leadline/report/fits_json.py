"""fits.json: everything that was fitted, for programs. Rates 0–1, sizes in examples; null stands
for infinity and for what is not known. The bootstrap draws are not in it: `leadline fit` on
measurements.csv draws the same ones again.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from leadline.laws.plain import law_row, plain
from leadline.laws.result import FittedCurve
from leadline.report.fitting import CurveLaws, StudyLaws
from leadline.report.prospects import FACTORS, targets_of

FORMAT = 2


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
    values: dict[str, Any] = plain(content)
    return values


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
        "laws": [law_row(fit) for fit in one.fits],
        "held_out": [dataclasses.asdict(score) for score in one.comparison.scores],
        "warnings": one.warnings,
    }
