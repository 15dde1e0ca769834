"""Comparisons for tests: a letter for the verdict of each order."""

from collections.abc import Iterable, Sequence

import numpy as np

from leadline.records import Cell, Comparison, Winner

A = Cell(model="m", task="general", method="sft", n_examples=1000, seed=0)
B = Cell(model="m", task="maths", method="sft", n_examples=1000, seed=0)
WINNERS: dict[str, Winner] = {"a": "a", "b": "b", "n": "neither", "?": "undecided"}


def both_orders(
    problem_id: str, verdicts: str, *, sample: int = 0, a: Cell = A, b: Cell = B, by: str = "judge"
) -> list[Comparison]:
    """`verdicts`: one letter with a shown first, one with b shown first."""
    return [
        Comparison(
            cell_a=a,
            cell_b=b,
            problem_id=problem_id,
            sample=sample,
            shown_first=first,
            winner=WINNERS[letter],
            by=by,
            reason="timeout" if letter == "?" else "",
        )
        for first, letter in zip(("a", "b"), verdicts, strict=True)
    ]


def compared(pairs: Iterable[str]) -> list[Comparison]:
    """A problem for each."""
    return [row for i, v in enumerate(pairs) for row in both_orders(f"p{i}", v)]


def lengths_of(longer: Sequence[float]) -> dict[tuple[Cell, str, int], int]:
    """Lengths of both responses, a's so many characters more than b's."""
    found = {}
    for i, difference in enumerate(longer):
        found[A, f"p{i}", 0] = 1000 + int(difference)
        found[B, f"p{i}", 0] = 1000
    return found


def drawn(
    n: int, *, intercept: float, slope: float, rng: np.random.Generator
) -> tuple[list[Comparison], dict[tuple[Cell, str, int], int]]:
    """Verdicts with a planted effect of length, both orders agreeing."""
    longer = rng.normal(150, 400, n).round()
    at = intercept + slope * np.tanh(longer / longer.std())
    won = rng.random(n) < 1 / (1 + np.exp(-at))
    return compared(["aa" if w else "bb" for w in won]), lengths_of(longer)
