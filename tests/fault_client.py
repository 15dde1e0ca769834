"""Ask a fault server's judge about sums: `python tests/fault_client.py URL STORE N CONCURRENCY`, a
process that a test can kill."""

import sys
from pathlib import Path

from fault_server import sum_questions

from leadline.judge.ask import ask_all
from leadline.judge.endpoint import Endpoint


def sum_endpoint(url: str, *, concurrency: int = 16, timeout: float = 1.0) -> Endpoint:
    return Endpoint(model="stand-in", url=url, concurrency=concurrency, timeout=timeout)


if __name__ == "__main__":
    url, store, n, concurrency = sys.argv[1:]
    endpoint = sum_endpoint(url, concurrency=int(concurrency))
    for _ in ask_all(endpoint, sum_questions(int(n)), store=Path(store)):
        pass
