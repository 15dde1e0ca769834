"""Keep the corpus, training, validation and test problems apart by construction.

Renaming people and things, telling the facts in another order, adding a fact that is not needed
or asking something else about the same facts does not make a new problem. So the pool is decided
by the *opening* of a story: the words and numbers of its base quantity and of its first relation,
without names. Its hash puts every story with that opening into one pool for good, also the
stories that the pre-training corpus tells. No problem of one pool can be a problem of another,
nor the beginning of one; a base quantity alone ("6 boxes with 4 balls in each") does occur in
several, inside other stories.
"""

import hashlib
import re
from functools import cache
from typing import Literal

from leadline.miniature import world

Pool = Literal["corpus", "train", "validation", "test"]
# In 256ths of all openings. The corpus has most, for it is by far the largest.
_POOLS: tuple[tuple[Pool, int], ...] = (
    ("corpus", 140),
    ("train", 196),
    ("validation", 226),
    ("test", 256),
)


def pool_of(opening: str) -> Pool:
    """The one pool to which every story with this opening belongs."""
    place = hashlib.blake2b(opening.encode(), digest_size=1).digest()[0]
    return next(pool for pool, edge in _POOLS if place < edge)


@cache
def _nouns() -> re.Pattern[str]:
    words = (*world.PEOPLE, *world.THINGS, *world.CONTAINERS)
    return re.compile(r"\b(?:" + "|".join(words) + r")\b")


def skeleton(text: str) -> str:
    """The text with people, things and containers numbered in order of appearance.

    Two problems are the same up to renaming exactly if their skeletons are equal.
    """
    numbers: dict[str, str] = {}

    def numbered(match: re.Match[str]) -> str:
        word = match.group()
        kind = "P" if word[0].isupper() else "T"
        return numbers.setdefault(word, f"{kind}{len(numbers)}")

    return _nouns().sub(numbered, text)
