"""Write the report of a study: measurements.csv, fits.json, the figures, and one page that needs
nothing else: no script, no request. All text that came from a model, a file or a flag is made
visible and clipped in `text`, and escaped by the template engine.
"""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from leadline.analyse.errors import ErrorCounts, count_errors
from leadline.analyse.fit import NoFit
from leadline.analyse.measure import Curve, curves, to_csv
from leadline.figures import canvas, svg
from leadline.figures.error_figure import error_figure
from leadline.files import write_text
from leadline.records import Fit
from leadline.report import words
from leadline.report.accuracy_figure import FEW, accuracy_figure
from leadline.report.laws import LawRow, law_row
from leadline.report.results import CellResults, StudyResults
from leadline.report.samples import Sample, samples
from leadline.report.tables import Names, names, size_tables
from leadline.report.text import count, visible

LIMIT = 4000  # characters of the rendered prompt
SHORT = 300  # of names and settings
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


def write_report(results: StudyResults, into: Path) -> Path:
    """Write everything under `into` (the study's folder). Returns the path of the page."""
    found = curves(results.measurements)
    counts = [_counts(cell) for cell in results.cells]
    drawings = _drawings(results, found, counts)
    to_csv(results.measurements, into / "measurements.csv")
    write_text(into / "fits.json", json.dumps([_json_fit(f) for f in results.fits], indent=1))
    for drawing in drawings:
        write_text(into / "report" / f"{drawing.name}.svg", drawing.wide)
    path = into / "report" / "index.html"
    write_text(path, page(results, found, counts, drawings))
    return path


def page(
    results: StudyResults,
    found: Sequence[Curve],
    counts: Sequence[ErrorCounts],
    drawings: Sequence[Drawing],
) -> str:
    """The page as HTML text."""
    called = names(found)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja").render(
        study=visible(results.study, limit=SHORT),
        shared=called.shared,
        question=visible(results.question, limit=1000),
        headline=words.headline(found, counts),
        sentences=[(called.of(c), words.sentence(c, counts)) for c in found]
        if len(found) > 1
        else [],
        cautions=[visible(note, limit=1000) for note in words.cautions(results, found, counts)],
        drawings={drawing.name: drawing for drawing in drawings},
        bands=_bands(results, found),
        tables=size_tables(results.measurements, checkpoints=[c.checkpoint for c in results.cells]),
        laws=[(called.of(curve), _laws(results, curve)) for curve in found],
        cells=[_cell(cell, n, called) for cell, n in zip(results.cells, counts, strict=True)],
        first_prompt=visible(results.first_prompt, limit=LIMIT),
        settings=_flat(results.settings),
        versions=_flat(results.versions),
    )


def _laws(results: StudyResults, curve: Curve) -> list[LawRow]:
    return [law_row(fit, curve.points) for fit in results.fits if _of(fit) == _of(curve)]


def _bands(results: StudyResults, found: Sequence[Curve]) -> str:
    """Which laws the accuracy figure shades: none (""), "both", or "bounded" with many curves."""
    if not any(isinstance(fit, Fit) for fit in results.fits):
        return ""
    return "both" if len(found) <= FEW else "bounded"


def _drawings(
    results: StudyResults, found: Sequence[Curve], counts: Sequence[ErrorCounts]
) -> list[Drawing]:
    if not any(m.n_examples > 0 for curve in found for m in curve.points):
        return []
    called = names(found)
    panels = [(called.of(curve), words.of_curve(curve, counts)) for curve in found]
    panels = [panel for panel in panels if panel[1]]
    accuracy = Drawing(
        name="accuracy",
        label="Accuracy against the number of post-training examples; the table has the numbers.",
        wide=accuracy_figure(found, results.fits, size=canvas.WIDE),
        narrow=accuracy_figure(found, results.fits, size=canvas.NARROW),
    )
    if not panels:
        return [accuracy]
    errors = Drawing(
        name="errors",
        label="Wrong answers by the number of post-training examples, and their format errors.",
        wide=error_figure(panels, size=canvas.WIDE),
        narrow=error_figure(panels, size=canvas.NARROW),
    )
    return [accuracy, errors]


def _counts(cell: CellResults) -> ErrorCounts:
    return count_errors(cell.checkpoint.cell, cell.judgements, cell.generations)


def _cell(
    results: CellResults, counts: ErrorCounts, called: Names
) -> dict[str, str | list[Sample]]:
    cell = results.checkpoint.cell
    examples = "no examples" if cell.n_examples == 0 else f"{count(cell.n_examples)} examples"
    right = f"{count(counts.n_right)} of {count(counts.n_asked)} right"
    if counts.n_format_errors is not None:
        right += f", {count(counts.n_format_errors)} in the wrong format"
    seed = f" · seed {cell.seed}" if cell.n_examples else ""  # seeds share the base
    return {
        "of": called.of(cell),
        "title": examples + seed,
        "summary": right,
        "samples": samples(results),
    }


def _flat(value: Any, *, path: str = "") -> list[tuple[str, str]]:
    """Nested settings as (dotted name, text) pairs, in their own order."""
    if isinstance(value, Mapping) and value:
        pairs = []
        for key, item in value.items():
            pairs += _flat(item, path=f"{path}.{key}" if path else str(key))
        return pairs
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return [(visible(path, limit=SHORT), visible(text, limit=SHORT))]


def _json_fit(fit: Fit | NoFit) -> dict[str, Any]:
    row: dict[str, Any] = _finite(dataclasses.asdict(fit))
    return row


def _finite(value: Any) -> Any:
    """JSON has no infinity and no nan: null stands for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _of(row: Fit | NoFit | Curve) -> tuple[str, str, str, str]:
    return row.model, row.task, row.method, row.metric
