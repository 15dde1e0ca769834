"""Test on a part of a task's problems: one draw for all, so that two studies with the same
`n_problems` ask the same ones, and a smaller part lies within a larger one."""

from collections.abc import Sequence
from typing import TypeVar

from leadline.errors import BadStudy
from leadline.seeding import rng

T = TypeVar("T")


def chosen(items: Sequence[T], wanted: int | None, *, name: str) -> list[T]:
    """`wanted` of the items (None: all), in their order. name: the task's, for the error. Raises
    BadStudy on a number that there is not."""
    n = len(items) if wanted is None else wanted
    if not 1 <= n <= len(items):
        raise BadStudy(
            f"{name}: n_problems={n}, and the test set has {len(items)}. "
            f"Ask for 1 to {len(items)}, or leave it out for all."
        )
    order = rng(0, "problems").permutation(len(items))[:n]
    return [items[i] for i in sorted(order.tolist())]
