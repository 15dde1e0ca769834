"""Caps hold: by the server's own account, with many calls in flight, over faults and runs."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_server import FaultServer
from hypothesis import given, settings
from hypothesis import strategies as st
from sum_judge import sum_endpoint, sum_judge, sum_questions

from leadline.errors import BadStudy
from leadline.judge.ask import ask_all
from leadline.judge.budget import NOTHING, Budget, Spent
from leadline.judge.purse import Purse
from leadline.judge.store import read_store, writing

FAULTS = ("429", "500", "half", "prose", "refusal", "reset", "invalid json")


def test_a_cap_in_requests_is_met_exactly_and_the_next_run_goes_on(tmp_path: Path) -> None:
    store, questions = tmp_path / "answers.jsonl", sum_questions(50)
    with FaultServer(judge=sum_judge, delay=0.01) as server:
        endpoint = sum_endpoint(server.url, concurrency=8)
        first = list(ask_all(endpoint, questions, store=store, budget=Budget(requests=20)))
        assert len(server.calls) == 20
        again = list(ask_all(endpoint, questions, store=store, budget=Budget(requests=20)))
        assert len(server.calls) == 20
        last = list(ask_all(endpoint, questions, store=store, budget=Budget(requests=50)))
        assert len(server.calls) == 50
    assert (
        Counter(a.cause for a in first) == Counter(a.cause for a in again) == {"": 20, "unpaid": 30}
    )
    assert all(a.meaning for a in last)


def test_a_cap_in_tokens_is_never_exceeded_and_is_used_up(tmp_path: Path) -> None:
    with FaultServer(judge=sum_judge, faults=FAULTS, rate=0.3, delay=0.01) as server:
        endpoint = replace(sum_endpoint(server.url, concurrency=12), max_tokens=64)
        budget = Budget(tokens=20_000)
        answers = list(
            ask_all(endpoint, sum_questions(150), store=tmp_path / "a.jsonl", budget=budget)
        )
        _, tokens = server.spent()
    spent = read_store(tmp_path / "a.jsonl", identity=endpoint.identity).spent
    counted = spent.prompt_tokens + spent.completion_tokens
    worst = 3_000  # of one call: its bytes, what a template may add, and max_tokens
    assert tokens <= counted <= 20_000
    assert counted > 20_000 - worst
    assert Counter(a.cause for a in answers)["unpaid"] > 0
    assert len(answers) == 150


def test_a_cap_in_money_is_never_exceeded_over_runs(tmp_path: Path) -> None:
    store, budget = tmp_path / "answers.jsonl", Budget(money=0.02, price_in=1.0, price_out=4.0)
    with FaultServer(judge=sum_judge, faults=FAULTS, rate=0.3) as server:
        endpoint = replace(sum_endpoint(server.url, concurrency=6), max_tokens=64)
        for n in (20, 60, 200):
            list(ask_all(endpoint, sum_questions(n), store=store, budget=budget))
            paid = [c for c in server.calls if c.fault not in ("429", "500")]
            cost = sum(c.prompt_tokens + 4.0 * c.completion_tokens for c in paid) / 1e6
            spent = budget.money_of(read_store(store, identity=endpoint.identity).spent)
            assert spent is not None
            assert cost <= spent <= 0.02


def test_the_store_counts_what_the_server_counts(tmp_path: Path) -> None:
    with FaultServer(judge=sum_judge, faults=("prose", "refusal", "500"), rate=0.3) as server:
        endpoint = sum_endpoint(server.url)
        shown: list[Spent] = []
        list(
            ask_all(
                endpoint,
                sum_questions(40),
                store=tmp_path / "a.jsonl",
                show=lambda _done, _total, spent: shown.append(spent),
            )
        )
        kept = read_store(tmp_path / "a.jsonl", identity=endpoint.identity).spent
    assert (kept.requests, kept.prompt_tokens + kept.completion_tokens) == server.spent()
    assert kept.n_assumed == 0
    assert shown[-1] == kept


def test_a_reply_that_hides_its_cost_counts_at_its_worst(tmp_path: Path) -> None:
    with FaultServer(judge=sum_judge, usage=False) as server:
        endpoint = sum_endpoint(server.url)
        list(ask_all(endpoint, sum_questions(3), store=tmp_path / "a.jsonl"))
        (call, *_) = server.calls
    spent = read_store(tmp_path / "a.jsonl", identity=endpoint.identity).spent
    assert (spent.requests, spent.n_assumed) == (3, 3)
    assert spent.completion_tokens == 3 * endpoint.max_tokens
    assert spent.prompt_tokens > 3 * len(call.asked.text)


def test_calls_in_flight_at_a_kill_count_at_their_worst(tmp_path: Path) -> None:
    store, worst = tmp_path / "a.jsonl", Spent(requests=1, prompt_tokens=900, n_assumed=1)
    with writing(store) as writer:
        writer.sent(0, identity="judge", worst=worst)
        writer.sent(1, identity="another judge", worst=worst)
    kept = read_store(store, identity="judge")
    assert (kept.spent, kept.calls) == (worst, 2)


costs = st.tuples(st.integers(0, 50), st.integers(0, 50))


@given(st.lists(costs, max_size=30), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_no_order_of_calls_takes_a_purse_over_its_cap(
    calls: list[tuple[int, int]], cap: int
) -> None:
    """Of each call: its worst, and how much less it costs in the end."""

    async def run() -> Spent:
        purse = Purse(Budget(tokens=cap), spent=NOTHING)

        async def call(worst: int, saved: int) -> bool:
            held = Spent(requests=1, prompt_tokens=worst)
            if not await purse.reserve(held):
                assert purse.spent.prompt_tokens + worst > cap
                return False
            await asyncio.sleep(0)
            actual = Spent(requests=1, prompt_tokens=max(0, worst - saved))
            await purse.settle(held, actual=actual)
            return True

        paid = await asyncio.gather(*(call(*each) for each in calls))
        assert purse.spent.requests == sum(paid)
        return purse.spent

    assert asyncio.run(run()).prompt_tokens <= cap


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests": -1},
        {"money": 1.0},
        {"price_in": 1.0},
        {"money": float("nan"), "price_in": 1.0, "price_out": 1.0},
    ],
)
def test_caps_and_prices_that_say_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadStudy):
        Budget(**wrong)


def test_what_was_spent_is_said_with_its_price_and_its_unknowns() -> None:
    spent = Spent(requests=3, prompt_tokens=1_000_000, completion_tokens=500_000, n_assumed=1)
    said = Budget(price_in=2.0, price_out=8.0).said(spent)
    assert (
        said
        == "3 requests, 1,500,000 tokens, cost 6.00 (1 of unknown cost, counted at their worst)"
    )
    assert Budget().said(NOTHING) == "0 requests, 0 tokens"
