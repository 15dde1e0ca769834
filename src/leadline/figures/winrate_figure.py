"""The figure of Table 2: the accuracies of two training sets, and below them what judges prefer."""

import math
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from leadline.analyse.resample import Rate
from leadline.analyse.rivals import Rivals
from leadline.analyse.winrate import WinRate
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
    size_label,
    svg_text,
)

_A, _B = SERIES[1], SERIES[0]


def winrate_figure(
    rows: Sequence[Rivals], *, size: Size = WIDE, names: Mapping[str, str] | None = None
) -> str:
    """One panel a row: accuracy of both (with its interval), then a bar a judge: the share of pairs
    that the first wins, of those that are neither, and of those that the second wins. names: what
    stands for a task; else its own name."""
    is_wide = size is WIDE
    lines = [2 + len(row.win_rates) for row in rows]
    with mpl.rc_context(STYLE):
        figure = blank(size.width, (40 if is_wide else 76) + sum(58 + 26 * n for n in lines))
        grid = figure.subplots(len(rows), 1, squeeze=False, height_ratios=lines)
        for axes, row in zip(grid.flat, rows, strict=True):
            _panel(axes, row, names or {}, is_wide=is_wide)
        patches = [Patch(color=colour) for colour in (_A, FAINT, _B)]
        figure.legend(
            patches, _legend(rows, names or {}), loc="outside upper left", ncols=3 if is_wide else 1
        )
        return svg_text(figure)


def _legend(rows: Sequence[Rivals], names: Mapping[str, str]) -> tuple[str, str, str]:
    """What the colours say; the tasks by name if they are the same in all rows."""
    tasks = {(row.cell_a.task, row.cell_b.task) for row in rows}
    a, b = tasks.pop() if len(tasks) == 1 else ("the first", "the second")
    return f"{clipped(names.get(a, a))} wins", "neither", f"{clipped(names.get(b, b))} wins"


def _panel(axes: Axes, row: Rivals, names: Mapping[str, str], *, is_wide: bool) -> None:
    a, b = row.cell_a, row.cell_b
    room = 5.5 if is_wide else 11.0  # per cents of the axis that a number needs
    _accuracy(axes, 0, row.accuracy_a, colour=_A, room=room)
    _accuracy(axes, 1, row.accuracy_b, colour=_B, room=room)
    for place, rate in enumerate(row.win_rates, start=2):
        _shares(axes, place, rate, room=room)
    labels = [f"accuracy, {names.get(cell.task, cell.task)}" for cell in (a, b)]
    labels += [f"judge {judge_label(rate.by)}" for rate in row.win_rates]
    limit = 34 if is_wide else 20
    axes.set_yticks(range(len(labels)), [clipped(label, limit=limit) for label in labels])
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.axhline(1.5, color=INK, linewidth=0.5)
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100 %"])
    seeds = f", {row.n_seeds} seeds" if row.n_seeds > 1 else ""
    title = f"{a.model}, {a.method}, {size_label(a.n_examples)} examples{seeds}"
    axes.set_title(clipped(title, limit=60), loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=3)


def judge_label(by: str) -> str:
    """What stands for a judge in a figure: a rule's word, a model's name."""
    first = by.split(" ")[0]  # of a model: its name, then `_` and a digest of its settings
    return first.rpartition("_")[0] or first


def _accuracy(axes: Axes, place: int, rate: Rate, *, colour: str, room: float) -> None:
    if math.isnan(rate.value):
        axes.text(0.5, place, "not measured", va="center", fontsize=9)
        return
    value, low, high = (100 * x for x in rate)
    axes.barh(place, value, height=0.5, color=colour, alpha=0.55, linewidth=0)
    axes.plot([low, high], [place, place], color=INK, linewidth=1.1, solid_capstyle="butt")
    fits = high + 1 + room < 100
    axes.text(
        high + 1 if fits else low - 1,
        place,
        f"{value:.1f}",
        ha="left" if fits else "right",
        va="center",
        fontsize=9.5,
    )


def _shares(axes: Axes, place: int, rate: WinRate, *, room: float) -> None:
    if math.isnan(rate.win.value):
        axes.text(0.5, place, "nothing decided", va="center", fontsize=9)
        return
    left = 0.0
    shares = ((rate.win, _A, PAPER), (rate.neither, FAINT, INK), (rate.lose, _B, PAPER))
    for share, colour, ink in shares:
        width = 100 * share.value
        axes.barh(place, width, left=left, height=0.68, color=colour, linewidth=0)
        if width >= room:
            middle = left + width / 2
            axes.text(
                middle, place, f"{width:.0f}", color=ink, ha="center", va="center", fontsize=9.5
            )
        left += width
