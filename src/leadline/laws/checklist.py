"""What must be told of a fitted law for others to redo and to judge it: the items of (Mis)Fitting
(arXiv 2502.18969), filled in from the result. What the rows do not say is said to be missing.
"""

from leadline.laws import shapes
from leadline.laws.law_fit import LawFit
from leadline.laws.result import FittedCurve, Result
from leadline.laws.wording import exact_size
from leadline.versions import versions

MISSING = "not in the rows; say it beside the result"


def checklist(result: Result) -> str:
    """The items, as text: those of the whole study first, then each curve's."""
    parts = [_title("The law"), *_law(result), _title("The training"), *_training(result)]
    for one in result.curves:
        parts += [_title(f"Curve {one.curve.id} ({one.curve.metric})"), *_curve(one)]
    parts += [_title("The fitting"), *_fitting(result), _title("The validation"), *_validation()]
    return "\n".join(parts)


def _title(text: str) -> str:
    return f"\n{text}"


def _item(name: str, text: str) -> str:
    return f"  {name}: {text}"


def _law(result: Result) -> list[str]:
    laws = ", ".join(law.name for law in shapes.FAMILIES)
    units = sorted({one.curve.unit for one in result.curves})
    return [
        _item("form", f"a mixture of {laws}, each q = level × shape(n), and drift in ln n"),
        _item("variables", f"n in {', '.join(units)}; q = 1 - rate (0–1), or the loss"),
        _item("held fixed", "model, task and method, along each curve"),
        _item("baseline", "the paper's P = a · n^(1/b), fitted apart and never averaged in"),
    ]


def _training(result: Result) -> list[str]:
    names = sorted({k for one in result.curves for p in one.curve.points for k in p.recipe})
    changed = [one.curve.id for one in result.curves if any("recipe" in w for w in one.warnings)]
    return [
        _item("recipe in the rows", ", ".join(names) or MISSING),
        _item(
            "changes with n",
            ", ".join(changed) if changed else "none seen" if names else "unknown: no recipe",
        ),
        _item("architecture and data", MISSING),
    ]


def _curve(one: FittedCurve) -> list[str]:
    o = one.known.observed
    seeds = sorted({int(n) for n in o.n_seeds})
    zero = one.observed.n[0] == 0
    offset = one.fit("offset")
    return [
        _item("points", f"{len(o.n)} sizes, {exact_size(o.n[0])} to {exact_size(o.n[-1])}"),
        _item("n = 0", "measured; outside the forecast" if zero else "not measured"),
        _item("seeds at a size", "/".join(map(str, seeds))),
        _item("noise", o.noise),
        _item("dropped or smoothed", "nothing" if not zero else "n = 0, from the forecast only"),
        _item("offset law alone", _alone(offset) if isinstance(offset, LawFit) else offset.reason),
        _item("reach of the data", f"{o.n[-1] / o.n[0]:,.0f} times from the smallest size"),
        _item("warnings", " ".join(one.warnings) or "none"),
    ]


def _alone(fit: LawFit) -> str:
    shown = ", ".join(f"{name} = {x:.4g}" for name, x in fit.parameters.items())
    parts = [
        shown,
        "converged" if fit.converged else "NOT converged",
        f"{fit.iterations} Newton steps",
        f"ln likelihood {fit.log_likelihood:.2f}",
    ]
    if fit.at_edge:
        parts.append(f"at a bound: {', '.join(fit.at_edge)}")
    if fit.unsettled:
        parts.append(f"not settled by the data: {', '.join(fit.unsettled)}")
    return "; ".join(parts)


def _fitting(result: Result) -> list[str]:
    n_cells = len(shapes.grid().family)
    tasks = result.prior.about.get("tasks", [])
    return [
        _item("objective", "the Gaussian likelihood of ln q, level integrated; nats, summed"),
        _item("search", f"all {n_cells} shapes of a fixed grid × the noise settings; no optimiser"),
        _item("starts and tolerance", "none: the same rows give the same numbers"),
        _item("single laws", "grid, exact linear solve, Newton; 1,000 bootstrap draws, seed 0"),
        _item("weights", "each law by the density with which it foretold the points in turn"),
        _item("prior", f"{result.prior.name}, learned from {len(tasks)} public tasks"),
        _item("versions", ", ".join(f"{k} {v}" for k, v in versions().items() if v)),
    ]


def _validation() -> list[str]:
    return [
        _item("intervals", "80 and 95 %, from parameters, law and drift; tested on held-out sizes"),
        _item("held-out error and coverage", "leadline backtest, on these or any curves"),
        _item("sensitivity", "--prior flat; --drift off; without the largest size: backtest"),
    ]
