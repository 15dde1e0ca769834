"""From stored rows to table, figures and page: `leadline report`, and the end of every run.

Nothing but the study's folder is read, so that a study can be looked at where there is no torch.
"""

from pathlib import Path
from typing import Any

from rich.console import RenderableType

from leadline.analyse.measure import measure
from leadline.errors import BadStudy
from leadline.records import Cell, Measurement
from leadline.report.fitting import fit_study
from leadline.report.page import write_report
from leadline.report.results import CellResults, StudyResults
from leadline.report.tables import console_table
from leadline.store import Store


def publish(store: Store) -> tuple[RenderableType, Path]:
    """Write measurements.csv, fits.json, the figures and the page of what is done so far.

    Returns (the table for a terminal, the page's path). Raises BadStudy if nothing is done yet.
    """
    results = collect(store)
    page = write_report(results, into=store.root)
    checkpoints = [cell.checkpoint for cell in results.cells]
    return console_table(results.measurements, checkpoints=checkpoints), page


def collect(store: Store) -> StudyResults:
    """Everything that a report shows, from the rows of the study's own cells."""
    study = store.study()
    cells = [Cell(**row) for row in study["cells"]]
    done = [found for cell in cells if (found := _cell(store, cell, study)) is not None]
    if not done:
        raise BadStudy(f"{store.root}: no cell is done yet, so there is nothing to report")
    measurements = [m for cell in done for m in _measure(cell)]
    return StudyResults(
        study=study["name"],
        question=study["study"]["question"],
        settings=study["study"],
        versions=study["versions"],
        cells=tuple(done),
        measurements=tuple(measurements),
        laws=fit_study(measurements, batch_sizes=_batch_sizes(study)),
        first_prompt=study["first_prompts"][0]["text"],
        notes=tuple(_notes(study, n_cells=len(cells), n_done=len(done))),
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


def _notes(study: dict[str, Any], *, n_cells: int, n_done: int) -> list[str]:
    notes = list(study["notes"])
    if n_done < n_cells:
        notes.append(f"{n_done} of {n_cells} cells are done; the others are missing here.")
    return notes
