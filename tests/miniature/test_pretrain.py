"""Pre-training for real, on a base of a few thousand parameters."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from leadline.miniature.pretrain import mean_loss, pretrain, share_of_peak
from leadline.miniature.recipes import RECIPES, Recipe
from leadline.miniature.rows import batches, pack
from leadline.miniature.tokenizer import PAD, SEPARATOR, special_id, train_tokenizer


def tiny(name: str, *, steps: int) -> Recipe:
    shape = {"width": 16, "layers": 2, "heads": 2, "kv_heads": 1, "mlp": 32, "rows": 4}
    return dataclasses.replace(RECIPES[name], **shape, tokens=steps * 4 * 256)


@pytest.mark.parametrize("name", ["llama-0.4m", "mistral-0.4m"])
def test_written_base_loads_and_has_learned(name: str, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    recipe = tiny(name, steps=60)
    folder = pretrain(
        recipe,
        into=tmp_path / name,
        progress=lambda _, done, total, __: heard.append((done, total)),
    )
    assert heard == [(step, 60) for step in range(1, 61)]
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert model.dtype == torch.bfloat16
    assert type(model).__name__.lower().startswith(recipe.architecture)
    record = json.loads((folder / "recipe.json").read_text())
    assert record["parameters"] == sum(p.numel() for p in model.parameters())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    unseen = dataclasses.replace(recipe, seed=7)
    rows = torch.from_numpy(next(batches(unseen, train_tokenizer())))
    with torch.no_grad():
        loss = mean_loss(model, rows, pad=tokenizer.pad_token_id).item()
    assert loss < 0.85 * torch.log(torch.tensor(len(tokenizer))).item()


def test_weights_are_a_function_of_the_recipe(tmp_path: Path) -> None:
    recipe = tiny("llama-0.4m", steps=6)
    files = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        folder = pretrain(dataclasses.replace(recipe, seed=seed), into=tmp_path / name)
        files.append((folder / "model.safetensors").read_bytes())
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_rows_hold_every_document_whole_and_little_padding() -> None:
    tokenizer = train_tokenizer()
    recipe = RECIPES["llama-0.4m"]
    separator, pad = special_id(tokenizer, SEPARATOR), special_id(tokenizer, PAD)
    source = batches(recipe, tokenizer)
    rows = torch.cat([torch.from_numpy(next(source)) for _ in range(40)])
    assert rows.shape == (40 * recipe.rows, recipe.row_tokens)
    assert (rows[:, 0] == separator).all()
    assert (rows == pad).float().mean() < 0.03
    for row in rows.tolist():
        text = [token for token in row if token != pad]
        assert text[-1] == separator  # the last document ended


def test_packing_keeps_every_document_once() -> None:
    documents = [[i] * (1 + i % 9) for i in range(1, 200)]
    rows = pack(documents, length=12, separator=0)
    assert all(len(row) <= 12 and row[0] == 0 for row in rows)
    kept = sorted(token for row in rows for token in row[1:])
    assert kept == sorted(token for document in documents for token in document)
    with pytest.raises(ValueError, match="12 tokens"):
        pack([[1] * 12], length=12, separator=0)


def test_learning_rate_rises_stays_and_falls_to_nothing() -> None:
    recipe = RECIPES["llama-0.4m"]
    shares = [share_of_peak(step, steps=1000, recipe=recipe) for step in range(1000)]
    assert shares[0] == pytest.approx(1 / 40)
    assert shares[40:600] == [1.0] * 560
    assert shares[800] == pytest.approx(0.5)
    assert shares[-1] == pytest.approx(1 / 400)


def test_a_base_that_starts_from_another_goes_on_where_that_one_ended(tmp_path: Path) -> None:
    recipe = RECIPES["llama-0.4m"]
    losses: list[float] = []
    pretrain(
        dataclasses.replace(recipe, start="llama-0.4m", tokens=2 * recipe.rows * recipe.row_tokens),
        into=tmp_path / "more",
        progress=lambda stage, *_: losses.append(float(stage.split()[-1])),
    )
    record = json.loads((tmp_path / "more" / "recipe.json").read_text())
    assert record["recipe"]["start"] == "llama-0.4m"
    assert losses[0] < 1.2  # a fresh base would begin near 6.5
