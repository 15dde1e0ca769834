"""Attend only as far as rows reach: attention of one new token a row, in blocks of similar rows.

On a CPU a decoding step of a small model spends most of its time on reading keys and values from
memory. The rows of a batch are kept sorted by position; each block of them reads no further than
its own longest row, not as far as the longest of all.
"""

from typing import Any

import torch
from transformers import AttentionInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

NAME = "leadline_blocks"

Span = tuple[int, int, int]  # first row, last row + 1, places to attend to


def _attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    spans: tuple[Span, ...] = (),
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """transformers' attention over `sdpa`, a block of rows at a time if there are spans."""
    if not spans or attention_mask is None:
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)
        return output, None
    parts = []
    for first, end, places in spans:
        reach = (slice(first, end), slice(None), slice(places))
        mask = attention_mask[first:end, :, :, :places]
        part, _ = sdpa_attention_forward(
            module, query[first:end], key[reach], value[reach], mask, **kwargs
        )
        parts.append(part)
    return torch.cat(parts), None


def register() -> str:
    """Make the attention known to transformers; gives its name."""
    AttentionInterface.register(NAME, _attend)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    return NAME
