"""The shipped bases, as they lie in the package."""

import dataclasses
import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from leadline.errors import BadStudy
from leadline.miniature.bases import FOLDER, find_recipe, miniature
from leadline.miniature.recipes import RECIPES
from leadline.miniature.tokenizer import train_tokenizer
from leadline.miniature.world import PEOPLE, THINGS, between, pick
from leadline.seeding import rng


def test_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadStudy, match=r"Did you mean llama-0\.4m"):
        miniature("llama-0.4M")
    with pytest.raises(BadStudy, match=r"There are: joint-1m"):
        find_recipe("gpt")


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_shipped_base_is_what_its_recipe_says(name: str) -> None:
    row = miniature(name)
    record = json.loads((FOLDER / name / "recipe.json").read_text())
    settings = json.loads(json.dumps(dataclasses.asdict(RECIPES[name])))
    assert row.learning_rate == settings.pop("sft_learning_rate")
    if not settings["start"]:
        del settings["start"]
    assert record["recipe"] == settings
    model = AutoModelForCausalLM.from_pretrained(row.source)
    assert model.dtype == torch.bfloat16
    assert row.parameters == sum(p.numel() for p in model.parameters())
    assert (FOLDER / name / "tokenizer.json").read_text() == train_tokenizer().to_str(pretty=True)


def test_llama_sizes_saw_the_same_number_of_tokens() -> None:
    sizes = [recipe for recipe in RECIPES.values() if recipe.family == "llama"]
    assert len(sizes) >= 3
    assert len({(recipe.tokens, recipe.mix) for recipe in sizes}) == 1


def test_all_bases_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 25_000_000


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_copying_a_number_from_the_context_has_formed(name: str) -> None:
    """By chance 4 of 149 numbers would be in the list. Whose number it is, no base knows yet: the
    right owner is at chance (benchmarks/miniature.md)."""
    folder, draws, n_copied = miniature(name).source, rng(0, "copying"), 0
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    for _ in range(40):
        people, things = pick(draws, PEOPLE, n=4), pick(draws, THINGS, n=4)
        numbers = [str(between(draws, 2, 150)) for _ in range(4)]
        entries = zip(people, numbers, things, strict=True)
        told = "".join(f"{who} has {n} {what}. " for who, n, what in entries)
        text = f"<|endoftext|>{told}To recall: {people[2]} has"
        ids = tokenizer.encode(text, return_tensors="pt")
        out = model.generate(ids, max_new_tokens=5, do_sample=False)[0, ids.shape[1] :]
        n_copied += tokenizer.decode(out).split()[0] in numbers
    assert n_copied >= 36
