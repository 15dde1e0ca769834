"""What every command that asks a judge lets its user say: which judge, and what it may cost. The
fields of `JudgeFlags` are the options; `asks_a_judge` gives them to a command.
"""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from leadline.errors import BadStudy
from leadline.near import one_of

if TYPE_CHECKING:
    from leadline.judge.budget import Budget
    from leadline.judge.endpoint import Endpoint


def _option(words: str, **settings: Any) -> Any:
    return typer.Option(help=words, rich_help_panel="Judge", **settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFlags:
    """What was typed, or stands in the environment, about a judge."""

    judge_url: Annotated[
        str | None,
        _option(
            "An OpenAI-compatible address, as http://localhost:8000/v1. Its key, if it needs one, "
            "comes from the environment only.",
            envvar="LEADLINE_JUDGE_URL",
        ),
    ] = None
    judge_model: Annotated[
        str | None,
        _option(
            "The model to ask there. There is no default judge.", envvar="LEADLINE_JUDGE_MODEL"
        ),
    ] = None
    judge_key: Annotated[str, _option("The environment variable that holds the key.")] = (
        "OPENAI_API_KEY"
    )
    judge_answer: Annotated[
        str,
        _option(
            "How a verdict is held to its form: schema, choice (vLLM; gives no reasons), line, or "
            "auto (by schema where the endpoint has it, else by a strict last line)."
        ),
    ] = "auto"
    judge_temperature: Annotated[str, _option("0 or more, or `model`: the model's own.")] = "0"
    judge_reply: Annotated[int, _option("Longest reply in tokens, thoughts included.", min=1)] = (
        1024
    )
    judge_seed: Annotated[int, _option("Draws the labels of the verdicts.", min=0)] = 0
    concurrency: Annotated[int, _option("Calls in flight at once.", min=1)] = 8
    judge_timeout: Annotated[float, _option("Seconds for one call.", min=0.1)] = 120.0
    max_requests: Annotated[int | None, _option("Cap: requests sent.", min=0)] = None
    max_tokens: Annotated[int | None, _option("Cap: tokens, in and out together.", min=0)] = None
    max_cost: Annotated[float | None, _option("Cap: money, by the two prices.", min=0)] = None
    price_in: Annotated[float | None, _option("Price of a million tokens in.", min=0)] = None
    price_out: Annotated[float | None, _option("Price of a million tokens out.", min=0)] = None

    def read(self) -> "tuple[Endpoint, Budget]":
        """The judge and the caps that the options mean. Raises BadStudy on what cannot be asked."""
        from leadline.judge.budget import Budget
        from leadline.judge.endpoint import Answering, Endpoint

        if not self.judge_url:
            raise BadStudy(
                "a judge needs --judge-url, the address of an OpenAI-compatible server such as "
                "http://localhost:8000/v1 (or LEADLINE_JUDGE_URL). There is no default judge."
            )
        if not self.judge_model:
            raise BadStudy("name the --judge-model to ask there (or LEADLINE_JUDGE_MODEL).")
        budget = Budget(
            requests=self.max_requests,
            tokens=self.max_tokens,
            money=self.max_cost,
            price_in=self.price_in,
            price_out=self.price_out,
        )
        endpoint = Endpoint(
            model=self.judge_model,
            url=self.judge_url,
            key_variable=self.judge_key,
            answer=one_of(self.judge_answer, get_args(Answering), what="--judge-answer"),
            temperature=_temperature(self.judge_temperature),
            max_tokens=self.judge_reply,
            seed=self.judge_seed,
            concurrency=self.concurrency,
            timeout=self.judge_timeout,
        )
        return endpoint, budget


def asks_a_judge(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `judge_flags` is typed as the options of `JudgeFlags`, at the end
    of its own."""
    fields = dataclasses.fields(JudgeFlags)

    @functools.wraps(command)
    def asked(**given: Any) -> None:
        flags = JudgeFlags(**{field.name: given.pop(field.name) for field in fields})
        command(**given, judge_flags=flags)

    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "judge_flags"]
    kind = inspect.Parameter.KEYWORD_ONLY
    options = [
        *(p.replace(kind=kind) for p in own),
        *(inspect.Parameter(f.name, kind, default=f.default, annotation=f.type) for f in fields),
    ]
    asked.__annotations__ = {p.name: p.annotation for p in options} | {"return": None}
    asked.__signature__ = signature.replace(parameters=options)  # type: ignore[attr-defined]
    return asked


def typed(context: typer.Context, option: str) -> bool:
    """Whether an option stands on the command line, and not only in the environment."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


def refuse_server(context: typer.Context, *, rule: str) -> None:
    """Raises BadStudy if a server is named on the command line beside `rule`, which asks none."""
    for option in ("judge_url", "judge_model"):
        if typed(context, option):
            flag = f"--{option.replace('_', '-')}"
            raise BadStudy(f"{rule} asks no server, and {flag} names one: leave one out.")


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
