"""The section on what went wrong: Figure 3's numbers, where each kind of error saturates, what all
mistakes follow, and how deep the gain goes. Each is there as far as a study has rows for it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.analyse.correlation import Correlation
from leadline.analyse.depth import Depth, Part
from leadline.analyse.findings import CurveFindings, Findings
from leadline.analyse.labels import ENOUGH, Counted
from leadline.analyse.measure import Interval
from leadline.analyse.saturation import Saturation
from leadline.report.tables import NONE, Names, TextTable
from leadline.report.text import THIN, count, listed, percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """`only`: the one kind that was asked about, if there is only one. `counts`: a table a curve.
    `kinds`: what becomes of each kind; `n_sizes`: the fewest that its
    correlations are over (None: there are none). `depths`: a row a curve, None where nothing beside
    the format was asked about; `depth_words`: a sentence a curve."""

    only: str
    counts: tuple[TextTable, ...]
    kinds: TextTable
    n_sizes: int | None
    depths: TextTable | None
    depth_words: tuple[tuple[str, str], ...]
    by: str
    checks: tuple[tuple[str, str], ...]


def mistakes(
    findings: Findings, called: Names, *, by: str, checks: Sequence[tuple[str, str]]
) -> Mistakes | None:
    """The section, or None where no kind of error was asked about. by: who told the kinds; checks:
    how the judges among them did on human labels."""
    found = [curve for curve in findings.curves if curve.labels.kinds]
    if not found:
        return None
    named = [(called.of(curve.labels), curve) for curve in found]
    several = len(findings.curves) > 1
    n_sizes = [len(one.sizes) for curve in found for one in curve.correlations]
    depths = [(name, curve.depth) for name, curve in named if curve.depth is not None]
    kinds = {kind for curve in found for kind in curve.labels.kinds}
    return Mistakes(
        only=kinds.pop() if len(kinds) == 1 else "",
        counts=tuple(_counts(name, curve) for name, curve in named),
        kinds=_kinds(named, several=several),
        n_sizes=min(n_sizes, default=None),
        depths=_depths(depths, several=several) if depths else None,
        depth_words=tuple((name if several else "", depth_words(one)) for name, one in depths),
        by=by,
        checks=tuple(checks),
    )


def _counts(name: str, curve: CurveFindings) -> TextTable:
    """Columns in which nothing ever happens are left out, but for those of the kinds."""
    rows = [[at.wrong, *at.kinds, at.none_found, at.not_known] for at in curve.sizes]
    titles = ("all mistakes", *curve.labels.kinds, "no error found", "not known")
    always = 1 + len(curve.labels.kinds)
    alone = len(curve.labels.kinds) == 1  # of one kind, what is not it says nothing new
    happens = [not alone and any(row[i].n for row in rows) for i in range(len(titles))]
    kept = [i for i in range(len(titles)) if i < always or happens[i]]
    asked = {count(at.n_asked) for at in curve.sizes}
    return TextTable(
        title=f"{name} · of {listed(sorted(asked))} responses",
        columns=("examples", *(titles[i] for i in kept)),
        rows=tuple(
            (count(at.n_examples), *(_counted(row[i], at.wrong) for i in kept))
            for at, row in zip(curve.sizes, rows, strict=True)
        ),
    )


def _counted(part: Counted, wrong: Counted) -> str:
    """57 (44–72), and how many of the wrong responses could not be told; where these are most of
    them, the interval of the others would say nothing."""
    open_ones = part.n_undecided if part is wrong else part.n_undecided - wrong.n_undecided
    undecided = f" +{THIN}{count(open_ones)}?" if open_ones > 0 else ""
    if math.isnan(part.low) or open_ones > ENOUGH * wrong.n:
        return f"{_whole(part.n)}{undecided}"
    return f"{_whole(part.n)} ({_whole(part.low)}–{_whole(part.high)}){undecided}"


def _whole(n: float) -> str:
    """Means over seeds may be broken."""
    return count(n) if n >= 10 or n == round(n) else f"{n:.1f}"


def _kinds(named: Sequence[tuple[str, CurveFindings]], *, several: bool) -> TextTable:
    rows = []
    for name, curve in named:
        for kind in curve.labels.kinds:
            where, follows = curve.saturation(kind), curve.correlation(kind)
            rows.append(
                (
                    *((name,) if several else ()),
                    kind,
                    _saturates(where),
                    _r_squared(follows),
                    _interval(follows.by_sizes, digits=2) if follows else NONE,
                )
            )
    return TextTable(
        title="",
        columns=(
            *(("curve",) if several else ()),
            "kind",
            "saturated from",
            "r² with all mistakes",
            "r² interval for few points",
        ),
        rows=tuple(rows),
    )


def _saturates(found: Saturation | None) -> str:
    """100 (100 – 300); or that even the interval does not reach down to a measured size."""
    if found is None:
        return NONE
    if found.low is None:
        return f"not by {count(found.largest)}"
    size, low, high = (
        f">{THIN}{count(found.largest)}" if n is None else count(n)
        for n in (found.size, found.low, found.high)
    )
    return f"{size} ({low}–{high})"


def _r_squared(found: Correlation | None) -> str:
    if found is None:
        return NONE
    inverse = ", r < 0" if found.r < 0 else ""
    return f"{found.r_squared:.2f} ({_interval(found.by_problems, digits=2)}){inverse}"


def _interval(interval: Interval, *, digits: int) -> str:
    return f"{interval.low:.{digits}f}–{interval.high:.{digits}f}"


def _depths(depths: Sequence[tuple[str, Depth]], *, several: bool) -> TextTable:
    names = list(dict.fromkeys(part.name for _, one in depths for part in one.parts))
    kept = [
        n for n in names if any(p.points for _, one in depths for p in one.parts if p.name == n)
    ]
    return TextTable(
        title="",
        columns=(
            *(("curve",) if several else ()),
            "gain, points",
            *(f"{name} %" for name in kept),
            "depth index %",
            "if untold were there %",
        ),
        rows=tuple(
            (
                *((name,) if several else ()),
                _percent(one.gain, one.gain_interval),
                *(_share({part.name: part for part in one.parts}.get(name)) for name in kept),
                _percent(one.index, one.index_interval),
                percent(one.if_there, digits=0),
            )
            for name, one in depths
        ),
    )


def _share(part: Part | None) -> str:
    return NONE if part is None else _percent(part.share, part.share_interval)


def _percent(value: float, interval: Interval) -> str:
    if math.isnan(value):
        return NONE
    low, high = (percent(end, digits=0) for end in interval)
    return f"{percent(value, digits=0)} ({low}–{high})"


def depth_words(found: Depth) -> str:
    """The index in one sentence."""
    low, high = (percent(end, digits=0) for end in found.gain_interval)
    gain = f"{percent(found.gain, digits=0)} points ({low} to {high})"
    to = f"from {count(found.first)} to {count(found.last)} examples"
    if math.isnan(found.index):
        return f"The gain {to}, {gain}, is not above the noise, so it has no shares."
    low, high = (percent(end, digits=0) for end in found.index_interval)
    untold = percent(found.if_there, digits=0)
    return (
        f"Of the gain {to}, {gain}, {percent(found.index, digits=0)}{THIN}% ({low} to {high}) is "
        f"more than form; {untold}{THIN}% if the errors that could not be told were all there."
    )
