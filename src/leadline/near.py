"""A word that is not known is answered with the nearest ones that are."""

import difflib
from collections.abc import Iterable
from typing import TypeVar

from leadline.errors import BadStudy

Word = TypeVar("Word", bound=str)
_SHOWN = 50  # words that the error lists


def one_of(value: str, known: Iterable[Word], *, what: str) -> Word:
    """The known word that `value` is. Raises BadStudy with the nearest, and those there are."""
    names = list(known)
    for name in names:
        if value == name:
            return name
    near = difflib.get_close_matches(value, names, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(map(str, near))}? " if near else ""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    there = ", ".join(map(str, names[:_SHOWN])) + more
    raise BadStudy(f"{what} {value[:80]!r} is not known. {hint}There are: {there}")
