"""One table for terminal and page."""

import statistics
from io import StringIO

from rich.console import Console
from studies import planted_study

from leadline.report.tables import ACCURACY, APART, console_table, size_tables


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


def test_several_seeds_have_a_row_for_their_mean() -> None:
    results = planted_study(fitted=False, n_problems=50, seeds=3)
    (table,) = size_tables(results.measurements)
    seed, rate = table.columns.index("seed"), table.columns.index(ACCURACY)
    apart = table.columns.index(APART)
    assert [row[seed] for row in table.rows] == ["–", *(["0", "1", "2", "mean"] * 5)]
    points = [
        m.value for m in results.measurements if m.metric == "accuracy" and m.n_examples == 100
    ]
    mean = table.rows[4]
    assert mean[rate].startswith(f"{100 * sum(points) / 3:.1f} ±")
    assert mean[apart] == f"{100 * statistics.stdev(points):.1f}"
    assert {row[apart] for row in table.rows if row[seed] != "mean"} == {""}
