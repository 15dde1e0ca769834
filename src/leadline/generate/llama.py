"""One decoding step of a Llama or Mistral on a CPU, written out: matrix products by torch, all
between by kernels.

The same numbers as the model's own code, more than twice as fast for small models: every row
attends to its own places and no more, and nothing is padded, concatenated or moved.
Legend: R rows, D width, H query and K key heads of size d, M width of the MLP, V vocabulary.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from leadline.generate.module import ModuleForward
from leadline.train.kernels import load_kernels
from leadline.train.llama import LANES, speaks


@dataclass(frozen=True, slots=True)
class _Layer:
    norm1: Tensor  # (D,)
    qkv: Tensor  # ((H + 2K) d, D)
    out: Tensor  # (D, H d)
    norm2: Tensor  # (D,)
    gate_up: Tensor  # (2M, D)
    down: Tensor  # (D, M)


class LlamaForward(ModuleForward):
    """As `ModuleForward`, for models that it `speaks`."""

    most_rows = 64  # beyond it the states of a step no longer stay in a core's cache
    sorts = False

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        config, self.dtype = model.config, model.lm_head.weight.dtype
        self.c: Any = load_kernels(self.dtype)
        self.H, self.K = config.num_attention_heads, config.num_key_value_heads
        self.d = config.head_dim or config.hidden_size // self.H
        self.M, self.epsilon = config.intermediate_size, config.rms_norm_eps
        self.embedding, self.head = model.model.embed_tokens.weight, model.lm_head.weight
        self.layers = [_layer(block) for block in model.model.layers]
        self.norm = model.model.norm.weight

    @staticmethod
    def speaks(model: Any) -> bool:
        """Can this step decode this model?"""
        if not speaks(model, longest=0):
            return False
        config = model.config
        width = config.head_dim or config.hidden_size // config.num_attention_heads
        return int(width) >= LANES

    def open(self, n_rows: int, *, places: int) -> None:
        """Make room, and compute the rotary angles of all places."""
        super().open(n_rows, places=places + 1)  # the kernel may read one place further
        assert self.cache is not None
        self.L = self.cache.places
        positions = torch.arange(self.L)[None]
        cosine, sine = self.model.model.rotary_emb(torch.zeros(1), positions)
        self.cosine, self.sine = (x[0, :, : self.d // 2].contiguous() for x in (cosine, sine))
        self.scores = torch.empty(self.L)

    def logits(self, fed_R: Tensor, position_R: Tensor, *, reach: list[int]) -> Tensor:
        """Feed every row its next token: (R, V)."""
        del reach  # a row attends up to its position
        assert self.cache is not None
        x_RD = self.embedding[fed_R]
        for layer, states in zip(self.layers, self.cache.layers, strict=True):
            qkv = torch.mm(self._rms(x_RD, layer.norm1), layer.qkv.t())
            seen = self._attend(qkv, states, position_R)
            x_RD = torch.addmm(x_RD, seen, layer.out.t())
            gate_up = torch.mm(self._rms(x_RD, layer.norm2), layer.gate_up.t())
            hidden = torch.empty(len(x_RD), self.M, dtype=self.dtype)
            self.c.swiglu_forward(gate_up.data_ptr(), hidden.data_ptr(), len(hidden), self.M)
            x_RD = torch.addmm(x_RD, hidden, layer.down.t())
        return torch.mm(self._rms(x_RD, self.norm), self.head.t())

    def _attend(self, qkv: Tensor, states: Any, position_R: Tensor) -> Tensor:
        """(R, (H + 2K) d) → what each row attended to, (R, H d); its states go into its slot."""
        seen = torch.empty(len(qkv), self.H * self.d, dtype=self.dtype)
        tensors = (qkv, self.cosine, self.sine, states.keys, states.values, position_R, seen)
        pointers = [tensor.data_ptr() for tensor in (*tensors, self.scores)]
        shape = (len(qkv), self.H, self.K, self.L, self.d)
        self.c.attend_next(*pointers, *shape, self.d**-0.5)
        return seen

    def _rms(self, x: Tensor, weight: Tensor) -> Tensor:
        y, rstd = torch.empty_like(x), torch.empty(len(x))
        pointers = [tensor.data_ptr() for tensor in (x, weight, y, rstd)]
        self.c.rms_forward(*pointers, *x.shape, self.epsilon)
        return y


def _layer(block: Any) -> _Layer:
    attention, mlp = block.self_attn, block.mlp
    qkv = [attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]
    return _Layer(
        norm1=block.input_layernorm.weight,
        qkv=torch.cat(qkv),
        out=attention.o_proj.weight,
        norm2=block.post_attention_layernorm.weight,
        gate_up=torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight]),
        down=mlp.down_proj.weight,
    )
