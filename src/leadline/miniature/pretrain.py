"""Pre-train a miniature base: Muon on the matrices, AdamW on the rest, bf16 arithmetic.

Master weights and optimiser state are float32; forward and backward run on a bf16 copy, with the
engine that fine-tunes (three times as fast as the compiled model). On one thread the weights are a
pure function of the recipe and the machine.
"""

import dataclasses
import json
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from leadline.miniature.bases import FOLDER
from leadline.miniature.recipes import Recipe
from leadline.miniature.rows import batches
from leadline.miniature.tokenizer import (
    CONTEXT,
    PAD,
    SEPARATOR,
    save_tokenizer,
    special_id,
    train_tokenizer,
)
from leadline.protocols import Progress, silent
from leadline.train.flat import Flat
from leadline.train.llama import LlamaEngine, speaks
from leadline.train.module import ModuleEngine
from leadline.train.tokens import Row

SHOWN = 50  # steps that a reported loss is the mean of
IGNORED = -100


def pretrain(recipe: Recipe, *, into: Path, progress: Progress = silent) -> Path:
    """Pre-trains the base and writes a folder that `from_pretrained` loads, with a `recipe.json`.

    The stage that `progress` hears names the loss (nats a token). Returns `into`.
    """
    start = time.perf_counter()
    tokenizer = train_tokenizer()
    separator, pad = special_id(tokenizer, SEPARATOR), special_id(tokenizer, PAD)
    vocabulary = tokenizer.get_vocab_size()
    model = build(recipe, vocabulary=vocabulary, separator=separator, pad=pad)
    run = _Run(model, recipe, pad=pad)
    source = batches(recipe, tokenizer)
    for step in range(run.steps):
        run.step(step, next(source))
        tokens = (step + 1) * recipe.rows * recipe.row_tokens
        progress(f"pretrain, loss {run.loss:.3f}", step + 1, run.steps, tokens)
    into.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(into)
    save_tokenizer(tokenizer, into)
    settings = dataclasses.asdict(recipe)
    del settings["sft_learning_rate"]  # chosen later, on validation problems
    if not recipe.start:
        del settings["start"]
    record = {
        "recipe": settings,
        "parameters": sum(p.numel() for p in model.parameters()),
        "final_loss": round(run.loss, 4),
        "seconds": round(time.perf_counter() - start, 1),
        "layout": run.engine.layout,
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
    }
    (into / "recipe.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return into


def build(recipe: Recipe, *, vocabulary: int, separator: int, pad: int) -> Any:
    """The transformers model in float32: its weights drawn from the recipe's seed, or those of the
    base that it starts from."""
    if recipe.start:
        return AutoModelForCausalLM.from_pretrained(FOLDER / recipe.start, dtype=torch.float32)
    settings: dict[str, Any] = {
        "vocab_size": vocabulary,
        "hidden_size": recipe.width,
        "intermediate_size": recipe.mlp,
        "num_hidden_layers": recipe.layers,
        "num_attention_heads": recipe.heads,
        "num_key_value_heads": recipe.kv_heads,
        "head_dim": recipe.width // recipe.heads,
        "max_position_embeddings": CONTEXT,
        "rope_parameters": {"rope_type": "default", "rope_theta": recipe.rope_theta},
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": separator,
        "pad_token_id": pad,
        "attn_implementation": "eager",  # faster than sdpa at these lengths
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        if recipe.architecture == "mistral":
            window = recipe.sliding_window
            return MistralForCausalLM(MistralConfig(**settings, sliding_window=window)).float()
        return LlamaForCausalLM(LlamaConfig(**settings)).float()


def share_of_peak(step: int, *, steps: int, recipe: Recipe) -> float:
    """Of the learning rate, at a step from 0: linear warm-up, constant, linear to 0."""
    rise = (step + 1) / recipe.warmup_steps
    fall = (steps - step) / max(1.0, recipe.decay_share * steps)
    return min(1.0, rise, fall)


def mean_loss(model: Any, ids: Tensor, *, pad: int) -> Tensor:
    """Nats a token of ids, shape (rows, row_tokens). Padding is not predicted."""
    logits = model(input_ids=ids, use_cache=False).logits[:, :-1]
    targets = ids[:, 1:].masked_fill(ids[:, 1:] == pad, IGNORED)
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED)


class _Run:
    """The float32 weights, the model as their bf16 image, and the optimisers, step after step."""

    def __init__(self, model: Any, recipe: Recipe, *, pad: int) -> None:
        self.recipe = recipe
        self.pad = pad
        self.steps = recipe.tokens // (recipe.rows * recipe.row_tokens)
        self.flat = Flat.adopt(model, dtype=torch.bfloat16)
        self.masters = _views(self.flat.master, model)
        self.grads = _views(self.flat.grad, model)
        self.optimisers = _optimisers(self.masters, learning_rate=recipe.learning_rate)
        fast = speaks(model, longest=recipe.row_tokens)
        self.engine = LlamaEngine(model) if fast else ModuleEngine(model)
        self.losses: list[float] = []

    @property
    def loss(self) -> float:
        """Mean of the last steps."""
        recent = self.losses[-SHOWN:]
        return sum(recent) / len(recent)

    def step(self, step: int, ids: NDArray[np.int64]) -> None:
        """One optimiser step on a batch of rows."""
        rows = [Row(row[row != self.pad], 1) for row in ids]  # all but the first is predicted
        n_predicted = sum(row.n_supervised for row in rows)
        self.flat.grad.zero_()
        loss = self.engine.backward(rows, n_supervised=n_predicted)
        share = share_of_peak(step, steps=self.steps, recipe=self.recipe)
        for name, master in self.masters.items():
            master.grad = self.grads[name].float()
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.recipe.learning_rate * share
            optimiser.step()
        self.flat.work.copy_(self.flat.master)
        self.losses.append(loss / n_predicted)


def _views(flat: Tensor, model: Any) -> dict[str, Tensor]:
    """The model's parameters by name, as they lie in a flat buffer."""
    views, start = {}, 0
    for name, parameter in model.named_parameters():
        end = start + parameter.numel()
        views[name] = flat[start:end].view(parameter.shape)
        start = end
    return views


def _optimisers(
    named: dict[str, Tensor], *, learning_rate: float
) -> tuple[torch.optim.Optimizer, ...]:
    """Muon needs two to three times fewer tokens than AdamW; it is made for matrices only."""
    matrices = [p for name, p in named.items() if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in named.items() if p.ndim != 2 or "embed" in name]
    return (
        torch.optim.Muon(
            matrices, lr=learning_rate, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(others, lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.0),
    )
