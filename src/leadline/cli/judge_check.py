"""The command that checks a judge against people."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli.grading import AsJson
from leadline.cli.judge_options import JudgeFlags, asks_a_judge, refuse_server
from leadline.cli.shared import err_console, errors, out_console, say

if TYPE_CHECKING:
    from leadline.judge.check.several import Judge

judge = typer.Typer(help="Know a judge before its verdicts are trusted.", no_args_is_help=True)
_OUT = Path("runs/judge-check")


@judge.command()
@asks_a_judge
def check(
    context: typer.Context,
    against: Annotated[
        list[str],
        typer.Option(
            help="A file of human labels, or llmbar, chat, pandalm, mr_gsm8k, processbench, mr_ben "
            "or big_bench_mistake in --data. Repeat."
        ),
    ],
    by_rule: Annotated[
        str | None,
        typer.Option(
            "--judge", help="length, style or rules: check this rule, without a --judge-url."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(envvar="LEADLINE_DATA", help="Folder of local data sets, for the words."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many items of each set, drawn once.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the verdicts, and of the answers that were paid for: nothing in it is "
            f"asked again [default: {_OUT} for a model, none for a rule]."
        ),
    ] = None,
    as_json: AsJson = False,
    *,
    judge_flags: JudgeFlags,
) -> None:
    """Measure a judge on human labels: which of two answers is better, or where a solution first
    goes wrong.

    The result is kept, and shown wherever this judge's verdicts are: the same model, settings and
    prompt. A format is recognised by its fields, so other releases of a set can be named too.
    Length, style and rules are the null judges: a judge should do better than they do.

    A check that was stopped goes on when run again. The caps hold over all runs with one --out.

    Examples:

    `leadline judge check --against llmbar --data DATA --judge length`

    `leadline judge check --against llmbar.jsonl --against testset-v1.json
    --judge-url http://localhost:8000/v1 --judge-model Qwen/Qwen3-32B`
    """
    with errors():
        from leadline.cli.judge_check_tables import checked_json, checked_tables
        from leadline.judge.check.sets import find_sets
        from leadline.judge.check.several import check_sets
        from leadline.progress import one_bar

        if by_rule:
            refuse_server(context, rule=f"--judge {by_rule}")
        folder = out or (None if by_rule else _OUT)
        asked = _judge(by_rule, judge_flags, keep=folder)
        sets = find_sets(against, data=None if data is None else str(data), limit=limit)
        found = []
        with one_bar(err_console) as progress:
            for checked in check_sets(asked, sets, out=folder, progress=progress):
                found.append(checked)
                if not as_json:
                    out_console.print(checked_tables(checked))
        if as_json:
            out_console.print_json(checked_json(found), ensure_ascii=True)
        failed = [f.check.source for f in found if f.check.n_undecided == f.check.n_items]
        if failed:
            say(f"Nothing was decided on {', '.join(failed)}: not recorded.", on=err_console)
            raise typer.Exit(1)


def _judge(word: str | None, flags: JudgeFlags, *, keep: Path | None) -> "Judge":
    """A rule by its word, or a model behind an address. Raises BadStudy for none."""
    from leadline.judge.check.several import judge_behind, judge_by_rule

    if word is None:
        endpoint, budget = flags.read()
        return judge_behind(endpoint, budget=budget, keep=keep or _OUT)
    return judge_by_rule(word)
