"""The command that compares two files of responses."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import judge_options as options
from leadline.cli.grading import AsJson
from leadline.cli.shared import Data, err_console, errors, out_console

if TYPE_CHECKING:
    from leadline.protocols import PairJudge, Progress


def winrate(
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
    out: Annotated[
        Path | None,
        typer.Option(
            help="Keep the comparisons here, JSON Lines, and the judge's answers beside them "
            "[default: only the summary]."
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the --out file if it exists.")
    ] = False,
    judge_url: options.JudgeUrl = None,
    judge_model: options.JudgeModel = None,
    judge_key: options.JudgeKey = "OPENAI_API_KEY",
    judge_answer: options.JudgeAnswer = "auto",
    judge_temperature: options.JudgeTemperature = "0",
    judge_reply: options.JudgeReply = 1024,
    judge_seed: options.JudgeSeed = 0,
    concurrency: options.Concurrency = 8,
    judge_timeout: options.JudgeTimeout = 120.0,
    max_requests: options.MaxRequests = None,
    max_tokens: options.MaxTokens = None,
    max_cost: options.MaxCost = None,
    price_in: options.PriceIn = None,
    price_out: options.PriceOut = None,
    as_json: AsJson = False,
) -> None:
    """Let a judge say which of two models' responses are better, problem by problem.

    Every pair is judged in both orders; orders that disagree are *neither*. Beside the judge stand
    the two rules that know no content, length alone and style alone, and the accuracies where the
    task can be graded: what they explain needs no judge.

    Problems that only one file has are listed, not compared. A comparison that was stopped goes on
    when run again with the same --out; what was paid for is not asked again.

    Examples:

    `leadline winrate a.jsonl b.jsonl --task gsm8k --judge style`

    `leadline winrate a.jsonl b.jsonl --task gsm8k --judge-url http://localhost:8000/v1
    --judge-model Qwen/Qwen3-32B --out comparisons.jsonl`
    """
    with errors():
        from leadline.cli.winrate_tables import winrate_json, winrate_tables
        from leadline.responses.winrate import compare_files

        asked = _judge(
            judge,
            store=None if out is None else out.with_name(f"{out.name}.answers"),
            url=judge_url,
            model=judge_model,
            key=judge_key,
            answer=judge_answer,
            temperature=judge_temperature,
            reply=judge_reply,
            seed=judge_seed,
            concurrency=concurrency,
            timeout=judge_timeout,
            max_requests=max_requests,
            max_tokens=max_tokens,
            max_cost=max_cost,
            price_in=price_in,
            price_out=price_out,
        )
        with _bar() as progress:
            found = compare_files(
                a,
                b,
                asked,
                task=task,
                prompts=prompts,
                data=None if data is None else str(data),
                model_a=model_a,
                model_b=model_b,
                out=out,
                overwrite=overwrite,
                progress=progress,
            )
        if as_json:
            out_console.print_json(winrate_json(found), ensure_ascii=True)
        else:
            out_console.print(winrate_tables(found))
        lines = [f"Note: {note}" for note in found.notes]
        for line in lines + [f"Fault: {fault}" for fault in found.faults]:
            err_console.print(line, markup=False, highlight=False, soft_wrap=True)
        if found.faults:
            raise typer.Exit(1)


def _judge(
    word: str | None, *, store: Path | None, url: str | None, **settings: Any
) -> "PairJudge":
    """A rule by its word, or a model behind an address. Raises BadStudy for none or both."""
    from leadline.errors import BadStudy
    from leadline.judge.pairwise import EndpointPairs
    from leadline.near import one_of
    from leadline.responses.winrate import NULL_JUDGES

    if word is None:
        endpoint, budget = options.read_judge(url=url, **settings)
        return EndpointPairs(endpoint=endpoint, budget=budget, store=store)
    if url is not None:
        raise BadStudy(
            f"--judge {word} asks no server, and --judge-url {url} names one: leave one out"
        )
    by_name = {rule.name: rule for rule in NULL_JUDGES}
    return by_name[one_of(word, by_name, what="--judge")]


@contextmanager
def _bar() -> "Iterator[Progress]":
    """Comparisons made, on a terminal; silent anywhere else."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(
        *columns,
        TimeRemainingColumn(),
        console=err_console,
        transient=True,
        disable=not err_console.is_terminal,
    ) as bar:
        row = bar.add_task("compared", total=None)

        def show(stage: str, done: int, total: int, tokens: int) -> None:
            words = f"{stage}, {tokens:,} tokens" if tokens else stage
            bar.update(row, description=words, completed=done, total=total)

        yield show
