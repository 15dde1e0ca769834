"""A small, real server that speaks OpenAI's chat completions, with a stand-in for the judge, and
faults on demand.

The stand-in knows what a served model would: the text of the request. `Asked` is that text, read as
a careful model reads it: the fence is the token named by the rule above the materials; a material
begins at a line of the fence and a title, and ends at the line of the fence and `end`, whatever
stands between; the labels are the list after the last material. So a stand-in can be fooled by a
material only through what a model could be fooled by.
"""

import json
import random
import re
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "stand-in-2026-01"
FAULTS = (
    "down",  # the connection is closed without a word
    "reset",  # … and torn
    "slow",  # no reply for `slow` seconds, then a good one that nobody waits for
    "429",
    "500",
    "half",  # the connection ends in the middle of the reply
    "invalid json",
    "outside",  # a verdict outside the labels
    "prose",  # reasons, and no verdict
    "refusal",
    "filtered",
    "empty choice",
    "truncated",
    "changed model",  # only once others have been answered: mid-run
)
UNPAID = ("401", "404", "429", "500", "down", "declined")  # a real endpoint asks no money
_BEFORE_CHANGE = 50  # good replies before the model's name changes
_FENCE = re.compile(r"between lines that begin with (#[a-z]{10})\.")
_LABEL = re.compile(r"- ([a-z]{5}): (.*)")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as a model reads it. `labels`: label → description, in the order shown."""

    text: str
    materials: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]
    form: str

    @classmethod
    def read(cls, text: str) -> "Asked":
        found = _FENCE.search(text)
        assert found is not None, "no fence is named"
        fence, lines = found[1], text.split("\n")
        marks = [i for i, line in enumerate(lines) if line.startswith(fence + " ")]
        pairs = list(zip(marks[::2], marks[1::2], strict=True))
        assert all(lines[end] == f"{fence} end" for _, end in pairs), "a material has no end"
        materials = tuple(
            (lines[i].removeprefix(fence + " "), "\n".join(lines[i + 1 : end])) for i, end in pairs
        )
        after = lines[marks[-1] + 1 :] if marks else lines
        labels = dict(m.groups() for line in after if (m := _LABEL.fullmatch(line)))
        last = after[-1]
        form = "schema" if "JSON object" in last else "line" if "VERDICT:" in last else "choice"
        return cls(text=text, materials=materials, labels=labels, form=form)

    def material(self, title: str) -> str:
        return dict(self.materials)[title]

    def label(self, described: str) -> str:
        """The one label whose description holds these words."""
        (label,) = [k for k, text in self.labels.items() if described in text]
        return label


def accepts(_request: Mapping[str, Any]) -> str | None:
    """Of a request: why it is declined with 400, or None."""
    return None


Judge = Callable[[Asked], str | None]  # the label of the verdict, or None: a reply without one


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that came: what became of it ("" a good reply) and what it cost."""

    asked: Asked
    fault: str
    prompt_tokens: int
    completion_tokens: int
    request: Mapping[str, Any]
    authorization: str


@dataclass(kw_only=True)
class FaultServer:
    """`with FaultServer(judge=…) as server: ask(server.url)`.

    A share `rate` of the requests meets one of `faults`, drawn by `seed`. `understands`: the forms
    that are taken ("schema", "choice"); a request for another is declined with 400, or, where
    `ignores` is true, answered in prose and a last line. `delay`: seconds a reply takes.
    """

    judge: Judge
    faults: Sequence[str] = FAULTS
    rate: float = 0.0
    seed: int = 0
    understands: Sequence[str] = ("schema", "choice")
    ignores: bool = False
    delay: float = 0.0
    slow: float = 2.0
    retry_after: str = "0.05"
    declines: Callable[[Mapping[str, Any]], str | None] = accepts
    model: str = MODEL
    echoes_key: bool = False  # repeats the key wherever it can
    usage: bool = True
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    def __post_init__(self) -> None:
        self._random, self._lock = random.Random(self.seed), threading.Lock()
        self._closing = threading.Event()

    def __enter__(self) -> "FaultServer":
        handler = type("Handler", (_Handler,), {"faulty": self})
        self._server = _Server(("127.0.0.1", self.port), handler)
        self._server.faults = []
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        if self._server.faults and kind is None:
            raise self._server.faults[0]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def spent(self) -> tuple[int, int]:
        """Requests, and tokens of those that a real endpoint would charge for."""
        paid = [call for call in self.calls if call.fault not in UNPAID]
        return len(self.calls), sum(c.prompt_tokens + c.completion_tokens for c in paid)

    def _fault(self, request: Mapping[str, Any]) -> str:
        with self._lock:
            unlucky = self._random.random() < self.rate
            fault = self._random.choice(list(self.faults)) if unlucky else ""
            n_good = sum(not call.fault for call in self.calls)
        if fault == "changed model" and n_good < _BEFORE_CHANGE:
            fault = ""
        return fault

    def enter(self, change: int) -> None:
        with self._lock:
            self.in_flight += change
            self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def answer(self, request: Mapping[str, Any], authorization: str) -> tuple[str, int, bytes]:
        """The fault (or ""), the status, and the body of a reply."""
        asked = Asked.read(request["messages"][0]["content"])
        fault, declined = self._fault(request), self._declined(request)
        key = authorization.removeprefix("Bearer ") if self.echoes_key else ""
        message = self._message(asked, request, fault, key)
        body = _body(message, fault=fault, asked=asked, model=self.model + key)
        if not self.usage:
            del body["usage"]
        usage = body.get("usage") or {"prompt_tokens": 0, "completion_tokens": 0}
        status, content = 200, json.dumps(body).encode()
        if declined or fault.isdigit():
            status = 400 if declined else int(fault)
            fault = "declined" if declined else fault
            error = {"message": f"{declined or fault} {key}".strip(), "type": "error"}
            content = json.dumps({"error": error}).encode()
        call = Call(asked=asked, fault=fault, request=request, authorization=authorization, **usage)
        with self._lock:
            self.calls.append(call)
        return fault, status, content

    def _declined(self, request: Mapping[str, Any]) -> str | None:
        if self.ignores:
            return self.declines(request)
        if "response_format" in request and "schema" not in self.understands:
            return "'response_format' of type 'json_schema' is not supported by this model"
        if "structured_outputs" in request and "choice" not in self.understands:
            return "Unrecognized request argument supplied: structured_outputs"
        return self.declines(request)

    def _message(
        self, asked: Asked, request: Mapping[str, Any], fault: str, key: str
    ) -> dict[str, Any]:
        if fault in ("refusal", "filtered"):
            refused = {"content": None, "refusal": "I cannot judge this."}
            return refused if fault == "refusal" else {"content": ""}
        label = None if fault == "prose" else self.judge(asked)
        label = "error" if fault == "outside" else label
        reason = f"I looked at it. {key}".strip()
        if label is None:
            return {"content": reason}
        obeyed = not (self.ignores and asked.form not in self.understands)
        return {"content": written(label, reason, form=asked.form if obeyed else "line")}


def written(label: str, reason: str, *, form: str) -> str:
    """A reply in the form that was asked for."""
    if form == "schema":
        return json.dumps({"reason": reason, "verdict": label})
    return label if form == "choice" else f"{reason}\n\nVERDICT: {label}"


def _body(message: dict[str, Any], *, fault: str, asked: Asked, model: str) -> dict[str, Any]:
    finish = {"truncated": "length", "filtered": "content_filter"}.get(fault, "stop")
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "created": 0,
        "model": "another-model" if fault == "changed model" else model,
        "choices": [] if fault == "empty choice" else [choice],
        "usage": {
            "prompt_tokens": len(asked.text) // 4,
            "completion_tokens": 1 + len(str(message.get("content"))) // 4,
        },
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    faults: list[BaseException]  # of this server's own: a judge that raised

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that left are expected here."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.faults.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    faulty: FaultServer

    def do_POST(self) -> None:
        server = self.faulty
        length = int(self.headers["Content-Length"])
        content = self.rfile.read(length)
        if len(content) < length:  # the client was killed in the middle of its request
            self.close_connection = True
            return
        request = json.loads(content)
        server.enter(+1)
        try:
            fault, status, content = server.answer(request, self.headers["Authorization"] or "")
            self._wait(server.slow if fault == "slow" else server.delay)
        finally:
            server.enter(-1)
        self._send(fault, status, content)

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.faulty._closing.wait(seconds)

    def _send(self, fault: str, status: int, content: bytes) -> None:
        if fault in ("down", "reset"):
            if fault == "reset":  # closing now sends RST
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        if fault == "invalid json":
            content = content[: len(content) // 2]
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if fault == "429":
            self.send_header("Retry-After", self.faulty.retry_after)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if fault == "half" else content)
        self.close_connection = fault == "half"

    def log_message(self, *_: object) -> None:
        pass
