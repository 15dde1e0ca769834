"""The figure of residuals: what was measured minus what a law says at the same size, for the
default law and for the paper's. A law that is wrong shows as a bend around the line at 0.
"""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D

from leadline.figures.axis import set_sizes, sizes_label, zero_place
from leadline.figures.canvas import INK, PAPER, STYLE, WIDE, Size, blank, calm, clipped, look
from leadline.figures.series import LAW_NAMES, Series, bars, law_of
from leadline.laws.law_fit import LawFit

LAWS = ("offset", "paper")
MOST_NAMED = 8  # curves in the legend
HEIGHTS = {"wide": 250, "narrow": 420}  # CSS pixels


def residual_figure(found: Sequence[Series], *, size: Size = WIDE) -> Figure:
    """Residuals of all fitted curves, in points (of losses: in per cent of the loss)."""
    with mpl.rc_context(STYLE):
        figure = blank(size.width, HEIGHTS[size.name])
        draw_residuals(figure, found, width=size.width)
        return figure


def draw_residuals(parent: FigureBase, found: Sequence[Series], *, width: int) -> None:
    """Onto a figure or a part of one: a panel for each law that was fitted to any curve."""
    laws = [law for law in LAWS if any(law_of(one, law) for one in found)] or [LAWS[0]]
    stacked = width < 500
    shape = (len(laws), 1) if stacked else (1, len(laws))
    panels = parent.subplots(*shape, squeeze=False, sharex=True, sharey=True).flat
    for law, axes in zip(laws, panels, strict=True):
        for i, one in enumerate(found):
            fit = law_of(one, law)
            if fit is not None:
                _draw(axes, one, fit, i, n_series=len(found))
        axes.axhline(0.0, color=INK, linewidth=0.8)
        axes.set_title(LAW_NAMES[law], loc="left", fontsize=10)
        axes.label_outer()
        calm(axes)
        set_sizes(axes, _sizes(found), end=_sizes(found)[-1], has_zero=_has_zero(found), labels=5)
    parent.supylabel(f"measured minus law, {unit_of(found)}", fontsize=10.5)
    parent.supxlabel(sizes_label([one.observed.curve for one in found]), fontsize=10.5)
    if 1 < len(found) <= MOST_NAMED:
        looks = map(look, range(len(found)))
        handles = [Line2D([], [], color=color, marker=m, ls="none") for color, m in looks]
        labels = [clipped(one.label) for one in found]
        n_columns = max(1, width // (45 + 7 * max(map(len, labels))))
        parent.legend(handles, labels, loc="outside upper left", ncols=n_columns)


def _draw(axes: Axes, one: Series, fit: LawFit, i: int, *, n_series: int) -> None:
    color, marker = look(i)
    zero = zero_place(_sizes([one])[0], _sizes([one])[-1])
    measured = {bar.n: bar for bar in bars(one.observed)}
    n_k = np.where(fit.n == 0, zero, fit.n)
    if one.observed.curve.kind == "loss":
        residual_k = 100.0 * np.log(fit.observed / fit.fitted)
    else:
        sign = -1.0 if one.observed.curve.higher_is_better else 1.0
        residual_k = 100.0 * sign * fit.residuals
    axes.plot(n_k, residual_k, color=color, linewidth=0.8, alpha=0.5)
    axes.plot(n_k, residual_k, marker, color=color, markersize=5, mec=PAPER, mew=0.6, zorder=4)
    if n_series > 1:
        return
    for n, x, residual in zip(fit.n, n_k, residual_k, strict=True):
        bar = measured[float(n)]
        scale = 100.0 / bar.value if one.observed.curve.kind == "loss" else 100.0
        low, high = scale * (bar.low - bar.value), scale * (bar.high - bar.value)
        axes.plot([x, x], [residual + low, residual + high], color=color, linewidth=1.2)


def _sizes(found: Sequence[Series]) -> list[float]:
    return sorted({float(n) for one in found for n in one.sizes})


def _has_zero(found: Sequence[Series]) -> bool:
    return any(one.observed.n[0] == 0 for one in found)


def unit_of(found: Sequence[Series]) -> str:
    """What differences from these curves are told in: points of per cent, of a loss per cent."""
    units = {"%" if one.observed.curve.kind == "loss" else "points" for one in found}
    return " or ".join(sorted(units, reverse=True))
