"""A fitted study in plain words: what was measured, what twice and ten times the data would bring,
which laws the data favour, the paper's law beside them, and what to beware of.
"""

from leadline.laws.law_fit import LawFit
from leadline.laws.null_test import LikelihoodRatio, likelihood_ratio
from leadline.laws.result import FittedCurve, Result
from leadline.laws.wording import exact_size, span, value
from leadline.records import Forecast

FACTORS = (2.0, 10.0)
TEST_DRAWS = 200  # bootstrap draws of the test of the paper's form: no p below 1/201


def describe(result: Result) -> str:
    """All curves, then what holds for all of them."""
    blocks = [describe_curve(one) for one in result.curves]
    return "\n\n".join([*blocks, "\n".join(["Of all curves:", *_common(result)])])


def describe_curve(one: FittedCurve) -> str:
    """One curve, a line a fact."""
    curve, o = one.curve, one.known.observed
    ends = f"n = {exact_size(o.n[0])} to {exact_size(o.n[-1])}"
    lines = [
        f"{curve.id} ({curve.metric}, {one.setting})",
        f"  measured: {len(o.n)} sizes, {ends}: {value(curve, float(o.rate[0]))} to "
        f"{value(curve, float(o.rate[-1]))}",
        *(f"  {line}" for line in _forecasts(one)),
        f"  laws: {_laws(one)}",
        f"  the paper's law: {_paper(one)}",
        *(f"  ! {text}" for text in one.warnings),
    ]
    return "\n".join(lines)


def _forecasts(one: FittedCurve) -> list[str]:
    lines = []
    for factor in FACTORS:
        at_80, at_95 = one.forecast(factor=[factor])
        lines.append(
            f"{factor:g} times the data (n = {exact_size(at_80.n_examples)}): "
            f"{value(one.curve, at_80.median)}, "
            f"80 % interval {span(one.curve, at_80.low, at_80.high)}, "
            f"95 % {span(one.curve, at_95.low, at_95.high)}"
        )
        lines.append(f"  spread by {_sources(one, at_80)}")
    return lines


def _sources(one: FittedCurve, at: Forecast) -> str:
    """The three parts of the spread as standard deviations: points of a rate, % of a loss."""
    spread = one.known.uncertainty_at(at.n_examples)
    if one.curve.kind == "loss":
        scale, unit = 100.0, "% of the loss"
    else:
        error = 1.0 - at.median if one.curve.higher_is_better else at.median
        scale, unit = 100.0 * error, "points"
    return (
        f"the parameters {scale * spread.parameters:.1f}, the choice of law "
        f"{scale * spread.law:.1f}, drift {scale * spread.drift:.1f} {unit} (sd)"
    )


def _laws(one: FittedCurve) -> str:
    """Their weights, the heaviest first; those under 1 % are left out."""
    weights = sorted(one.known.law_weights().items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in weights if weight >= 0.01)


def _paper(one: FittedCurve) -> str:
    fit = one.fit("paper")
    if not isinstance(fit, LawFit):
        return f"not fitted: {fit.reason}"
    a, b = fit.parameters["a"], fit.parameters["b"]
    scale = f"{a:.4g}" if one.curve.kind == "loss" else f"{100 * a:.4g} %"
    at_ten = 10.0 * float(one.known.observed.n[-1])
    error = float(fit.error(one.known.observed.n[-1:] * 10.0)[0])
    rate = 1.0 - error if one.curve.higher_is_better else error
    beyond = ", which no rate can be" if one.curve.kind == "rate" and not 0 <= rate <= 1 else ""
    return (
        f"a = {scale}, b = {b:.4g}; at n = {exact_size(at_ten)} it says "
        f"{value(one.curve, rate)}{beyond}{_refuted(one)}"
    )


def _refuted(one: FittedCurve) -> str:
    """The likelihood-ratio test of the paper's form against the offset law, on the same sizes."""
    test = likelihood_ratio(one.observed, pooled_tau=one.pooled_tau, n_draws=TEST_DRAWS)
    if not isinstance(test, LikelihoodRatio):
        return ""
    verdict = "refute" if test.p_value < 0.05 else "do not refute"
    return f"; the data {verdict} its form against the offset law (p = {test.p_value:.2g})"


def _common(result: Result) -> list[str]:
    lines = [
        "  the forecasts are of the mean over seeds on these test problems, not of one more "
        "measurement",
        f"  prior: {result.prior.name} ({_learned(result)}); n = 0 is shown and fitted by the "
        "single laws that contain it, and is no part of the forecast",
    ]
    if result.drift == "off":
        lines.append("  drift is off: the intervals hold only if one of the laws is exact")
    return lines + [f"  note: {note}" for note in result.notes]


def _learned(result: Result) -> str:
    sources = result.prior.about.get("learned from", [])
    if not isinstance(sources, list):
        return f"learned from {sources}"
    settings = {one.setting for one in result.curves}
    used = [s for s in sources if s["setting"] in settings]
    parts = [f"{s['curves']} curves of {s['source']}" for s in used]
    return "learned from " + (", ".join(parts) or "no curve of this setting: flat")
