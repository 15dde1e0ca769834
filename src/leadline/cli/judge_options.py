"""What every command that asks a judge lets its user say: which judge, and what it may cost."""

from typing import TYPE_CHECKING, Annotated, get_args

import typer

from leadline.errors import BadStudy
from leadline.near import one_of

if TYPE_CHECKING:
    from leadline.judge.budget import Budget
    from leadline.judge.endpoint import Endpoint

_PANEL = "Judge"
JudgeUrl = Annotated[
    str | None,
    typer.Option(
        envvar="LEADLINE_JUDGE_URL",
        help="An OpenAI-compatible address, as http://localhost:8000/v1. Its key, if it needs one, "
        "comes from the environment only.",
        rich_help_panel=_PANEL,
    ),
]
JudgeModel = Annotated[
    str | None,
    typer.Option(
        envvar="LEADLINE_JUDGE_MODEL",
        help="The model to ask there. There is no default judge.",
        rich_help_panel=_PANEL,
    ),
]
JudgeKey = Annotated[
    str,
    typer.Option(help="The environment variable that holds the key.", rich_help_panel=_PANEL),
]
JudgeAnswer = Annotated[
    str,
    typer.Option(
        help="How a verdict is held to its form: schema, choice (vLLM; gives no reasons), line, or "
        "auto (by schema where the endpoint has it, else by a strict last line).",
        rich_help_panel=_PANEL,
    ),
]
JudgeTemperature = Annotated[
    str,
    typer.Option(help="0 or more, or `model`: the model's own.", rich_help_panel=_PANEL),
]
JudgeReply = Annotated[
    int,
    typer.Option(min=1, help="Longest reply in tokens, thoughts included.", rich_help_panel=_PANEL),
]
JudgeSeed = Annotated[
    int,
    typer.Option(min=0, help="Draws the labels of the verdicts.", rich_help_panel=_PANEL),
]
Concurrency = Annotated[
    int, typer.Option(min=1, help="Calls in flight at once.", rich_help_panel=_PANEL)
]
JudgeTimeout = Annotated[
    float, typer.Option(min=0.1, help="Seconds for one call.", rich_help_panel=_PANEL)
]
MaxRequests = Annotated[
    int | None, typer.Option(min=0, help="Cap: requests sent.", rich_help_panel=_PANEL)
]
MaxTokens = Annotated[
    int | None,
    typer.Option(min=0, help="Cap: tokens, in and out together.", rich_help_panel=_PANEL),
]
MaxCost = Annotated[
    float | None,
    typer.Option(min=0, help="Cap: money, by the two prices.", rich_help_panel=_PANEL),
]
PriceIn = Annotated[
    float | None,
    typer.Option(min=0, help="Price of a million tokens in.", rich_help_panel=_PANEL),
]
PriceOut = Annotated[
    float | None,
    typer.Option(min=0, help="Price of a million tokens out.", rich_help_panel=_PANEL),
]


def read_judge(
    *,
    url: str | None,
    model: str | None,
    key: str = "OPENAI_API_KEY",
    answer: str = "auto",
    temperature: str = "0",
    reply: int = 1024,
    seed: int = 0,
    concurrency: int = 8,
    timeout: float = 120.0,
    max_requests: int | None = None,
    max_tokens: int | None = None,
    max_cost: float | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
) -> "tuple[Endpoint, Budget]":
    """The judge and the caps that the options mean. Raises BadStudy on what cannot be asked."""
    from leadline.judge.budget import Budget
    from leadline.judge.endpoint import Answering, Endpoint

    if not url:
        raise BadStudy(
            "a judge needs --judge-url, the address of an OpenAI-compatible server such as "
            "http://localhost:8000/v1 (or LEADLINE_JUDGE_URL). There is no default judge."
        )
    if not model:
        raise BadStudy("name the --judge-model to ask there (or LEADLINE_JUDGE_MODEL).")
    budget = Budget(
        requests=max_requests,
        tokens=max_tokens,
        money=max_cost,
        price_in=price_in,
        price_out=price_out,
    )
    endpoint = Endpoint(
        model=model,
        url=url,
        key_variable=key,
        answer=one_of(answer, get_args(Answering), what="--judge-answer"),
        temperature=_temperature(temperature),
        max_tokens=reply,
        seed=seed,
        concurrency=concurrency,
        timeout=timeout,
    )
    return endpoint, budget


def _temperature(text: str) -> float | None:
    if text == "model":
        return None
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 2.0:
        raise BadStudy(f"--judge-temperature {text!r}: a number from 0 to 2, or `model`")
    return found
