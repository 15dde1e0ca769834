"""Pack the corpus into rows of tokens. Documents are never cut, so that nothing in a row refers
to something that is not there; padding is about one token in a hundred."""

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from leadline import seeding
from leadline.miniature.corpus import documents
from leadline.miniature.recipes import Recipe
from leadline.miniature.tokenizer import PAD, SEPARATOR, special_id

CHUNK = 4_000  # documents packed together


def batches(recipe: Recipe, tokenizer: Tokenizer) -> Iterator[NDArray[np.int64]]:
    """Token ids, shape (rows, row_tokens), without end: a pure function of the recipe."""
    rng = seeding.rng(recipe.seed, "miniature corpus")
    source = documents(rng, mix=recipe.mix)
    separator, pad = special_id(tokenizer, SEPARATOR), special_id(tokenizer, PAD)
    spare: list[list[int]] = []
    while True:
        texts = [next(source) for _ in range(CHUNK)]
        ids = [[*encoding.ids, separator] for encoding in tokenizer.encode_batch_fast(texts)]
        spare += pack(ids, length=recipe.row_tokens, separator=separator)
        order = rng.permutation(len(spare))
        spare = [spare[i] for i in order]
        while len(spare) >= recipe.rows:
            rows, spare = spare[: recipe.rows], spare[recipe.rows :]
            yield np.array([row + [pad] * (recipe.row_tokens - len(row)) for row in rows])


def pack(documents: list[list[int]], *, length: int, separator: int) -> list[list[int]]:
    """Rows of at most `length` tokens, each of whole documents after a first separator: the
    longest document first, then always the longest that still fits."""
    by_length: dict[int, list[list[int]]] = {}
    for document in documents:
        by_length.setdefault(len(document), []).append(document)
    lengths = sorted(by_length)
    rows: list[list[int]] = []
    while lengths:
        row = [separator]
        while place := bisect_right(lengths, length - len(row)):
            size = lengths[place - 1]
            row += by_length[size].pop()
            if not by_length[size]:
                lengths.pop(place - 1)
        if len(row) == 1:
            raise ValueError(f"a document has {lengths[0]} tokens; a row has {length}")
        rows.append(row)
    return rows
