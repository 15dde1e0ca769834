"""The commands that run a study and show it."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli.judge_options import JudgeFlags, asks_a_judge, typed
from leadline.cli.shared import AllowUnsandboxed, Data, err_console, errors, out_console
from leadline.errors import SpentBudget, Stopped

if TYPE_CHECKING:
    from leadline.protocols import Progress
    from leadline.study import Study

Out = Annotated[
    Path | None, typer.Option(help="Folder of the study's rows and page [default: runs/NAME].")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Cells at once [default: what suits model and machine].")
]


@asks_a_judge
def run(
    context: typer.Context,
    study: Annotated[str, typer.Argument(help="A shipped study (quickstart), or a Python file.")],
    model: Annotated[
        str | None,
        typer.Option(help="Run a shipped study on a real model, in the paper's setting."),
    ] = None,
    data: Data = None,
    out: Out = None,
    workers: Workers = None,
    *,
    judge_flags: JudgeFlags,
) -> None:
    """Run a study: train and evaluate every cell that is missing, then rebuild its page.

    With a --judge-model, that model is asked too: which response is better where the study compares
    any, else why responses are wrong. The environment alone never makes a study ask a judge.

    Examples:

    `leadline run quickstart` · `leadline run my_study.py --out runs/mine`

    `leadline run figure3 --model meta-llama/Meta-Llama-3-8B --data DATA --out runs/figure3-8b`

    `leadline run table2 --judge-url http://localhost:8000/v1 --judge-model Qwen/Qwen3-32B`
    """
    with errors():
        from leadline.ladder import find_study, judged_by

        found = find_study(study, model=model, data=data)
        judged = typed(context, "judge_model")
        if judged:
            found = judged_by(found, *judge_flags.read())
        again = "the same command" if model or judged else f"leadline run {study}"
        run_and_show(found, out=out, workers=workers, again=again)


def ladder(
    model: Annotated[
        list[str],
        typer.Option(help="miniature/NAME, a folder, or a Hub id (owner/name@revision). Repeat."),
    ],
    task: Annotated[
        str | None, typer.Option(help="gsm8k, ifeval, …: `leadline tasks` lists them.")
    ] = None,
    train: Annotated[
        Path | None,
        typer.Option(help="Your examples, JSON Lines; or, with --task, a training set's word."),
    ] = None,
    test: Annotated[Path | None, typer.Option(help="Your problems, JSON Lines.")] = None,
    grader: Annotated[str, typer.Option(help="exact, numeric, contains or choice.")] = "exact",
    sizes: Annotated[str, typer.Option(help="Numbers of examples; 0 is the base.")] = "0,100,500",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds: 0, 1, …")] = 1,
    data: Data = None,
    problems: Annotated[
        int | None, typer.Option(min=1, help="Test on that many problems [default: all].")
    ] = None,
    sampling: Annotated[
        str, typer.Option(help="paper (T 0.4, top-p 0.95, repetition penalty 1.1) or greedy.")
    ] = "paper",
    max_new_tokens: Annotated[
        int | None, typer.Option(min=1, help="Longest response [default: 512].")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(min=0, help="Peak rate [default: the model's own].")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 3,
    max_length: Annotated[
        int | None, typer.Option(min=1, help="Longest example, in tokens [default: the context].")
    ] = None,
    on_overlength: Annotated[str, typer.Option(help="refuse, or drop longer examples.")] = "refuse",
    on_leak: Annotated[
        str, typer.Option(help="refuse, or drop examples that hold a test problem.")
    ] = "refuse",
    keep_checkpoints: Annotated[bool, typer.Option(help="Keep the weights of every cell.")] = False,
    allow_unsandboxed: AllowUnsandboxed = False,
    out: Out = None,
    workers: Workers = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what it would cost.")] = False,
) -> None:
    """Train a base model on growing subsets of one task and measure every point.

    Examples:

    `leadline ladder --model miniature/llama-0.4m --task miniature-maths --sizes 0,100,500,1000`

    `leadline ladder --model meta-llama/Meta-Llama-3-8B --train my.jsonl --test my_test.jsonl
    --grader numeric --sizes 0,100,300,1000 --seeds 3`

    `leadline ladder --model miniature/llama-0.4m --task gsm8k --data DATA --out runs/real`

    `leadline ladder --model miniature/llama-0.4m --task ifeval --train dolly --data DATA`
    """
    with errors():
        from leadline.ladder import Flags, build_ladder

        name = out.name if out else "ladder"
        flags = Flags(
            model=model,
            task=task,
            train=train,
            test=test,
            grader=grader,
            data=data,
            n_problems=problems,
            sizes=sizes,
            seeds=seeds,
            sampling=sampling,
            max_new_tokens=max_new_tokens,
            learning_rate=learning_rate,
            epochs=epochs,
            max_length=max_length,
            on_overlength=on_overlength,
            on_leak=on_leak,
            keep_checkpoints=keep_checkpoints,
            allow_unsandboxed=allow_unsandboxed,
        )
        study = build_ladder(flags, name=name)
        if dry_run:
            _plan(study, out=out)
        else:
            run_and_show(study, out=out, workers=workers, again="the same command")


def plan(
    study: Annotated[str, typer.Argument(help="A shipped study (quickstart), or a Python file.")],
    out: Out = None,
) -> None:
    """Say what a study will cost before anything runs: cells, tokens, time, disk.

    Example: `leadline plan quickstart`
    """
    with errors():
        from leadline.ladder import find_study

        _plan(find_study(study), out=out)


def status(folder: Annotated[Path, typer.Argument(help="runs/NAME")]) -> None:
    """Say which cells of a study are done, running or missing.

    Example: `leadline status runs/quickstart`
    """
    with errors():
        from leadline.report.status import status_table
        from leadline.store import Store

        out_console.print(status_table(Store(folder)))


def report(folder: Annotated[Path, typer.Argument(help="runs/NAME")]) -> None:
    """Rebuild the table, the figures and the page from the stored rows; no torch, no models.

    Example: `leadline report runs/quickstart`
    """
    with errors():
        _report(folder)


def run_and_show(study: "Study", *, out: Path | None, workers: int | None, again: str) -> None:
    """Run what is missing of a study, then print its table and make its page."""
    _report(run_quietly(study, out=out, workers=workers, again=again))


def run_quietly(study: "Study", *, out: Path | None, workers: int | None, again: str) -> Path:
    """Run what is missing of a study. Returns its folder; only progress is shown."""
    from leadline.executors import choose
    from leadline.pipeline import run_study
    from leadline.progress import Watcher, one_bar

    def watch() -> "AbstractContextManager[Progress]":
        return one_bar(err_console)

    root = out or Path("runs") / study.name
    largest = max(model.parameters for model in study.models)
    try:
        with choose(largest, watcher=Watcher(console=err_console), workers=workers) as executor:
            run_study(study, root, executor, say=err_console.print, watch=watch)
    except SpentBudget:
        raise  # the same command would not go on
    except Stopped as stop:
        raise Stopped(f"Stopped; all finished work is in {root}. To go on: {again}") from stop
    return root


def _plan(study: "Study", *, out: Path | None) -> None:
    from leadline.cost import plan_table
    from leadline.store import Store

    out_console.print(plan_table(study, Store(out or Path("runs") / study.name)))


def _report(folder: Path) -> None:
    from leadline.report.publish import publish
    from leadline.store import Store

    table, page = publish(Store(folder))
    out_console.print(table)
    out_console.print(f"Page: {page.resolve()}", soft_wrap=True)
