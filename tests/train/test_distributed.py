"""Two processes take the same steps as one, and stop and resume together."""

from pathlib import Path

import pytest
import tiny
import torch
from safetensors.torch import load_file

from leadline.errors import BadData, Stopped
from leadline.protocols import Runtime
from leadline.records import Checkpoint, Model
from leadline.train import run
from leadline.train.sft import SFT
from leadline.train.tokens import rows_of
from leadline.train.worker import shares

# Batches of 3: unequal shares.
SFT_32 = SFT(precision="float32", epochs=1, batch_sizes=((None, 3),), learning_rate=1e-4)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return tiny.model(tmp_path_factory.mktemp("base"))


def train(model: Model, into: Path, *, n: int = 22, n_ranks: int = 0) -> Checkpoint:
    runtime = Runtime(n_gpus=n_ranks)
    return SFT_32.train(tiny.cell(n), model, tiny.examples(n), into=into, runtime=runtime)


def distance(a: Checkpoint, b: Checkpoint) -> float:
    ours, theirs = (load_file(Path(c.path) / "model.safetensors") for c in (a, b))
    assert ours.keys() == theirs.keys()
    return max(float((ours[name] - theirs[name]).abs().max()) for name in ours)


def test_two_processes_train_as_one(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """22 examples by 3: the last step has one example, so one rank has none.

    Both through the model's own code, so that only the number of processes differs.
    """
    monkeypatch.setattr(run, "speaks", lambda *_, **__: False)
    one, two = train(model, tmp_path / "1"), train(model, tmp_path / "2", n_ranks=2)
    assert distance(one, two) < 1e-6
    assert two.final_loss == pytest.approx(one.final_loss, abs=1e-6)
    assert two.tokens_seen == one.tokens_seen
    assert two.hardware["ranks"] == 2
    assert not (tmp_path / "2" / "state" / "rank0").exists()


@pytest.mark.slow
def test_stopped_ranks_resume_to_the_same_weights(model: Model, tmp_path: Path) -> None:
    whole = train(model, tmp_path / "whole", n_ranks=2)
    into, n = tmp_path / "parts", 22
    seen: list[int] = []
    runtime = Runtime(
        n_gpus=2, progress=lambda _s, done, _n, _t: seen.append(done), stop=lambda: bool(seen)
    )
    sft = SFT(precision="float32", epochs=12, batch_sizes=((None, 3),))
    with pytest.raises(Stopped):
        sft.train(tiny.cell(n), model, tiny.examples(n), into=into, runtime=runtime)
    resumed = sft.train(tiny.cell(n), model, tiny.examples(n), into=into, runtime=Runtime(n_gpus=2))
    straight = sft.train(
        tiny.cell(n), model, tiny.examples(n), into=tmp_path / "s", runtime=Runtime(n_gpus=2)
    )
    assert distance(resumed, straight) == 0
    assert distance(resumed, whole) > 0


@pytest.mark.slow
def test_what_a_rank_refuses_is_raised_here(model: Model, tmp_path: Path) -> None:
    sft = SFT(max_length=10)
    with pytest.raises(BadData, match="longer than 10 tokens"):
        sft.train(tiny.cell(8), model, tiny.examples(8), into=tmp_path, runtime=Runtime(n_gpus=2))


def test_shares_hold_every_row_once_and_about_equal_tokens(model: Model) -> None:
    from leadline.chat import Chat

    rows = rows_of(Chat.load(model.source), tiny.examples(16))
    parts = shares(rows, n_ranks=4)
    assert sorted(id(row) for part in parts for row in part) == sorted(map(id, rows))
    loads = [sum(row.n_tokens for row in part) for part in parts]
    assert max(loads) - min(loads) <= max(row.n_tokens for row in rows)
    assert torch.tensor(loads).sum() == sum(row.n_tokens for row in rows)
