"""The commands that grade responses from anywhere."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli.shared import AllowUnsandboxed, Data, end, err_console, errors, out_console

if TYPE_CHECKING:
    from leadline.responses.drops import SetDrop
    from leadline.tasks.contamination import Shifted

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for machines.")]


def tasks(as_json: AsJson = False) -> None:
    """List the tasks and training sets: sizes, protocols, licences, where the data comes from.

    Example: `leadline tasks`
    """
    with errors():
        from leadline.cli.grading_tables import tasks_json, tasks_tables

        if as_json:
            out_console.print_json(tasks_json(), ensure_ascii=True)
        else:
            out_console.print(tasks_tables())


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
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the --out file if it exists.")
    ] = False,
    allow_unsandboxed: AllowUnsandboxed = False,
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
                unsandboxed="allow" if allow_unsandboxed else None,
                show=show,
            )
        if as_json:
            out_console.print_json(graded_json(report), ensure_ascii=True)
        else:
            out_console.print(graded_tables(report))
        end(notes=report.notes, faults=report.faults)


def problems(
    task: Annotated[str, typer.Argument(help="A task by its word; `leadline tasks` lists them.")],
    out: Annotated[Path, typer.Option(help="JSON Lines of {problem_id, system, prompt}.")],
    data: Data = None,
) -> None:
    """Write down what a task asks, to be answered by any model and graded with `leadline grade`.

    Example: `leadline problems gsm-symbolic --data DATA --out problems.jsonl`
    """
    with errors():
        from leadline.errors import BadStudy
        from leadline.files import write_rows
        from leadline.tasks.catalog import find_task

        if out.exists():
            raise BadStudy(f"{out} exists, and nothing was written. Name another --out.")
        asked = find_task(task).task(data=None if data is None else str(data)).problems()
        rows = [{"problem_id": p.id, "system": p.system, "prompt": p.prompt} for p in asked]
        write_rows(out, rows)
        out_console.print(f"{len(rows):,} problems: {out}", markup=False, soft_wrap=True)


def contamination(
    task: Annotated[str, typer.Option(help="Whose problems may be known by heart: gsm8k.")],
    model: Annotated[
        list[str] | None,
        typer.Option(help="miniature/NAME, a folder, or a Hub id (owner/name@revision). Repeat."),
    ] = None,
    original: Annotated[
        Path | None, typer.Option(help="Or: verdicts on the task, from `leadline grade`.")
    ] = None,
    variant: Annotated[
        list[Path] | None, typer.Option(help="… and on each --set, in their order. Repeat.")
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="gsm-symbolic, gsm-symbolic-p1, gsm-symbolic-p2, gsm-plus, gsm-hard or svamp. "
            "Repeat [default: gsm-symbolic].",
        ),
    ] = None,
    variants: Annotated[int, typer.Option(min=1, max=50, help="Draws of each template.")] = 10,
    sizes: Annotated[
        str, typer.Option(help="GSM8K examples that the model is trained on first.")
    ] = "0",
    data: Data = None,
    sampling: Annotated[str, typer.Option(help="paper or greedy.")] = "paper",
    max_new_tokens: Annotated[
        int | None, typer.Option(min=1, help="Longest response [default: 512].")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the rows that a --model makes.")] = Path(
        "runs/contamination"
    ),
    workers: Annotated[
        int | None, typer.Option(min=1, help="Cells at once [default: what suits the model].")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare a model on published problems and on re-drawn variants of them.

    The drop is paired: each original against its own variants. Name a --model, which is then asked
    both, or the verdicts on both that you have already.

    Examples:

    `leadline contamination --task gsm8k --model meta-llama/Meta-Llama-3-8B --sizes 0,1000`

    `leadline contamination --task gsm8k --original judged.jsonl --variant judged_symbolic.jsonl`
    """
    with errors():
        from leadline.cli.grading_tables import drops_json, drops_tables
        from leadline.errors import BadStudy
        from leadline.near import one_of
        from leadline.responses.drops import drops_of_files, find_sets

        one_of(task, ("gsm8k",), what="--task")
        where = None if data is None else str(data)
        chosen = find_sets(sets or ["gsm-symbolic"], data=where, n_variants=variants)
        files = variant or []
        if bool(model) == bool(original):
            raise BadStudy("name either a --model, or --original and --variant files of verdicts")
        if original:
            if len(files) != len(chosen):
                raise BadStudy(
                    f"{len(files)} --variant files for {len(chosen)} sets of variants "
                    f"({', '.join(s.name for s in chosen)}): name one file for each --set"
                )
            found = drops_of_files(original, list(zip(chosen, files, strict=True)))
        else:
            found = _measured_drops(
                model or [],
                chosen,
                data=where,
                sizes=sizes,
                sampling=sampling,
                max_new_tokens=max_new_tokens,
                out=out,
                workers=workers,
            )
        if as_json:
            out_console.print_json(drops_json(found), ensure_ascii=True)
        else:
            out_console.print(drops_tables(found))


def _measured_drops(
    model: list[str],
    sets: "Sequence[Shifted]",
    *,
    data: str | None,
    sizes: str,
    sampling: str,
    max_new_tokens: int | None,
    out: Path,
    workers: int | None,
) -> "list[SetDrop]":
    """Ask the models the originals and the sets, and compare."""
    from leadline.catalog import find_model
    from leadline.cli.studies import run_quietly
    from leadline.contamination import contamination_study, drops_of_study
    from leadline.ladder import find_sampling, parse_sizes
    from leadline.report.publish import publish
    from leadline.store import Store

    study = contamination_study(
        [find_model(source) for source in model],
        sets,
        data=data,
        sizes=parse_sizes(sizes),
        sampling=find_sampling(sampling, longest=max_new_tokens),
        name=out.name,
    )
    run_quietly(study, out=out, workers=workers, again="the same command")
    _, page = publish(Store(out))
    err_console.print(f"Page: {page.resolve()}", soft_wrap=True)
    return drops_of_study(study, Store(out))


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
