"""The figures of the page: which of them a study has, and how they stand inside it."""

import dataclasses
from collections.abc import Callable, Sequence

from markupsafe import Markup
from matplotlib.figure import Figure

from leadline.analyse.findings import Findings
from leadline.analyse.measure import Curve
from leadline.figures import canvas, curve_figure, svg
from leadline.figures.canvas import Size
from leadline.figures.error_figure import error_figure
from leadline.figures.law_figure import law_figure
from leadline.figures.residual_figure import residual_figure
from leadline.figures.series import Series
from leadline.figures.winrate_figure import winrate_figure
from leadline.report.fitting import StudyLaws
from leadline.report.tables import Names, names

COLOURS = {
    **{colour: f"s{i}" for i, colour in enumerate(canvas.SERIES)},
    canvas.INK: "ink",
    canvas.FAINT: "rule",
    canvas.PAPER: "paper",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One figure, wide and narrow, as standalone SVG texts."""

    name: str
    label: str
    wide: str
    narrow: str

    @property
    def inlined(self) -> Markup:
        """Both sizes as elements; the style sheet shows one of them."""
        parts = [
            f'<div class="{size}">'
            + svg.inline(text, prefix=f"{self.name}-{size}-", label=self.label, colours=COLOURS)
            + "</div>"
            for size, text in (("wide", self.wide), ("narrow", self.narrow))
        ]
        return Markup("".join(parts))  # matplotlib's SVG, parsed and written anew: escaped there


def drawings(laws: StudyLaws, found: Sequence[Curve], findings: Findings) -> list[Drawing]:
    """All figures that the study has rows for."""
    called = names(found)
    return [
        *_of_curves(laws, called),
        *_of_errors(findings, called),
        *_of_rivals(findings),
    ]


def _of_curves(laws: StudyLaws, called: Names) -> list[Drawing]:
    series = [
        Series(label=called.of(c.curve), observed=c.observed, fitted=c.fitted)
        for c in laws.curves
        if c.observed is not None and (c.observed.n > 0).any()
    ]
    if not series:
        return []
    drawn = curve_figure.prepare(series)
    figures = [
        _drawing(
            "accuracy",
            "Accuracy against the number of post-training examples, with the forecast up to ten "
            "times as many; the tables have the numbers.",
            lambda size: curve_figure.curve_figure(drawn, size=size),
        )
    ]
    if laws.result is None:
        return figures
    fitted = [one for one in series if one.fitted is not None]
    weights = [one.known.law_weights() for one in laws.result.curves]
    compared = laws.result.compare()
    return [
        *figures,
        _drawing(
            "laws",
            "The weight of each law in the forecast, and how far each missed hidden sizes.",
            lambda size: law_figure(weights, compared, size=size),
        ),
        _drawing(
            "residuals",
            "What was measured minus what a law says, by the number of examples.",
            lambda size: residual_figure(fitted, size=size),
        ),
    ]


def _of_errors(findings: Findings, called: Names) -> list[Drawing]:
    panels = [(called.of(curve.labels), curve.sizes) for curve in findings.curves]
    panels = [(name, sizes) for name, sizes in panels if sizes[-1].n_examples > 0]
    if not panels:
        return []
    return [
        Drawing(
            name="errors",
            label="Mistakes by the number of post-training examples, and the kinds of error that "
            "they have; the tables have the numbers.",
            wide=error_figure(panels, size=canvas.WIDE),
            narrow=error_figure(panels, size=canvas.NARROW),
        )
    ]


def _of_rivals(findings: Findings) -> list[Drawing]:
    if not findings.rivals:
        return []
    return [
        Drawing(
            name="rivals",
            label="Accuracy of two training sets of the same size, and what judges prefer; the "
            "tables have the numbers.",
            wide=winrate_figure(findings.rivals, size=canvas.WIDE, names=_tails(findings, 22)),
            narrow=winrate_figure(findings.rivals, size=canvas.NARROW, names=_tails(findings, 9)),
        )
    ]


def _tails(findings: Findings, limit: int) -> dict[str, str]:
    """The ends of the tasks' names: rivals that differ in their training set begin alike."""
    tasks = [cell.task for row in findings.rivals for cell in (row.cell_a, row.cell_b)]
    return {t: t if len(t) <= limit else f"…{t[1 - limit :]}" for t in tasks}


def _drawing(name: str, label: str, draw: Callable[[Size], Figure]) -> Drawing:
    return Drawing(
        name=name,
        label=label,
        wide=canvas.svg_text(draw(canvas.WIDE)),
        narrow=canvas.svg_text(draw(canvas.NARROW)),
    )
