"""One figure of a whole result: the curves, what the laws miss, and how the laws compare."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from leadline.figures import curve_figure, law_figure, residual_figure
from leadline.figures.canvas import STYLE, WIDE, blank, save
from leadline.figures.series import series_of
from leadline.laws.result import Result


def plot(result: Result, path: str | Path | None = None) -> Figure:
    """The figure of `result`, written to `path` as its ending says (svg, png or pdf) if one is
    given. Raises BadStudy for another ending."""
    series = series_of(result.curves)
    drawn = curve_figure.prepare(series)
    weights = [one.known.law_weights() for one in result.curves]
    compared = result.compare()
    heights = [
        curve_figure.height(drawn, size=WIDE),
        residual_figure.HEIGHTS[WIDE.name],
        law_figure.height(weights, compared),
    ]
    with mpl.rc_context(STYLE):
        figure = blank(WIDE.width, sum(heights))
        parts = figure.subfigures(3, 1, height_ratios=heights, squeeze=False)
        curves, residuals, laws = parts[:, 0]
        curve_figure.draw_curves(curves, drawn, width=WIDE.width)
        residual_figure.draw_residuals(residuals, series, width=WIDE.width)
        unit = residual_figure.unit_of(series)
        law_figure.draw_laws(laws, weights, compared, width=WIDE.width, unit=unit)
        if path is not None:
            save(figure, Path(path))
    return figure
