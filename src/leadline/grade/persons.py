"""Whether two names are of one person."""

from collections.abc import Sequence
from typing import NamedTuple

from leadline.grade.span_words import core, normal, untitled
from leadline.records import Verdict


class Way(NamedTuple):
    """How an answer matches a key: for certain ("yes") or as far as a rule can tell."""

    verdict: Verdict
    reason: str


def same_person(answer: str, gold: str) -> Way | None:
    """Two names of one person: same surname, and forenames that are equal, initials of each other,
    or left out as middle initials."""
    mine, theirs = (untitled(core(normal(text))) for text in (answer, gold))
    if len(theirs) < 2 or not mine or mine[-1] != theirs[-1] or len(mine) > len(theirs) + 2:
        return None
    if len(mine) == 1:
        return Way("undecided", "a surname alone: a rule cannot tell whom it means")
    if not _same_forename(mine[0], theirs[0]):
        return None
    middles = [_initials(name[1:-1]) for name in (mine, theirs)]
    if middles[0] == middles[1] or not theirs[1:-1]:
        spelt = [[n for n in name[1:-1] if len(n) > 1] for name in (mine, theirs)]
        differ = len(spelt[0]) == len(spelt[1]) and spelt[0] != spelt[1]
        extra = not theirs[1:-1] and bool(spelt[0])
        return None if differ or extra else Way("yes", "same name, but for initials")
    if middles[0]:
        return None
    if len(middles[1]) == 1 and len(theirs[1]) == 1:
        return Way("yes", "same name, but for an initial")
    initials = all(len(name) == 1 for name in theirs[1:-1])
    return Way("undecided", "initials that tell people apart are missing") if initials else None


def _same_forename(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])


def _initials(names: Sequence[str]) -> str:
    return "".join(name[0] for name in names)
