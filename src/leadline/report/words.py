"""What the page says in sentences: what came out, and what a reader must know to judge it. Each
sentence is derived from rows; a change is called one only where it is larger than the noise.
"""

import math
from collections.abc import Iterable, Sequence

from leadline.analyse.errors import ErrorCounts
from leadline.analyse.measure import Curve, effective_trials
from leadline.laws.warn import NEAR_ZERO
from leadline.records import Measurement
from leadline.report.fitting import StudyLaws
from leadline.report.results import CellResults, StudyResults
from leadline.report.tables import Names, names
from leadline.report.text import count, in_words, listed

SMALL_FORMAT_SHARE = 0.05  # at or below this (later up to twice this), the format is learnt
LARGE_CUT_SHARE = 0.05  # above this, the limit on new tokens colours the accuracy
FEW_NAMES = 4  # curves that a warning names
RECIPE = "The recipe changes along the curve"
Z = 1.96


def headline(found: Sequence[Curve], counts: Sequence[ErrorCounts]) -> str:
    """The study in one sentence."""
    found = [curve for curve in found if pooled(curve)]
    if not found:
        return "Nothing has been measured yet."
    if len(found) == 1:
        return sentence(found[0], counts)
    called = names(found)
    ranked = sorted(found, key=lambda curve: pooled(curve)[-1][1])
    (n_low, low, _), (n_high, high, _) = pooled(ranked[0])[-1], pooled(ranked[-1])[-1]
    at = f"with {count(n_high)} examples" if n_low == n_high else "at the largest size"
    return (
        f"Accuracy {at} runs from {in_words(low)} ({called.of(ranked[0])}) to {in_words(high)} "
        f"({called.of(ranked[-1])})."
    )


def sentence(curve: Curve, counts: Sequence[ErrorCounts]) -> str:
    """What became of accuracy and of the format over one curve."""
    points = pooled(curve)
    if not points:
        return "No response could be judged."
    (n_first, first, first_trials), (n_last, last, last_trials) = points[0], points[-1]
    if len(points) == 1:
        text = f"Accuracy is {in_words(last)} {_with(n_last)}"
    elif near_zero(curve):
        best = max(rate for _, rate, _ in points)
        text = f"Accuracy stayed near zero at every size (at most {in_words(best)})"
    else:
        noise = Z * math.sqrt(_variance(first, first_trials) + _variance(last, last_trials))
        verb = "did not change measurably:" if abs(last - first) <= noise else "rose"
        verb = "fell" if first - last > noise else verb
        text = (
            f"Accuracy {verb} from {in_words(first)} {_with(n_first)} to {in_words(last)} "
            f"{_with(n_last)}"
        )
    return f"{text}{_format_clause(curve, counts)}."


def pooled(curve: Curve) -> list[tuple[int, float, int]]:
    """(n_examples, mean rate over seeds, trials of all seeds), by size."""
    groups: dict[int, list[Measurement]] = {}
    for m in curve.points:
        if not math.isnan(m.value):
            groups.setdefault(m.n_examples, []).append(m)
    return [
        (n, sum(m.value for m in group) / len(group), sum(map(effective_trials, group)))
        for n, group in sorted(groups.items())
    ]


def near_zero(curve: Curve) -> bool:
    """Whether there was training, and accuracy is near zero after it at every size."""
    points = pooled(curve)
    return bool(points) and points[-1][0] > 0 and max(r for _, r, _ in points) < NEAR_ZERO


def _variance(rate: float, trials: int) -> float:
    kept = min(max(rate, 0.5 / trials), 1 - 0.5 / trials)
    return kept * (1 - kept) / trials


def _with(n: int) -> str:
    return "with no examples" if n == 0 else f"with {count(n)}"


def of_curve(curve: Curve, counts: Iterable[ErrorCounts]) -> list[ErrorCounts]:
    """The error counts of a curve's cells, in its order."""
    by_cell = {(c.cell.method, c.cell.n_examples, c.cell.seed): c for c in counts if _on(curve, c)}
    keys = [(m.method, m.n_examples, m.seed) for m in curve.points]
    return [by_cell[key] for key in keys if key in by_cell]


def _on(curve: Curve, counts: ErrorCounts) -> bool:
    return (counts.cell.model, counts.cell.task) == (curve.model, curve.task)


def _format_clause(curve: Curve, counts: Sequence[ErrorCounts]) -> str:
    shares: dict[int, list[float]] = {}
    for c in of_curve(curve, counts):
        if c.format_error_share is not None:
            shares.setdefault(c.cell.n_examples, []).append(c.format_error_share)
    mean = [(n, sum(values) / len(values)) for n, values in sorted(shares.items())]
    if not mean:
        return ""
    learnt = [
        share <= SMALL_FORMAT_SHARE
        and all(later <= 2 * SMALL_FORMAT_SHARE for _, later in mean[i:])
        for i, (_, share) in enumerate(mean)
    ]
    (_, first), (n_last, last) = mean[0], mean[-1]
    if len(mean) == 1:
        return f"; format errors are {in_words(first)}"
    if not any(learnt):
        return f"; format errors were still {in_words(last)} {_with(n_last)}"
    at = learnt.index(True)
    n, share = mean[at]
    highest = max(later for _, later in mean[at:])
    if at == 0:
        return f"; format errors stayed at or below {in_words(highest)}"
    after = f" and stayed at or below {in_words(highest)}" if highest > SMALL_FORMAT_SHARE else ""
    return (
        f"; format errors fell from {in_words(first)} to {in_words(share)} by {count(n)} "
        f"examples{after}"
    )


def cautions(
    results: StudyResults, found: Sequence[Curve], counts: Sequence[ErrorCounts]
) -> list[str]:
    """What a reader must know to judge the numbers, one sentence each."""
    return [
        *_near_zero(found, names(found)),
        *_warnings(results.laws, names(found)),
        *_recipe(results.cells),
        *_seeds(found),
        *_shortened(results.cells, names(found)),
        *_cut(counts),
        *_undecided(counts),
        *results.notes,
    ]


def _near_zero(found: Sequence[Curve], called: Names) -> list[str]:
    low = [curve for curve in found if near_zero(curve)]
    if not low:
        return []
    return [
        f"{listed([called.of(curve) for curve in low])}: accuracy is near zero at every size. The "
        "model is too small for this task, or was trained too little or on other things; the curve "
        "cannot be fitted, and says nothing about how accuracy grows."
    ]


def _warnings(laws: StudyLaws, called: Names) -> list[str]:
    """The warnings of the fits, each with the curves that it holds for; changes of the recipe are
    said once, below."""
    of_text: dict[str, list[str]] = {}
    for one in laws.curves:
        for text in one.fitted.warnings if one.fitted else ():
            if not text.startswith(RECIPE):
                of_text.setdefault(text, []).append(called.of(one.curve))
    alone = len(laws.curves) == 1
    return [text if alone else f"{listed(_few(of))}: {text}" for text, of in of_text.items()]


def _few(of: list[str]) -> list[str]:
    return of if len(of) <= FEW_NAMES else [*of[:FEW_NAMES], f"{len(of) - FEW_NAMES} more"]


def _recipe(cells: Sequence[CellResults]) -> list[str]:
    sizes: dict[int, set[int]] = {}
    for cell in cells:
        if cell.batch_size is not None:
            sizes.setdefault(cell.batch_size, set()).add(cell.checkpoint.cell.n_examples)
    if len(sizes) < 2:
        return []
    parts = [
        f"{batch} for {listed([count(n) for n in sorted(ns)])}"
        for batch, ns in sorted(sizes.items(), key=lambda item: min(item[1]))
    ]
    return [
        f"{RECIPE}: the batch is {'; '.join(parts)} examples. A bend "
        "between these sizes may come from the recipe and not from the data. More examples also "
        "mean more optimiser steps."
    ]


def _seeds(found: Sequence[Curve]) -> list[str]:
    single = [c for c in found if len({m.seed for m in c.points if m.n_examples > 0}) == 1]
    if not single:
        return []
    return [
        "One seed a size: the error bars and intervals hold the noise of the test problems, not "
        "that of training, which is often larger with few examples."
    ]


def _shortened(cells: Sequence[CellResults], called: Names) -> list[str]:
    short = [
        c.checkpoint
        for c in cells
        if c.checkpoint.n_examples_effective < c.checkpoint.cell.n_examples
    ]
    return [
        f"{called.of(c.cell)}, n = {count(c.cell.n_examples)}: overlong examples were dropped, so "
        f"{count(c.n_examples_effective)} were trained on."
        for c in short
    ]


def _cut(counts: Sequence[ErrorCounts]) -> list[str]:
    long = [c for c in counts if c.n_asked and c.n_truncated / c.n_asked > LARGE_CUT_SHARE]
    if not long:
        return []
    worst = max(long, key=lambda c: c.n_truncated / c.n_asked)
    sizes = sorted({c.cell.n_examples for c in long})
    return [
        f"Responses were cut off at the token limit at n = {listed([count(n) for n in sizes])} "
        f"(up to {in_words(worst.n_truncated / worst.n_asked)}); they are graded as they stand."
    ]


def _undecided(counts: Sequence[ErrorCounts]) -> list[str]:
    total = sum(c.n_undecided for c in counts)
    if not total:
        return []
    return [
        f"{count(total)} of {count(sum(c.n_asked for c in counts))} responses could not be judged. "
        "They count neither as right nor as wrong; the table gives both bounds."
    ]
