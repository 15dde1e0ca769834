"""Hold keys and values so that a row's numbers never depend on its neighbours.

Every row of the batch owns a slot, and the token at position p of its text lies at place p of that
slot. Padding therefore only ever stands behind a row's own tokens, where the mask hides it; rows
of different lengths decode together, and a finished row's slot can be given to another prompt.
Transformers' own caches grow by concatenation (a copy of everything at each token) or attend over
their whole allocation.
"""

from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicCache

# Attention kernels sum in blocks: with spans of whole blocks a row's sums are the same bit for bit
# however long its neighbours are.
BLOCK = 16
SHORTEST = 64


def whole_blocks(length: int) -> int:
    """The span that covers `length` places."""
    return max(SHORTEST, -(-length // BLOCK) * BLOCK)


class _SlotLayer(CacheLayerMixin):  # type: ignore[misc]  # transformers is untyped
    def __init__(self, like: torch.Tensor, like_values: torch.Tensor, *, n_slots: int, length: int):
        super().__init__()
        self.keys = like.new_zeros((n_slots, like.shape[1], length, like.shape[3]))
        self.values = like.new_zeros((n_slots, like.shape[1], length, like_values.shape[3]))
        self.is_initialized = True
        self.rows: torch.Tensor
        self.positions: torch.Tensor
        self.span = 0

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Store one token's states a row, (R, heads, 1, width); give all that may be attended."""
        self.keys[self.rows, :, self.positions] = key_states[:, :, 0]
        self.values[self.rows, :, self.positions] = value_states[:, :, 0]
        n_rows = len(self.rows)
        return self.keys[:n_rows, :, : self.span], self.values[:n_rows, :, : self.span]

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Nothing is lazy here."""

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.span, 0

    def get_seq_length(self) -> int:
        return 0

    def get_max_length(self) -> int:
        return int(self.keys.shape[2])


class SlotCache(Cache):  # type: ignore[misc]
    """A cache of `n_slots` rows with `length` places each, shaped after a prompt's own cache."""

    def __init__(self, like: DynamicCache, *, n_slots: int, length: int) -> None:
        self.places = places = whole_blocks(length)
        self._spares: dict[torch.Size, torch.Tensor] = {}
        super().__init__(
            layers=[
                _SlotLayer(layer.keys, layer.values, n_slots=n_slots, length=places)
                for layer in like.layers
            ]
        )

    def insert(self, prompts: DynamicCache, *, slots: torch.Tensor) -> None:
        """Copy the states of prompts, one a row and beginning at place 0, into their slots."""
        for own, new in zip(self.layers, prompts.layers, strict=True):
            length = min(new.keys.shape[2], own.keys.shape[2])
            own.keys[slots, :, :length] = new.keys[:, :, :length]
            own.values[slots, :, :length] = new.values[:, :, :length]

    def keep(self, slots: torch.Tensor, *, length: int) -> None:
        """Move the given slots to the front, in their order, with their first `length` places."""
        for layer in self.layers:
            layer.keys = self._moved(layer.keys, slots, length=length)
            layer.values = self._moved(layer.values, slots, length=length)

    def _moved(self, states: torch.Tensor, slots: torch.Tensor, *, length: int) -> torch.Tensor:
        """Copy through a spare tensor, used again and again: fresh memory is dear."""
        spare = self._spares.pop(states.shape, None)
        if spare is None:
            spare = torch.zeros_like(states)
        torch.index_select(states[:, :, :length], 0, slots, out=spare[: len(slots), :, :length])
        self._spares[states.shape] = states
        return spare

    def at(self, positions: torch.Tensor, *, span: int) -> None:
        """Say where the next token of each row goes; positions: shape (R,)."""
        rows = torch.arange(len(positions), device=positions.device)
        for layer in self.layers:
            layer.rows, layer.positions, layer.span = rows, positions, span
