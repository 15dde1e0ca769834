"""What a user types about a judge, and what is said when it cannot be asked."""

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from leadline.cli.judge_options import JudgeFlags, asks_a_judge, typed
from leadline.errors import BadStudy
from leadline.judge.budget import Budget

URL = "http://localhost:8000/v1"


def test_options_become_a_judge_and_its_caps() -> None:
    endpoint, budget = JudgeFlags(
        judge_url=URL,
        judge_model="m",
        judge_key="MY_KEY",
        judge_answer="line",
        judge_temperature="model",
        judge_reply=99,
        concurrency=3,
        max_requests=10,
        max_tokens=1000,
        max_cost=2.5,
        price_in=1.0,
        price_out=4.0,
    ).read()
    assert (endpoint.url, endpoint.model, endpoint.key_variable) == (URL, "m", "MY_KEY")
    assert (endpoint.answer, endpoint.temperature, endpoint.max_tokens) == ("line", None, 99)
    assert endpoint.concurrency == 3
    assert budget == Budget(requests=10, tokens=1000, money=2.5, price_in=1.0, price_out=4.0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"judge_url": None}, "--judge-url"),
        ({"judge_model": None}, "--judge-model"),
        ({"judge_url": "localhost"}, "http://localhost:8000/v1"),
        ({"judge_answer": "jason"}, "--judge-answer 'jason' is not known. Did you mean"),
        ({"judge_temperature": "hot"}, "--judge-temperature 'hot'"),
        ({"judge_temperature": "nan"}, "--judge-temperature 'nan'"),
        ({"max_cost": 5.0}, "needs the prices"),
        ({"price_in": 5.0}, "both prices"),
    ],
)
def test_what_cannot_be_asked_is_said(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BadStudy, match=words.replace("(", r"\(")):
        JudgeFlags(**({"judge_url": URL, "judge_model": "m"} | given)).read()


def asking(*arguments: str, environment: dict[str, str]) -> list[str]:
    """What a command of two own options and a judge's hears."""
    app = typer.Typer()

    @app.command()
    @asks_a_judge
    def ask(
        context: typer.Context, word: str, loud: bool = False, *, judge_flags: JudgeFlags
    ) -> None:
        endpoint, _ = judge_flags.read()
        print(word, loud, endpoint.url, endpoint.model, typed(context, "judge_model"))

    return CliRunner().invoke(app, list(arguments), env=environment).output.split()


def test_address_and_model_may_come_from_the_environment() -> None:
    environment = {"LEADLINE_JUDGE_URL": URL, "LEADLINE_JUDGE_MODEL": "from-env"}
    assert asking("hi", environment=environment) == ["hi", "False", URL, "from-env", "False"]
    said = asking("hi", "--loud", "--judge-model", "m", environment=environment)
    assert said == ["hi", "True", URL, "m", "True"]
