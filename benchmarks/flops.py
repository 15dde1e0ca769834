"""Decide how far training is from what the machine can do: FLOP/s as a share of the matmul peak.

    python -m benchmarks.flops [--bases llama-0.4m,llama-1m] [--seconds 5]

Each miniature base takes real SFT steps (the quickstart's examples, batch sizes and precision) on
one thread and on all. FLOPs are the model's: 6 a weight of the blocks' matrices and token, 6 a
weight of the output matrix and supervised token, and causal attention; what an engine saves or
recomputes is not counted. The peak is the best that torch's own product of two square matrices
reaches in the same precision on the same threads.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from benchmarks.results import RESULTS, provenance, table, write_section
from leadline import supply
from leadline.executors import count_cores
from leadline.miniature.bases import miniature
from leadline.miniature.recipes import RECIPES
from leadline.records import Cell, Model
from leadline.studies.quickstart import study
from leadline.train.base import load_base
from leadline.train.flat import Flat
from leadline.train.loop import Course, FlatStepper
from leadline.train.run import choose_engine, choose_precision, micro_batch_tokens, plan_course
from leadline.train.tokens import Row

TITLE = "Training FLOP/s of the miniature bases"
SIZES = (100, 1_000, 10_000)  # one for each batch size of the paper: 2, 8, 16
SQUARES = (512, 1024, 2048)
DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}
WARM = 10  # steps


@dataclass(frozen=True, kw_only=True)
class Speed:
    """What a base reached at one batch size and number of threads."""

    batch_size: int
    threads: int
    precision: str
    tokens_per_second: float
    flops: float  # a second


def peak(precision: str, *, threads: int) -> float:
    """The best FLOP/s of a square matrix product."""
    torch.set_num_threads(threads)
    best = 0.0
    for n in SQUARES:
        a, b = (torch.randn(n, n).to(DTYPES[precision]) for _ in range(2))
        best = max(best, 2 * n**3 / _fastest(lambda a=a, b=b: a @ b))
    return best


def _fastest(action: Callable[[], object], *, seconds: float = 0.5) -> float:
    """The least time of one call, over half a second of calls."""
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def model_flops(module: Any, rows: Sequence[Row]) -> float:
    """FLOPs that forward and backward of these rows need."""
    matrices = sum(p.numel() for p in module.model.layers.parameters() if p.ndim == 2)
    head = module.get_output_embeddings().weight.numel()
    config = module.config
    width = config.head_dim * config.num_attention_heads
    attention = 6 * config.num_hidden_layers * width * sum(row.n_tokens**2 for row in rows)
    tokens, supervised = (sum(getattr(r, n) for r in rows) for n in ("n_tokens", "n_supervised"))
    return 6.0 * (matrices * tokens + head * supervised) + attention


def speed(model: Model, *, size: int, threads: int, seconds: float) -> Speed:
    """Take real steps of one cell for some seconds."""
    torch.set_num_threads(threads)
    course, precision = _course(model, size)
    module = load_base(model, device="cpu")
    flat = Flat.adopt(module, dtype=DTYPES[precision])
    engine = choose_engine(module, course)
    stepper = FlatStepper(engine, flat, 1.0, micro_batch_tokens(module))
    batches = [
        [course.rows[i] for i in batch] for _, batch in islice(course.schedule.batches(), 600)
    ]
    for rows in batches[:WARM]:
        stepper.step(rows, learning_rate=0.0)
    flops, tokens, began = 0.0, 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for rows in batches[WARM : WARM + 10]:
            stepper.step(rows, learning_rate=0.0)
            flops += model_flops(module, rows)
            tokens += sum(row.n_tokens for row in rows)
        batches.append(batches.pop(WARM))
    passed = time.perf_counter() - began
    return Speed(
        batch_size=course.schedule.batch_size,
        threads=threads,
        precision=precision,
        tokens_per_second=tokens / passed,
        flops=flops / passed,
    )


def _course(model: Model, size: int) -> tuple[Course, str]:
    task, method = study.tasks[0], study.methods[0]
    cell = Cell(model=model.name, task=task.name, method=method.name, n_examples=size, seed=0)
    examples = supply.subset(task, size, 0, study.on_leak)
    sft: Any = method  # an SFT
    course = plan_course(sft, cell, model, examples)
    return course, choose_precision(sft, model, course, device="cpu")


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bases", default=",".join(RECIPES), help="with commas")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write to")
    flags = parser.parse_args()
    threads = sorted({1, count_cores()})
    peaks = {(p, t): peak(p, threads=t) for p in DTYPES for t in threads}
    rows = []
    for name in flags.bases.split(","):
        for size in SIZES:
            for t in threads:
                s = speed(miniature(name), size=size, threads=t, seconds=flags.seconds)
                share = s.flops / peaks[s.precision, t]
                figures = [f"{s.tokens_per_second:,.0f}", f"{s.flops / 1e9:.0f}", f"{share:.0%}"]
                rows.append([name, s.batch_size, t, s.precision, *figures])
                print(*rows[-1], flush=True)
    limits = [[p, t, f"{peaks[p, t] / 1e9:,.0f}"] for p in DTYPES for t in threads]
    head = ["base", "batch", "threads", "precision", "tokens/s", "GFLOP/s", "of the peak"]
    command = " ".join(["python -m benchmarks.flops", *sys.argv[1:]])
    parts = [
        provenance(command),
        table(["matmul peak", "threads", "GFLOP/s"], limits),
        table(head, rows),
    ]
    write_section(TITLE, "\n\n".join(parts), path=flags.results)


if __name__ == "__main__":
    main()
