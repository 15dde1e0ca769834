"""A packed step is the same step: loss and all gradients equal those of single examples."""

import copy
from typing import Any

import numpy as np
import pytest
import tiny
import torch

from leadline.train.flat import Flat
from leadline.train.kernels import load_kernels
from leadline.train.llama import LlamaEngine, speaks
from leadline.train.loop import FlatStepper
from leadline.train.module import ModuleEngine
from leadline.train.packing import PACKABLE
from leadline.train.tokens import Row, micro_batches

KERNELS = pytest.mark.skipif(not load_kernels(torch.float32), reason="no C compiler")
ROPE = {
    "rope_type": "llama3",
    "rope_theta": 1e4,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
WIDE = {"hidden_size": 64, "head_dim": 16}  # what the kernels' vectors need
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("llama", {}),
    ("llama", {"tie_word_embeddings": False, "num_key_value_heads": 4}),
    ("llama", {"rope_parameters": ROPE}),
    ("llama", {"head_dim": 40}),
    ("mistral", {"head_dim": 24, "sliding_window": 32}),
    ("mistral", {"sliding_window": None}),
    ("mistral", {"sliding_window": 11}),  # shorter than the examples
    ("mistral", {"sliding_window": 4096}),
    ("qwen2", {"use_sliding_window": True, "sliding_window": 9, "max_window_layers": 1}),
    ("qwen3", {}),
]
kinds = pytest.mark.parametrize(("kind", "more"), KINDS)
kernel_kinds = pytest.mark.parametrize(("kind", "more"), [k for k in KINDS if k[0][0] in "lm"])


def some_rows(n: int = 7, *, seed: int = 0) -> list[Row]:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(9, 70, size=n)
    return [Row(rng.integers(2, 500, size=k), int(rng.integers(1, k - 3))) for k in lengths]


def one_by_one(module: Any, rows: list[Row]) -> tuple[float, torch.Tensor]:
    """The reference: transformers' own forward and loss, one example at a time, eager attention."""
    module = copy.deepcopy(module)
    module.set_attn_implementation("eager")
    n_supervised, total = sum(row.n_supervised for row in rows), 0.0
    for row in rows:
        ids = torch.from_numpy(row.ids)[None]
        labels = ids.clone()
        labels[:, : row.n_prompt] = -100
        loss = module(input_ids=ids, labels=labels).loss * row.n_supervised
        (loss / n_supervised).backward()
        total += float(loss.detach())
    return total, torch.cat([p.grad.flatten() for p in module.parameters()])


def by_engine(engine_of: Any, module: Any, rows: list[Row], dtype: Any = torch.float32) -> Any:
    module = copy.deepcopy(module)
    flat = Flat.adopt(module, dtype=dtype)
    engine = engine_of(module)
    loss = engine.backward(rows, n_supervised=sum(row.n_supervised for row in rows))
    return loss, flat.grad.float()


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).norm() / b.norm())


@kinds
def test_packed_loss_and_gradients_are_those_of_single_examples(kind: str, more: Any) -> None:
    module, rows = tiny.module(kind, **more), some_rows()
    loss, grad = one_by_one(module, rows)
    packed_loss, packed_grad = by_engine(ModuleEngine, module, rows)
    assert packed_loss == pytest.approx(loss, rel=1e-5)
    assert relative(packed_grad, grad) < 1e-5


def test_recomputed_activations_give_the_same_gradients() -> None:
    module, rows = tiny.module("llama"), some_rows()
    loss, grad = one_by_one(module, rows)
    module.gradient_checkpointing_enable()
    packed_loss, packed_grad = by_engine(ModuleEngine, module, rows)
    assert module.is_gradient_checkpointing
    assert packed_loss == pytest.approx(loss, rel=1e-5)
    assert relative(packed_grad, grad) < 1e-5


def test_every_packable_architecture_is_tested() -> None:
    assert set(PACKABLE) == {kind for kind, _ in KINDS}


def test_other_architectures_are_padded_say_so_and_give_the_same_step() -> None:
    module, rows = tiny.module("gpt_neox"), some_rows()
    loss, grad = one_by_one(module, rows)
    padded_loss, padded_grad = by_engine(ModuleEngine, module, rows)
    assert padded_loss == pytest.approx(loss, rel=1e-5)
    assert relative(padded_grad, grad) < 1e-5
    assert "gpt_neox" in ModuleEngine(module).layout


@KERNELS
@kernel_kinds
def test_kernels_give_the_models_own_loss_and_gradients(kind: str, more: Any) -> None:
    module, rows = tiny.module(kind, **(WIDE | more)), some_rows()
    assert speaks(module, longest=70)
    loss, grad = one_by_one(module, rows)
    kernel_loss, kernel_grad = by_engine(LlamaEngine, module, rows)
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    assert relative(kernel_grad, grad) < 1e-5


@KERNELS
@kernel_kinds
def test_kernels_in_bf16_are_as_close_to_float32_as_torch_is(kind: str, more: Any) -> None:
    module, rows = tiny.module(kind, **(WIDE | more)), some_rows()
    loss, grad = one_by_one(module, rows)
    _, torch_grad = by_engine(ModuleEngine, module, rows, torch.bfloat16)
    kernel_loss, kernel_grad = by_engine(LlamaEngine, module, rows, torch.bfloat16)
    assert kernel_loss == pytest.approx(loss, rel=2e-3)
    assert relative(kernel_grad, grad) < 1.2 * relative(torch_grad, grad) + 1e-3


@KERNELS
def test_kernels_are_not_used_where_they_would_not_be_exact() -> None:
    assert not speaks(tiny.module("qwen3"), longest=50)
    assert not speaks(tiny.module("llama", hidden_size=40), longest=50)  # no whole vectors
    assert not speaks(tiny.module("llama", **WIDE, attention_bias=True), longest=50)
    assert not speaks(tiny.module("llama", **WIDE, hidden_act="gelu"), longest=50)
    assert not speaks(tiny.module("llama", **WIDE), longest=5000)


@KERNELS
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_kernels_remember_nothing_of_the_step_before(dtype: Any) -> None:
    module, rows = tiny.module("llama", **WIDE), some_rows()
    flat = Flat.adopt(module, dtype=dtype)
    engine = LlamaEngine(module)
    losses, grads = [], []
    for others in ([], some_rows(12, seed=1), some_rows(3, seed=2)):
        if others:
            engine.backward(others, n_supervised=1)
        flat.grad.zero_()
        losses.append(engine.backward(rows, n_supervised=100))
        grads.append(flat.grad.clone())
    assert losses[0] == losses[1] == losses[2]
    assert torch.equal(grads[0], grads[1])
    assert torch.equal(grads[0], grads[2])


@pytest.mark.parametrize("engine", [ModuleEngine, pytest.param(LlamaEngine, marks=KERNELS)])
def test_micro_batches_of_any_size_give_the_same_step(engine: Any) -> None:
    rows = some_rows(8)
    longest = max(row.n_tokens for row in rows)
    after = []
    for max_tokens in (1, 2 * longest, 4 * longest, 8 * longest):
        module = tiny.module("llama", **WIDE)
        flat = Flat.adopt(module, dtype=torch.float32)
        stepper = FlatStepper(engine(module), flat, 1.0, max_tokens)
        for _ in range(3):
            stepper.step(rows, learning_rate=1e-4)
        after.append(flat.master.clone())
        n_batches = len(list(micro_batches(rows, max_tokens=max_tokens)))
        assert (n_batches == 8) == (max_tokens == 1)
    for other in after[1:]:
        assert float((other - after[0]).abs().max()) < 1e-6
