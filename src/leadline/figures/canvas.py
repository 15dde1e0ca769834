"""What all figures share: colours, sizes, type, and SVG that is the same bytes for the same rows.

Every figure is drawn wide and narrow, for a phone shows a shrunken wide one unreadably small.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from leadline.errors import BadStudy

# Okabe and Ito's colours, which the colour-blind tell apart; markers repeat the distinction.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f6ad1", "#6b6b6b")
MARKERS = "osD^vPX*"
INK, FAINT, PAPER = "#1f2428", "#c9ccd0", "#ffffff"
BASELINE = SERIES[7]  # the paper's law: grey, and always dashed
FORMATS = ("svg", "png", "pdf")
LABEL_LIMIT = 40  # characters of a curve's name
STYLE = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched, restyled
    "svg.hashsalt": "leadline",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,  # a $ in a name is a dollar
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "savefig.facecolor": "auto",
    "savefig.dpi": 144,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Of a figure, in CSS pixels (72 to matplotlib's inch)."""

    name: str
    width: int
    height: int


WIDE = Size(name="wide", width=720, height=420)
NARROW = Size(name="narrow", width=372, height=380)


def look(i: int) -> tuple[str, str]:
    """Colour and marker of the i-th curve; no pair comes twice before 64 curves."""
    return SERIES[i % 8], MARKERS[(i + i // 8) % 8]


def clipped(text: str, *, limit: int = LABEL_LIMIT) -> str:
    """A label that leaves room for the figure, hidden characters as escapes: SVG cannot hold them.
    Matplotlib leaves labels out that begin with an underscore, so a space goes before it."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:limit])
    shown = f" {shown}" if shown.startswith("_") else shown
    return shown if len(text) <= limit and len(shown) <= limit + 1 else shown[: limit - 1] + "…"


def size_label(n: float) -> str:
    """A number of examples on an axis: 300, 10,000, 2.5M, 40B."""
    for scale, letter in ((1e9, "B"), (1e6, "M")):
        if n >= scale:
            return f"{n / scale:.3g}{letter}"
    return f"{n:,.0f}" if n == round(n) or n >= 100 else f"{n:.3g}"


def blank(width: int, height: int) -> Figure:
    """An empty figure of so many CSS pixels, outside pyplot's global state."""
    figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
    FigureCanvasSVG(figure)
    return figure


def calm(axes: Axes) -> None:
    """Two spines, short ticks, faint horizontal lines."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=FAINT, linewidth=0.5, alpha=0.6)
    axes.tick_params(length=3)
    axes.set_axisbelow(True)


def svg_text(figure: Figure) -> str:
    """The figure as SVG on a white ground, without date or version."""
    text = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def save(figure: Figure, path: Path) -> None:
    """Write the figure; the ending of the path names one of `FORMATS`. Raises BadStudy for another
    one."""
    ending = path.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise BadStudy(f"a figure as {path.name!r}: its ending must be .svg, .png or .pdf.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if ending == "svg":
        path.write_text(svg_text(figure), encoding="utf-8")
        return
    dated = {"png": {"Software": None}, "pdf": {"CreationDate": None}}
    with mpl.rc_context(STYLE):
        figure.savefig(path, format=ending, metadata=dated.get(ending))
