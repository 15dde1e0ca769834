"""What the page says of each law alone: the paper's as the baseline, and all laws with formula,
parameters, intervals and what the data leave open. In-sample: nothing here is a forecast.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from leadline.figures.series import LAW_NAMES
from leadline.laws.compare import LawScore
from leadline.laws.law_fit import LawFit, NoFit
from leadline.laws.result import FittedCurve
from leadline.report.tables import TextTable
from leadline.report.text import NBSP, THIN, percent, significant

GREEK = {"alpha": "α", "beta": "β", "gamma": "γ"}
PERCENT = frozenset({("paper", "a"), ("paper_ml", "a")})  # the paper prints a so
MEANINGS = {
    "e": "error far out",
    "q0": "error with no examples",
    "D0": "examples that pre-training was worth",
    "D_mid": "examples at half of the rise",
    "P0": "rate of a guess",
    "P_inf": "rate far out",
}
RATES = ("error", "rate", "error at n = 0", "rate, given")  # units that are shown in per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter as text."""

    symbol: Markup
    value: str
    interval: str
    meaning: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRow:
    """One law of one curve, for reading. `reason` is set where it was not fitted."""

    title: str
    formula: Markup
    standing: str  # its weight in the forecast, and how it did when sizes were hidden
    reason: str
    parameters: tuple[Parameter, ...] = ()
    remarks: tuple[str, ...] = ()


def law_rows(one: FittedCurve) -> list[LawRow]:
    """All laws, the heaviest in the forecast first, those that were not fitted last."""
    weights = one.known.law_weights()
    scores = {score.law: score for score in one.comparison.scores}
    ordered = sorted(one.fits, key=lambda f: (isinstance(f, NoFit), -weights.get(f.law, 0.0)))
    return [_row(fit, weights.get(fit.law), scores[fit.law]) for fit in ordered]


def _row(fit: LawFit | NoFit, weight: float | None, score: LawScore) -> LawRow:
    name = LAW_NAMES[fit.law].replace("'", "’")
    title = name if name == fit.law else f"{name} ({fit.law})"
    if isinstance(fit, NoFit):
        return LawRow(title=title, formula=Markup(), standing="", reason=fit.reason)
    standing = "not in the forecast" if weight is None else f"weight {100 * weight:.0f}{THIN}%"
    if not math.isnan(score.error):
        standing += f"; hidden largest sizes missed by {100 * score.error:.1f} points"
    return LawRow(
        title=title,
        formula=formula(fit.formula),
        standing=standing,
        reason="",
        parameters=tuple(_parameter(fit, name) for name in fit.parameters),
        remarks=_remarks(fit),
    )


def formula(text: str) -> Markup:
    """One of our own formulas with real superscripts, subscripts, minus signs and Greek."""
    html = re.sub(r"(?<=[\^(\s])-", "−", str(escape(text)))
    html = re.sub(r"\^\(([^()]*)\)|\^(−?[\w·]+)", lambda m: f"<sup>{m[1] or m[2]}</sup>", html)
    html = re.sub(r"\b([DPqcd])_?(0|1|inf|mid|l)\b", r"\1<sub>\2</sub>", html)
    return Markup(re.sub("|".join(GREEK), lambda m: GREEK[m[0]], html))


def _parameter(fit: LawFit, name: str) -> Parameter:
    unit = fit.units[name]
    in_percent = fit.kind == "rate" and ((fit.law, name) in PERCENT or unit in RATES)
    scale, sign = (100.0, f"{THIN}%") if in_percent else (1.0, "")
    meaning = "rate at n = 1" if (fit.law, name) in PERCENT else MEANINGS.get(name, unit)
    ends = fit.interval(name)
    shown = [_minus(significant(scale * end, digits=3)) for end in ends]
    open_ = "; left open by the data" if name in fit.unsettled else ""
    edge = "; at the edge of its range" if name in fit.at_edge else ""
    return Parameter(
        symbol=formula(name),
        value=_minus(significant(scale * fit.parameters[name])) + sign,
        interval="" if any(map(math.isnan, ends)) else f"{shown[0]} – {shown[1]}{sign}",
        meaning=formula(meaning + (edge or open_)),
    )


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _remarks(fit: LawFit) -> tuple[str, ...]:
    found = []
    if fit.dropped:
        found.append(f"Left out: {'; '.join(fit.dropped)}.")
    if not fit.converged:
        found.append("The search did not end at a minimum: do not use these values.")
    return tuple(found)


def paper_table(fitted: Sequence[tuple[str, FittedCurve]], *, several: bool) -> TextTable:
    """The paper's law of every curve: a and b as the paper prints them, and where it leads."""
    rows = []
    for name, one in fitted:
        fit = next(f for f in one.fits if f.law == "paper")
        first = [name] if several else []
        if isinstance(fit, NoFit):
            rows.append((*first, f"not fitted: {fit.reason}", "", "", "", ""))
            continue
        a, b = (_parameter(fit, p) for p in ("a", "b"))
        at_ten = 1.0 - float(fit.error(one.observed.n[-1:] * 10.0)[0])
        times = f"{10 ** (1 / fit.parameters['b']):.2f}"
        impossible = f"{THIN}%, which no rate can be" if at_ten > 1.0 else f"{THIN}%"
        says = percent(at_ten) + impossible
        rows.append((*first, f"{a.value} ({a.interval})", f"{b.value} ({b.interval})", times, says))
    return TextTable(
        title="",
        columns=(
            *(["curve"] if several else []),
            f"a (95{NBSP}% interval)",
            f"b (95{NBSP}% interval)",
            "10× the examples multiply accuracy by",
            "at 10× the data it says",
        ),
        rows=tuple(row[: 5 if several else 4] for row in rows),
    )
