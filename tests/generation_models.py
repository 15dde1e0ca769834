"""Tiny random models, saved as ordinary folders, whose responses end at various lengths."""

from pathlib import Path
from typing import Any

import chats
import torch
from transformers import AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from leadline.chat import Chat
from leadline.records import Cell, Checkpoint, Problem

CELL = Cell(model="tiny", task="t", method="sft", n_examples=100, seed=0)
SHAPE: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "tie_word_embeddings": True,
    "initializer_range": 0.3,  # wide, so that the next token is not a toss-up of all
}


def save(folder: Path, *, kind: str = "llama", seed: int = 0, **shape: Any) -> Checkpoint:
    """Save a random model of an architecture with a byte-level tokenizer of about 400 tokens."""
    tokenizer = chats.tokenizer()
    config = CONFIG_MAPPING[kind](**{**SHAPE, "vocab_size": len(tokenizer), **shape})
    torch.manual_seed(seed)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return checkpoint(folder)


def checkpoint(folder: Path, *, cell: Cell = CELL) -> Checkpoint:
    """The row of a saved model. Random models rarely say the turn's end: some more tokens end."""
    stop_ids = (*Chat.load(folder).stop_ids, 100, 200, 300)
    return Checkpoint(
        cell=cell,
        path=str(folder),
        revision=None,
        n_examples_effective=100,
        examples_seen=300,
        tokens_seen=0,
        supervised_tokens=0,
        steps=1,
        final_loss=None,
        seconds=0.0,
        stop_ids=stop_ids,
    )


def problems(n: int) -> list[tuple[Problem, int]]:
    """Problems with prompts of many lengths; two samples of every fifth."""
    asked = []
    for i in range(n):
        text = " ".join(f"Anna has {i + j} apples." for j in range(1 + i % 7))
        problem = Problem(id=f"p{i}", prompt=text, reference="", system="Solve." if i % 2 else "")
        asked += [(problem, k) for k in range(2 if i % 5 == 0 else 1)]
    return asked
