"""The commands that grade responses from anywhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from leadline.cli.shared import err_console, errors, out_console

Data = Annotated[
    Path | None,
    typer.Option(envvar="LEADLINE_DATA", help="Folder of local data sets [default: the Hub]."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for machines.")]


def tasks(as_json: AsJson = False) -> None:
    """List the tasks and training sets: sizes, protocols, licences, where the data comes from.

    Example: `leadline tasks`
    """
    with errors():
        from leadline.cli.grading_tables import tasks_json, tasks_tables

        out_console.print_json(tasks_json()) if as_json else out_console.print(tasks_tables())


def grade(
    task: Annotated[str, typer.Argument(help="A task by its word; `leadline tasks` lists them.")],
    responses: Annotated[
        Path, typer.Argument(help='JSON Lines of {"problem_id": …, "response": …}.')
    ],
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Keep the verdicts here, JSON Lines [default: only the summary]."),
    ] = None,
    protocol: Annotated[
        str | None, typer.Option(help="How it is graded [default: the task's first protocol].")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that grade.")] = 1,
    overwrite: Annotated[bool, typer.Option(help="Replace the --out file if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Grade responses that came from anywhere, and say how many are right.

    A row may name its `model` and its `sample`; both are carried through. EvalPlus's samples
    (`task_id`, `solution`) and lm-evaluation-harness's logged samples are read as they are.

    A problem without a response is undecided, not wrong. Rows that cannot be used are listed, the
    others graded; the exit status is then 1. A stopped grading goes on when run again.

    Examples:

    `leadline grade gsm8k responses.jsonl --protocol lm_eval`

    `leadline grade ifeval responses.jsonl --data DATA --out judgements.jsonl`

    `leadline grade humaneval_plus samples.jsonl --protocol evalplus --workers 2`
    """
    with errors():
        from leadline.cli.grading_tables import graded_json, graded_tables
        from leadline.responses.run import grade_file

        with _bar() as show:
            report = grade_file(
                task,
                responses,
                data=None if data is None else str(data),
                out=out,
                protocol=protocol,
                workers=workers,
                overwrite=overwrite,
                show=show,
            )
        if as_json:
            out_console.print_json(graded_json(report))
        else:
            out_console.print(graded_tables(report))
        for note in (*report.notes, *report.faults):
            err_console.print(f"Note: {note}", markup=False, highlight=False, soft_wrap=True)
        if report.faults:
            raise typer.Exit(1)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Responses graded, on a terminal; silent anywhere else."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("graded"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=err_console, transient=True, disable=not err_console.is_terminal
    ) as progress:
        row = progress.add_task("", total=None)
        yield lambda done, total: progress.update(row, completed=done, total=total)
