"""What all figures share: colours, sizes, type, and SVG that is the same bytes for the same rows.

Every figure is drawn wide and narrow, for a phone shows a shrunken wide one unreadably small.
"""

import io
from dataclasses import dataclass

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Okabe and Ito's colours, which the colour-blind tell apart; markers repeat the distinction.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f6ad1", "#6b6b6b")
MARKERS = "osD^vPX*"
INK, FAINT, PAPER = "#1f2428", "#c9ccd0", "#ffffff"
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


def clipped(text: str) -> str:
    """A label that leaves room for the figure."""
    return text if len(text) <= LABEL_LIMIT else text[: LABEL_LIMIT - 1] + "…"


def blank(size: Size) -> Figure:
    """An empty figure, outside pyplot's global state."""
    figure = Figure(figsize=(size.width / 72, size.height / 72), layout="constrained")
    FigureCanvasSVG(figure)
    return figure


def svg_text(figure: Figure) -> str:
    """The figure as SVG on a white ground, without date or version."""
    text = io.StringIO()
    metadata = {"Date": None, "Creator": None}
    figure.savefig(text, format="svg", metadata=metadata)
    return text.getvalue()
