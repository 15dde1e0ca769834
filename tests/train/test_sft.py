"""One cell, trained for real on a tiny model: what it reports, refuses, survives and leaves."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from leadline.chat import Chat
from leadline.errors import BadData, BadStudy, LeadlineError, Stopped
from leadline.protocols import Runtime
from leadline.records import Checkpoint, Example, Model
from leadline.train.base import base_checkpoint, load_module
from leadline.train.checkpoint import check_reload, save_checkpoint
from leadline.train.loop import Diverged
from leadline.train.sft import SFT
from leadline.train.state import Position, StateFolder
from leadline.train.tokens import rows_of

WIDE = {"hidden_size": 64, "head_dim": 16}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return tiny.model(tmp_path_factory.mktemp("base"), **WIDE)


def train(model: Model, into: Path, n: int = 30, *, sft: SFT | None = None, **more: Any) -> Any:
    runtime = Runtime(**more)
    method = sft or SFT(epochs=2)
    return method.train(tiny.cell(n), model, tiny.examples(n), into=into, runtime=runtime)


def weights(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    return load_file(Path(checkpoint.path) / "model.safetensors")


def same(a: Checkpoint, b: Checkpoint) -> bool:
    ours, theirs = weights(a), weights(b)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


def test_training_lowers_the_loss_and_counts_what_it_did(model: Model, tmp_path: Path) -> None:
    done = train(model, tmp_path, sft=SFT(epochs=10, learning_rate=3e-3))
    chat = Chat.load(model.source)
    ids = [chat.example_ids(example) for example in tiny.examples(30)]
    assert (done.n_examples_effective, done.examples_seen, done.steps) == (30, 300, 150)
    assert done.tokens_seen == 10 * sum(len(x) for x, _ in ids)
    assert done.supervised_tokens == 10 * sum(len(x) - n for x, n in ids)
    assert done.final_loss is not None
    assert done.final_loss < 0.6 * math.log(512)
    assert done.stop_ids == chat.stop_ids
    assert not (tmp_path / "state").exists()


def test_checkpoint_is_an_ordinary_folder_that_stops_at_the_turn_end(
    model: Model, tmp_path: Path
) -> None:
    done = train(model, tmp_path)
    loaded = AutoModelForCausalLM.from_pretrained(done.path)
    assert loaded.lm_head.weight.data_ptr() == loaded.model.embed_tokens.weight.data_ptr()
    assert "lm_head.weight" not in weights(done)
    turn_end = Chat.load(model.source).turn_end
    assert loaded.config.eos_token_id == turn_end
    assert turn_end in GenerationConfig.from_pretrained(done.path).eos_token_id
    assert AutoTokenizer.from_pretrained(done.path).eos_token_id == turn_end
    example = tiny.examples(1)[0]
    again, before = Chat.load(done.path), Chat.load(model.source)
    assert again.prompt_ids("Sum.", example.prompt) == before.prompt_ids("Sum.", example.prompt)


def test_untied_embeddings_stay_untied(tmp_path: Path) -> None:
    model = tiny.model(tmp_path / "base", tie_word_embeddings=False)
    done = train(model, tmp_path, 8)
    assert "lm_head.weight" in weights(done)


def test_same_seed_same_weights_other_seed_other_weights(model: Model, tmp_path: Path) -> None:
    first, second = train(model, tmp_path / "1"), train(model, tmp_path / "2")
    assert same(first, second)
    other = SFT(epochs=2).train(
        tiny.cell(30, seed=1), model, tiny.examples(30), into=tmp_path / "3", runtime=Runtime()
    )
    assert not same(first, other)


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_stopped_anywhere_and_resumed_is_bit_identical(
    model: Model, tmp_path: Path, precision: Any
) -> None:
    sft = SFT(epochs=2, precision=precision, batch_sizes=((None, 4),))
    whole = train(model, tmp_path / "whole", sft=sft)
    for stop_after in (0, 1, 7, 9):
        asked = iter([False] * stop_after + [True])
        with pytest.raises(Stopped, match=f"after step {stop_after} of 16"):
            train(model, tmp_path / "parts", sft=sft, stop=lambda asked=asked: next(asked))
        steps: list[int] = []
        again = train(
            model,
            tmp_path / "parts",
            sft=sft,
            progress=lambda _s, done, _n, _t, steps=steps: steps.append(done),
        )
        assert steps[0] == stop_after + 1
        assert same(whole, again)
        assert again.final_loss == whole.final_loss


def test_damaged_state_is_ignored_with_a_notice(model: Model, tmp_path: Path) -> None:
    whole = train(model, tmp_path / "whole")
    asked = iter([False] * 6 + [True])
    with pytest.raises(Stopped):
        train(model, tmp_path / "hurt", stop=lambda: next(asked))
    body = next((tmp_path / "hurt" / "state").glob("*.safetensors"))
    bytes_ = bytearray(body.read_bytes())
    bytes_[-5] ^= 1
    body.write_bytes(bytes_)
    with pytest.warns(UserWarning, match="damaged"):
        again = train(model, tmp_path / "hurt")
    assert same(whole, again)


def test_state_of_other_settings_is_ignored_with_a_notice(model: Model, tmp_path: Path) -> None:
    asked = iter([False] * 6 + [True])
    with pytest.raises(Stopped):
        train(model, tmp_path, stop=lambda: next(asked))
    with pytest.warns(UserWarning, match="other rate"):
        train(model, tmp_path, sft=SFT(epochs=2, learning_rate=5e-4))


@pytest.mark.parametrize("left", ["nothing", "half a head", "no tensors", "a list"])
def test_half_written_state_is_no_state(tmp_path: Path, left: str) -> None:
    state = StateFolder(tmp_path, setup={"a": 1})
    state.save(Position(step=3, losses=[1.0]), {"x": torch.ones(4)})
    loaded = state.load()
    assert loaded is not None
    assert loaded[0] == Position(step=3, losses=[1.0])
    path = tmp_path / "state.json"
    if left == "nothing":
        path.unlink()
        assert state.load() is None
        return
    if left == "half a head":
        path.write_text(path.read_text()[:20])
    if left == "no tensors":
        next(tmp_path.glob("*.safetensors")).unlink()
    if left == "a list":
        path.write_text(json.dumps([1, 2]))
    with pytest.warns(UserWarning, match="damaged"):
        assert state.load() is None


def test_overlong_examples_are_refused_before_training(model: Model, tmp_path: Path) -> None:
    chat = Chat.load(model.source)
    lengths = sorted(len(chat.example_ids(example)[0]) for example in tiny.examples(30))
    limit = lengths[-4]
    n_long = sum(length > limit for length in lengths)
    message = f"{n_long} of 30 examples are longer than {limit} tokens .*has {lengths[-1]}"
    with pytest.raises(BadData, match=message):
        train(model, tmp_path, sft=SFT(max_length=limit))
    assert not (tmp_path / "checkpoint").exists()
    done = train(model, tmp_path, sft=SFT(max_length=limit, on_overlength="drop", epochs=1))
    assert done.n_examples_effective == 30 - n_long
    assert done.cell.n_examples == 30
    with pytest.raises(BadData, match="30 of 30"):
        train(model, tmp_path, sft=SFT(max_length=5, on_overlength="drop"))


def test_the_models_context_is_a_limit_too(tmp_path: Path) -> None:
    model = tiny.model(tmp_path / "base", max_position_embeddings=60)
    with pytest.raises(BadData, match="longer than 60 tokens"):
        train(model, tmp_path)


def test_diverging_run_ends_with_the_reason(model: Model, tmp_path: Path) -> None:
    sft = SFT(learning_rate=0.99, max_grad_norm=1e9, epochs=300, precision="float32")
    broken = tiny.module("llama", **WIDE)
    with torch.no_grad():
        broken.model.norm.weight.fill_(1e38)
    folder = tmp_path / "broken"
    broken.save_pretrained(folder)
    AutoTokenizer.from_pretrained(model.source).save_pretrained(folder)
    with pytest.raises(Diverged, match="learning rate"):
        train(replace(model, source=str(folder)), tmp_path, sft=sft)


def test_damaged_checkpoint_is_caught_by_reading_it_back(model: Model, tmp_path: Path) -> None:
    module = load_module(Path(model.source), dtype=torch.float32, device="cpu")
    chat = Chat.load(model.source)
    rows = rows_of(chat, tiny.examples(4))
    save_checkpoint(module, chat, tmp_path / "checkpoint")
    check_reload(module, tmp_path / "checkpoint", rows)
    path = tmp_path / "checkpoint" / "model.safetensors"
    stored = load_file(path)
    name = "model.layers.1.mlp.up_proj.weight"
    save_file({**stored, name: stored[name].neg()}, path, metadata={"format": "pt"})
    with pytest.raises(LeadlineError, match=name):
        check_reload(module, tmp_path / "checkpoint", rows)
    renamed = {k.replace("up_proj", "upward"): v for k, v in stored.items()}
    save_file(renamed, path, metadata={"format": "pt"})
    with pytest.raises(BadData, match="do not fit"):
        check_reload(module, tmp_path / "checkpoint", rows)


def test_progress_ends_at_the_last_step(model: Model, tmp_path: Path) -> None:
    seen: list[tuple[Any, ...]] = []
    done = train(model, tmp_path, progress=lambda *counts: seen.append(counts))
    assert seen[-1] == ("train", done.steps, done.steps, done.tokens_seen)


def test_batch_sizes_follow_the_papers_table() -> None:
    sft = SFT()
    sizes = {n: sft.batch_size(n) for n in (1, 100, 101, 1000, 1001, 10_000)}
    assert sizes == {1: 2, 100: 2, 101: 8, 1000: 8, 1001: 16, 10_000: 16}


def test_learning_rate_is_the_methods_else_the_models_else_by_size() -> None:
    own = Model(name="m", source="m", parameters=400_000, learning_rate=2e-3)
    assert SFT().peak(own) == 2e-3
    assert SFT(learning_rate=1e-4).peak(own) == 1e-4
    assert SFT().peak(replace(own, learning_rate=None)) == 2e-5
    assert SFT().peak(replace(own, learning_rate=None, parameters=8_030_261_248)) == 1e-5


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_sizes": ()},
        {"batch_sizes": ((100, 2), (50, 4), (None, 8))},
        {"batch_sizes": ((100, 2),)},
        {"batch_sizes": ((None, 0),)},
        {"epochs": 0},
        {"learning_rate": 0.0},
        {"learning_rate": -1e-5},
        {"warmup_share": 1.0},
    ],
)
def test_impossible_settings_are_refused_when_built(settings: Any) -> None:
    with pytest.raises(BadStudy):
        SFT(**settings)


def test_nothing_to_train_is_not_trained(model: Model, tmp_path: Path) -> None:
    with pytest.raises(BadStudy, match="n = 0"):
        train(model, tmp_path, 0)
    base = base_checkpoint(tiny.cell(0), model)
    assert (base.path, base.steps, base.final_loss) == (model.source, 0, None)
    assert base.stop_ids == Chat.load(model.source).stop_ids


def test_weights_that_do_not_fit_the_config_are_refused(model: Model, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    tiny.model(folder, **WIDE)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(BadData, match="would start at random"):
        train(replace(model, source=str(folder)), tmp_path)


def test_one_example_is_enough(model: Model, tmp_path: Path) -> None:
    sft = SFT(epochs=1)
    cell, example = tiny.cell(1), Example(id="1", prompt="Hi", response="Ho")
    done = sft.train(cell, model, [example], into=tmp_path, runtime=Runtime())
    assert (done.steps, done.examples_seen) == (1, 1)
