"""Decide whether and how a model can be decoded here: load it, prove its cache, size its batch."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging as transformers_logging

from leadline.errors import BadStudy
from leadline.generate.attention import register
from leadline.generate.decode import Decoder, Prompt
from leadline.models import model_folder
from leadline.records import Checkpoint, Sampling

MOST_ROWS = 256
CACHE_BYTES_CPU = 256 * 2**20  # more rows would gain nothing: reading the cache is the limit
CACHE_SHARE_GPU = 0.6  # of the memory that is free once the model is loaded
DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}


def load_model(checkpoint: Checkpoint, *, precision: str, device: str) -> Any:
    """The checkpoint's model, ready to decode. The last one is kept in memory (the base at n = 0
    serves several cells), as long as its files stay as they were."""
    folder = model_folder(checkpoint.path, revision=checkpoint.revision)
    if precision == "auto":
        precision = "float32" if device == "cpu" else "bf16"
    state = tuple(
        sorted((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in folder.iterdir())
    )
    return _load(folder, state, precision, device)


@lru_cache(maxsize=1)
def _load(
    folder: Path, state: tuple[tuple[str, int, int], ...], precision: str, device: str
) -> Any:
    del state  # it is there to tell a new checkpoint from an old one in the same folder
    transformers_logging.disable_progress_bar()
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=DTYPES[precision],
        attn_implementation=register(),
        trust_remote_code=False,
        local_files_only=True,
        use_safetensors=True,
    )
    model = model.to(device).eval().requires_grad_(False)
    _prove(model)
    return model


@torch.inference_mode()
def _prove(model: Any) -> None:
    """Refuse a model whose logits from the cache are not those of a plain forward pass: its
    architecture keeps a state that the cache does not know of."""
    n_vocabulary = model.get_output_embeddings().weight.shape[0]
    texts = [[(7 * i + 3 * n) % n_vocabulary for i in range(n)] for n in (5, 23)]
    draws = torch.zeros(1).double().numpy()
    prompts = [Prompt(index=i, ids=t, limit=1, draws=draws) for i, t in enumerate(texts)]
    tolerance = 1e-3 if model.dtype == torch.float32 else 0.25
    try:
        decoder = Decoder(
            model, prompts, Sampling(max_new_tokens=1), stop_ids=(), n_rows=1, watch=lambda _: None
        )
        decoder.fill()
        own = decoder.logits()[decoder.rows.live].float()
        order = [texts[i] for i in decoder.rows.index[decoder.rows.live]]
        plain = [
            model(input_ids=torch.tensor([t], device=model.device)).logits[0, -1] for t in order
        ]
        expected = torch.stack(plain).float()
        right = bool(((own - expected).abs().max() <= tolerance * expected.std()).item())
        reason = "the logits from its cache are not those of a plain forward pass"
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
        right, reason = False, f"{type(error).__name__}: {error}"
    if not right:
        raise BadStudy(
            f"The local engine cannot decode {type(model).__name__} ({reason}). Serve the model"
            " with vLLM or SGLang and use the endpoint engine."
        )


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


def n_rows(model: Any, prompts: Sequence[Prompt]) -> int:
    """How many rows to decode at once, by the memory that their keys and values take."""
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    places = max(len(p.ids) + p.limit for p in prompts)
    row = 2 * config.num_hidden_layers * heads * width * places * model.dtype.itemsize
    budget: float = CACHE_BYTES_CPU
    if model.device.type == "cuda":
        budget = CACHE_SHARE_GPU * torch.cuda.mem_get_info(model.device)[0]
    return int(min(MOST_ROWS, max(1, budget // row)))
