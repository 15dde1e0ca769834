"""Load base models, once a process where they are small, and offer them as the n = 0 checkpoint."""

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from leadline.chat import Chat
from leadline.errors import BadData
from leadline.models import model_folder
from leadline.records import Cell, Checkpoint, Model

SMALL = 100_000_000  # parameters; below it the base stays in memory for the next cell


def load_base(model: Model, *, device: str) -> Any:
    """The base model, fresh, on `device`: float32, or bf16 if it is large and goes to a GPU."""
    folder = model_folder(model.source, revision=model.revision)
    if 0 < model.parameters < SMALL:
        return copy.deepcopy(_pristine(folder)).to(device)
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    return load_module(folder, dtype=dtype, device=device)


@lru_cache(maxsize=2)
def _pristine(folder: Path) -> Any:
    return load_module(folder, dtype=torch.float32, device="cpu")


def load_module(folder: Path, *, dtype: torch.dtype, device: str) -> Any:
    """A causal language model from a folder. Raises BadData if transformers cannot load it."""
    from transformers import AutoModelForCausalLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # leadline shows its own
    try:
        module, info = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, trust_remote_code=False, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BadData(f"The model in {folder} cannot be loaded: {error}") from error
    if info["missing_keys"] or info["mismatched_keys"]:
        wrong = sorted(map(str, [*info["missing_keys"], *info["mismatched_keys"]]))
        raise BadData(
            f"The weights in {folder} do not fit its config.json: {len(wrong)} are missing or of"
            f" another shape, first {wrong[0]}. They would start at random. Get the whole model."
        )
    return module.to(device)


def base_checkpoint(cell: Cell, model: Model) -> Checkpoint:
    """The base itself as the checkpoint of a cell with n = 0: nothing is trained."""
    chat = Chat.load(model.source, revision=model.revision)
    return Checkpoint(
        cell=cell,
        path=model.source,
        revision=model.revision,
        n_examples_effective=0,
        examples_seen=0,
        tokens_seen=0,
        supervised_tokens=0,
        steps=0,
        final_loss=None,
        seconds=0.0,
        stop_ids=chat.stop_ids,
    )
