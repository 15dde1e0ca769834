"""The figure of what went wrong, after the paper's Figure 3: wrong answers by size, and how many of
them break the format as well.
"""

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from leadline.analyse.errors import ErrorCounts
from leadline.figures.canvas import SERIES, STYLE, WIDE, Size, blank, clipped, size_label, svg_text


def error_figure(panels: Sequence[tuple[str, Sequence[ErrorCounts]]], *, size: Size = WIDE) -> str:
    """Wrong answers by size (means over seeds), and how many of them have a format error too; one
    panel for each (title, counts of a curve), all on one scale."""
    n_columns = 2 if size is WIDE and len(panels) > 1 else 1
    n_rows = math.ceil(len(panels) / n_columns)
    with mpl.rc_context(STYLE):
        figure = blank(size.width, 70 + 220 * n_rows)
        grid = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
        for axes, (title, counts) in zip(grid.flat, panels, strict=False):
            _error_panel(axes, counts)
            if len(panels) > 1:
                axes.set_title(clipped(title), loc="left", fontsize=10)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        patches = [Patch(color=SERIES[5], alpha=0.45), Patch(color=SERIES[1])]
        labels = ["wrong answers", "of these, in the wrong format"]
        figure.legend(patches, labels, loc="outside upper left", ncols=2)
        return svg_text(figure)


def _error_panel(axes: Axes, counts: Sequence[ErrorCounts]) -> None:
    sizes = sorted({c.cell.n_examples for c in counts})
    by_size = [[c for c in counts if c.cell.n_examples == n] for n in sizes]
    wrong = [float(np.mean([c.n_wrong for c in group])) for group in by_size]
    malformed = [float(np.mean([c.n_format_errors_wrong or 0 for c in g])) for g in by_size]
    places = range(len(sizes))
    axes.bar(places, wrong, width=0.64, color=SERIES[5], alpha=0.45, linewidth=0)
    axes.bar(places, malformed, width=0.64, color=SERIES[1], linewidth=0)
    for at, value in zip(places, wrong, strict=True):
        axes.text(at, value, f"{value:.0f}", ha="center", va="bottom", fontsize=9.5)
    axes.set_xticks(places, [size_label(n) for n in sizes])
    axes.set_xlabel("post-training examples")
    axes.set_ylabel("responses")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=3)
