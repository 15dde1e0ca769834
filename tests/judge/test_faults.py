"""Faults of every kind, and a kill in the middle: every question ends as a verdict or as a counted
undecided, no verdict is wrong, and nothing that is stored is ever asked again.

What cannot be had: a reply that was on its way when the process was killed, or when its time was
up, may have been charged for and is asked for again. Such calls are known, and counted as spent.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_server import FAULTS, FaultServer
from sum_judge import sum_endpoint, sum_judge, sum_questions, sums

from leadline.judge.ask import ask_all
from leadline.judge.store import read_store

CLIENT = Path(__file__).parents[1] / "sum_judge.py"


def asking(server: FaultServer, store: Path, *, n: int, at_once: int) -> "subprocess.Popen[bytes]":
    """A process of its own that asks."""
    command = [sys.executable, str(CLIENT), server.url, str(store), str(n), str(at_once)]
    return subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)


def killed_after(n_calls: int, server: FaultServer, store: Path, *, n: int, at_once: int) -> None:
    """Ask in a process of its own and kill it once the server has seen so many calls."""
    process = asking(server, store, n=n, at_once=at_once)
    while len(server.calls) < n_calls and process.poll() is None:
        time.sleep(0.005)
    assert process.poll() is None, "it was done before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stored(store: Path) -> set[str]:
    """Claims with a verdict."""
    return {row["key"] for row in rows(store) if row.get("meaning")}


def timed_out(store: Path) -> set[str]:
    return {row["key"] for row in rows(store) if "no whole reply" in row.get("reason", "")}


def rows(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.read_bytes().split(b"\n")[1:-1]]


def claims(server: FaultServer, *, first: int = 0, faults: tuple[str, ...]) -> Counter[str]:
    calls = [call for call in server.calls[first:] if call.fault in faults]
    return Counter(call.asked.material("Claim") for call in calls)


def ask_through_faults_and_a_kill(store: Path, *, n: int, at_once: int) -> None:
    truth = {claim: "yes" if true else "no" for claim, true in sums(n)}
    with FaultServer(judge=sum_judge, rate=0.3, seed=3, slow=1.5, delay=0.005) as server:
        killed_after(n // 2, server, store, n=n, at_once=at_once)
        time.sleep(1.6)  # the slow ones end
        n_before, kept = len(server.calls), stored(store)
        answered = set(claims(server, faults=("",)))
        in_flight = answered - kept - timed_out(store)
        answers = list(
            ask_all(sum_endpoint(server.url, concurrency=at_once), sum_questions(n), store=store)
        )

        assert Counter(a.key for a in answers) == Counter(list(truth))
        assert not [a for a in answers if a.meaning is not None and a.meaning != truth[a.key]]
        assert all(a.cause and a.reason for a in answers if a.meaning is None)
        assert sum(a.meaning is None for a in answers) < n * 0.05

        assert n // 4 < len(kept) < n  # the kill came in the middle
        assert kept <= answered
        assert len(in_flight) <= at_once
        again = claims(server, first=n_before, faults=("", *FAULTS))
        assert not kept & set(again)
        paid = claims(server, faults=("",))
        assert {c for c, times in paid.items() if times > 1} <= in_flight | timed_out(store)
        assert {call.fault for call in server.calls} == {"", *FAULTS}

        spent = read_store(store, identity=sum_endpoint(server.url).identity).spent
        n_calls, n_tokens = server.spent()
        assert n_calls <= spent.requests <= n_calls + at_once
        assert n_tokens <= spent.prompt_tokens + spent.completion_tokens


def test_hundreds_of_calls_through_faults_and_a_kill(tmp_path: Path) -> None:
    ask_through_faults_and_a_kill(tmp_path / "answers.jsonl", n=250, at_once=16)


@pytest.mark.slow
def test_two_thousand_calls_through_faults_and_a_kill(tmp_path: Path) -> None:
    ask_through_faults_and_a_kill(tmp_path / "answers.jsonl", n=2000, at_once=16)


def test_an_interrupt_ends_the_process_at_once_and_loses_no_verdict(tmp_path: Path) -> None:
    store = tmp_path / "answers.jsonl"
    with FaultServer(judge=sum_judge, delay=0.3) as server:
        process = asking(server, store, n=60, at_once=4)
        while len(server.calls) < 8:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) != 0
        server.delay = 0.0
        n_before, kept = len(server.calls), stored(store)
        answers = list(ask_all(sum_endpoint(server.url), sum_questions(60), store=store))
    assert n_before <= len(kept) + 4
    assert not kept & set(claims(server, first=n_before, faults=("",)))
    assert all(a.meaning for a in answers)


def test_what_stays_undecided_is_decided_when_the_faults_are_over(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(60)
    with FaultServer(judge=sum_judge, rate=0.8, faults=FAULTS[7:-1]) as server:
        endpoint = replace(sum_endpoint(server.url, concurrency=32), retries=1)
        first = list(ask_all(endpoint, questions, store=store))
        undecided = {a.key for a in first if a.meaning is None}
        n_before, server.rate = len(server.calls), 0.0
        last = list(ask_all(endpoint, questions, store=store))
    assert undecided
    assert claims(server, first=n_before, faults=("",)) == Counter(undecided)
    assert all(a.meaning for a in last)
