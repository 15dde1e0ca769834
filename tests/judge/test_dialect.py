"""What an endpoint has of a form is learned from what it declines."""

from collections.abc import Mapping
from typing import Any

from fault_server import FaultServer
from sum_judge import sum_judge, sum_questions

from leadline.judge.ask import ask_all
from leadline.judge.endpoint import Endpoint

_WANTS_OBJECT = """Error code: 500 - 1 validation error:
  {'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': "Input should be \
'text' or 'json_object'", 'input': 'json_schema', 'ctx': {'expected': "'text' or 'json_object'"}}

  File "/usr/local/lib/python3.11/site-packages/llama_cpp/server/app.py", line 376, in \
create_chat_completion
    POST /v1/chat/completions"""  # llama-cpp-python 0.3.36, whole


def _no_json_schema(request: Mapping[str, Any]) -> str | None:
    wants = request.get("response_format", {}).get("type")
    return _WANTS_OBJECT if wants == "json_schema" else None


def test_a_server_that_has_schemas_beside_json_object_gets_them_there() -> None:
    with FaultServer(judge=sum_judge, declines=_no_json_schema) as server:
        endpoint = Endpoint(model="stand-in", url=server.url, concurrency=1)
        answers = list(ask_all(endpoint, sum_questions(5)))
    assert all(answer.meaning for answer in answers)
    good = [call.request["response_format"] for call in server.calls if not call.fault]
    assert {wanted["type"] for wanted in good} == {"json_object"}
    assert all(wanted["schema"]["properties"]["verdict"]["enum"] for wanted in good)
    assert sum(call.fault == "declined" for call in server.calls) == 1


def test_a_server_that_has_no_schema_at_all_is_asked_for_a_last_line() -> None:
    def declines(request: Mapping[str, Any]) -> str | None:
        return _WANTS_OBJECT if "response_format" in request else None

    with FaultServer(judge=sum_judge, declines=declines) as server:
        endpoint = Endpoint(model="stand-in", url=server.url, concurrency=1)
        answers = list(ask_all(endpoint, sum_questions(5)))
    assert all(answer.meaning for answer in answers)
    assert {call.asked.form for call in server.calls if not call.fault} == {"line"}
    assert sum(call.fault == "declined" for call in server.calls) == 2
