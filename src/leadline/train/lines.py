"""Decide where the tokens of a step lie: end to end for the matrices, in lines for attention.

Examples of like length share a group of lines, so that little is padded. Legend: T tokens, S
labels, B lines of L positions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from leadline.train.tokens import Row

GROUP, LINE = 4, 32  # examples attended together; their length is a multiple of LINE


@dataclass
class Lines:
    """Neighbouring examples that are attended together, and their tokens' places in the lines."""

    first: Tensor  # (B,) int32: packed position of each line's first token
    length: Tensor  # (B,) int32
    L: int
    tokens: slice  # of the packed row
    line: Tensor  # int32, of each token
    at: Tensor  # int32, of each token
    labels: slice  # of the S positions before a label
    label_line: Tensor
    label_at: Tensor

    def places(self, *, labels_only: bool) -> tuple[Tensor, Tensor]:
        """(line, position) of every token, or of those before a label."""
        return (self.label_line, self.label_at) if labels_only else (self.line, self.at)


@dataclass
class Batch:
    """T and S count what is real; `ids` and `predicts` are padded to a round number behind it."""

    ids: Tensor
    predicts: Tensor  # positions before a label
    labels: Tensor  # (S,)
    lines: list[Lines]
    T: int
    S: int


def lay_out(rows: Sequence[Row], *, round_shapes: bool) -> Batch:
    """Concatenate rows, shortest first; lines of like length go together.

    oneDNN compiles a bf16 product anew for every shape (about 3 ms): `round_shapes` pads the packed
    row so that few shapes occur. The padding carries no gradient.
    """
    rows = sorted(rows, key=lambda row: row.n_tokens)
    lengths = np.array([row.n_tokens for row in rows], dtype=np.int32)
    prompts = np.array([row.n_prompt for row in rows], dtype=np.int32)
    first = np.cumsum(lengths, dtype=np.int32) - lengths
    ids = np.concatenate([row.ids for row in rows])
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    at = np.arange(len(ids), dtype=np.int32) - first[owner]
    labels = np.flatnonzero(at >= prompts[owner])
    predicts = labels - 1
    n_labels = np.concatenate([[0], np.cumsum(lengths - prompts)])
    lines = []
    for start in range(0, len(rows), GROUP):
        end = min(start + GROUP, len(rows))
        tokens = slice(int(first[start]), int(first[end - 1] + lengths[end - 1]))
        mine = slice(int(n_labels[start]), int(n_labels[end]))
        chosen = predicts[mine]
        lines.append(
            Lines(
                first=_tensor(first[start:end]),
                length=_tensor(lengths[start:end]),
                L=-(-int(lengths[end - 1]) // LINE) * LINE,
                tokens=tokens,
                line=_tensor(owner[tokens] - start),
                at=_tensor(at[tokens]),
                labels=mine,
                label_line=_tensor(owner[chosen] - start),
                label_at=_tensor(at[chosen]),
            )
        )
    T, S = len(ids), len(labels)
    if round_shapes:
        ids_in, predicts = (np.pad(x, (0, _round_up(len(x)) - len(x))) for x in (ids, predicts))
    else:
        ids_in = ids
    return Batch(_tensor(ids_in), _tensor(predicts), _tensor(ids[labels]), lines, T, S)


def _round_up(n: int) -> int:
    """The next of the sixteen round numbers between two powers of two."""
    step = max(16, (1 << (n.bit_length() - 1)) // 16)
    return math.ceil(n / step) * step


def _tensor(array: np.ndarray[Any, Any]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))
