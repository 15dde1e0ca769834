"""The figure of curves: what was measured, the forecast with its 80 and 95 % bands up to ten times
the data, and the paper's law as the baseline.

n = 0 has no place on a logarithmic axis, so it stands apart at the left, behind a break. Up to
`TOGETHER` curves share one panel; more, or of several metrics, get a panel each on one scale.
"""

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from leadline.figures.axis import set_sizes, sizes_label, zero_place
from leadline.figures.canvas import (
    BASELINE,
    FAINT,
    INK,
    PAPER,
    STYLE,
    WIDE,
    Size,
    blank,
    calm,
    clipped,
    look,
)
from leadline.figures.curve_axes import (
    ALPHA_80,
    ALPHA_95,
    DASHED,
    TOGETHER,
    Drawn,
    legend,
    limits_of,
    log_losses,
    quantity,
    together,
)
from leadline.figures.series import BEYOND, Band, Series, band, bars, law_of, values_of

PLACES, FEW_PLACES = 32, 18  # of a band; the few, where curves are many
PANEL_WIDTH, PANEL_HEIGHT = 235, 170  # CSS pixels, of one among many


def prepare(found: Sequence[Series]) -> list[Drawn]:
    """The curves with their bands."""
    places = PLACES if len(found) <= TOGETHER else FEW_PLACES
    return [Drawn(series=one, band=band(one, places=places)) for one in found]


def curve_figure(found: Sequence[Drawn], *, size: Size = WIDE) -> Figure:
    """All curves of a study. They must have at least one size above 0."""
    with mpl.rc_context(STYLE):
        figure = blank(size.width, height(found, size=size))
        draw_curves(figure, found, width=size.width)
        return figure


def height(found: Sequence[Drawn], *, size: Size) -> int:
    """How high the figure of these curves is, in CSS pixels."""
    if together(found):
        return size.height
    return 70 + PANEL_HEIGHT * math.ceil(len(found) / _n_columns(size.width))


def draw_curves(parent: FigureBase, found: Sequence[Drawn], *, width: int) -> None:
    """Onto a figure or a part of one."""
    curves = [d.series.observed.curve for d in found]
    if together(found):
        axes = parent.subplots()
        for i, one in enumerate(found):
            _draw(axes, one, i, found)
        _finish(axes, found, limits=limits_of(found))
        axes.set_ylabel(quantity(curves[0]))
        axes.set_xlabel(sizes_label(curves))
        legend(parent, found, width=width)
        return
    n_columns = min(_n_columns(width), len(found))
    n_rows = math.ceil(len(found) / n_columns)
    one_metric = len({d.series.observed.curve.metric for d in found}) == 1
    grid = parent.subplots(n_rows, n_columns, squeeze=False, sharey=one_metric)
    for i, (axes, one) in enumerate(zip(grid.flat, found, strict=False)):
        _draw(axes, one, 0, [one])
        limits = limits_of(found if one_metric else [one])
        _finish(axes, [one], limits=limits, few_labels=True)
        axes.set_title(clipped(one.series.label, limit=34), loc="left", fontsize=9.5)
        axes.tick_params(labelsize=9)
        if not one_metric:
            axes.set_ylabel(quantity(one.series.observed.curve), fontsize=9)
        elif i % n_columns == 0 and i // n_columns == (n_rows - 1) // 2:
            axes.set_ylabel(quantity(one.series.observed.curve))
    for axes in grid.flat[len(found) :]:
        axes.set_visible(False)
    parent.supxlabel(sizes_label(curves), fontsize=10.5)
    legend(parent, found, width=width)


def _n_columns(width: int) -> int:
    return max(1, width // PANEL_WIDTH)


def _draw(axes: Axes, drawn: Drawn, i: int, beside: Sequence[Drawn]) -> None:
    one, color, n_series = drawn.series, look(i)[0], len(beside)
    if drawn.band is not None:
        _draw_band(axes, drawn.band, one.scale, color, both=n_series == 1)
        _draw_baseline(axes, one, color=BASELINE if n_series == 1 else color, n_series=n_series)
    _draw_bars(axes, one, i, beside)
    curve = one.observed.curve
    if curve.chance is not None and i == 0:
        axes.axhline(one.scale * curve.chance, color=INK, linewidth=0.9, linestyle=":", zorder=1.5)


def _draw_band(axes: Axes, shape: Band, scale: float, color: str, *, both: bool) -> None:
    bands = [(shape.low80, shape.high80, ALPHA_80)]
    if both:
        bands.append((shape.low95, shape.high95, ALPHA_95))
    for low, high, alpha in bands:
        axes.fill_between(shape.n, scale * low, scale * high, color=color, alpha=alpha, linewidth=0)
    axes.plot(shape.n, scale * shape.median, color=color, linewidth=1.7, zorder=3)


def _draw_baseline(axes: Axes, one: Series, *, color: str, n_series: int) -> None:
    law = law_of(one, "paper")
    if law is None:
        return
    n_G = np.geomspace(one.sizes[0], BEYOND * one.sizes[-1], 80)
    value_G = values_of(one, law, n_G)
    if one.observed.curve.kind == "rate":
        n_G, value_G = n_G[value_G <= 1.0], value_G[value_G <= 1.0]
    alone = n_series == 1
    axes.plot(
        n_G,
        one.scale * value_G,
        color=color,
        linestyle=DASHED,
        linewidth=1.2 if alone else 0.9,
        alpha=1.0 if alone else 0.65,
        zorder=2.5,
    )


def _draw_bars(axes: Axes, one: Series, i: int, beside: Sequence[Drawn]) -> None:
    color, marker = look(i)
    smallest, end = _ends(beside)
    step = 0.004 * math.log(end / smallest)  # error bars of several stand side by side
    aside = math.exp(step * (i - (len(beside) - 1) / 2))
    for bar in bars(one.observed):
        x = (zero_place(smallest, end) if bar.n == 0 else bar.n) * aside
        seeds = one.scale * np.array(bar.seeds)
        axes.plot([x] * len(seeds), seeds, "o", color=color, alpha=0.45, markersize=2.6, zorder=3.5)
        value, low, high = (one.scale * v for v in (bar.value, bar.low, bar.high))
        axes.errorbar(
            x,
            value,
            yerr=[[max(0.0, value - low)], [max(0.0, high - value)]],
            fmt=marker,
            color=color,
            markersize=5.5,
            markeredgecolor=PAPER,
            markeredgewidth=0.7,
            elinewidth=1.2,
            clip_on=False,  # a rate of 0 stands on the axis
            zorder=4,
        )


def _ends(found: Sequence[Drawn]) -> tuple[float, float]:
    """The smallest size above 0, and how far the axis goes."""
    smallest = min(float(d.series.sizes[0]) for d in found)
    return smallest, max(
        float(d.series.sizes[-1]) * (1.0 if d.band is None else BEYOND) for d in found
    )


def _finish(
    axes: Axes, found: Sequence[Drawn], *, limits: tuple[float, float], few_labels: bool = False
) -> None:
    sizes = np.unique(np.concatenate([d.series.sizes for d in found]))
    fitted = any(d.band is not None for d in found)
    has_zero = any(d.series.observed.n[0] == 0 for d in found)
    last, (_, end) = float(sizes[-1]), _ends(found)
    labels = 3.2 if few_labels else 9
    set_sizes(axes, sizes.tolist(), end=end, has_zero=has_zero, labels=labels)
    if found[0].series.observed.curve.kind == "loss":
        log_losses(axes, *limits)
    axes.set_ylim(*limits)
    calm(axes)
    if fitted:
        axes.axvspan(last, end * 10, color=FAINT, alpha=0.22, linewidth=0, zorder=0)
        axes.annotate(
            "forecast" if few_labels else "forecast, not measured",
            (last, 1),
            xycoords=("data", "axes fraction"),
            xytext=(1, 3),
            textcoords="offset points",
            fontsize=8 if few_labels else 9,
            alpha=0.75,
        )
