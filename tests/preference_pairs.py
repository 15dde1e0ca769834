"""Pairs of responses for tests."""

from collections.abc import Sequence

from comparisons import A, B

from leadline.protocols import Pair, PairJudge, Runtime
from leadline.records import Comparison, Generation, Problem, StopReason


def pair(a: str, b: str, *, name: str = "p", stopped: StopReason = "stop") -> Pair:
    """`stopped`: how b's response ended."""
    return Pair(
        problem=Problem(id=name, prompt=f"Question {name}?", reference=""),
        a=Generation(cell=A, problem_id=name, sample=0, text=a, stopped="stop", n_tokens=1),
        b=Generation(cell=B, problem_id=name, sample=0, text=b, stopped=stopped, n_tokens=1),
    )


def judged(judge: PairJudge, pairs: Sequence[Pair]) -> list[Comparison]:
    return [row for some in judge.compare(pairs, runtime=Runtime()) for row in some]
