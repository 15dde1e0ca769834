"""Decide how well one GPU is used by a step of an 8B model, and whether it fits at all.

    python -m benchmarks.train_8b [--data ../shared/data] [--steps 10] [--batch 16]
    python -m benchmarks.train_8b --shape tiny --device cpu --dry   # the same path, seconds

A Llama of 8B's shape with random weights (their values cost nothing and change nothing here) takes
real steps of the engine on GSM8K's lengths: bf16 weights and gradients, float32 master weights and
moments (16 bytes a parameter: 120 GiB), activations recomputed. FLOPs are the model's (6 a matrix
weight and token; the output matrix only where there is a label); the recomputation is not counted.
Token counts are estimated at 3.6 characters a token: no tokenizer is needed.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from benchmarks.results import provenance, table, write_section
from leadline.train.flat import Flat
from leadline.train.loop import FlatStepper
from leadline.train.module import ModuleEngine
from leadline.train.run import CHECKPOINTED, micro_batch_tokens
from leadline.train.tokens import Row

TITLE = "One step of an 8B-shaped Llama on one GPU"
CHARACTERS = 3.6  # a token of GSM8K's text in Llama 3's vocabulary, about
SHAPES: dict[str, dict[str, int]] = {
    "8b": {
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
    },
    "tiny": {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 512,
    },
}


def gsm8k_rows(data: Path, *, vocabulary: int) -> list[Row]:
    """Rows of GSM8K's estimated lengths (prompt with 40 tokens of template), random ids."""
    rng = np.random.default_rng(0)
    path = data / "gsm8k" / "train_socratic.jsonl.gz"
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            example = json.loads(line)
            n_prompt = 40 + round(len(example["question"]) / CHARACTERS)
            n_response = 1 + round(len(example["answer"]) / CHARACTERS)
            rows.append(Row(rng.integers(0, vocabulary, n_prompt + n_response), n_prompt))
    return rows


def build(shape: str, device: str) -> Any:
    """A random model of that shape, in bf16, made where it will train."""
    config = LlamaConfig(**SHAPES[shape], max_position_embeddings=8192, rope_theta=500_000.0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            module = LlamaForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    if sum(p.numel() for p in module.parameters()) >= CHECKPOINTED:
        module.gradient_checkpointing_enable()
    return module


def matmul_peak(device: str) -> float:
    """FLOP/s of the best square bf16 product."""
    best = 0.0
    for n in (1024, 4096, 8192) if device == "cuda" else (512,):
        a, b = (torch.randn(n, n, device=device, dtype=torch.bfloat16) for _ in range(2))
        for _ in range(10):
            began = _now(device)
            _ = a @ b
            best = max(best, 2 * n**3 / (_now(device) - began))
    return best


def _now(device: str) -> float:
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def steps(stepper: FlatStepper, rows: list[Row], n: int, batch: int) -> Iterator[list[float]]:
    """[seconds, tokens, supervised tokens, loss] of each step; the first are for warming up."""
    for i in range(n):
        part = rows[i * batch : (i + 1) * batch]
        device = stepper.flat.work.device.type
        began = _now(device)
        loss = stepper.step(part, learning_rate=1e-5)
        seconds = _now(device) - began
        yield [seconds, sum(r.n_tokens for r in part), sum(r.n_supervised for r in part), loss]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--shape", choices=SHAPES, default="8b")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--dry", action="store_true", help="print, but keep nothing")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("There is no GPU here. Try --shape tiny --device cpu --dry.")
    rows = gsm8k_rows(args.data, vocabulary=SHAPES[args.shape]["vocab_size"])
    module = build(args.shape, args.device)
    blocks = sum(p.numel() for p in module.model.layers.parameters() if p.ndim == 2)
    head = module.lm_head.weight.numel()
    flat = Flat.adopt(module, dtype=torch.bfloat16)
    stepper = FlatStepper(ModuleEngine(module), flat, 1.0, micro_batch_tokens(module))
    figures, n_warm = [], 3
    for i, figure in enumerate(steps(stepper, rows, n_warm + args.steps, args.batch)):
        print(f"step {i + 1}: {figure[0]:.3f} s, {figure[1]:.0f} tokens, loss {figure[3]:.3f}")
        figures.append(figure)
    seconds, tokens, supervised, _ = np.array(figures[n_warm:]).sum(axis=0)
    flops = 6 * (blocks * tokens + head * supervised) / seconds
    peak = matmul_peak(args.device)
    memory = torch.cuda.max_memory_allocated() / 2**30 if args.device == "cuda" else float("nan")
    name = torch.cuda.get_device_name() if args.device == "cuda" else "CPU"
    body = table(
        ["measured", "value"],
        [
            ["device", name],
            ["parameters", f"{len(flat.master):,}"],
            ["examples a step", args.batch],
            ["seconds a step", f"{seconds / args.steps:.3f}"],
            ["tokens/s", f"{tokens / seconds:,.0f}"],
            ["supervised tokens/s", f"{supervised / seconds:,.0f}"],
            ["model TFLOP/s", f"{flops / 1e12:.1f}"],
            ["share of the matmul peak", f"{flops / peak:.1%} of {peak / 1e12:.0f} TFLOP/s"],
            ["peak memory, GiB", f"{memory:.1f}"],
            ["attention", stepper.engine.layout],
        ],
    )
    if args.dry:
        print(body)
    else:
        command = f"python -m benchmarks.train_8b --steps {args.steps} --batch {args.batch}"
        write_section(TITLE, f"{provenance(command)}\n\n{body}")


if __name__ == "__main__":
    main()
