"""What the page says of sizes that were not measured: forecasts at multiples of the data, the data
that a target needs, and how such forecasts did on the study's own sizes when these were hidden.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadline.laws.backtest import Backtest, BacktestRow
from leadline.laws.posterior import FURTHEST
from leadline.laws.prior import Prior
from leadline.laws.result import FittedCurve
from leadline.laws.score import errors
from leadline.laws.target import DataFor
from leadline.laws.wording import chance, size
from leadline.records import Forecast
from leadline.report.fitting import StudyLaws
from leadline.report.tables import NONE, Names, TextTable
from leadline.report.text import NBSP, THIN, count, listed, percent

FACTORS = (2.0, 10.0)
STEPS = (
    (0.2, 0.05),
    (0.08, 0.02),
    (0.0, 0.01),
)  # room up to 100 %, and how far targets stand apart
N_TARGETS, FEW_TARGETS, MANY = 4, 1, 4  # targets of a curve; few for more curves than MANY
METHOD_NAMES = {"leadline": "leadline", "last": "no change", "paper": "paper’s law"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """The section on more data; `tested` is None where no curve has sizes enough to hide some."""

    forecasts: TextTable
    targets: TextTable
    prior: str
    tested: TextTable | None
    verdict: str


def prospects(laws: StudyLaws, called: Names) -> Prospects | None:
    """The section, or None where no curve was fitted."""
    if laws.result is None:
        return None
    fitted = [(called.of(c.curve), c.fitted) for c in laws.curves if c.fitted is not None]
    several = len(laws.curves) > 1
    n_targets = N_TARGETS if len(fitted) <= MANY else FEW_TARGETS
    of_id = {one.curve.id: name for name, one in fitted}
    return Prospects(
        forecasts=_forecasts(fitted, several=several),
        targets=_targets(fitted, n_targets=n_targets, several=several),
        prior=prior_words(laws.result.prior, laws.result.curves),
        tested=_tested(laws.backtest, of_id, several=several) if laws.backtest else None,
        verdict=_verdict(laws.backtest.rows) if laws.backtest else "",
    )


def targets_of(one: FittedCurve) -> list[float]:
    """The next round rates above the best that was measured."""
    best = float(one.observed.rate.max())
    step = next(step for room, step in STEPS if 1.0 - best > room)
    first = math.floor(best / step + 1e-9) + 1
    found = [round(k * step, 9) for k in range(first, math.ceil(1.0 / step))]
    return [target for target in found if target > best][:N_TARGETS]


def prior_words(prior: Prior, curves: Sequence[FittedCurve]) -> str:
    """The prior's name, and what of it these curves use."""
    learned = prior.about.get("learned from", [])
    settings = list(dict.fromkeys(one.setting for one in curves))
    of = f"“{prior.name}”, for models in {listed([str(s) for s in settings])}"
    if not isinstance(learned, list):
        return f"{of}; it was learned from {learned}"
    own = [row for row in learned if row["setting"] in settings]
    parts = [f"{row['curves']} of {row['source']}" for row in own]
    total = sum(row["curves"] for row in own)
    return f"{of}; it was learned from {total} public learning curves ({listed(parts)})"


def _forecasts(fitted: Sequence[tuple[str, FittedCurve]], *, several: bool) -> TextTable:
    rows = []
    for name, one in fitted:
        for i, factor in enumerate(FACTORS):
            means = one.forecast(factor=[factor])
            measured = one.forecast(factor=[factor], of="measurement")
            rows.append(
                (
                    *([name if i == 0 else ""] if several else []),
                    f"{count(means[0].n_examples)} ({factor:g}×)",
                    percent(means[0].median),
                    *(_ends(row) for row in (*means, *measured)),
                )
            )
    return TextTable(
        title="",
        columns=(
            *(["curve"] if several else []),
            "examples",
            "expected %",
            f"80{NBSP}% interval",
            f"95{NBSP}% interval",
            f"one measurement, 80{NBSP}%",
            f"one measurement, 95{NBSP}%",
        ),
        rows=tuple(rows),
    )


def _ends(row: Forecast) -> str:
    return f"{percent(row.low)} – {percent(row.high)}"


def _targets(
    fitted: Sequence[tuple[str, FittedCurve]], *, n_targets: int, several: bool
) -> TextTable:
    rows = []
    for name, one in fitted:
        for i, target in enumerate(targets_of(one)[:n_targets]):
            found = one.data_for(target)
            rows.append(
                (
                    *([name if i == 0 else ""] if several else []),
                    f"{100 * target:g}{THIN}%",
                    _median(found),
                    _ends_of(found),
                    *(chance(found.reached[factor]) for factor in FACTORS),
                    chance(found.reachable),
                )
            )
    return TextTable(
        title="",
        columns=(
            *(["curve"] if several else []),
            "accuracy",
            "examples needed",
            f"80{NBSP}% interval",
            *(f"chance with {factor:g}×" for factor in FACTORS),
            "ever",
        ),
        rows=tuple(rows),
    )


def _median(found: DataFor) -> str:
    """A target that the laws allow in the end may still be further off than any forecast goes."""
    if math.isinf(found.median) and found.reachable >= 0.5:
        return f"over {count(FURTHEST * found.largest)}"
    return size(found.median)


def _ends_of(found: DataFor) -> str:
    if math.isinf(found.low):
        return NONE
    return f"{size(found.low)} – {'∞' if math.isinf(found.high) else size(found.high)}"


def _tested(tested: Backtest, of_id: dict[str, str], *, several: bool) -> TextTable:
    places = list(dict.fromkeys((row.curve_id, row.n_examples) for row in tested.rows))
    rows = []
    for place in places:
        by_method = {r.method: r for r in tested.rows if (r.curve_id, r.n_examples) == place}
        own = by_method["leadline"]
        others = [by_method.get(method) for method in ("last", "paper")]
        rows.append(
            (
                *([of_id[own.curve_id]] if several else []),
                f"{count(own.n_examples)} (shown: to {count(own.n_examples / own.reach)})",
                percent(own.observed),
                percent(own.predicted),
                f"{percent(own.low80)} – {percent(own.high80)}",
                *(NONE if row is None else percent(row.predicted) for row in others),
            )
        )
    return TextTable(
        title="",
        columns=(
            *(["curve"] if several else []),
            "examples",
            "measured %",
            "leadline %",
            f"80{NBSP}% interval",
            "no change %",
            "paper’s law %",
        ),
        rows=tuple(rows),
    )


def _verdict(rows: Sequence[BacktestRow]) -> str:
    """Mean errors of the methods, and how many intervals held."""
    own = [row for row in rows if row.method == "leadline"]
    held = sum(row.low80 <= row.observed <= row.high80 for row in own)
    means = {
        method: float(np.mean(errors([row for row in rows if row.method == method])))
        for method in dict.fromkeys(row.method for row in rows)
    }
    said = [f"{METHOD_NAMES[method]} {mean:.1f}" for method, mean in means.items()]
    return (
        f"Mean error in points: {listed(said)}. Of leadline’s {len(own)} intervals at 80{NBSP}%, "
        f"{held} held what was measured; so few say little of how good the forecasts are."
    )
