"""Asking against a real server: what is stored, asked again, given up, and said."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_server import Asked, FaultServer
from sum_judge import sum_endpoint, sum_judge, sum_questions, sums

from leadline.errors import BadStudy, Stopped
from leadline.judge.answer import Answer
from leadline.judge.ask import ask_all
from leadline.judge.budget import Budget
from leadline.judge.endpoint import Endpoint
from leadline.judge.store import read_store, writing

TRUTH = {claim: "yes" if true else "no" for claim, true in sums(200)}


def right(answers: list[Answer]) -> bool:
    return all(answer.meaning == TRUTH[answer.key] for answer in answers)


def no_verdict(_asked: Asked) -> None:
    return None


def test_every_question_gets_its_verdict_and_a_second_run_asks_nothing(tmp_path: Path) -> None:
    store, questions = tmp_path / "judge" / "answers.jsonl", sum_questions(40)
    with FaultServer(judge=sum_judge) as server:
        endpoint = sum_endpoint(server.url)
        first = list(ask_all(endpoint, questions, store=store))
        assert len(server.calls) == 40
    again = list(ask_all(endpoint, questions, store=store))  # the server is gone
    assert right(first)
    assert {a.model for a in first} == {server.model}
    assert sorted(again, key=lambda a: a.key) == sorted(first, key=lambda a: a.key)


def test_a_store_that_holds_everything_needs_no_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "answers.jsonl"
    with FaultServer(judge=sum_judge) as server:
        endpoint = sum_endpoint(server.url)
        list(ask_all(endpoint, sum_questions(3), store=store))
    monkeypatch.setitem(sys.modules, "openai", None)  # as if it were not installed
    assert len(list(ask_all(endpoint, sum_questions(3), store=store))) == 3
    with pytest.raises(BadStudy, match=r"pip install 'leadline\[judge\]'"):
        list(ask_all(endpoint, sum_questions(4), store=store))


def test_a_stored_verdict_holds_all_that_made_it(tmp_path: Path) -> None:
    store, (question,) = tmp_path / "answers.jsonl", sum_questions(1)
    with FaultServer(judge=sum_judge) as server:
        endpoint = sum_endpoint(server.url)
        (answer,) = ask_all(endpoint, [question], store=store)
    header, sent, row = map(json.loads, store.read_text().splitlines())
    assert header == {"leadline": "judge answers", "version": 1}
    assert sent["call"] == row["call"]
    expected = {
        "key": question.key,
        "meaning": answer.meaning,
        "model": server.model,
        "identity": endpoint.identity,
        "prompt_hash": question.prompt_hash,
        "content": question.content,
        "seed": 0,
        "attempt": 0,
        "form": "schema",
    }
    assert row.items() >= expected.items()
    assert json.loads(row["reply"])["verdict"] == row["label"]
    assert row["cost"]["completion_tokens"] == answer.completion_tokens > 0


def test_questions_with_the_same_content_are_asked_once() -> None:
    (question,) = sum_questions(1)
    same = [replace(question, key=key) for key in "abc"]
    with FaultServer(judge=sum_judge) as server:
        answers = list(ask_all(sum_endpoint(server.url), same))
        assert len(server.calls) == 1
    assert sorted(a.key for a in answers) == ["a", "b", "c"]
    assert len({a.meaning for a in answers}) == 1


def test_another_judge_or_question_is_not_answered_by_a_stored_verdict(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(2)
    with FaultServer(judge=sum_judge) as server:
        endpoint = sum_endpoint(server.url)
        list(ask_all(endpoint, questions, store=store))
        list(ask_all(replace(endpoint, temperature=0.5), questions, store=store))
        reworded = [replace(q, instructions="Is the claim true?") for q in questions]
        list(ask_all(endpoint, reworded, store=store))
        assert len(server.calls) == 6
        elsewhere = replace(endpoint, url="http://127.0.0.1:9/v1", concurrency=1, timeout=9.0)
        assert right(list(ask_all(elsewhere, questions, store=store)))


def test_a_reply_without_a_verdict_is_asked_for_anew_with_other_labels(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(1)
    with FaultServer(judge=no_verdict) as server:
        endpoint = replace(sum_endpoint(server.url), answer="line")
        (first,) = ask_all(endpoint, questions, store=store)
        (second,) = ask_all(endpoint, questions, store=store)
        server.judge = sum_judge
        (third,) = ask_all(endpoint, questions, store=store)
        asked = [tuple(call.asked.labels) for call in server.calls]
    assert (first.meaning, first.cause, second.cause) == (None, "unparsed", "unparsed")
    assert right([third])
    assert len(asked) == 7  # three tries in each run, then one
    assert len(set(asked)) == 7


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("refusal", "refused"),
        ("filtered", "refused"),
        ("truncated", "truncated"),
        ("outside", "unparsed"),
        ("prose", "unparsed"),
        ("empty choice", "unparsed"),
    ],
)
def test_a_reply_that_decides_nothing_is_undecided_and_says_why(
    tmp_path: Path, fault: str, cause: str
) -> None:
    store = tmp_path / "answers.jsonl"
    with FaultServer(judge=sum_judge, faults=[fault], rate=1.0) as server:
        endpoint = replace(sum_endpoint(server.url), answer="schema")
        (answer,) = ask_all(endpoint, sum_questions(1), store=store)
        assert len(server.calls) == 3
    assert (answer.meaning, answer.cause) == (None, cause)
    kept = read_store(store, identity=endpoint.identity)
    assert kept.verdicts == {}
    assert kept.spent.requests == 3


@pytest.mark.parametrize("fault", ["down", "reset", "slow", "429", "500", "half", "invalid json"])
def test_a_call_that_fails_is_sent_again_as_it_was_then_counted_as_failed(fault: str) -> None:
    with FaultServer(judge=sum_judge, faults=[fault], rate=1.0) as server:
        endpoint = replace(sum_endpoint(server.url, timeout=0.3), retries=1)
        (answer,) = ask_all(endpoint, sum_questions(1))
        assert len(server.calls) == 2
        assert len({call.asked.text for call in server.calls}) == 1
        server.rate = 0.0
        assert right(list(ask_all(endpoint, sum_questions(1))))
    assert (answer.meaning, answer.cause) == (None, "failed")
    assert answer.reason


def test_retry_after_holds_for_all_workers() -> None:
    came: list[float] = []

    def judge(asked: Asked) -> str:
        came.append(time.monotonic())
        return sum_judge(asked)

    with FaultServer(judge=judge, faults=["429"], rate=1.0, retry_after="0.9") as server:
        endpoint = replace(sum_endpoint(server.url), concurrency=2)
        answers = ask_all(endpoint, sum_questions(2))
        threading.Timer(0.5, lambda: setattr(server, "rate", 0.0)).start()
        assert right(list(answers))
    early = [t for t in came if t - came[0] < 0.5]
    late = [t for t in came if t - came[0] >= 0.5]
    assert len(early) <= 2  # one each, and nothing more until the time was over
    assert min(late) - came[0] >= 0.9


def test_calls_in_flight_keep_to_the_limit() -> None:
    with FaultServer(judge=sum_judge, delay=0.05) as server:
        assert right(list(ask_all(sum_endpoint(server.url, concurrency=5), sum_questions(30))))
        assert server.most_in_flight == 5


def test_a_model_that_changes_for_good_gives_no_more_verdicts(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(60)
    with FaultServer(judge=sum_judge) as server:
        endpoint = sum_endpoint(server.url, concurrency=2)
        answers = []
        for answer in ask_all(endpoint, questions, store=store):
            answers.append(answer)
            if len(answers) == 20:
                server.model = "stand-in-2026-02"
        n_calls = len(server.calls)
        causes = Counter(a.cause for a in answers)
        assert right([a for a in answers if a.meaning is not None])
        assert {a.model for a in answers if a.meaning is not None} == {"stand-in-2026-01"}
        assert causes["changed model"] >= 10
        assert causes["failed"] > 0  # not asked: there was no hope
        assert len(answers) == 60
        assert n_calls < 60
        server.model = "stand-in-2026-01"
        assert right(list(ask_all(endpoint, questions, store=store)))


def test_a_server_that_dies_leaves_the_rest_undecided_and_unasked(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(60)
    answers = []
    with FaultServer(judge=sum_judge) as server:
        endpoint = replace(sum_endpoint(server.url, concurrency=4), retries=0)
        for answer in ask_all(endpoint, questions, store=store):
            answers.append(answer)
            if len(answers) == 20:
                server.faults, server.rate = ["down"], 1.0
        n_calls = len(server.calls)
        server.rate = 0.0
        again = list(ask_all(endpoint, questions, store=store))
        assert len(server.calls) - n_calls == sum(a.meaning is None for a in answers)
    assert len(answers) == len(again) == 60
    assert n_calls < 50
    assert right(again)


def test_nothing_that_listens_is_said_at_once(tmp_path: Path) -> None:
    with FaultServer(judge=sum_judge) as server:
        pass
    with pytest.raises(BadStudy, match=f"nothing answers at {server.url}"):
        list(ask_all(sum_endpoint(server.url), sum_questions(100), store=tmp_path / "a.jsonl"))


@pytest.mark.parametrize(
    ("status", "words"), [(401, "another key than OPENAI_API_KEY"), (404, "no model 'stand-in'")]
)
def test_a_key_or_model_that_is_not_there_is_said_at_once(status: int, words: str) -> None:
    with FaultServer(judge=sum_judge, faults=[str(status)], rate=1.0) as server:
        with pytest.raises(BadStudy, match=words):
            list(ask_all(sum_endpoint(server.url, concurrency=1), sum_questions(100)))
        assert len(server.calls) == 1


@pytest.mark.parametrize("concurrency", [1, 2])
@pytest.mark.parametrize("ignores", [False, True])
def test_without_schemas_the_last_line_is_asked_for_and_remembered(
    ignores: bool, concurrency: int
) -> None:
    with FaultServer(judge=sum_judge, understands=(), ignores=ignores) as server:
        endpoint = sum_endpoint(server.url, concurrency=concurrency)
        answers = list(ask_all(endpoint, sum_questions(30)))
        forms = [call.asked.form for call in server.calls]
    assert right(answers)
    assert set(forms[-20:]) == {"line"}
    assert forms.count("schema") <= 5


def test_a_form_that_was_chosen_is_never_left() -> None:
    with FaultServer(judge=sum_judge, understands=()) as server:
        endpoint = replace(sum_endpoint(server.url), answer="schema")
        (answer,) = ask_all(endpoint, sum_questions(1))
        assert "response_format" in answer.reason
        with pytest.raises(BadStudy, match="not supported"):
            list(ask_all(endpoint, sum_questions(40)))


def test_a_bare_choice_is_held_to_the_labels() -> None:
    with FaultServer(judge=sum_judge) as server:
        endpoint = replace(sum_endpoint(server.url), answer="choice")
        assert right(list(ask_all(endpoint, sum_questions(5))))
        (call,) = server.calls[:1]
    assert call.request["structured_outputs"] == {"choice": list(call.asked.labels)}


def test_newer_models_want_the_length_by_another_name() -> None:
    def declines(request: Mapping[str, Any]) -> str | None:
        if "max_tokens" in request:
            return "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        return "extra_forbidden: body.seed" if "seed" in request else None

    with FaultServer(judge=sum_judge, declines=declines) as server:
        assert right(list(ask_all(sum_endpoint(server.url, concurrency=1), sum_questions(5))))
        last = server.calls[-1].request
        assert len(server.calls) == 7  # two were declined
    assert last["max_completion_tokens"] == 1024
    assert "seed" not in last


def test_a_schema_beside_another_type_is_found_as_llama_cpp_has_it() -> None:
    def declines(request: Mapping[str, Any]) -> str | None:
        wanted = request["response_format"]["type"] == "json_object"
        return None if wanted else "Input should be 'text' or 'json_object'"

    with FaultServer(judge=sum_judge, declines=declines) as server:
        assert right(list(ask_all(sum_endpoint(server.url, concurrency=1), sum_questions(5))))
        last = server.calls[-1]
        assert len(server.calls) == 6
    verdict = last.request["response_format"]["schema"]["properties"]["verdict"]
    assert verdict["enum"] == list(last.asked.labels)


def test_stopping_keeps_what_was_paid_for_and_the_next_run_goes_on(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(60)
    asked_to_stop, answers = threading.Event(), []
    with FaultServer(judge=sum_judge, delay=0.05) as server:
        endpoint = sum_endpoint(server.url, concurrency=4)

        def ask_ten() -> None:
            for answer in ask_all(endpoint, questions, store=store, stop=asked_to_stop.is_set):
                answers.append(answer)
                if len(answers) == 10:
                    asked_to_stop.set()

        with pytest.raises(Stopped):
            ask_ten()
        n_calls = len(server.calls)
        assert n_calls == len(answers) < 60
        kept = read_store(store, identity=endpoint.identity)
        assert (len(kept.verdicts), kept.spent.n_assumed) == (n_calls, 0)
        assert right(list(ask_all(endpoint, questions, store=store)))
        assert len(server.calls) == 60


def test_a_call_that_waits_for_the_budget_is_not_sent_after_a_stop() -> None:
    asked_to_stop = threading.Event()

    def judge(asked: Asked) -> str:
        asked_to_stop.set()
        return sum_judge(asked)

    with FaultServer(judge=judge, delay=0.5) as server:
        endpoint = replace(sum_endpoint(server.url, concurrency=4, timeout=5.0), max_tokens=1000)
        one_at_a_time = Budget(tokens=4000)
        asking = ask_all(
            endpoint, sum_questions(4), budget=one_at_a_time, stop=asked_to_stop.is_set
        )
        with pytest.raises(Stopped):
            list(asking)
        assert len(server.calls) == 1


def test_a_caller_who_leaves_early_leaves_no_thread_and_no_lock(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(60)
    with FaultServer(judge=sum_judge, delay=0.05) as server:
        endpoint = sum_endpoint(server.url, concurrency=4)
        for _ in ask_all(endpoint, questions, store=store):
            break
        assert "judge" not in {thread.name for thread in threading.enumerate()}
        kept = read_store(store, identity=endpoint.identity)
        assert kept.spent.n_assumed <= 4  # those in flight
        assert right(list(ask_all(endpoint, questions, store=store)))
        assert len(server.calls) <= 60 + 4


def test_a_store_is_written_by_one_process_only(tmp_path: Path) -> None:
    store = tmp_path / "answers.jsonl"
    with FaultServer(judge=sum_judge) as server, writing(store):
        with pytest.raises(BadStudy, match="another process"):
            list(ask_all(sum_endpoint(server.url), sum_questions(2), store=store))
        assert server.calls == []


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    store = tmp_path / "answers.jsonl"
    with FaultServer(judge=sum_judge) as server:
        endpoint = sum_endpoint(server.url, concurrency=1)
        list(ask_all(endpoint, sum_questions(3), store=store))
        whole = store.read_bytes()
        for cut in (1, 30, len(whole) - 5):
            store.write_bytes(whole[:-cut])
            assert right(list(ask_all(endpoint, sum_questions(3), store=store)))
            assert len(list(ask_all(endpoint, sum_questions(3), store=store))) == 3


@pytest.mark.parametrize("content", ["my notes", "my notes\n", '{"a": 1}\n', "[]\n", "{}\n{}\n"])
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(content)
    endpoint = Endpoint(model="m", url="http://127.0.0.1:9/v1")
    with pytest.raises(BadStudy, match="not a store"):
        list(ask_all(endpoint, sum_questions(1), store=path))
    assert path.read_text() == content
