"""Questions that a stand-in judge can answer by adding: their truth is known without it.

`python tests/sum_judge.py URL STORE N CONCURRENCY` asks them in a process that a test can kill.
"""

import random
import sys
from pathlib import Path

from fault_server import Asked

from leadline.judge.ask import ask_all
from leadline.judge.endpoint import Endpoint
from leadline.judge.question import Question


def sums(n: int, *, seed: int = 0) -> list[tuple[str, bool]]:
    """Claims such as "12 + 30 = 42", all different, and whether each is true."""
    draw = random.Random(seed)
    found: dict[str, bool] = {}
    while len(found) < n:
        a, b, slip = draw.randrange(1000), draw.randrange(1000), draw.choice((0, 0, 1, -10))
        found[f"{a} + {b} = {a + b + slip}"] = slip == 0
    return list(found.items())


def sum_questions(n: int, *, seed: int = 0) -> list[Question]:
    """A question for each of `sums`, keyed by its claim; "yes": it is true."""
    return [
        Question(
            key=claim,
            instructions="Say whether the sum in the claim is right.",
            material=(("Claim", claim),),
            verdicts=(("yes", "The sum is right."), ("no", "The sum is wrong.")),
        )
        for claim, _ in sums(n, seed=seed)
    ]


def sum_judge(asked: Asked) -> str:
    """The stand-in that can add: for questions with the material "Claim"."""
    left, right = asked.material("Claim").split("=")
    a, b = left.split("+")
    return asked.label("is right" if int(a) + int(b) == int(right) else "is wrong")


def sum_endpoint(url: str, *, concurrency: int = 16, timeout: float = 1.0) -> Endpoint:
    return Endpoint(model="stand-in", url=url, concurrency=concurrency, timeout=timeout)


if __name__ == "__main__":
    url, store, n, concurrency = sys.argv[1:]
    endpoint = sum_endpoint(url, concurrency=int(concurrency))
    for _ in ask_all(endpoint, sum_questions(int(n)), store=Path(store)):
        pass
