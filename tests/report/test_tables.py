"""One table for terminal and page."""

from io import StringIO

from rich.console import Console
from studies import planted_study

from leadline.report.tables import console_table, size_tables


def shown(**changes: object) -> str:
    results = planted_study(fitted=False, n_problems=50, **changes)  # type: ignore[arg-type]
    console = Console(file=StringIO(), width=80)
    checkpoints = [cell.checkpoint for cell in results.cells]
    console.print(console_table(results.measurements, checkpoints=checkpoints))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def test_a_terminal_of_80_characters_shows_every_cell_whole() -> None:
    for text in (shown(), shown(seeds=2)):
        assert "…" not in text
        assert max(map(len, text.splitlines())) <= 80
        for heading in ("examples", "accuracy", "flexible", "numeric", "steps", "loss", "time"):
            assert heading in text


def test_names_are_not_read_as_markup() -> None:
    assert "[red]name[/red]" in shown(models=("[red]name[/red]",))


def test_rows_are_the_sizes_in_order_with_training_beside_them() -> None:
    results = planted_study(fitted=False, n_problems=50)
    checkpoints = [cell.checkpoint for cell in results.cells]
    (table,) = size_tables(results.measurements, checkpoints=checkpoints)
    assert [row[0] for row in table.rows] == ["0", "100", "300", "1,000", "3,000", "10,000"]
    steps = table.columns.index("steps")
    assert [row[steps] for row in table.rows] == ["–", "37", "112", "375", "1,125", "3,750"]


def test_columns_with_nothing_in_them_are_left_out() -> None:
    (table,) = size_tables(planted_study(fitted=False, n_problems=50).measurements)
    assert "steps" not in table.columns
    assert "undecided" not in table.columns
    assert "seed" not in table.columns
