"""Around the curves: the range of values, what the axes are called, and the legend."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from leadline.curves.points import LearningCurve
from leadline.figures.canvas import BASELINE, INK, SERIES, clipped, look
from leadline.figures.series import Band, Series, bars, law_of

TOGETHER = 4  # curves in one panel
DASHED = (0, (4, 2.5))
ALPHA_80, ALPHA_95 = 0.17, 0.12  # of the bands; they lie over each other
NAMES = {"mcc": "Matthews correlation", "f1": "F1", "pearson": "correlation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A curve with its band, which is slow to make and drawn more than once."""

    series: Series
    band: Band | None


def together(found: Sequence[Drawn]) -> bool:
    """Whether the curves share one panel."""
    kinds = {(d.series.observed.curve.metric, d.series.observed.curve.unit) for d in found}
    return len(found) <= TOGETHER and len(kinds) == 1


def limits_of(found: Sequence[Drawn]) -> tuple[float, float]:
    """Of the values, as shown. Rates start at 0 unless all lie far above it."""
    values = [v for d in found for bar in bars(d.series.observed) for v in (bar.low, bar.high)]
    values += [v for d in found if d.band for v in (d.band.low80.min(), d.band.high95.max())]
    low, high = min(values), max(values)
    if found[0].series.observed.curve.kind == "loss":
        return low / 1.04, high * 1.04
    low, high = 100.0 * low, 100.0 * high
    room = max(high - low, 2.0)
    start = low - 0.06 * room if low < 0 or room < 0.45 * high else 0.0
    return start, min(104.0, max(5.0, high + 0.06 * room))


def log_losses(axes: Axes, low: float, high: float) -> None:
    """A logarithmic axis with a few round numbers on it."""
    axes.set_yscale("log")
    step = 10.0 ** math.floor(math.log10((high - low) / 3.0))
    step = next(step * k for k in (1, 2, 5, 10) if (high - low) / (step * k) <= 6)
    ticks = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    axes.set_yticks(ticks, [f"{tick:.6g}" for tick in ticks])
    axes.set_yticks([], minor=True)


def quantity(curve: LearningCurve) -> str:
    name = NAMES.get(curve.metric, curve.metric)
    if curve.kind == "loss":
        return f"{name} (log scale)"
    return f"{name}, % of test problems" if curve.metric == "accuracy" else f"{name}, %"


def legend(parent: FigureBase, found: Sequence[Drawn], *, width: int) -> None:
    handles: list[Line2D | Patch] = []
    labels: list[str] = []
    several = together(found) and len(found) > 1
    if several:
        for i, one in enumerate(found):
            color, marker = look(i)
            handles.append(Line2D([], [], color=color, marker=marker, linewidth=1.7))
            labels.append(clipped(one.series.label))
    if any(d.band for d in found):
        color = INK if several else SERIES[0]
        if not several:
            handles.append(Line2D([], [], color=color, linewidth=1.7))
            labels.append("leadline's curve")
        bands = (
            [("80 %", ALPHA_80)] if several else [("80 %", ALPHA_80 + ALPHA_95), ("95 %", ALPHA_95)]
        )
        handles += [Patch(color=color, alpha=alpha, linewidth=0) for _, alpha in bands]
        labels += [f"{name} band" for name, _ in bands]
    if any(law_of(d.series, "paper") for d in found):
        handles.append(Line2D([], [], color=INK if several else BASELINE, ls=DASHED, linewidth=1.2))
        labels.append("paper's law")
    chances = {d.series.observed.curve.chance or 0.0 for d in found} - {0.0}
    if chances:
        handles.append(Line2D([], [], color=INK, ls=":", linewidth=0.9))
        known = f", {100 * max(chances):.3g} %" if len(chances) == 1 else ""
        labels.append(f"guessing{known}")
    if handles:
        n_columns = max(1, width // (52 + 6 * max(map(len, labels))))
        parent.legend(handles, labels, loc="outside upper left", ncols=n_columns)
