"""A Llama or Mistral step on a CPU, written out: matrix products by torch, all between by kernels.

The same numbers as the model's own code (a test holds loss and every gradient against it), several
times faster for small models: nothing is padded but the lines of attention, buffers are kept, the
last layer works only where a label follows. Legend: T tokens, S labels, D width, H query and K key
heads of size d, M width of the MLP, V vocabulary, B lines of L positions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from leadline.train.kernels import load_kernels
from leadline.train.lines import Batch, lay_out
from leadline.train.tokens import Row

LANES = 16  # widths and line lengths are multiples of the kernels' vectors
LONGEST = 2048  # tokens of an example: scores are held whole
ROPES = ("default", "linear", "llama3", "yarn")  # angles that depend on the position alone


def speaks(module: Any, *, longest: int) -> bool:
    """Can this engine train this model on examples of up to `longest` tokens?"""
    config, parameter = module.config, next(module.parameters())
    if config.model_type not in ("llama", "mistral"):
        return False
    plain = (
        config.hidden_act == "silu"
        and not getattr(config, "attention_bias", False)
        and not getattr(config, "mlp_bias", False)
        and not getattr(config, "attention_dropout", 0.0)
        and config.rope_parameters.get("rope_type", "default") in ROPES
    )
    head = config.head_dim or config.hidden_size // config.num_attention_heads
    fits = config.hidden_size % LANES == config.intermediate_size % LANES == head % 2 == 0
    here = parameter.device.type == "cpu" and parameter.dtype in (torch.float32, torch.bfloat16)
    return plain and fits and here and longest <= LONGEST and bool(load_kernels(parameter.dtype))


@dataclass
class Layer:
    """Weights of one block and where their gradients go; joined ones are views of neighbours."""

    norm1: Tensor  # (D,)
    qkv: Tensor  # ((H + 2K) d, D)
    out: Tensor  # (D, H d)
    norm2: Tensor  # (D,)
    gate_up: Tensor  # (2M, D)
    down: Tensor  # (D, M)
    d_qkv: Tensor
    d_out: Tensor
    d_gate_up: Tensor
    d_down: Tensor
    kept: dict[str, Any] = field(default_factory=dict)  # what the way back needs


class LlamaEngine:
    """Adds gradients to `.grad` of the module's parameters, like `ModuleEngine`."""

    layout = "packed, kernels"

    def __init__(self, module: Any) -> None:
        config = module.config
        self.dtype = module.lm_head.weight.dtype
        self.c: Any = load_kernels(self.dtype)
        self.D, self.M = config.hidden_size, config.intermediate_size
        self.H, self.K = config.num_attention_heads, config.num_key_value_heads
        self.d = config.head_dim or self.D // self.H
        window = config.sliding_window if config.model_type == "mistral" else None
        self.window = window or 2**30
        self.epsilon, self.scale = config.rms_norm_eps, self.d**-0.5
        self.embedding, self.head = module.model.embed_tokens.weight, module.lm_head.weight
        self.layers = [_layer(block) for block in module.model.layers]
        self.norm = module.model.norm.weight
        self.norms = [norm for layer in self.layers for norm in (layer.norm1, layer.norm2)]
        self.norms.append(self.norm)
        self.d_norms = torch.zeros(len(self.norms), self.D)  # float32
        self.d_embedding = torch.zeros(self.embedding.shape)  # float32
        positions = torch.arange(min(LONGEST, config.max_position_embeddings))[None]
        cosine, sine = module.model.rotary_emb(torch.zeros(1, dtype=torch.float32), positions)
        self.cosine, self.sine = (x[0, :, : self.d // 2].contiguous() for x in (cosine, sine))
        self.buffers: dict[str, Tensor] = {}  # kept from step to step
        self.shapes: dict[tuple[str, tuple[int, ...]], Tensor] = {}  # their views, by shape
        self.views: dict[str, Tensor] = {}  # as last asked for

    def backward(self, rows: Sequence[Row], *, n_supervised: int) -> float:
        """Loss sum of the rows (nats); gradients of that sum ÷ `n_supervised` are added."""
        with torch.no_grad():
            batch = lay_out(rows, round_shapes=self.dtype == torch.bfloat16)
            x = self.embedding.index_select(0, batch.ids)
            for i in range(len(self.layers)):
                x = self._forward(i, x, batch)
            loss, dx = self._loss(x, batch, n_supervised)
            for i in reversed(range(len(self.layers))):
                dx = self._backward(i, dx, batch)
            self._embedding_backward(dx, batch)
        return loss

    # -- forward --------------------------------------------------------------------------------

    def _forward(self, i: int, x: Tensor, batch: Batch) -> Tensor:
        layer, kept = self.layers[i], self.layers[i].kept
        normed, kept["r1"] = self._rms(f"n1.{i}", x, layer.norm1)
        qkv = torch.mm(normed, layer.qkv.t(), out=self._buffer("qkv", len(x), len(layer.qkv)))
        last = i == len(self.layers) - 1
        # In the last layer, only the positions before a label matter from here on.
        residual = x.index_select(0, batch.predicts) if last else x
        seen = self._attend(i, qkv, batch, n=len(residual), last=last)
        middle = self._buffer(f"mid.{i}", *residual.shape)
        torch.addmm(residual, seen, layer.out.t(), out=middle)
        normed2, kept["r2"] = self._rms(f"n2.{i}", middle, layer.norm2)
        gate_up = self._buffer(f"gu.{i}", len(middle), 2 * self.M)
        torch.mm(normed2, layer.gate_up.t(), out=gate_up)
        hidden = self._buffer(f"h.{i}", len(middle), self.M)
        self.c.swiglu_forward(gate_up.data_ptr(), hidden.data_ptr(), len(middle), self.M)
        kept |= {"x": x, "n1": normed, "seen": seen, "mid": middle, "n2": normed2}
        kept |= {"gu": gate_up, "h": hidden}
        after = self._buffer(f"x.{i}", *middle.shape)
        return torch.addmm(middle, hidden, layer.down.t(), out=after)

    def _attend(self, i: int, qkv: Tensor, batch: Batch, *, n: int, last: bool) -> Tensor:
        """(T, (H + 2K) d) → what each row attended to, (n, H d)."""
        H, K, d, c = self.H, self.K, self.d, self.c
        seen = self._buffer(f"seen.{i}", n, H * d)
        for g, lines in enumerate(batch.lines):
            B, L = len(lines.first), lines.L
            q = self._buffer(f"q.{i}.{g}", B * K, H // K * L, d)
            k = self._buffer(f"k.{i}.{g}", B * K, L, d)
            v = self._buffer(f"v.{i}.{g}", B * K, L, d)
            c.to_lines(
                *_pointers(qkv, self.cosine, self.sine, lines.first, lines.length, q, k, v),
                *(B, H, K, L, d),
            )
            p = self._buffer(f"p.{i}.{g}", B * K, H // K * L, L)
            torch.bmm(q, k.transpose(1, 2), out=p)
            scratch = self._buffer("scratch", L, dtype=torch.float32)
            c.softmax_forward(*_pointers(p, scratch), B * H * L, L, self.scale, self.window)
            o = torch.bmm(p, v, out=self._buffer("o", B * K, H // K * L, d))
            rows = seen[lines.labels if last else lines.tokens]
            c.rows_from_lines(
                *_pointers(rows, o, *lines.places(labels_only=last)), len(rows), H, L, d
            )
        seen[batch.S if last else batch.T :].zero_()
        return seen

    def _loss(self, x: Tensor, batch: Batch, n_supervised: int) -> tuple[float, Tensor]:
        """The loss sum, and the gradient of x (S, D)."""
        normed, rstd = self._rms("nf", x, self.norm)
        logits = self._buffer("logits", len(x), len(self.head))
        torch.mm(normed, self.head.t(), out=logits)
        loss = self.c.cross_entropy(
            *_pointers(logits, batch.labels), batch.S, len(self.head), 1.0 / n_supervised
        )
        logits[batch.S :].zero_()
        _grad(self.head).addmm_(logits.t(), normed)
        d_normed = torch.mm(logits, self.head, out=self._buffer("dn", *x.shape))
        dx = self._buffer("dx", *x.shape).zero_()
        self._rms_backward(2 * len(self.layers), d_normed, x, rstd, dx)
        return float(loss), dx

    # -- backward -------------------------------------------------------------------------------

    def _backward(self, i: int, dx: Tensor, batch: Batch) -> Tensor:
        """Gradient of the layer's output → gradient of its input (T, D)."""
        layer, kept, last = self.layers[i], self.layers[i].kept, i == len(self.layers) - 1
        n = len(dx)
        d_hidden = torch.mm(dx, layer.down, out=self._buffer("dh", n, self.M))
        layer.d_down.addmm_(dx.t(), kept["h"])
        gate_up = kept["gu"]
        self.c.swiglu_backward(*_pointers(d_hidden, gate_up), n, self.M)
        layer.d_gate_up.addmm_(gate_up.t(), kept["n2"])
        d_normed = torch.mm(gate_up, layer.gate_up, out=self._buffer("dn", n, self.D))
        self._rms_backward(2 * i + 1, d_normed, kept["mid"], kept["r2"], dx)
        d_seen = torch.mm(dx, layer.out, out=self._buffer("dseen", n, self.H * self.d))
        layer.d_out.addmm_(dx.t(), kept["seen"])
        d_qkv = self._attend_backward(i, d_seen, batch, last=last)
        layer.d_qkv.addmm_(d_qkv.t(), kept["n1"])
        x = kept["x"]
        d_normed = torch.mm(d_qkv, layer.qkv, out=self._buffer("dn", *x.shape))
        if last:
            every = self._buffer("dx.all", *x.shape).zero_()
            dx = every.index_copy_(0, batch.predicts[: batch.S], dx[: batch.S])
        self._rms_backward(2 * i, d_normed, x, kept["r1"], dx)
        return dx

    def _attend_backward(self, i: int, d_seen: Tensor, batch: Batch, *, last: bool) -> Tensor:
        H, K, d, c = self.H, self.K, self.d, self.c
        d_qkv = self._buffer("dqkv", len(batch.ids), (H + 2 * K) * d)
        for g, lines in enumerate(batch.lines):
            B, L = len(lines.first), lines.L
            q, k, v, p = (self.views[f"{name}.{i}.{g}"] for name in "qkvp")
            d_rows = d_seen[lines.labels if last else lines.tokens]
            d_o = self._buffer("do", *q.shape)
            c.lines_from_rows(
                *_pointers(d_rows, d_o, *lines.places(labels_only=last)), len(d_rows), B, H, L, d
            )
            d_v = torch.bmm(p.transpose(1, 2), d_o, out=self._buffer("dv", *v.shape))
            d_p = torch.bmm(d_o, v.transpose(1, 2), out=self._buffer("dp", *p.shape))
            c.softmax_backward(*_pointers(p, d_p), B * H * L, L, self.scale)
            d_q = torch.bmm(d_p, k, out=self._buffer("dq", *q.shape))
            d_k = torch.bmm(d_p.transpose(1, 2), q, out=self._buffer("dk", *k.shape))
            c.from_lines(
                *_pointers(d_qkv, self.cosine, self.sine, lines.first, lines.length),
                *_pointers(d_q, d_k, d_v),
                *(B, H, K, L, d),
            )
        d_qkv[batch.T :].zero_()
        return d_qkv

    def _embedding_backward(self, dx: Tensor, batch: Batch) -> None:
        self.d_embedding.zero_()
        self.c.embedding_backward(*_pointers(dx, batch.ids, self.d_embedding), batch.T, self.D)
        _grad(self.embedding).add_(self.d_embedding)
        for weight, grad in zip(self.norms, self.d_norms, strict=True):
            _grad(weight).add_(grad)
        self.d_norms.zero_()

    # -- small parts ----------------------------------------------------------------------------

    def _rms(self, name: str, x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        y = self._buffer(name, *x.shape)
        rstd = self._buffer(f"r.{name}", len(x), dtype=torch.float32)
        self.c.rms_forward(*_pointers(x, weight, y, rstd), *x.shape, self.epsilon)
        return y, rstd

    def _rms_backward(self, j: int, dy: Tensor, x: Tensor, rstd: Tensor, dx: Tensor) -> None:
        pointers = _pointers(dy, x, self.norms[j], rstd, dx, self.d_norms[j])
        self.c.rms_backward(*pointers, *x.shape)

    def _buffer(self, name: str, *shape: int, dtype: torch.dtype | None = None) -> Tensor:
        """Memory that is kept from step to step, seen in the shape asked for."""
        view = self.shapes.get((name, shape))
        if view is None:
            if len(self.shapes) > 4096:  # float32 steps have any length: forget, and make anew
                self.shapes.clear()
            n, whole = math.prod(shape), self.buffers.get(name)
            if whole is None or len(whole) < n:  # grows: the older views are forgotten
                whole = self.buffers[name] = torch.empty(n + n // 4, dtype=dtype or self.dtype)
                self.shapes = {key: seen for key, seen in self.shapes.items() if key[0] != name}
            view = self.shapes[name, shape] = whole[:n].view(shape)
        self.views[name] = view
        return view


def _layer(block: Any) -> Layer:
    attention, mlp = block.self_attn, block.mlp
    qkv = [attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]
    gate_up = [mlp.gate_proj.weight, mlp.up_proj.weight]
    out, down = attention.o_proj.weight, mlp.down_proj.weight
    return Layer(
        norm1=block.input_layernorm.weight,
        qkv=_joined([w.data for w in qkv]),
        out=out.data,
        norm2=block.post_attention_layernorm.weight,
        gate_up=_joined([w.data for w in gate_up]),
        down=down.data,
        d_qkv=_joined([w.grad for w in qkv]),
        d_out=out.grad,
        d_gate_up=_joined([w.grad for w in gate_up]),
        d_down=down.grad,
    )


def _joined(parts: list[Tensor]) -> Tensor:
    """Matrices that lie one after the other in a flat buffer, as one matrix without a copy."""
    n_rows, width = sum(len(part) for part in parts), parts[0].shape[1]
    ends = [part.data_ptr() + part.nbytes for part in parts]
    assert ends[:-1] == [part.data_ptr() for part in parts[1:]], "the weights are not neighbours"
    return parts[0].as_strided((n_rows, width), (width, 1))


def _grad(weight: Tensor) -> Tensor:
    assert weight.grad is not None, "gradients live in the flat buffer"
    return weight.grad


def _pointers(*tensors: Tensor) -> list[int]:
    return [tensor.data_ptr() for tensor in tensors]
