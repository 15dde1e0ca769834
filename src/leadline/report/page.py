"""Write the report of a study: measurements.csv, fits.json, findings.json, the figures, and one
page that needs nothing else: no script, no request. All text that came from a model, a file or a
flag is made visible and clipped in `text`, and escaped by the template engine.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from leadline.analyse.errors import ErrorCounts, count_errors
from leadline.analyse.measure import ERROR_KINDS, Curve, curves, to_csv
from leadline.figures.curve_axes import TOGETHER
from leadline.files import write_json, write_text
from leadline.report import words
from leadline.report.drawings import Drawing, drawings
from leadline.report.expected import expected
from leadline.report.findings_json import findings_json
from leadline.report.fits_json import fits_json
from leadline.report.laws import law_rows, paper_table
from leadline.report.mistakes import Mistakes, mistakes
from leadline.report.prospects import prospects
from leadline.report.results import CellResults, StudyResults
from leadline.report.rivals import compared
from leadline.report.samples import Sample, samples
from leadline.report.tables import Names, names, size_tables
from leadline.report.text import count, listed, visible

LIMIT = 4000  # characters of the rendered prompt
SHORT = 300  # of names and settings
CHECKLIST_LIMIT = 40_000
FEW_JUDGES = 6  # named as those who told the kinds of error


def write_report(results: StudyResults, into: Path) -> Path:
    """Write everything under `into` (the study's folder). Returns the path of the page."""
    found = curves(results.measurements)
    counts = [_counts(cell) for cell in results.cells]
    figures = drawings(results.laws, found, results.findings)
    to_csv(results.measurements, into / "measurements.csv")
    write_json(into / "fits.json", fits_json(results.laws, results.versions))
    write_json(into / "findings.json", findings_json(results.findings, results.outcomes))
    for drawing in figures:
        write_text(into / "report" / f"{drawing.name}.svg", drawing.wide)
    path = into / "report" / "index.html"
    write_text(path, page(results, found, counts, figures))
    return path


def page(
    results: StudyResults,
    found: Sequence[Curve],
    counts: Sequence[ErrorCounts],
    figures: Sequence[Drawing],
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
        drawings={drawing.name: drawing for drawing in figures},
        bands=_bands(results),
        expected=expected(results.outcomes, called, several=len(found) > 1),
        mistakes=_mistakes(results, called),
        compared=compared(results.findings.rivals, checks=_checks(results, "pairs")),
        prospects=prospects(results.laws, called),
        tables=size_tables(results.measurements, checkpoints=[c.checkpoint for c in results.cells]),
        laws=_laws(results, called),
        several=len(found) > 1,
        seeds=any(len({m.seed for m in curve.points if m.n_examples}) > 1 for curve in found),
        cells=[_cell(cell, n, called) for cell, n in zip(results.cells, counts, strict=True)],
        first_prompt=visible(results.first_prompt, limit=LIMIT),
        settings=_flat(results.settings),
        versions=_flat(results.versions),
    )


def _bands(results: StudyResults) -> str:
    """Which bands the accuracy figure has: none, "both", or "80" where curves share a panel."""
    if results.laws.result is None:
        return "none"
    return "80" if 1 < len(results.laws.curves) <= TOGETHER else "both"


def _laws(results: StudyResults, called: Names) -> dict[str, Any]:
    """What the section on the laws shows."""
    curves = results.laws.curves
    fitted = [(called.of(one.curve), one.fitted) for one in curves if one.fitted is not None]
    return {
        "paper": paper_table(fitted, several=len(curves) > 1) if fitted else None,
        "each": [(name, law_rows(one)) for name, one in fitted],
        "unfitted": [(called.of(one.curve), one.reason) for one in curves if one.fitted is None],
        "checklist": visible(results.laws.result.checklist().strip(), limit=CHECKLIST_LIMIT)
        if results.laws.result
        else "",
    }


def _mistakes(results: StudyResults, called: Names) -> Mistakes | None:
    """The section on what went wrong; who told the kinds is said once."""
    rows = (row for cell in results.cells for row in cell.judgements)
    by = dict.fromkeys(row.by for row in rows if row.question in ERROR_KINDS)
    shown = listed([visible(name, limit=SHORT) for name in list(by)[:FEW_JUDGES]])
    return mistakes(results.findings, called, by=shown, checks=_checks(results, "errors"))


def _checks(results: StudyResults, of: str) -> list[tuple[str, str]]:
    """Each judge of one sort with how it did on human labels."""
    found = [(check.judge, check.line) for check in results.checks if check.of == of]
    return [(visible(judge, limit=SHORT), visible(line, limit=2 * SHORT)) for judge, line in found]


def _counts(cell: CellResults) -> ErrorCounts:
    return count_errors(cell.checkpoint.cell, cell.judgements, cell.generations)


def _cell(
    results: CellResults, counts: ErrorCounts, called: Names
) -> dict[str, str | list[Sample]]:
    cell = results.checkpoint.cell
    examples = "no examples" if cell.n_examples == 0 else f"{count(cell.n_examples)} examples"
    right = f"{count(counts.n_right)} of {count(counts.n_asked)} right"
    form = counts.of("format")
    if form is not None:
        right += f", {count(form.n_errors)} in the wrong format"
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
