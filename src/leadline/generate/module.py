"""One decoding step through the model's own transformers code: works for every plain decoder."""

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from leadline.generate.attention import Span
from leadline.generate.cache import SlotCache, whole_blocks

BLOCK_ROWS = 32  # that share a span of attention


class ModuleForward:
    """A model and the states of R rows, each in its slot."""

    most_rows = 256
    sorts = True  # attends in blocks of rows: rows of like position should be neighbours

    def __init__(self, model: Any) -> None:
        self.model = model
        self.device: torch.device = model.device
        self.n_vocabulary = int(model.get_output_embeddings().weight.shape[0])
        self.cache: SlotCache | None = None

    def open(self, n_rows: int, *, places: int) -> None:
        """Make room for texts of up to `places` tokens."""
        self.cache = SlotCache(self._states([[0]]), n_slots=n_rows, length=places)

    def insert(self, texts: list[list[int]], *, slots: Tensor) -> None:
        """Compute the states of some texts, into their slots."""
        assert self.cache is not None
        self.cache.insert(self._states(texts), slots=slots)

    def keep(self, slots: Tensor, *, length: int) -> None:
        """Keep these rows, in this order, with their first `length` places."""
        assert self.cache is not None
        self.cache.keep(slots, length=length)

    def close(self) -> None:
        """Give the room back."""
        self.cache = None

    def logits(self, fed_R: Tensor, position_R: Tensor, *, reach: list[int]) -> Tensor:
        """Feed every row its next token: (R, V). `reach`: how many places each row attends to; a
        finished row reaches 1, and what it computes is nobody's."""
        spans = _spans(reach)
        span = max(places for _, _, places in spans)
        position_R = position_R.clamp(max=span - 1)
        assert self.cache is not None
        self.cache.at(position_R, span=span)
        hidden_RS = torch.arange(span, device=self.device)[None] > position_R[:, None]
        mask = torch.zeros(hidden_RS.shape, dtype=self.model.dtype, device=self.device)
        output = self.model(
            input_ids=fed_R[:, None],
            attention_mask=mask.masked_fill_(hidden_RS, float("-inf"))[:, None, None],
            position_ids=position_R[:, None],
            past_key_values=self.cache,
            use_cache=True,
            spans=spans,
        )
        logits: Tensor = output.logits[:, -1]
        return logits

    def _states(self, texts: list[list[int]]) -> DynamicCache:
        """Keys and values of right-padded texts; padding stands behind and is never attended to."""
        width = whole_blocks(max(map(len, texts)))
        padded = torch.tensor([text + [0] * (width - len(text)) for text in texts])
        states = DynamicCache()
        self.model.base_model(
            input_ids=padded.to(self.device), past_key_values=states, use_cache=True
        )
        return states


def _spans(reach: list[int]) -> tuple[Span, ...]:
    """How far each block of rows has to attend."""
    starts = range(0, len(reach), BLOCK_ROWS)
    ends = [min(start + BLOCK_ROWS, len(reach)) for start in starts]
    return tuple(
        (start, end, whole_blocks(max(reach[start:end])))
        for start, end in zip(starts, ends, strict=True)
    )
