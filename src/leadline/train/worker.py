"""One rank of a cell that trains on several devices (FSDP2): `torchrun -m leadline.train.worker`.

The loop is the same as in one process. Every rank knows every step's examples and takes its share,
balanced by tokens; the loss is divided by the supervised tokens of the whole step, over all ranks.
"""

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor

from leadline.chat import Chat
from leadline.errors import LeadlineError
from leadline.files import read_json
from leadline.protocols import Runtime
from leadline.records import Cell, Example, Model
from leadline.train.base import load_base
from leadline.train.checkpoint import check_logits, check_reload, save_checkpoint
from leadline.train.flat import BETAS, EPSILON
from leadline.train.launch import report
from leadline.train.loop import Course, run
from leadline.train.module import ModuleEngine
from leadline.train.run import (
    CHECKPOINTED,
    GPU_TOKENS,
    checkpoint_row,
    choose_precision,
    machine,
    micro_batch_tokens,
    plan_course,
    setup_of,
)
from leadline.train.sft import SFT
from leadline.train.state import StateFolder
from leadline.train.tokens import Row, micro_batches


def shares(rows: Sequence[Row], *, n_ranks: int) -> list[list[Row]]:
    """Split a step's rows so that every rank has about as many tokens (longest first, greedily)."""
    parts: list[list[Row]] = [[] for _ in range(n_ranks)]
    loads = [0] * n_ranks
    for row in sorted(rows, key=lambda row: -row.n_tokens):
        lightest = loads.index(min(loads))
        parts[lightest].append(row)
        loads[lightest] += row.n_tokens
    return parts


class ShardedStepper:
    """Optimiser steps of a model whose weights, gradients and moments are spread over the ranks."""

    def __init__(
        self, module: Any, *, device: str, max_grad_norm: float, max_tokens: int, bf16: bool
    ) -> None:
        self.rank, self.n_ranks = dist.get_rank(), dist.get_world_size()
        kind = torch.bfloat16 if bf16 else torch.float32
        policy = MixedPrecisionPolicy(param_dtype=kind, reduce_dtype=torch.float32)
        mesh = init_device_mesh(device, (self.n_ranks,))
        for block in module.model.layers:  # one at a time goes to the device, as float32
            fully_shard(block.float(), mesh=mesh, mp_policy=policy)
        fully_shard(module.float(), mesh=mesh, mp_policy=policy)
        self.engine = ModuleEngine(module)
        self.parameters = list(module.parameters())
        self.optimiser = torch.optim.AdamW(
            self.parameters, betas=BETAS, eps=EPSILON, weight_decay=0.0
        )
        self.max_grad_norm, self.max_tokens = max_grad_norm, max_tokens

    def step(self, rows: Sequence[Row], *, learning_rate: float) -> float:
        n_supervised = sum(row.n_supervised for row in rows)
        parts = shares(rows, n_ranks=self.n_ranks)
        batches = [list(micro_batches(part, max_tokens=self.max_tokens)) for part in parts]
        loss = 0.0
        for i in range(max(map(len, batches))):  # as many passes on every rank, or FSDP waits
            mine = batches[self.rank][i : i + 1]
            if mine:  # FSDP takes the mean over ranks: scale the sum up to undo it
                loss += self.engine.backward(mine[0], n_supervised=n_supervised / self.n_ranks)
            else:
                self.engine.backward(rows[:1], n_supervised=math.inf)  # gradients of zero
        total = self._sum(loss)
        if math.isfinite(total):
            torch.nn.utils.clip_grad_norm_(self.parameters, self.max_grad_norm)
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate
            self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return total / n_supervised

    def _sum(self, value: float) -> float:
        total = torch.tensor(value, dtype=torch.float64, device=self.engine.device)
        dist.all_reduce(total)
        return float(total)

    def tensors(self) -> dict[str, Tensor]:
        """This rank's shards of weights and moments."""
        found = {}
        for i, p in enumerate(self.parameters):
            state = self.optimiser.state.get(p, {})
            parts = {"master": p, "first": state.get("exp_avg"), "second": state.get("exp_avg_sq")}
            for name, tensor in parts.items():
                if tensor is not None:
                    found[f"{i}.{name}"] = _local(tensor.detach())
        return found

    def restore(self, tensors: dict[str, Tensor], *, n_steps: int) -> None:
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                _local(p).copy_(tensors[f"{i}.master"])
                if n_steps:
                    first, second = torch.zeros_like(p), torch.zeros_like(p)
                    _local(first).copy_(tensors[f"{i}.first"])
                    _local(second).copy_(tensors[f"{i}.second"])
                    count = torch.tensor(float(n_steps))
                    state = {"step": count, "exp_avg": first, "exp_avg_sq": second}
                    self.optimiser.state[p] = state


def _local(tensor: Tensor) -> Tensor:
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def agree(value: bool) -> bool:
    """What rank 0 says: ranks must stop and save at the same step."""
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    flag = torch.tensor(int(value), device=device)
    dist.broadcast(flag, src=0)
    return bool(flag)


def _same_step(state: StateFolder) -> None:
    """Forget states that a kill left at different steps on different ranks."""
    found = state.load()
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    low = torch.tensor(found[0].step if found else 0, device=device)
    high = low.clone()
    dist.all_reduce(low, dist.ReduceOp.MIN)
    dist.all_reduce(high, dist.ReduceOp.MAX)
    if low != high:
        state.clear()


def train_rank(job: dict[str, Any], desk: Path) -> None:
    """Train this rank's part of the cell; rank 0 writes the checkpoint and the result."""
    sft = SFT(**{**job["sft"], "batch_sizes": tuple(map(tuple, job["sft"]["batch_sizes"]))})
    cell, model, into = Cell(**job["cell"]), Model(**job["model"]), Path(job["into"])
    rank, n_ranks = dist.get_rank(), dist.get_world_size()
    on_gpu = job["device"].startswith("cuda")
    device = f"cuda:{os.environ['LOCAL_RANK']}" if on_gpu else "cpu"
    torch.set_num_threads(job["threads"])
    chat = Chat.load(model.source, revision=model.revision)
    course = plan_course(sft, cell, model, [Example(**e) for e in job["examples"]])
    precision = choose_precision(sft, model, course, device=device)
    module = load_base(model, device="cpu")
    if sum(p.numel() for p in module.parameters()) >= CHECKPOINTED:
        module.gradient_checkpointing_enable()
    max_tokens = GPU_TOKENS if on_gpu else micro_batch_tokens(module)
    stepper = ShardedStepper(
        module,
        device="cuda" if on_gpu else "cpu",
        max_grad_norm=sft.max_grad_norm,
        max_tokens=max_tokens,
        bf16=precision == "bf16",
    )
    setup = setup_of(course, precision, f"{stepper.engine.layout}, {n_ranks} ranks")
    state = StateFolder(into / "state" / f"rank{rank}", setup=setup, agree=agree)
    _same_step(state)
    runtime = Runtime(
        device=device,
        threads=job["threads"],
        n_gpus=n_ranks,
        progress=lambda _, *counts: report(desk, "progress.json", counts) if rank == 0 else None,
        stop=lambda: agree((desk / "stop").exists()),
    )
    position = run(course, stepper, state, runtime=runtime)
    whole = load_base(model, device="cpu")
    kept_in = torch.bfloat16 if precision == "bf16" else torch.float32
    _finish(module, whole.to(kept_in), chat, course, into / "checkpoint")
    dist.barrier()
    state.clear()
    if rank == 0:
        hardware = {**machine(runtime), "layout": stepper.engine.layout, "precision": precision}
        row = checkpoint_row(
            cell, chat, course, position, into / "checkpoint", {**hardware, "ranks": n_ranks}
        )
        report(desk, "result.json", row.to_row())


def _finish(module: Any, whole: Any, chat: Chat, course: Course, folder: Path) -> None:
    """Gather the weights into `whole` on rank 0, save it, and compare what reads back."""
    logits = check_logits(module, course.rows)
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    weights = get_model_state_dict(module, options=options)
    if dist.get_rank() == 0:
        whole.load_state_dict(weights)
        save_checkpoint(whole, chat, folder)
        check_reload(whole, folder, course.rows, logits=logits)


def main() -> None:
    desk = Path(sys.argv[1])
    job = read_json(desk / "job.json")
    on_gpu = job["device"].startswith("cuda")
    if on_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if on_gpu else "gloo")
    try:
        train_rank(job, desk)
    except LeadlineError as error:
        if dist.get_rank() == 0:
            report(desk, "error.json", [type(error).__name__, str(error)])
        raise SystemExit(3) from None
    finally:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
