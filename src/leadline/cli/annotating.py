"""The command that says why responses are wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli.grading import AsJson
from leadline.cli.judge_options import JudgeFlags, asks_a_judge, refuse_server
from leadline.cli.shared import Data, end, err_console, errors, out_console

if TYPE_CHECKING:
    from leadline.protocols import Annotator


@asks_a_judge
def annotate(
    context: typer.Context,
    task: Annotated[
        str,
        typer.Argument(help="A task by its word, or `text`: any text, whose sums are checked."),
    ],
    responses: Annotated[
        Path, typer.Argument(help='JSON Lines of {"problem_id": …, "response": …}.')
    ],
    by: Annotated[
        str, typer.Option(help="rules, or judge: a model at --judge-url that is asked.")
    ] = "rules",
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Keep the rows here, JSON Lines, and a judge's answers beside them [default: only "
            "the summary; with a judge, RESPONSES.JUDGE.jsonl]."
        ),
    ] = None,
    protocol: Annotated[
        str | None, typer.Option(help="How wrong is told [default: the task's first protocol].")
    ] = None,
    ask_all: Annotated[
        bool, typer.Option("--all", help="Ask a judge about right responses too.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the --out file if it exists.")
    ] = False,
    as_json: AsJson = False,
    *,
    judge_flags: JudgeFlags,
) -> None:
    """Say why responses are wrong: by their form, their sums, their reasoning, their facts.

    Each kind of error is a verdict of its own, so a response may have several, or none that was
    found. What cannot be known is undecided, with the reason. Rules are exact where the format
    allows it; a judge is asked about every kind, of wrong responses only, as in the paper.

    A judge's answers are kept beside --out and never paid for twice: run the same command to go on
    after a stop, with --overwrite to ask again for what is undecided.

    Examples:

    `leadline annotate gsm8k responses.jsonl --by rules --out errors.jsonl`

    `leadline annotate text responses.jsonl --by rules`

    `leadline annotate gsm8k responses.jsonl --by judge --judge-url http://localhost:8000/v1
    --judge-model Qwen/Qwen3-32B --out errors.jsonl`
    """
    with errors():
        from leadline.cli.annotating_tables import annotation_json, annotation_tables
        from leadline.progress import one_bar
        from leadline.responses.annotate import annotate_file

        if by == "rules":
            refuse_server(context, rule="--by rules")
        annotator, into = _annotator(by, judge_flags, out=out or responses, only_wrong=not ask_all)
        with one_bar(err_console) as progress:
            found = annotate_file(
                task,
                responses,
                annotator=annotator,
                data=None if data is None else str(data),
                out=out or into,
                protocol=protocol,
                overwrite=overwrite or out is None,
                progress=progress,
            )
        if as_json:
            out_console.print_json(annotation_json(found), ensure_ascii=True)
        else:
            out_console.print(annotation_tables(found))
        end(notes=found.notes, faults=found.faults)


def _annotator(
    by: str, flags: JudgeFlags, *, out: Path, only_wrong: bool
) -> "tuple[Annotator, Path | None]":
    """The rules, or a model behind an address that keeps its answers beside `out`; and where its
    rows go if no --out is named. Raises BadStudy on flags that contradict."""
    from leadline.annotate.rules import Rules
    from leadline.errors import BadStudy
    from leadline.near import one_of

    if one_of(by, ("rules", "judge"), what="--by") == "rules":
        if not only_wrong:
            raise BadStudy("--all is a judge's: rules look at every response. Leave it out.")
        return Rules(), None
    endpoint, budget = flags.read()
    from leadline.judge.annotator import JudgeAnnotator
    from leadline.judge.kinds import EVERY

    store = out.with_name(f"{out.name}.answers")
    judge = JudgeAnnotator(
        endpoint=endpoint, budget=budget, store=store, only=EVERY, only_wrong=only_wrong
    )
    return judge, out.with_name(f"{out.stem}.{judge.name}.jsonl")
