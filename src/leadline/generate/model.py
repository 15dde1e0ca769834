"""Decide whether and how a model can be decoded here: load it, prove its cache, size its batch."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from leadline.errors import BadStudy
from leadline.generate.attention import register
from leadline.generate.decode import Decoder, Prompt
from leadline.generate.llama import LlamaForward
from leadline.generate.module import ModuleForward
from leadline.models import model_folder
from leadline.records import Checkpoint, Sampling
from leadline.train.base import load_module

CACHE_BYTES_CPU = 256 * 2**20  # more rows would gain nothing: reading the cache is the limit
CACHE_SHARE_GPU = 0.6  # of the memory that is free once the model is loaded
SMALL = 2**29  # bytes of a model's files; below it the last one stays in memory
TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 0.25}  # of the logits' standard deviation
DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}


def load_forward(checkpoint: Checkpoint, *, precision: str, device: str) -> ModuleForward:
    """The checkpoint's model, proved and ready to decode. A small one is kept in memory (the base
    at n = 0 serves several cells), as long as its files stay as they were."""
    folder = model_folder(checkpoint.path, revision=checkpoint.revision)
    if precision == "auto":
        precision = "float32" if device == "cpu" else "bf16"
    files = [(p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in folder.iterdir()]
    if device == "cpu" and sum(size for _, _, size in files) < SMALL:
        return _small(folder, tuple(sorted(files)), precision)
    return _load(folder, precision, device)


@lru_cache(maxsize=1)
def _small(folder: Path, files: tuple[tuple[str, int, int], ...], precision: str) -> ModuleForward:
    del files  # they tell a new checkpoint from an old one in the same folder
    return _load(folder, precision, "cpu")


def _load(folder: Path, precision: str, device: str) -> ModuleForward:
    model = load_module(folder, dtype=DTYPES[precision], device=device)
    model.eval().requires_grad_(False).set_attn_implementation(register())
    forward = LlamaForward(model) if LlamaForward.speaks(model) else ModuleForward(model)
    reason = _unproved(forward)
    if reason:
        raise BadStudy(
            f"The local engine cannot decode {type(model).__name__} ({reason}). Serve the model"
            " with vLLM or SGLang and use the endpoint engine."
        )
    return forward


@torch.inference_mode()
def _unproved(forward: ModuleForward) -> str:
    """Why the forward's logits are not those of a plain pass through the model, if so: its
    architecture may keep a state that the cache does not know of."""
    model, n = forward.model, forward.n_vocabulary
    texts = [[(7 * i + 3 * length) % n for i in range(length)] for length in (5, 23)]
    draws = np.zeros(1)
    prompts = [Prompt(index=i, ids=t, limit=1, draws=draws) for i, t in enumerate(texts)]
    sampling = Sampling(max_new_tokens=1)
    try:
        decoder = Decoder(forward, prompts, sampling, stop_ids=(), n_rows=1, watch=lambda _: None)
        decoder.fill()
        found = dict(zip(decoder.rows.index.tolist(), decoder.logits().float(), strict=True))
        for index, text in enumerate(texts):
            ids = torch.tensor([text], device=forward.device)
            plain = model(input_ids=ids).logits[0, -1].float()
            if (found[index] - plain).abs().max() > TOLERANCE[model.dtype] * plain.std():
                return "the logits from its cache are not those of a plain forward pass"
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        forward.close()
    return ""


def context_length(model: Any) -> int:
    """The most tokens that prompt and response may have together."""
    length = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return int(length) if length else 2**31


def refuse_windows(model: Any, prompts: Sequence[Prompt]) -> None:
    """Refuse texts that are longer than a model's sliding window: the cache keeps no window."""
    window = getattr(model.config.get_text_config(), "sliding_window", None)
    longest = max(len(p.ids) + p.limit for p in prompts)
    if window and longest > window:
        raise BadStudy(
            f"The model attends to the last {window} tokens only, and prompt and response together"
            f" may have {longest}. The local engine cannot do that: lower max_new_tokens, or serve"
            " the model with vLLM or SGLang and use the endpoint engine."
        )


def n_rows(forward: ModuleForward, prompts: Sequence[Prompt]) -> int:
    """How many rows to decode at once, by the memory that their keys and values take."""
    model = forward.model
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    places = max(len(p.ids) + p.limit for p in prompts)
    row = 2 * config.num_hidden_layers * heads * width * places * model.dtype.itemsize
    budget: float = CACHE_BYTES_CPU
    if forward.device.type == "cuda":
        budget = CACHE_SHARE_GPU * torch.cuda.mem_get_info(forward.device)[0]
    return int(min(forward.most_rows, max(1, budget // row)))
