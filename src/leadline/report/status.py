"""Which cells of a study are done, running or missing, from the stored rows alone."""

from rich.table import Table

from leadline.records import Cell
from leadline.store import Store


def status_table(store: Store) -> Table:
    """One row a cell, smallest size first."""
    study = store.study()
    table = Table(title=f"{study['name']} in {store.root}", box=None, pad_edge=False)
    for name in ("cell", "training", "responses", "state"):
        table.add_column(name, no_wrap=True)
    for row in study["cells"]:
        cell = Cell(**row)
        table.add_row(cell.address, *_row(store, cell))
    return table


def _row(store: Store, cell: Cell) -> tuple[str, str, str]:
    checkpoint, held = store.checkpoint(cell), store.holder(cell)
    answered = len(store.generations(cell) or store.partial_generations(cell))
    graded = bool(store.judgements(cell))
    trained = f"{checkpoint.steps} steps, {checkpoint.seconds:.1f} s" if checkpoint else "–"
    state = "done" if graded else f"running: {held}" if held else "to do"
    return trained, str(answered or "–"), state
