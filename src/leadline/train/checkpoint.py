"""Write a trained model as an ordinary Hugging Face folder, and prove that it reads back.

The folder appears whole or not at all. It is loaded again with `from_pretrained` before the cell
may count as done: every weight must be equal and the logits on a few prompts the same, because
exporters have renamed, untied and mistyped weights in silence.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig

from leadline.chat import Chat
from leadline.errors import LeadlineError
from leadline.train.base import load_module
from leadline.train.tokens import Row

N_CHECKED, CHECKED_TOKENS = 4, 256  # prompts compared, and how much of each


def save_checkpoint(module: Any, chat: Chat, folder: Path) -> None:
    """Save weights (in the dtype they are held in), config and tokenizer; turn end as eos."""
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    module.config.eos_token_id = chat.turn_end
    module.generation_config = GenerationConfig(
        eos_token_id=list(chat.stop_ids), bos_token_id=chat.tokenizer.bos_token_id
    )
    module.save_pretrained(new)
    eos = chat.tokenizer.eos_token
    try:
        chat.tokenizer.eos_token = chat.tokenizer.convert_ids_to_tokens(chat.turn_end)
        chat.tokenizer.save_pretrained(new)
    finally:
        chat.tokenizer.eos_token = eos
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


@torch.no_grad()
def check_logits(module: Any, rows: Sequence[Row]) -> list[Tensor]:
    """Logits on the first few rows, float32 on the CPU, by the model's own plain attention."""
    module.eval()
    module.set_attn_implementation("sdpa")
    device = next(module.parameters()).device
    ids = [torch.from_numpy(row.ids[None, :CHECKED_TOKENS]).to(device) for row in rows[:N_CHECKED]]
    return [module(x, use_cache=False).logits.float().cpu() for x in ids]


def check_reload(
    module: Any, folder: Path, rows: Sequence[Row], *, logits: list[Tensor] | None = None
) -> None:
    """Raise LeadlineError unless the folder loads as the model in memory.

    `logits`: those of the model as it trained, where `module` is only a copy of it.
    """
    parameter = next(module.parameters())
    again = load_module(folder, dtype=parameter.dtype, device=str(parameter.device))
    theirs = dict(again.named_parameters())
    for name, own in module.named_parameters():
        if name not in theirs or not torch.equal(own, theirs[name]):
            raise LeadlineError(_different(folder, f"the weight {name}"))
    trained = check_logits(module, rows) if logits is None else logits
    tolerance = 1e-3 if parameter.dtype == torch.float32 and logits is None else 3e-2
    for ours, read in zip(trained, check_logits(again, rows), strict=True):
        if float((ours - read).abs().max()) > tolerance * float(ours.abs().max()):
            raise LeadlineError(_different(folder, "the logits"))


def _different(folder: Path, what: str) -> str:
    return (
        f"The checkpoint {folder} does not read back as it was trained: {what} differ. The disk or"
        " the exporter changed it. Run the cell again; if it happens again, please report it."
    )
