"""The command that compares two files of responses."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli.grading import AsJson
from leadline.cli.judge_options import JudgeFlags, asks_a_judge, refuse_server
from leadline.cli.shared import Data, end, err_console, errors, out_console

if TYPE_CHECKING:
    from leadline.protocols import PairJudge


@asks_a_judge
def winrate(
    context: typer.Context,
    a: Annotated[Path, typer.Argument(help='JSON Lines of {"problem_id": …, "response": …}.')],
    b: Annotated[Path, typer.Argument(help="The same of the other model.")],
    task: Annotated[
        str | None, typer.Option(help="What was answered: a word of `leadline tasks` …")
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="… or JSON Lines of {problem_id, prompt}.")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(help="length or style: judge by this rule alone, without a --judge-url."),
    ] = None,
    model_a: Annotated[
        str | None, typer.Option(help="Whose responses, if the first file has several models'.")
    ] = None,
    model_b: Annotated[str | None, typer.Option(help="… if the second has.")] = None,
    data: Data = None,
    protocol: Annotated[
        str | None,
        typer.Option(help="How accuracy is graded [default: the task's first protocol]."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Keep the comparisons here, JSON Lines, and a judge's answers beside them "
            "[default: only the summary; with a --judge-url, A-B.JUDGE.jsonl]."
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the --out file if it exists.")
    ] = False,
    as_json: AsJson = False,
    *,
    judge_flags: JudgeFlags,
) -> None:
    """Let a judge say which of two models' responses are better, problem by problem.

    Every pair is judged in both orders; orders that disagree are *neither*. Beside the judge stand
    the two rules that know no content, length alone and style alone, and the accuracies where the
    task can be graded: what they explain needs no judge.

    Problems that only one file has are listed, not compared. A judge's answers are kept beside
    --out and never paid for twice: run the same command to go on after a stop, with --overwrite to
    ask again for what is undecided.

    Examples:

    `leadline winrate a.jsonl b.jsonl --task gsm8k --judge style`

    `leadline winrate a.jsonl b.jsonl --task gsm8k --judge-url http://localhost:8000/v1
    --judge-model Qwen/Qwen3-32B --out comparisons.jsonl`
    """
    with errors():
        from leadline.cli.winrate_tables import winrate_json, winrate_tables
        from leadline.progress import one_bar
        from leadline.responses.winrate import compare_files

        if judge:
            refuse_server(context, rule=f"--judge {judge}")
        beside = out or a.with_name(f"{a.stem}-{b.stem}.jsonl")
        asked, into = _judge(judge, judge_flags, out=beside)
        with one_bar(err_console) as progress:
            found = compare_files(
                a,
                b,
                asked,
                task=task,
                prompts=prompts,
                data=None if data is None else str(data),
                protocol=protocol,
                model_a=model_a,
                model_b=model_b,
                out=out or into,
                overwrite=overwrite or out is None,
                progress=progress,
            )
        if as_json:
            out_console.print_json(winrate_json(found), ensure_ascii=True)
        else:
            out_console.print(winrate_tables(found))
        end(notes=found.notes, faults=found.faults)


def _judge(word: str | None, flags: JudgeFlags, *, out: Path) -> "tuple[PairJudge, Path | None]":
    """A rule by its word, or a model behind an address that keeps its answers beside `out`; and
    where its comparisons go if no --out is named. Raises BadStudy for none or both."""
    from leadline.judge.pairwise import EndpointPairs
    from leadline.near import one_of
    from leadline.responses.winrate import NULL_JUDGES

    if word is not None:
        by_name = {rule.name: rule for rule in NULL_JUDGES}
        return by_name[one_of(word, by_name, what="--judge")], None
    endpoint, budget = flags.read()
    store = out.with_name(f"{out.name}.answers")
    asked = EndpointPairs(endpoint=endpoint, budget=budget, store=store)
    return asked, out.with_name(f"{out.stem}.{asked.name}.jsonl")
