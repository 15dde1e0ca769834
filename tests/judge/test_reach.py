"""A judge is looked for before a study trains for hours, whatever a server says there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from leadline.errors import BadStudy
from leadline.judge.endpoint import Endpoint
from leadline.judge.reach import refuse_unreachable


@contextmanager
def server(status: int, content: bytes, kind: str) -> Iterator[Endpoint]:
    """A judge at a server that says the same to every GET."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silent."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Endpoint(model="m", url=f"http://127.0.0.1:{listening.server_port}/v1")
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (200, b'{"object": "list", "data": []}', "application/json"),
        (200, b"<html>a page for people</html>", "text/html"),
        (200, b"null", "application/json"),
        (200, b"[]", "application/json"),
        (200, b'{"data', "application/json"),
        (200, b"", "text/plain"),
        (404, b"no list here", "text/plain"),
        (500, b"", "text/plain"),
    ],
)
def test_whoever_answers_is_reached(status: int, content: bytes, kind: str) -> None:
    with server(status, content, kind) as endpoint:
        refuse_unreachable(endpoint)


@pytest.mark.parametrize("status", [401, 403])
def test_another_key_is_asked_for(status: int) -> None:
    refused = server(status, b"no", "text/plain")
    with refused as endpoint, pytest.raises(BadStudy, match="another key"):
        refuse_unreachable(endpoint)


def test_nothing_that_listens_is_said() -> None:
    with server(200, b"", "text/plain") as endpoint:
        pass
    with pytest.raises(BadStudy, match="nothing answers"):
        refuse_unreachable(endpoint)
