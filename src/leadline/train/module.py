"""Loss and gradients of a micro-batch through the model's own transformers code.

Works for every architecture. Those in `packing.PACKABLE` run padding-free; the rest in ordinary
right-padded batches. Logits are computed only where there is a label.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import AttentionInterface
from transformers.utils import is_flash_attn_2_available

from leadline.train.packing import ATTENTION, PACKABLE, Packed, pack, packed_attention
from leadline.train.tokens import Row

AttentionInterface.register(ATTENTION, packed_attention)


class ModuleEngine:
    """Adds gradients of a micro-batch to `.grad` of the module's parameters."""

    def __init__(self, module: Any) -> None:
        self.module = module.train()
        self.device = next(module.parameters()).device
        kind = module.config.model_type
        if kind not in PACKABLE:
            self.layout = f"padded: {kind} is not among the architectures tested packed"
            if self.device.type == "cpu":  # measured: sdpa trains several times slower there
                module.set_attn_implementation("eager")
        elif self.device.type == "cuda" and is_flash_attn_2_available():
            self.layout = "packed, flash_attention_2"
            module.set_attn_implementation("flash_attention_2")
        else:
            self.layout = "packed"
            module.config._attn_implementation = ATTENTION

    def backward(self, rows: Sequence[Row], *, n_supervised: float) -> float:
        """Loss sum of the rows (nats); gradients of that sum ÷ `n_supervised` are added."""
        logits, labels = self._packed(rows) if self.layout[:6] == "packed" else self._padded(rows)
        loss = F.cross_entropy(logits.float(), labels, reduction="sum")
        (loss / n_supervised).backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def _packed(self, rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
        packed = pack(rows, device=self.device)
        out = self.module(
            input_ids=packed.ids,
            position_ids=packed.positions,
            logits_to_keep=packed.predicts,
            use_cache=False,
            **(_flash_arguments(packed) if "flash" in self.layout else {"packed": packed}),
        )
        return out.logits[0], packed.labels

    def _padded(self, rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
        longest = max(row.n_tokens for row in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        mask, supervised = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
        for i, row in enumerate(rows):
            ids[i, : row.n_tokens] = torch.from_numpy(row.ids)
            mask[i, : row.n_tokens] = 1  # by length, never by token id: pad may be eos
            supervised[i, row.n_prompt : row.n_tokens] = True
        ids, supervised = ids.to(self.device), supervised.to(self.device)
        out = self.module(input_ids=ids, attention_mask=mask.to(self.device), use_cache=False)
        return out.logits[:, :-1][supervised[:, 1:]], ids[supervised]


def _flash_arguments(packed: Packed) -> dict[str, Any]:
    """What transformers' flash attention needs to see the examples apart."""
    lengths = torch.tensor(packed.lengths, device=packed.ids.device)
    ends = F.pad(lengths.cumsum(0), (1, 0)).to(torch.int32)
    longest = max(packed.lengths)
    return {
        "cu_seq_lens_q": ends,
        "cu_seq_lens_k": ends,
        "max_length_q": longest,
        "max_length_k": longest,
    }
