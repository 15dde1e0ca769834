"""From stored rows to table, figures and page: `leadline report`, and the end of every run.

Nothing but the study's folder is read, so that a study can be looked at where there is no torch.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType

from leadline.analyse.expect.rebuild import rebuild
from leadline.analyse.findings import Findings, find
from leadline.analyse.measure import curves, measure
from leadline.analyse.rivals import Rivals, accuracy_and_win_rate
from leadline.analyse.winrate import lengths
from leadline.errors import BadStudy
from leadline.records import Cell, Measurement
from leadline.report.expected import console_lines, expected
from leadline.report.fitting import fit_study
from leadline.report.judges import judge_checks, kin_notes
from leadline.report.page import write_report
from leadline.report.results import CellResults, StudyResults
from leadline.report.tables import console_table, names
from leadline.store import Store


def publish(store: Store) -> tuple[RenderableType, Path]:
    """Write measurements.csv, fits.json, findings.json, the figures and the page of what is done so
    far.

    Returns (what a terminal shows, the page's path). Raises BadStudy if nothing is done yet.
    """
    results = collect(store)
    page = write_report(results, into=store.root)
    checkpoints = [cell.checkpoint for cell in results.cells]
    table = console_table(results.measurements, checkpoints=checkpoints)
    called = names(curves(results.measurements))
    claims = expected(results.outcomes, called, several=len(results.findings.curves) > 1)
    return Group(table, *console_lines(claims)), page


def collect(store: Store) -> StudyResults:
    """Everything that a report shows, from the rows of the study's own cells."""
    study = store.study()
    cells = [Cell(**row) for row in study["cells"]]
    done = [found for cell in cells if (found := _cell(store, cell, study)) is not None]
    if not done:
        raise BadStudy(f"{store.root}: no cell is done yet, so there is nothing to report")
    measurements = [m for cell in done for m in _measure(cell)]
    findings = _find(store, done, measurements)
    claims = rebuild(study["study"].get("expectations", []))
    return StudyResults(
        study=study["name"],
        question=study["study"]["question"],
        settings=study["study"],
        versions=study["versions"],
        cells=tuple(done),
        measurements=tuple(measurements),
        laws=fit_study(measurements, batch_sizes=_batch_sizes(study)),
        first_prompt=study["first_prompts"][0]["text"],
        notes=tuple(_notes(study, store, n_cells=len(cells), n_done=len(done))),
        findings=findings,
        outcomes=tuple(outcome for claim in claims for outcome in claim.decide(findings)),
        checks=tuple(judge_checks(store, cells)),
    )


def _find(
    store: Store, done: Sequence[CellResults], measurements: Sequence[Measurement]
) -> Findings:
    """Why responses are wrong, and what judges prefer."""
    rows = {cell.checkpoint.cell: cell.judgements for cell in done}
    problems = {cell.checkpoint.cell.task: cell.problems for cell in done}
    return find(curves(measurements), rows, problems, rivals=_rivals(store, done, measurements))


def _rivals(
    store: Store, done: Sequence[CellResults], measurements: Sequence[Measurement]
) -> list[Rivals]:
    here = {cell.checkpoint.cell for cell in done}
    rows = [row for row in store.comparisons() if {row.cell_a, row.cell_b} <= here]
    return accuracy_and_win_rate(
        measurements,
        rows,
        lengths=lengths(g for cell in done for g in cell.generations),
        groups={problem.id: problem.group for cell in done for problem in cell.problems},
    )


def _cell(store: Store, cell: Cell, study: dict[str, Any]) -> CellResults | None:
    checkpoint = store.checkpoint(cell)
    judgements = store.judgements(cell) + store.annotations(cell)
    if checkpoint is None or not judgements:
        return None
    return CellResults(
        checkpoint=checkpoint,
        batch_size=_batch_sizes(study).get((cell.method, cell.n_examples)),
        problems=tuple(store.problems(cell.task)),
        generations=tuple(store.generations(cell)),
        judgements=tuple(judgements),
    )


def _batch_sizes(study: dict[str, Any]) -> dict[tuple[str, int], int]:
    """By method and number of examples."""
    return {(row["method"], row["n_examples"]): row["batch_size"] for row in study["batch_sizes"]}


def _measure(cell: CellResults) -> list[Measurement]:
    of = cell.checkpoint.cell
    return measure(of, cell.judgements, cell.generations, problems=cell.problems)


def _notes(study: dict[str, Any], store: Store, *, n_cells: int, n_done: int) -> list[str]:
    notes = [*study["notes"], *kin_notes(study["study"], store)]
    if n_done < n_cells:
        notes.append(f"{n_done} of {n_cells} cells are done; the others are missing here.")
    return notes
