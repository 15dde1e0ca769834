"""What the miniature world is made of: people, things, and the ways to say how much one has.

Every list is in order of frequency: entry number r is drawn with weight 1/r (Zipf), so that a
few ways of saying are common and a tail is rare. The tail is what makes ability grow smoothly
with data instead of in one jump.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

Operation = Literal["+", "-", "*", "/"]
T = TypeVar("T")

PEOPLE = (
    *("Dan", "Sue", "Tom", "Ann", "Ben", "Eva", "Max", "Lily", "Sam", "Kate", "Leo", "Mia"),
    *("Jack", "Rosa", "Omar", "Nina", "Paul", "Zoe", "Carl", "Ruth", "Ivan", "Jane", "Hugo", "Amy"),
)
THINGS = (
    *("balls", "books", "apples", "coins", "cards", "pens", "eggs", "cups", "shells", "stones"),
    *("stamps", "cakes", "plums", "beads", "nuts", "keys", "toys", "pears", "hats", "flowers"),
    *("buttons", "marbles", "candles", "ribbons"),
)
CONTAINERS = ("boxes", "bags", "jars", "baskets", "trays")

RESULT_MAX = 160  # no quantity of the world is larger
GIVEN_MAX = 99  # no number that a statement gives is larger


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say how a new quantity follows from an old one: `new = old operation n`.

    `n` is the operand if the words fix it ("twice"), else the text holds `{n}`.
    """

    text: str  # with {new} and {old} (people), {things}, {n}, {box} (containers)
    operation: Operation
    n: int | None = None


# How {new}'s number of things compares with {old}'s, which is known. Some run backwards: they
# say the known from the unknown, so that the word and the operation disagree.
COMPARISONS = (
    Phrase("{new} has {n} more {things} than {old}.", "+"),
    Phrase("{new} has {n} fewer {things} than {old}.", "-"),
    Phrase("{new} has {n} times as many {things} as {old}.", "*"),
    Phrase("{new} has twice as many {things} as {old}.", "*", 2),
    Phrase("{old} has {n} more {things} than {new}.", "-"),
    Phrase("{new} has half as many {things} as {old}.", "/", 2),
    Phrase("{old} has {n} fewer {things} than {new}.", "+"),
    Phrase("{new} has as many {things} as {old} and {n} more.", "+"),
    Phrase("{old} has twice as many {things} as {new}.", "/", 2),
    Phrase("{new} is {n} {things} short of what {old} has.", "-"),
    Phrase("{old} has {n} times as many {things} as {new}.", "/"),
    Phrase("{new} has three times the {things} of {old}.", "*", 3),
    Phrase("With {n} more {things} {new} would have as many as {old}.", "-"),
    Phrase("{new} has a third of the {things} that {old} has.", "/", 3),
    Phrase("Without {n} of the {things} {new} would have as many as {old}.", "+"),
    Phrase("{new} beats {old} by {n} {things}.", "+"),
)

# What happens to the things of one person.
EVENTS = (
    Phrase("Then {new} buys {n} more {things}.", "+"),
    Phrase("Then {new} gives away {n} {things}.", "-"),
    Phrase("Then {new} finds {n} {things}.", "+"),
    Phrase("Then {new} loses {n} {things}.", "-"),
    Phrase("Then {new} sells half of the {things}.", "/", 2),
    Phrase("Then {new} gets {n} {things} from a friend.", "+"),
    Phrase("Then {new} doubles the number of {things}.", "*", 2),
    Phrase("Then {n} of the {things} of {new} break.", "-"),
    Phrase("Then {new} keeps only a third of the {things}.", "/", 3),
    Phrase("Then {n} {things} of {new} are stolen.", "-"),
)

PLAIN = (
    "{new} has {n} {things}.",
    "{new} owns {n} {things}.",
    "There are {n} {things} in the room of {new}.",
)
BOXED = (
    "{new} has {n} {box} with {m} {things} in each.",
    "{new} has {n} {box} of {m} {things}.",
    "{new} keeps {m} {things} in each of {n} {box}.",
)
SHARED = (
    "{new} puts all the {things} into {n} {box}, the same number in each.",
    "{new} shares the {things} equally among {n} friends.",
)
PRICED = ("The {things} cost {n} dollars each.", "One pays {n} dollars for each of the {things}.")


def below(rng: np.random.Generator, n: int) -> int:
    """A whole number from 0 to n − 1. Five times faster than `rng.integers` for one number."""
    return int(rng.random() * n)


def between(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def _zipf_edges(n: int) -> tuple[float, ...]:
    weights = 1.0 / np.arange(1, n + 1)
    return tuple(np.cumsum(weights / weights.sum()).tolist())


_EDGES = {n: _zipf_edges(n) for n in range(1, 33)}


def zipf(rng: np.random.Generator, items: Sequence[T]) -> T:
    """One of at most 32 items, the r-th with weight 1/r."""
    place = rng.random()
    for item, edge in zip(items, _EDGES[len(items)], strict=True):
        if place < edge:
            return item
    return items[-1]


def pick(rng: np.random.Generator, items: Sequence[T], *, n: int) -> list[T]:
    """`n` different items, each set and order equally likely."""
    chosen: list[T] = []
    rest = list(items)
    for _ in range(n):
        chosen.append(rest.pop(below(rng, len(rest))))
    return chosen


def shuffled(rng: np.random.Generator, items: Sequence[T]) -> list[T]:
    """All items in a random order."""
    return pick(rng, items, n=len(items))
