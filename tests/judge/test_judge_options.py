"""What a user types about a judge, and what is said when it cannot be asked."""

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from leadline.cli.judge_options import JudgeModel, JudgeUrl, read_judge
from leadline.errors import BadStudy
from leadline.judge.budget import Budget

URL = "http://localhost:8000/v1"


def test_options_become_a_judge_and_its_caps() -> None:
    endpoint, budget = read_judge(
        url=URL,
        model="m",
        key="MY_KEY",
        answer="line",
        temperature="model",
        reply=99,
        concurrency=3,
        max_requests=10,
        max_tokens=1000,
        max_cost=2.5,
        price_in=1.0,
        price_out=4.0,
    )
    assert (endpoint.url, endpoint.model, endpoint.key_variable) == (URL, "m", "MY_KEY")
    assert (endpoint.answer, endpoint.temperature, endpoint.max_tokens) == ("line", None, 99)
    assert endpoint.concurrency == 3
    assert budget == Budget(requests=10, tokens=1000, money=2.5, price_in=1.0, price_out=4.0)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"url": None}, "--judge-url"),
        ({"model": None}, "--judge-model"),
        ({"url": "localhost"}, "http://localhost:8000/v1"),
        ({"answer": "jason"}, "--judge-answer 'jason' is not known. Did you mean"),
        ({"temperature": "hot"}, "--judge-temperature 'hot'"),
        ({"temperature": "nan"}, "--judge-temperature 'nan'"),
        ({"max_cost": 5.0}, "needs the prices"),
        ({"price_in": 5.0}, "both prices"),
    ],
)
def test_what_cannot_be_asked_is_said(typed: dict[str, Any], words: str) -> None:
    with pytest.raises(BadStudy, match=words.replace("(", r"\(")):
        read_judge(**({"url": URL, "model": "m"} | typed))


def test_address_and_model_may_come_from_the_environment() -> None:
    app = typer.Typer()

    @app.command()
    def ask(judge_url: JudgeUrl = None, judge_model: JudgeModel = None) -> None:
        endpoint, _ = read_judge(url=judge_url, model=judge_model)
        print(endpoint.url, endpoint.model)

    found = CliRunner().invoke(
        app, [], env={"LEADLINE_JUDGE_URL": URL, "LEADLINE_JUDGE_MODEL": "from-env"}
    )
    assert found.output.split() == [URL, "from-env"]
