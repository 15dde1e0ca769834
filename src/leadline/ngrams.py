"""Where runs of words occur in a large text: an index over n-gram hashes.

Shapes: N words of all documents together, G n-grams asked for. Word 0 is "no word of the items", so
it also ends a document, and no run crosses it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadline.seeding import rng
from leadline.words import words

Ids = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so multiplying by it loses nothing


class Vocabulary:
    """Numbers for the words of the items that are looked for; every other word is 0."""

    def __init__(self, items: Iterable[Sequence[str]]) -> None:
        found = sorted({word for item in items for word in item})
        self._ids = {word: i for i, word in enumerate(found, start=1)}
        self._table = rng(0, "n-grams").integers(0, 2**64, len(found) + 1, dtype=np.uint64)

    def ids(self, item: Sequence[str]) -> Ids:
        return np.array([self._ids.get(word, 0) for word in item], dtype=np.int64)

    def hashes(self, ids: Ids, *, n: int) -> Hashes:
        """A 64-bit hash of each of the len(ids) - n + 1 runs of n words, modulo 2**64."""
        size = max(0, len(ids) - n + 1)
        values, total = self._table[ids], np.zeros(size, dtype=np.uint64)
        for k in range(n):
            total = total * _BASE + values[k : k + size]
        return total


@dataclass(frozen=True, slots=True)
class Hits:
    """Where each of the G n-grams occurs: `positions[starts[g] : starts[g] + counts[g]]`."""

    positions: Ids
    starts: Ids
    counts: Ids

    def of(self, gram: int) -> Ids:
        return self.positions[self.starts[gram] : self.starts[gram] + self.counts[gram]]


class Corpus:
    """Documents as one array of word ids, `ids`, with `document` the number of each word's own."""

    def __init__(self, texts: Iterable[str], vocabulary: Vocabulary) -> None:
        pieces = [
            vocabulary.ids([*words(text), ""]) for text in texts
        ]  # "" is never an item's word
        self.vocabulary = vocabulary
        self.ids = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)
        self.document = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])

    def find(self, grams: Hashes, *, n: int) -> Hits:
        """The places where runs of n words with these hashes begin."""
        here = self.vocabulary.hashes(self.ids, n=n)
        wanted, which = np.unique(grams, return_inverse=True)
        if not len(wanted):
            return Hits(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
        slot = np.minimum(np.searchsorted(wanted, here), len(wanted) - 1)
        positions = np.flatnonzero(wanted[slot] == here)
        slot = slot[positions]
        counts = np.bincount(slot, minlength=len(wanted))
        starts = np.cumsum(counts) - counts
        ordered = positions[np.argsort(slot, kind="stable")]
        return Hits(positions=ordered, starts=starts[which], counts=counts[which])

    def holds(self, run: Ids, *, at: int) -> bool:
        """Whether exactly this run of words begins at a place."""
        return at >= 0 and bool(np.array_equal(self.ids[at : at + len(run)], run))
