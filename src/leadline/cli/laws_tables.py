"""What the laws' commands print and write: tables for a terminal, rows for machines."""

import csv
import dataclasses
import io
import math
from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from leadline.errors import BadStudy
from leadline.laws.backtest import Backtest, BacktestRow
from leadline.laws.compare import Comparison
from leadline.laws.families import FAMILIES
from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.plain import law_row
from leadline.laws.result import FittedCurve, Result
from leadline.laws.score import Paired, Score, paired, score
from leadline.laws.wording import exact_size, span, value
from leadline.records import Forecast

WORDS = {"mean": "the mean", "measurement": "a measurement"}


def fit_tables(result: Result) -> list[Table]:
    """For every curve, the laws beside each other: the best forecaster first."""
    return [_comparison(one) for one in result.curves]


def _comparison(one: FittedCurve) -> Table:
    found = one.comparison
    weights = one.known.law_weights()
    table = Table(
        title=escape(f"{one.curve.id} ({one.curve.metric}): the laws, the best forecaster first"),
        caption=_without_score(found),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("law", no_wrap=True)
    for name in ("weight in forecast", "held-out error", "held-out ln density", "AICc", "R²"):
        table.add_column(name, justify="right")
    for row in found.scores:
        if math.isnan(row.log_score) and row.aicc is None:
            continue
        weight = weights.get(row.law)
        table.add_row(
            row.law,
            "–" if weight is None else f"{100 * weight:.0f} %",
            _number(row.error, one.curve.kind),
            "–" if math.isnan(row.log_score) else f"{row.log_score:.2f}",
            "–" if row.aicc is None else f"{row.aicc:.1f}",
            "–" if math.isnan(row.r_squared) else f"{row.r_squared:.3f}",
        )
    return table


def _without_score(found: Comparison) -> str:
    """Why some laws are not in the table."""
    left = [s for s in found.scores if math.isnan(s.log_score) and s.aicc is None]
    return escape(" ".join(f"{s.law}: {s.reason}." for s in left))


def _number(error: float, kind: str) -> str:
    if math.isnan(error):
        return "–"
    return f"{error:.3f}" if kind == "loss" else f"{100 * error:.1f} points"


def law_table(result: Result, law: str) -> Table:
    """One law alone on every curve. Raises BadStudy for an unknown law."""
    _refuse_unknown(law)
    table = Table(title=escape(f"Law {law}, alone"), title_justify="left")
    for name in ("curve", "parameter", "estimate", "95 % interval", "unit", "remark"):
        table.add_column(name, justify="right" if name in ("estimate", "95 % interval") else "left")
    for one in result.curves:
        fit = one.fit(law)
        if isinstance(fit, NoFit):
            table.add_row(escape(one.curve.id), "–", "–", "–", "–", escape(fit.reason))
            continue
        for name, estimate in fit.parameters.items():
            table.add_row(
                escape(one.curve.id),
                name,
                f"{_printed(fit, name, estimate):.5g}",
                _interval(fit, name),
                "per cent at n = 1" if _in_percent(fit, name) else fit.units.get(name, ""),
                _remark(fit, name),
            )
    return table


def _in_percent(fit: LawFit, name: str) -> bool:
    """The paper prints a in per cent."""
    return fit.law.startswith("paper") and name == "a" and fit.kind == "rate"


def _printed(fit: LawFit, name: str, x: float) -> float:
    return 100.0 * x if _in_percent(fit, name) else x


def _interval(fit: LawFit, name: str) -> str:
    low, high = (_printed(fit, name, end) for end in fit.interval(name))
    return f"{low:.4g} – {high:.4g}"


def _remark(fit: LawFit, name: str) -> str:
    if name in fit.at_edge:
        return "at a bound"
    return "not settled by the data" if name in fit.unsettled else ""


def as_json(result: Result, law: str | None) -> list[dict[str, Any]]:
    """Everything about the fitted curves as plain values; one law or all."""
    if law:
        _refuse_unknown(law)
    return [
        {
            "curve_id": one.curve.id,
            "metric": one.curve.metric,
            "setting": one.setting,
            "prior": result.prior.name,
            "drift": result.drift,
            "law_weights": one.known.law_weights(),
            "laws": [law_row(one.fit(name)) for name in ([law] if law else _names())],
            "forecasts": [dataclasses.asdict(f) for f in one.forecast(factor=[2.0, 10.0])],
            "warnings": list(one.warnings),
        }
        for one in result.curves
    ]


def _names() -> list[str]:
    return [law.name for law in FAMILIES]


def _refuse_unknown(law: str) -> None:
    if law not in _names():
        raise BadStudy(f"law {law!r} is not known. There are: {', '.join(_names())}")


def forecast_table(result: Result, rows: Sequence[Forecast]) -> Table:
    """One line for a curve and size; the levels beside each other."""
    of = WORDS[rows[0].of]
    levels = list(dict.fromkeys(row.level for row in rows))
    table = Table(title=f"Forecasts of {of}", title_justify="left")
    for name in ("curve", "n", "times the data", "median"):
        table.add_column(name, justify="left" if name == "curve" else "right")
    for level in levels:
        table.add_column(f"{100 * level:g} % interval", justify="right")
    known = {(one.curve.id, one.curve.metric): one.curve for one in result.curves}
    for at in range(0, len(rows), len(levels)):
        own = rows[at : at + len(levels)]
        curve = known[own[0].curve, own[0].metric]
        table.add_row(
            escape(curve.id),
            exact_size(own[0].n_examples),
            f"{own[0].reach:.3g}",
            value(curve, own[0].median),
            *(span(curve, row.low, row.high) for row in own),
        )
    return table


def backtest_csv(tested: Backtest) -> str:
    """One line a forecast; columns as the record has them."""
    text = io.StringIO()
    columns = [field.name for field in dataclasses.fields(BacktestRow)]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(dataclasses.asdict(row) for row in tested.rows)
    return text.getvalue()


def backtest_tables(tested: Backtest) -> list[Table]:
    """Scores at the next size and at the largest, then each method against leadline's."""
    scores, differences = score(tested.rows), paired(tested.rows)
    return [
        *(_scores([s for s in scores if s.at == at], at) for at in ("next", "last")),
        *([_differences(differences)] if differences else []),
    ]


def _scores(scores: Sequence[Score], at: str) -> Table:
    title = {"next": "At the next size", "last": "At the largest size"}[at]
    table = Table(title=f"{title}: error in points, of losses in |ln|", title_justify="left")
    for name in ("curves of", "method"):
        table.add_column(name, no_wrap=True)
    for name in ("n", "median error", "mean", "90th", "80 % cover", "95 % cover", "score", "width"):
        table.add_column(name, justify="right")
    for s in scores:
        digits = 3 if s.part == "loss" or s.median_error < 0.1 else 2
        table.add_row(
            escape(s.part),
            s.method,
            str(s.n_curves),
            f"{s.median_error:.{digits}f}{_ends(s.median_low, s.median_high, digits)}",
            f"{s.mean_error:.{digits}f}",
            f"{s.error_90:.{digits}f}",
            f"{s.coverage_80:.2f}",
            f"{s.coverage_95:.2f}",
            f"{s.score_80:.{digits}f}",
            f"{s.width_80:.{digits}f}",
        )
    return table


def _differences(differences: Sequence[Paired]) -> Table:
    table = Table(
        title="Against leadline on the same curves: error minus leadline's, tasks resampled",
        title_justify="left",
    )
    for name in ("curves of", "method", "at", "n", "median difference", "worse on"):
        table.add_column(name, justify="left" if name in ("curves of", "method", "at") else "right")
    for d in differences:
        digits = 3 if d.part == "loss" else 2
        table.add_row(
            escape(d.part),
            d.method,
            d.at,
            str(d.n_curves),
            f"{d.median_difference:+.{digits}f}{_ends(d.low, d.high, digits)}",
            f"{100 * d.share_worse:.0f} %",
        )
    return table


def _ends(low: float, high: float, digits: int) -> str:
    return "" if math.isnan(low) else f" [{low:.{digits}f}, {high:.{digits}f}]"
