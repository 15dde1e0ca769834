"""Turn examples into rows of token ids once, and refuse the cell that would lose one.

Cells are nested (n = 500 contains n = 100), so rows are kept per process and made once an example.
Nothing is ever truncated: an example fits whole, or the cell is refused, or (told to) drops it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from leadline.chat import Chat
from leadline.errors import BadData
from leadline.records import Example


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One tokenised example, ids (n_tokens,); labels are the ids from `n_prompt` on."""

    ids: NDArray[np.int64]
    n_prompt: int

    @property
    def n_tokens(self) -> int:
        return len(self.ids)

    @property
    def n_supervised(self) -> int:
        return len(self.ids) - self.n_prompt


_ROWS: WeakKeyDictionary[Chat, dict[Example, Row]] = WeakKeyDictionary()
_KEPT = 200_000  # rows: about 200 MB at 130 tokens each


def rows_of(chat: Chat, examples: Sequence[Example]) -> list[Row]:
    """The rows of the examples, in their order."""
    known = _ROWS.setdefault(chat, {})
    if len(known) + len(examples) > _KEPT:
        known.clear()
    missing = [example for example in dict.fromkeys(examples) if example not in known]
    for example, (ids, n_prompt) in zip(missing, chat.examples_ids(missing), strict=True):
        assert 0 < n_prompt < len(ids), f"example {example.id!r} has no supervised token"
        known[example] = Row(np.array(ids, dtype=np.int64), n_prompt)
    return [known[example] for example in examples]


def fitting(
    rows: Sequence[Row], *, limit: int, on_overlength: Literal["refuse", "drop"], name: str
) -> list[Row]:
    """The rows of at most `limit` tokens. Raises BadData if that loses one and may not."""
    kept = [row for row in rows if row.n_tokens <= limit]
    n_long = len(rows) - len(kept)
    if n_long and (on_overlength == "refuse" or not kept):
        longest = max(row.n_tokens for row in rows)
        raise BadData(
            f"{name}: {n_long} of {len(rows)} examples are longer than {limit} tokens (the longest"
            f" has {longest}). Cutting them would remove their answers. Shorten them, raise"
            ' max_length if the model can take it, or set on_overlength="drop" (the effective'
            " number of examples is then reported and fitted)."
        )
    return kept


def micro_batches(rows: Sequence[Row], *, max_tokens: int) -> Iterator[list[Row]]:
    """Split a step into runs of at most `max_tokens` tokens (at least one row), shortest first.

    The order inside a step changes no sum, so sorting is free and keeps lines of like length
    together.
    """
    batch: list[Row] = []
    for row in sorted(rows, key=lambda row: row.n_tokens):
        if batch and sum(r.n_tokens for r in batch) + row.n_tokens > max_tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
