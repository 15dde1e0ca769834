"""A judge's name is its model and what makes its verdicts; where and how fast it runs is not."""

import email.utils
import re
import time
from dataclasses import replace
from typing import Any

import pytest

from leadline.errors import BadStudy
from leadline.judge.client import _retry_after
from leadline.judge.endpoint import Endpoint

JUDGE = Endpoint(model="org/a-model", url="http://localhost:8000/v1")


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://elsewhere/v1"},
        {"concurrency": 64},
        {"timeout": 1.0},
        {"retries": 0},
        {"key_variable": "MY_KEY"},
    ],
)
def test_where_a_judge_runs_is_not_who_it_is(change: dict[str, Any]) -> None:
    assert replace(JUDGE, **change).identity == JUDGE.identity


@pytest.mark.parametrize(
    "change",
    [
        {"model": "org/b-model"},
        {"temperature": 0.7},
        {"temperature": None},
        {"max_tokens": 99},
        {"seed": 1},
        {"answer": "line"},
    ],
)
def test_what_makes_a_verdict_is_who_it_is(change: dict[str, Any]) -> None:
    assert replace(JUDGE, **change).identity != JUDGE.identity


@pytest.mark.parametrize("model", ["org/a-model", "../../etc", "ü b\n", "x" * 500, "a:b|c"])
def test_an_identity_stands_in_an_address(model: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,79}", replace(JUDGE, model=model).identity)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "localhost:8000"},
        {"url": "http://"},
        {"url": "http://host:port/v1"},
        {"url": "http://[::1/v1"},
        {"url": "http://a host/v1"},
        {"url": "http://host\n/v1"},
        {"url": "http://host\x00/v1"},
        {"url": "http://..../v1"},
        {"url": f"http://{'a' * 64}.org/v1"},
        {"url": "http://\u200b.org/v1"},
        {"timeout": float("nan")},
        {"model": " "},
        {"max_tokens": 0},
        {"concurrency": 0},
        {"timeout": 0.0},
        {"retries": -1},
    ],
)
def test_settings_that_cannot_be_asked_with_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadStudy):
        replace(JUDGE, **wrong)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "86400"}, 60.0),
        ({"retry-after": "inf"}, 60.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 99 Foo 99999 07:28:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert _retry_after(headers) == seconds


def test_retry_after_may_be_a_date() -> None:
    found = _retry_after({"retry-after": email.utils.formatdate(time.time() + 30, usegmt=True)})
    assert found is not None
    assert 20.0 < found <= 30.0
