"""The figure of accuracy against the number of examples, as SVG text.

n = 0 has no place on a logarithmic axis, so it stands apart at the left, behind a break. Curves are
drawn within the measured range only: the figure forecasts nothing.
"""

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from leadline.analyse.fit import NoFit, band
from leadline.analyse.measure import Curve, rate_interval
from leadline.figures.canvas import (
    FAINT,
    INK,
    PAPER,
    SERIES,
    STYLE,
    WIDE,
    Size,
    blank,
    clipped,
    look,
    svg_text,
)
from leadline.records import Fit, Measurement
from leadline.report.tables import names
from leadline.report.text import count

PAPER_LAW = SERIES[7]  # with one curve, the two laws differ in colour too
LINES = {"offset": "solid", "paper": (0, (4, 2.5))}
LAW_NAMES = {"offset": "bounded law", "paper": "paper's law"}
FEW = 3  # with more curves than this, bands are drawn for the bounded law only


def accuracy_figure(
    found: Sequence[Curve], fits: Sequence[Fit | NoFit], *, size: Size = WIDE
) -> str:
    """Rates with 95 % intervals, and both laws with their 95 % bands where they were fitted."""
    with mpl.rc_context(STYLE):
        figure = blank(size.width, size.height)
        grid = figure.add_gridspec(1, 2, width_ratios=[0.09, 1], wspace=0.03)
        zero = figure.add_subplot(grid[0])
        main = figure.add_subplot(grid[1], sharey=zero)
        drawn = {f.law for f in fits if isinstance(f, Fit)}
        for i, curve in enumerate(found):
            own = [f for f in fits if isinstance(f, Fit) and _of(f) == _of(curve)]
            for fit in own:
                alone = len(found) == 1 and fit.law == "paper"
                color = PAPER_LAW if alone else look(i)[0]
                shaded = len(found) <= FEW or fit.law == "offset"
                _draw_fit(zero, main, fit, color=color, shaded=shaded)
            _draw_points(zero, main, curve.points, i, n_series=len(found))
        _finish_axes(zero, main, [m for curve in found for m in curve.points])
        _legend(figure, found, sorted(drawn), width=size.width)
        return svg_text(figure)


def _draw_points(
    zero: Axes, main: Axes, points: Sequence[Measurement], i: int, *, n_series: int
) -> None:
    color, marker = look(i)
    place = i - (n_series - 1) / 2  # error bars of several curves stand side by side
    for m in points:
        if math.isnan(m.value):
            continue
        low, high = rate_interval(m)
        axes, x = (
            (zero, 1.2 * place / n_series)
            if m.n_examples == 0
            else (main, m.n_examples * 10 ** (0.012 * place))
        )
        axes.errorbar(
            x,
            100 * m.value,
            yerr=[[100 * max(0.0, m.value - low)], [100 * max(0.0, high - m.value)]],
            fmt=marker,
            color=color,
            markersize=5.5,
            markeredgecolor=PAPER,
            markeredgewidth=0.7,
            elinewidth=1.2,
            zorder=4,
        )


def _draw_fit(zero: Axes, main: Axes, fit: Fit, *, color: str, shaded: bool) -> None:
    line = LINES[fit.law]
    positive = [n for n, _ in fit.points if n > 0]
    shape = band(fit, np.geomspace(min(positive), max(positive), 160).clip(*fit.domain))
    main.plot(shape.n, 100 * shape.curve, color=color, linestyle=line, linewidth=1.6, zorder=3)
    if shaded:
        low, high = 100 * shape.low, 100 * shape.high
        main.fill_between(shape.n, low, high, color=color, alpha=0.13, linewidth=0)
    if fit.domain[0] == 0:
        at = band(fit, np.zeros(1))
        zero.plot([-0.7, 0.7], [100 * at.curve[0]] * 2, color=color, linestyle=line, linewidth=1.6)


def _finish_axes(zero: Axes, main: Axes, points: Sequence[Measurement]) -> None:
    sizes = sorted({m.n_examples for m in points if m.n_examples > 0})
    top = max(zero.dataLim.y1, main.dataLim.y1)
    if sizes:
        main.set_xscale("log")
        main.set_xlim(sizes[0] / 1.35, sizes[-1] * 1.35)
    labelled = _spread(sizes) if sizes else []
    main.set_xticks(labelled, [count(n) for n in labelled])
    main.set_xticks([], minor=True)
    main.set_ylim(0, min(104.0, max(5.0, 1.06 * top)))
    zero.set_xlim(-1, 1)
    zero.set_xticks([0], ["0"])
    zero.set_ylabel("accuracy, % of test problems")
    main.set_xlabel("post-training examples (log scale)")
    for axes in (zero, main):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=FAINT, linewidth=0.5, alpha=0.6)
        axes.tick_params(length=3)
    main.spines["left"].set_visible(False)
    main.tick_params(axis="y", length=0, labelleft=False)
    for axes, end in ((zero, 1), (main, 0)):
        mark = Line2D([end], [0], marker=[(-0.6, -1), (0.6, 1)], markersize=7, color=INK, mew=0.8)
        mark.set(transform=axes.transAxes, clip_on=False, linestyle="none")
        axes.add_line(mark)


def _spread(sizes: Sequence[int]) -> list[int]:
    """The sizes to label: all that stand at least a ninth of the axis from the one before."""
    span = max(math.log(sizes[-1] / sizes[0]), 1e-9)
    kept = [sizes[-1]]
    for n in reversed(sizes[:-1]):
        if math.log(kept[-1] / n) >= span / 9:
            kept.append(n)
    return kept[::-1]


def _legend(figure: Figure, found: Sequence[Curve], laws: Sequence[str], *, width: int) -> None:
    several = len(found) > 1
    handles: list[Line2D] = []
    labels: list[str] = []
    if several:
        called = names(found)
        # A leading space: matplotlib leaves out labels that begin with an underscore.
        labels = [f" {clipped(called.of(curve))}" for curve in found]
        looks = map(look, range(len(found)))
        handles = [Line2D([], [], color=color, marker=m, ls="none") for color, m in looks]
    for law in laws:
        color = INK if several else (PAPER_LAW if law == "paper" else SERIES[0])
        handles.append(Line2D([], [], color=color, ls=LINES[law], linewidth=1.6))
        labels.append(LAW_NAMES[law])
    if handles:
        n_columns = max(1, width // (45 + 7 * max(map(len, labels))))
        figure.legend(handles, labels, loc="outside upper left", ncols=n_columns)


def _of(row: Curve | Fit) -> tuple[str, str, str]:
    return row.model, row.task, row.method
