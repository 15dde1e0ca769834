"""The figure that compares the laws: how much each weighs in the forecast, beside how far it missed
the largest sizes when they were hidden from it.
"""

import math
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from leadline.figures.canvas import BASELINE, INK, SERIES, STYLE, WIDE, Size, blank, calm
from leadline.figures.series import LAW_NAMES
from leadline.laws.compare import Comparison

LEFT_OUT = "paper_ml"  # the paper's law once more: its own row says nothing new here
Weights = Mapping[str, float]


def law_figure(
    weights: Sequence[Weights], comparisons: Sequence[Comparison], *, size: Size = WIDE
) -> Figure:
    """Weights and comparisons of the same curves, one each."""
    with mpl.rc_context(STYLE):
        figure = blank(size.width, height(weights, comparisons))
        draw_laws(figure, weights, comparisons, width=size.width)
        return figure


def height(weights: Sequence[Weights], comparisons: Sequence[Comparison]) -> int:
    """How high the figure is, in CSS pixels."""
    return 85 + 25 * len(_rows(weights, comparisons))


def draw_laws(
    parent: FigureBase,
    weights: Sequence[Weights],
    comparisons: Sequence[Comparison],
    *,
    width: int,
    unit: str = "points",
) -> None:
    """Onto a figure or a part of one; the second panel only where sizes could be held out. `unit`
    is that of the misses: points of per cent, or per cent of a loss."""
    rows = _rows(weights, comparisons)
    missed = {law: _errors(comparisons, law) for law in rows}
    held_out = any(missed.values())
    panels = parent.subplots(1, 2 if held_out else 1, squeeze=False, sharey=True)[0]
    shares = {law: [100.0 * w[law] for w in weights if law in w] for law in rows}
    between = "\n" if width < 500 else " "
    _panel(panels[0], shares, f"weight in{between}the forecast, %", bars=True)
    panels[0].set_xlim(0, None)
    if held_out:
        _panel(panels[1], missed, f"miss of the hidden{between}largest sizes, {unit}")
    panels[0].set_yticks(range(len(rows)), [LAW_NAMES[law] for law in rows])
    panels[0].set_ylim(len(rows) - 0.4, -0.6)


def _panel(
    axes: Axes, values: Mapping[str, Sequence[float]], title: str, *, bars: bool = False
) -> None:
    for place, (law, of_curves) in enumerate(values.items()):
        if not of_curves:
            words = "baseline, not in it" if law == "paper" else "not in it"
            axes.text(0.0, place, f" {words if bars else '–'}", va="center", fontsize=9, alpha=0.7)
            continue
        color = BASELINE if law == "paper" else SERIES[0]
        mean = float(np.mean(of_curves))
        if bars:
            axes.barh(place, mean, height=0.6, color=color, alpha=0.45, linewidth=0)
        else:
            axes.plot([mean], [place], "o", color=color, markersize=7)
        if len(of_curves) > 1:
            axes.plot(of_curves, [place] * len(of_curves), "|", color=color, markersize=9, mew=1.1)
    axes.set_title(title, loc="left", fontsize=10)
    calm(axes)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=INK, alpha=0.12, linewidth=0.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _rows(weights: Sequence[Weights], comparisons: Sequence[Comparison]) -> list[str]:
    """The laws that have anything to show, by weight, the paper's last."""
    mean = {law: np.mean([w.get(law, 0.0) for w in weights]) for w in weights for law in w}
    others = [law for law in LAW_NAMES if law not in mean and _errors(comparisons, law)]
    others = [law for law in others if law != LEFT_OUT]
    return [
        *sorted(mean, key=lambda law: -mean[law]),
        *sorted(others, key=lambda law: law == "paper"),
    ]


def _errors(comparisons: Sequence[Comparison], law: str) -> list[float]:
    """Mean misses of the held-out sizes in points (of losses: per cent), one a curve."""
    scores = [score.error for one in comparisons for score in one.scores if score.law == law]
    return [100.0 * error for error in scores if not math.isnan(error)]
