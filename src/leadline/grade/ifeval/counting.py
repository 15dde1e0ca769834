"""Decide "at least n" and "less than n" without counting further than n."""

from collections.abc import Iterable
from itertools import islice

RELATIONS = ("at least", "less than")


def reaches(found: Iterable[object], n: int) -> bool:
    """Whether there are at least n things."""
    return sum(1 for _ in islice(found, max(n, 0))) >= n


def satisfies(found: Iterable[object], relation: str, n: int) -> bool:
    """Whether the number of things stands in the relation to n; "less than" is strict. Raises
    ValueError on another relation, as Google's checkers do."""
    check_relation(relation)
    return reaches(found, n) == (relation == "at least")


def check_relation(relation: str) -> None:
    """Raise ValueError unless it is one of the two."""
    if relation not in RELATIONS:
        raise ValueError(f"relation {relation!r} is neither of {', '.join(map(repr, RELATIONS))}")
