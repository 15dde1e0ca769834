"""The figure of what went wrong, after the paper's Figure 3: all mistakes at each size, and beside
them the kinds of error that they have, stacked.
"""

import math
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from leadline.analyse.labels import Counted, SizeErrors
from leadline.figures.canvas import (
    INK,
    PAPER,
    SERIES,
    STYLE,
    WIDE,
    Size,
    blank,
    calm,
    clipped,
    size_label,
    svg_text,
)

KIND_COLOURS = {
    "format": SERIES[1],
    "arithmetic": SERIES[4],
    "reasoning": SERIES[2],
    "hallucination": SERIES[6],
}
ALL, NONE_FOUND, NOT_KNOWN = "all mistakes", "no error found", "not known"
BAR = 0.36  # of the place that a size has
LARGEST = 10  # sizes: beyond, the numbers above the bars would touch
HATCH = "////"
Panel = tuple[str, Sequence[SizeErrors]]


def error_figure(panels: Sequence[Panel], *, size: Size = WIDE) -> str:
    """Mistakes by size (means over seeds); one panel for each (title, counts of a curve), all on
    one scale."""
    n_columns = 2 if size is WIDE and len(panels) > 1 else 1
    n_rows = math.ceil(len(panels) / n_columns)
    with mpl.rc_context(STYLE):
        figure = blank(size.width, 80 + 230 * n_rows)
        grid = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
        for i, (axes, (title, counts)) in enumerate(zip(grid.flat, panels, strict=False)):
            _panel(axes, counts, numbers=len(counts) <= (LARGEST if n_columns == 1 else 6))
            axes.set_ylabel("responses" if i % n_columns == 0 else "")
            if len(panels) > 1:
                axes.set_title(clipped(title), loc="left", fontsize=10)
        grid.flat[0].set_ylim(0, 1.08 * highest(panels))  # of all: they share it
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        figure.supxlabel("post-training examples", fontsize=10.5)
        patches = _legend(panels)
        columns = min(len(patches), 6 if size is WIDE else 3)
        figure.legend(
            handles=patches,
            loc="outside upper left",
            ncols=columns,
            columnspacing=1.2,
            handlelength=1.3,
            fontsize=9.5,
        )
        return svg_text(figure)


def highest(panels: Sequence[Panel]) -> float:
    """Responses at the top of the highest bar or stack, its interval included."""
    tops = [1.0]
    for at in (at for _, counts in panels for at in counts):
        below = sum(kind.n for kind in at.kinds)
        whiskers = [0.0 if math.isnan(c.high) else c.high - c.n for c in (at.wrong, *at.kinds)]
        tops.append(max(at.wrong.n, below + at.none_found.n + at.not_known.n) + max(whiskers))
    return max(tops)


def _panel(axes: Axes, counts: Sequence[SizeErrors], *, numbers: bool) -> None:
    for place, at in enumerate(counts):
        _total(axes, place - BAR / 2 - 0.01, at.wrong, number=numbers)
        _stack(axes, place + BAR / 2 + 0.01, at)
    axes.set_xticks(range(len(counts)), [size_label(at.n_examples) for at in counts])
    calm(axes)


def _total(axes: Axes, x: float, wrong: Counted, *, number: bool) -> None:
    axes.bar(x, wrong.n, width=BAR, color=SERIES[5], alpha=0.45, linewidth=0)
    _whisker(axes, x, wrong, bottom=0.0)
    if number:
        high = wrong.n if math.isnan(wrong.high) else wrong.high
        axes.text(x, high, f"{wrong.n:.0f}", ha="center", va="bottom", fontsize=9)


def _stack(axes: Axes, x: float, at: SizeErrors) -> None:
    """The parts from the surface upwards, each with the interval of its own count at its top."""
    bottom = 0.0
    for i, part in enumerate(at.kinds):
        axes.bar(x, part.n, width=BAR, bottom=bottom, color=KIND_COLOURS[part.name], linewidth=0)
        if part.n:
            aside = BAR * ((i + 1) / (len(at.kinds) + 1) - 0.5)
            _whisker(axes, x + aside, part, bottom=bottom)
        bottom += part.n
    if len(at.kinds) < 2:  # of one kind, the rest says nothing that the bar beside does not
        return
    axes.bar(x, at.none_found.n, width=BAR, bottom=bottom, color=SERIES[7], alpha=0.5, linewidth=0)
    bottom += at.none_found.n
    axes.bar(x, at.not_known.n, BAR, bottom, fc=PAPER, ec=SERIES[7], hatch=HATCH, linewidth=0.6)


def _whisker(axes: Axes, x: float, part: Counted, *, bottom: float) -> None:
    axes.plot([x, x], [bottom + part.low, bottom + part.high], color=INK, linewidth=0.9, zorder=3)


def _legend(panels: Sequence[Panel]) -> list[Patch]:
    """What is drawn somewhere, in the order of the stack."""
    counts = [at for _, panel in panels for at in panel]
    several = [at for at in counts if len(at.kinds) > 1]
    kinds = dict.fromkeys(kind.name for at in counts for kind in at.kinds)
    patches = [Patch(color=SERIES[5], alpha=0.45, label=ALL)]
    patches += [
        Patch(color=KIND_COLOURS[kind], label=kind) for kind in KIND_COLOURS if kind in kinds
    ]
    if any(at.none_found.n for at in several):
        patches.append(Patch(color=SERIES[7], alpha=0.5, label=NONE_FOUND))
    if any(at.not_known.n for at in several):
        patches.append(Patch(fc=PAPER, ec=SERIES[7], hatch=HATCH, linewidth=0.6, label=NOT_KNOWN))
    return patches
