"""Train one cell from examples to a checked checkpoint: what `SFT.train` does, with torch."""

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from leadline.chat import Chat
from leadline.protocols import Runtime
from leadline.records import Cell, Checkpoint, Example, Model
from leadline.train.base import load_base
from leadline.train.checkpoint import check_reload, save_checkpoint
from leadline.train.flat import Flat
from leadline.train.llama import LlamaEngine, speaks
from leadline.train.loop import Course, Engine, FlatStepper, run
from leadline.train.module import ModuleEngine
from leadline.train.order import Schedule
from leadline.train.sft import SFT
from leadline.train.state import Position, StateFolder

BF16_EXAMPLES = 8  # a step; below it a small model is faster in float32 (measured, AMX and Zen 5)
BF16_PARAMETERS = 20_000_000  # from here on bf16 is faster at every batch size
CHECKPOINTED = 1_000_000_000  # parameters; from here on a GPU recomputes activations
GPU_TOKENS = 16_384  # of one micro-batch on a GPU
ACTIVATIONS = 2_000_000_000  # bytes of one micro-batch on a CPU


def train_cell(
    sft: SFT,
    cell: Cell,
    model: Model,
    examples: Sequence[Example],
    *,
    into: Path,
    runtime: Runtime,
) -> Checkpoint:
    """See `SFT.train`."""
    if runtime.n_gpus > 1:
        from leadline.train.launch import train_on_ranks

        return train_on_ranks(sft, cell, model, examples, into=into, runtime=runtime)
    torch.set_num_threads(runtime.threads)
    chat = Chat.load(model.source, revision=model.revision)
    course = plan_course(sft, cell, model, examples)
    precision = choose_precision(sft, model, course, device=runtime.device)
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    module = load_base(model, device=runtime.device)
    flat = Flat.adopt(module, dtype=dtype)
    engine = choose_engine(module, course)
    stepper = FlatStepper(engine, flat, sft.max_grad_norm, micro_batch_tokens(module))
    state = StateFolder(into / "state", setup=setup_of(course, precision, engine.layout))
    position = run(course, stepper, state, runtime=runtime)
    save_checkpoint(module, chat, into / "checkpoint")
    check_reload(module, into / "checkpoint", course.rows)
    state.clear()
    hardware = {**machine(runtime), "layout": engine.layout, "precision": precision}
    return checkpoint_row(cell, chat, course, position, into / "checkpoint", hardware)


def choose_precision(sft: SFT, model: Model, course: Course, *, device: str) -> str:
    """What to compute in: "auto" takes bf16 where this machine and this step are faster in it."""
    if sft.precision != "auto":
        return sft.precision
    if device.startswith("cuda"):
        return "bf16" if torch.cuda.is_bf16_supported() else "float32"
    fast = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    large = model.parameters >= BF16_PARAMETERS
    return "bf16" if fast and (large or course.schedule.batch_size >= BF16_EXAMPLES) else "float32"


def choose_engine(module: Any, course: Course) -> Engine:
    """The written-out step where it applies, else the model's own code."""
    longest = max(row.n_tokens for row in course.rows)
    if speaks(module, longest=longest):
        return LlamaEngine(module)
    n_parameters = sum(p.numel() for p in module.parameters())
    if n_parameters >= CHECKPOINTED and next(module.parameters()).is_cuda:
        module.gradient_checkpointing_enable()
    return ModuleEngine(module)


def micro_batch_tokens(module: Any) -> int:
    """Tokens that go through the model at once: what memory allows, never what a step means."""
    if next(module.parameters()).is_cuda:
        return GPU_TOKENS
    n_parameters = sum(p.numel() for p in module.parameters())
    n_layers, width = module.config.num_hidden_layers, module.config.hidden_size
    per_layer = n_parameters / n_layers / width + 8 * width  # outputs of its matrices, and the rest
    return int(min(8192, max(256, ACTIVATIONS / (4 * n_layers * per_layer))))


def plan_course(sft: SFT, cell: Cell, model: Model, examples: Sequence[Example]) -> Course:
    """The rows that will be trained on, in which steps and at what rate. Raises BadData."""
    rows = sft.rows(model, examples, name=cell.address)
    schedule = Schedule(
        n_examples=len(rows),
        batch_size=sft.batch_size(cell.n_examples),
        epochs=sft.epochs,
        seed=cell.seed,
    )
    return Course(
        name=cell.address,
        rows=rows,
        schedule=schedule,
        peak=sft.peak(model),
        warmup_share=sft.warmup_share,
    )


def setup_of(course: Course, precision: str, layout: str) -> dict[str, Any]:
    """What must be equal for a stored state to belong to this course."""
    ids = np.concatenate([row.ids for row in course.rows])
    schedule = course.schedule
    return {
        "rows": [len(course.rows), len(ids), int((ids * (1 + np.arange(len(ids)) % 9973)).sum())],
        "order": [schedule.batch_size, schedule.epochs, schedule.seed],
        "rate": [course.peak, course.warmup_share],
        "arithmetic": [precision, layout],
    }


def machine(runtime: Runtime) -> dict[str, Any]:
    """Provenance: where the cell ran."""
    on_gpu = runtime.device.startswith("cuda")
    name = torch.cuda.get_device_name() if on_gpu else platform.processor() or platform.machine()
    return {"device": name, "threads": runtime.threads, "torch": torch.__version__}


def checkpoint_row(
    cell: Cell,
    chat: Chat,
    course: Course,
    position: Position,
    path: Path,
    hardware: dict[str, Any],
) -> Checkpoint:
    epochs, rows = course.schedule.epochs, course.rows
    last = position.losses[-max(1, len(position.losses) // 10) :]
    return Checkpoint(
        cell=cell,
        path=str(path),
        revision=None,
        n_examples_effective=len(rows),
        examples_seen=epochs * len(rows),
        tokens_seen=epochs * sum(row.n_tokens for row in rows),
        supervised_tokens=epochs * sum(row.n_supervised for row in rows),
        steps=position.step,
        final_loss=sum(last) / len(last),
        seconds=round(position.seconds, 3),
        stop_ids=chat.stop_ids,
        hardware=hardware,
    )
