"""One flat buffer steps exactly as torch's AdamW over separate parameters."""

import copy

import pytest
import tiny
import torch

from leadline.train import flat as flat_module
from leadline.train.flat import Flat
from leadline.train.kernels import load_kernels


def gradients(module: torch.nn.Module, step: int) -> list[torch.Tensor]:
    torch.manual_seed(step)
    return [torch.randn_like(p) * 10.0 ** (step - 2) for p in module.parameters()]


@pytest.mark.parametrize("way", ["kernels", "torch"])
def test_steps_are_torchs_clipped_adamw(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "torch":
        monkeypatch.setattr(flat_module, "load_kernels", lambda _: None)
        monkeypatch.setattr(flat_module, "CHUNK", 1000)  # several chunks
    elif not load_kernels(torch.float32):
        pytest.skip("no C compiler")
    ours = tiny.module("llama")
    theirs = copy.deepcopy(ours)
    optimiser = torch.optim.AdamW(theirs.parameters(), lr=1e-3, weight_decay=0.0)
    flat = Flat.adopt(ours, dtype=torch.float32)
    for step in range(5):
        pairs = zip(ours.parameters(), theirs.parameters(), gradients(theirs, step), strict=True)
        for own, other, grad in pairs:
            own.grad.copy_(grad)
            other.grad = grad
        expected = torch.nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
        assert flat.step(learning_rate=1e-3, max_grad_norm=1.0) == pytest.approx(float(expected))
        optimiser.step()
    for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(own, other, rtol=2e-6, atol=1e-7)


def test_tied_weights_lie_in_the_buffer_once() -> None:
    tied, untied = tiny.module("llama"), tiny.module("llama", tie_word_embeddings=False)
    sizes = [len(Flat.adopt(m, dtype=torch.float32).master) for m in (tied, untied)]
    assert sizes[1] - sizes[0] == untied.lm_head.weight.numel()
    assert tied.lm_head.weight is tied.model.embed_tokens.weight


@pytest.mark.parametrize("way", ["kernels", "torch"])
def test_small_updates_are_not_lost_to_bf16(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000 steps of 1e-5 move a weight of 1 by 0.01; bf16 alone would round each away."""
    if way == "torch":
        monkeypatch.setattr(flat_module, "load_kernels", lambda _: None)
    module = torch.nn.Linear(16, 1, bias=False)
    torch.nn.init.ones_(module.weight)
    flat = Flat.adopt(module, dtype=torch.bfloat16)
    for _ in range(1000):
        flat.grad.fill_(1.0)
        flat.step(learning_rate=1e-5, max_grad_norm=100.0)
    torch.testing.assert_close(flat.master, torch.full((16,), 0.99), rtol=1e-4, atol=0)
    assert torch.equal(flat.work, flat.master.bfloat16())
    assert torch.equal(module.weight.detach().flatten(), flat.work)
