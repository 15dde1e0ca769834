"""Fits as plain JSON values: for fits.json and for `--json`. null stands for infinity and for what
is not known, since JSON has neither.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from leadline.laws.law_fit import LawFit, NoFit

LEFT_OUT = ("draws", "curve_id", "metric", "kind")  # the draws: the same fit draws them again


def law_row(fit: LawFit | NoFit) -> dict[str, Any]:
    """Everything about one law on one curve but what the row around it says."""
    row = {
        field.name: getattr(fit, field.name)
        for field in dataclasses.fields(fit)
        if field.name not in LEFT_OUT
    }
    if isinstance(fit, LawFit):
        row["intervals_95"] = {name: list(fit.interval(name)) for name in fit.parameters}
        row["residuals"] = fit.residuals
        row["n_draws"] = len(fit.draws)
    return row


def plain(value: Any) -> Any:
    """`value` without arrays, infinities and numbers that are none."""
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
