"""The kernels are built once, and training goes on without them where they cannot be."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny
import torch

from leadline.protocols import Runtime
from leadline.train.kernels import load_kernels
from leadline.train.sft import SFT

FORMATS = [torch.float32, torch.bfloat16]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    load_kernels.cache_clear()
    yield
    load_kernels.cache_clear()


def test_no_compiler_means_no_kernels_and_the_same_method(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny.model(tmp_path / "base", hidden_size=64, head_dim=16)
    sft, examples = SFT(epochs=1, precision="float32", learning_rate=1e-4), tiny.examples(20)

    def train(name: str) -> tuple[str, float | None]:
        done = sft.train(tiny.cell(20), model, examples, into=tmp_path / name, runtime=Runtime())
        return done.hardware["layout"], done.final_loss

    layout, loss = train("with")
    monkeypatch.setenv("CC", str(tmp_path / "no-such-compiler"))
    load_kernels.cache_clear()
    assert load_kernels(torch.float32) is None
    layout_without, loss_without = train("without")
    assert layout_without == "packed"
    assert layout in ("packed, kernels", "packed")
    assert loss_without == pytest.approx(loss, abs=1e-5)


def test_they_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if not load_kernels(torch.float32):
        pytest.skip("no C compiler")
    (built,) = (tmp_path / "leadline").iterdir()
    before = built.stat().st_mtime_ns
    load_kernels.cache_clear()
    assert load_kernels(torch.float32)
    assert built.stat().st_mtime_ns == before
    assert load_kernels(torch.bfloat16)
    assert len(list((tmp_path / "leadline").iterdir())) == 2


def test_a_compiler_that_fails_is_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "cc")

    monkeypatch.setattr(subprocess, "run", fail)
    assert load_kernels(torch.float32) is None


def test_they_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_KERNELS", "off")
    assert load_kernels(torch.float32) is None


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("n_labels", [1, 7])
@pytest.mark.parametrize("width", [16, 500, 512])
def test_cross_entropy_is_torchs(dtype: torch.dtype, n_labels: int, width: int) -> None:
    c = load_kernels(dtype)
    if c is None:
        pytest.skip("no C compiler")
    torch.manual_seed(0)
    logits = (torch.randn(n_labels, width) * 20).to(dtype)
    labels = torch.randint(0, width, (n_labels,))
    exact = logits.double().requires_grad_()
    loss = torch.nn.functional.cross_entropy(exact, labels, reduction="sum")
    (loss * 0.25).backward()
    ours = c.cross_entropy(logits.data_ptr(), labels.data_ptr(), n_labels, width, 0.25)
    assert ours == pytest.approx(float(loss.detach()), rel=1e-5, abs=1e-5)
    tolerance = 1e-6 if dtype == torch.float32 else 1e-3
    torch.testing.assert_close(logits.double(), exact.grad, rtol=8 * tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", FORMATS)
def test_no_number_stays_no_number(dtype: torch.dtype) -> None:
    """A diverged model must be seen: NaN and infinity may not turn into a loss."""
    c = load_kernels(dtype)
    if c is None:
        pytest.skip("no C compiler")
    labels = torch.zeros(1, dtype=torch.long)
    for wrong in (float("nan"), float("inf")):
        logits = torch.zeros(1, 32, dtype=dtype)
        logits[0, 5] = wrong
        loss = c.cross_entropy(logits.data_ptr(), labels.data_ptr(), 1, 32, 1.0)
        assert loss != loss or loss == float("inf")
