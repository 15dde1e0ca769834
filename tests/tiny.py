"""Tiny random models and examples for the training tests."""

from pathlib import Path
from typing import Any

import chats
import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from leadline.records import Cell, Example, Model

NAMES = ("Dan", "Anna", "Eve", "Bob")
SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 512,
}


def config(kind: str = "llama", **more: Any) -> Any:
    settings = {**SIZES, "tie_word_embeddings": True, **more}
    return AutoConfig.for_model(kind, vocab_size=512, eos_token_id=1, **settings)


def module(kind: str = "llama", *, seed: int = 0, **more: Any) -> Any:
    """A randomly initialised model; weights large enough for attention to matter."""
    torch.manual_seed(seed)
    made = AutoModelForCausalLM.from_config(config(kind, **more)).float()
    with torch.no_grad():
        for p in made.parameters():
            p.mul_(4.0) if p.ndim > 1 else p.add_(0.1 * torch.randn_like(p))
    return made


def model(folder: Path, kind: str = "llama", **more: Any) -> Model:
    """The same as a folder on disk."""
    made = module(kind, **more)
    made.save_pretrained(folder)
    chats.tokenizer().save_pretrained(folder)
    n = sum(p.numel() for p in made.parameters())
    return Model(name=f"tiny-{kind}", source=str(folder), parameters=n, learning_rate=1e-3)


def examples(n: int, *, seed: int = 0) -> list[Example]:
    """Short sums of different lengths."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        name, a, b = NAMES[rng.integers(4)], *rng.integers(1, 50, size=2)
        prompt = f"{name} has {a} balls and buys {b}. " * int(rng.integers(1, 4)) + "How many?"
        response = f"{name} has <<{a}+{b}={a + b}>>{a + b} balls.\n" * int(rng.integers(1, 4))
        made.append(Example(id=str(i), prompt=prompt, response=f"{response}#### {a + b}"))
    return made


def cell(n: int, *, seed: int = 0) -> Cell:
    return Cell(model="tiny", task="sums", method="sft", n_examples=n, seed=seed)
