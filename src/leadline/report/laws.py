"""What the page says about a fitted law: the formula, its parameters with intervals, and how far it
misses the points it was fitted to. In-sample only: nothing here is a forecast.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from leadline.analyse.fit import NoFit, at_edge, interval
from leadline.analyse.measure import Interval, rate_interval
from leadline.records import Fit, Measurement
from leadline.report.text import NBSP, THIN, count, significant

TITLES = {"paper": "The paper’s law", "offset": "A bounded law"}
FORMULAS = {
    "paper": Markup("<i>P</i> = <i>a</i> · <i>n</i><sup>1/<i>b</i></sup>"),
    "offset": Markup(
        "1 − <i>P</i> = <i>e</i> + (<i>q</i><sub>0</sub> − <i>e</i>) · "
        "(1 + <i>n</i>/<i>D</i><sub>0</sub>)<sup>−<i>α</i></sup>"
    ),
}
PERCENT = frozenset({("paper", "a"), ("offset", "e"), ("offset", "q0")})  # the paper prints a so
SYMBOLS = {"D0": Markup("D<sub>0</sub>"), "q0": Markup("q<sub>0</sub>"), "alpha": "α"}
MEANINGS = {
    "a": "accuracy at one example",
    "e": "error that the formula levels off at; not a forecast",
    "q0": "error with no examples",
    "D0": "examples that pre-training was worth",
    "alpha": "steepness of the fall",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRow:
    """One law of one curve, for reading. `reason` is set where it was not fitted."""

    title: str
    formula: Markup
    reason: str
    parameters: tuple[tuple[str | Markup, str, str, str], ...]  # symbol, meaning, value, interval
    miss: str
    dropped: tuple[str, ...]


def law_row(fit: Fit | NoFit, points: Iterable[Measurement]) -> LawRow:
    """The law in words and rounded figures; `points` are those of its curve."""
    if isinstance(fit, NoFit):
        return LawRow(
            title=TITLES[fit.law],
            formula=FORMULAS[fit.law],
            reason=fit.reason,
            parameters=(),
            miss="",
            dropped=(),
        )
    ends = interval(fit)
    return LawRow(
        title=TITLES[fit.law],
        formula=FORMULAS[fit.law],
        reason="",
        parameters=tuple(
            (SYMBOLS.get(p, p), _meaning(fit, p), *_shown(fit.law, p, value, ends[p]))
            for p, value in fit.parameters.items()
        ),
        miss=_miss(fit, points),
        dropped=fit.dropped,
    )


def _meaning(fit: Fit, parameter: str) -> str:
    value = fit.parameters[parameter]
    if parameter == "b":
        return f"ten times the examples multiply accuracy by {10 ** (1 / value):.2f}"
    edge = parameter in at_edge(fit)
    return MEANINGS[parameter] + ("; at the edge of its allowed range" if edge else "")


def _shown(law: str, parameter: str, value: float, ends: Interval) -> tuple[str, str]:
    in_percent = (law, parameter) in PERCENT
    scale, unit = (100.0, f"{THIN}%") if in_percent else (1.0, "")
    low, high = (significant(scale * end, digits=3) for end in ends)
    return significant(scale * value) + unit, f"{low} – {high}{unit}"


def _miss(fit: Fit, points: Iterable[Measurement]) -> str:
    """The largest residual, in points, and whether the noise of the test problems explains it."""
    (n, rate), residual = max(
        zip(fit.points, fit.residuals, strict=True), key=lambda pair: abs(pair[1])
    )
    point = next(m for m in points if (m.n_examples, m.value) == (n, rate))
    low, high = rate_interval(point)
    side = "above" if residual > 0 else "below"
    where = "within" if low <= rate - residual <= high else "beyond"
    return (
        f"Largest miss: at n = {count(n)} the measured rate lies {abs(100 * residual):.1f} points "
        f"{side} the curve, {where} its 95{NBSP}% error bar."
    )
