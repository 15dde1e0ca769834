"""The key is used and stands nowhere else, whatever an endpoint does with it."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from fault_server import FaultServer
from sum_judge import sum_endpoint, sum_judge, sum_questions

from leadline.errors import BadStudy
from leadline.judge.ask import ask_all
from leadline.judge.endpoint import Endpoint

KEY = "sk-canary-0123456789abcdef"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.mark.parametrize("answer", ["schema", "line"])
def test_the_key_reaches_no_row_log_or_answer(
    answer: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with FaultServer(judge=sum_judge, rate=0.4, echoes_key=True, slow=0.5) as server:
        endpoint = replace(sum_endpoint(server.url, timeout=0.3), answer=answer, retries=3)  # type: ignore[arg-type]
        answers = list(ask_all(endpoint, sum_questions(60), store=tmp_path / "answers.jsonl"))
        assert {call.authorization for call in server.calls} == {f"Bearer {KEY}"}
        assert {call.fault for call in server.calls} >= {"500", "429", ""}
    out, err = capfd.readouterr()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"[key]" in stored  # the endpoint did repeat it
    everything = [stored.decode(), repr(answers), repr(endpoint), caplog.text, out, err]
    assert not [text for text in everything if KEY in text]


@pytest.mark.parametrize("fault", ["401", "404", "500"])
def test_the_key_is_in_no_message(fault: str) -> None:
    with (
        FaultServer(judge=sum_judge, faults=[fault], rate=1.0, echoes_key=True) as server,
        pytest.raises(BadStudy) as raised,
    ):
        list(ask_all(replace(sum_endpoint(server.url), retries=0), sum_questions(30)))
    error: BaseException | None = raised.value
    while error is not None:
        assert KEY not in str(error) + repr(error)
        error = error.__cause__ or error.__context__


def test_another_variable_may_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "another-key-0123456789")
    with FaultServer(judge=sum_judge) as server:
        endpoint = replace(sum_endpoint(server.url), key_variable="MY_KEY")
        list(ask_all(endpoint, sum_questions(1)))
        assert server.calls[0].authorization == "Bearer another-key-0123456789"


def test_a_server_of_ones_own_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with FaultServer(judge=sum_judge) as server:
        (answer,) = ask_all(sum_endpoint(server.url), sum_questions(1))
    assert answer.meaning


def test_openai_itself_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    endpoint = Endpoint(model="m", url="https://api.openai.com/v1")
    with pytest.raises(BadStudy, match="export OPENAI_API_KEY"):
        list(ask_all(endpoint, sum_questions(1)))


@pytest.mark.parametrize("key", ["sk-canary-ünïcode", "sk-canary\nheader: x"])
def test_a_key_that_cannot_be_one_is_refused_unseen(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(BadStudy) as raised:
        Endpoint(model="m", url="http://localhost:1/v1").key()
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("typed", [KEY, "gsk_canary0123", "", "MY KEY"])
def test_a_key_in_place_of_its_variable_is_refused_unseen(typed: str) -> None:
    with pytest.raises(BadStudy, match="name of the environment variable") as raised:
        Endpoint(model="m", url="http://localhost:1/v1", key_variable=typed)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    "url", [f"http://user:{KEY}@host/v1", f"http://host/v1?key={KEY}", f"ftp://u:{KEY}@host", KEY]
)
def test_an_address_with_a_password_is_refused_unseen(url: str) -> None:
    with pytest.raises(BadStudy) as raised:
        Endpoint(model="m", url=url)
    assert KEY not in str(raised.value)
