"""The axis of sizes: logarithmic, with n = 0 apart at the left, behind a break."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from leadline.curves.points import LearningCurve
from leadline.figures.canvas import INK, PAPER, size_label

ZERO_GAP = 0.09  # of the axis, between n = 0 and the smallest size


def zero_place(smallest: float, end: float) -> float:
    """Where n = 0 stands on the logarithmic axis that ends at `end`."""
    return float(smallest * max(end / smallest, 2.0) ** -ZERO_GAP)


def sizes_label(curves: Sequence[LearningCurve]) -> str:
    """What stands under the axis."""
    units = {curve.unit for curve in curves}
    return f"training {units.pop() if len(units) == 1 else 'size'} (log scale)"


def set_sizes(
    axes: Axes, sizes: Sequence[float], *, end: float, has_zero: bool, labels: float
) -> None:
    """Ticks at the measured sizes (above 0, rising) and at `end`, as many as have room: two labels
    stand at least 1 / `labels` of the axis apart."""
    smallest = sizes[0]
    zero = zero_place(smallest, end)
    span = math.log(max(end / smallest, 2.0))
    axes.set_xscale("log")
    axes.set_xlim(
        (zero if has_zero else smallest) * math.exp(-0.035 * span), end * math.exp(0.03 * span)
    )
    labelled = _spread(sorted({*sizes, end}), span / labels)
    at_zero = [zero] if has_zero else []
    axes.set_xticks([*at_zero, *labelled], ["0"] * len(at_zero) + [*map(size_label, labelled)])
    axes.set_xticks([], minor=True)
    if has_zero:
        _break(axes, math.sqrt(zero * smallest))


def _spread(sizes: Sequence[float], gap: float) -> list[float]:
    """The sizes to label: all whose logarithms stand at least `gap` below the one after."""
    kept = [sizes[-1]]
    for n in reversed(sizes[:-1]):
        if math.log(kept[-1] / n) >= gap:
            kept.append(n)
    return kept[::-1]


def _break(axes: Axes, at: float) -> None:
    """Two slanted strokes over a gap in the axis."""
    low, high = axes.get_xlim()
    aside = (high / low) ** 0.0052
    lines = [
        Line2D([at], [0], marker="s", markersize=4.2, color=PAPER, mew=0),
        *(
            Line2D([x], [0], marker=[(-0.5, -1), (0.5, 1)], markersize=8, color=INK, mew=0.8)
            for x in (at / aside, at * aside)
        ),
    ]
    for line in lines:
        line.set(transform=axes.get_xaxis_transform(), clip_on=False, ls="none", zorder=6)
        axes.add_line(line)
