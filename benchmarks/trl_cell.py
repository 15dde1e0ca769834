"""One cell done the ordinary way: TRL's SFTTrainer, then `model.generate` with left padding.

Run by against_trl.py in a process of its own; reads a Spec as JSON, writes a Done as JSON. What a
user would leave alone is left at TRL's defaults. Checkpoints, logging and reports are off.
"""

import dataclasses
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One cell and how to do it. Lists hold [system, prompt, response] and [system, prompt]."""

    model: str
    examples: list[list[str]]
    problems: list[list[str]]
    batch_size: int
    epochs: int
    learning_rate: float
    warmup_share: float
    max_grad_norm: float
    seed: int
    max_new_tokens: int
    stop_ids: list[int]
    threads: int
    attention: str  # transformers' attn_implementation
    trainer: dict[str, Any] = field(default_factory=dict)  # SFTConfig fields that are not defaults
    generation_batch: int
    sort_prompts: bool
    generation_precision: str
    weights: str  # dtype while training


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came out: seconds of each part, and a (text, tokens, ended) for each problem."""

    load_seconds: float  # imports, model
    prepare_seconds: float  # tokenising, making the trainer
    train_seconds: float
    generate_seconds: float
    train_processor_seconds: float  # of the same parts, summed over threads
    generate_processor_seconds: float
    responses: list[tuple[str, int, bool]]


def main(spec_path: str, done_path: str) -> None:
    """Do the cell."""
    began = time.monotonic()
    spec = Spec(**json.loads(Path(spec_path).read_text(encoding="utf-8")))
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(spec.threads)
    tokenizer = AutoTokenizer.from_pretrained(spec.model)
    model = AutoModelForCausalLM.from_pretrained(
        spec.model, dtype=getattr(torch, spec.weights), attn_implementation=spec.attention
    )
    loaded = time.monotonic()
    train_seconds, train_processor = _train(spec, model, tokenizer) if spec.examples else (0.0, 0.0)
    trained, processor = time.monotonic(), time.process_time()
    responses = _generate(spec, model, tokenizer)
    done = Done(
        load_seconds=loaded - began,
        prepare_seconds=trained - loaded - train_seconds,
        train_seconds=train_seconds,
        generate_seconds=time.monotonic() - trained,
        train_processor_seconds=train_processor,
        generate_processor_seconds=time.process_time() - processor,
        responses=responses,
    )
    Path(done_path).write_text(json.dumps(dataclasses.asdict(done)), encoding="utf-8")


def _train(spec: Spec, model: Any, tokenizer: Any) -> tuple[float, float]:
    """Train in place; returns the seconds of the steps alone, on the wall and of processors."""

    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    rows = [
        {
            "prompt": _messages(system, prompt),
            "completion": [{"role": "assistant", "content": response}],
        }
        for system, prompt, response in spec.examples
    ]
    steps = -(-len(rows) // spec.batch_size) * spec.epochs
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder,
            per_device_train_batch_size=spec.batch_size,
            num_train_epochs=spec.epochs,
            learning_rate=spec.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=round(steps * spec.warmup_share),
            max_grad_norm=spec.max_grad_norm,
            seed=spec.seed,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            **{"use_cpu": True, **spec.trainer},
        )
        trainer = SFTTrainer(
            model=model,
            args=config,
            train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer,
        )
        began = time.process_time()
        return float(trainer.train().metrics["train_runtime"]), time.process_time() - began


def _messages(system: str, prompt: str) -> list[dict[str, str]]:
    system_message = [{"role": "system", "content": system}] if system else []
    return [*system_message, {"role": "user", "content": prompt}]


def _generate(spec: Spec, model: Any, tokenizer: Any) -> list[tuple[str, int, bool]]:
    import torch

    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    model.eval().to(getattr(torch, spec.generation_precision))
    model.config.use_cache = True
    prompts = [
        tokenizer.apply_chat_template(_messages(*p), tokenize=False, add_generation_prompt=True)
        for p in spec.problems
    ]
    order = list(range(len(prompts)))
    if spec.sort_prompts:
        order.sort(key=lambda i: len(prompts[i]))
    responses: list[tuple[str, int, bool]] = [("", 0, False)] * len(prompts)
    for start in range(0, len(order), spec.generation_batch):
        part = order[start : start + spec.generation_batch]
        batch = tokenizer(
            [prompts[i] for i in part], return_tensors="pt", padding=True, add_special_tokens=False
        )
        output = model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            do_sample=False,
            max_new_tokens=spec.max_new_tokens,
            eos_token_id=spec.stop_ids,
            pad_token_id=tokenizer.pad_token_id,
        )[:, batch["input_ids"].shape[1] :]
        for i, ids in zip(part, output.tolist(), strict=True):
            responses[i] = _response(ids, spec, tokenizer)
    return responses


def _response(ids: list[int], spec: Spec, tokenizer: Any) -> tuple[str, int, bool]:
    end = next((i for i, token in enumerate(ids) if token in spec.stop_ids), None)
    own = ids if end is None else ids[:end]
    text = tokenizer.decode(own, skip_special_tokens=True)
    return text, len(own) + (end is not None), end is not None


if __name__ == "__main__":
    main(*sys.argv[1:])
