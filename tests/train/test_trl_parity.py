"""TRL's SFTTrainer, given our token ids in our order, arrives at our parameters."""

from pathlib import Path
from typing import Any

import pytest
import tiny
import torch

from leadline.chat import Chat
from leadline.protocols import Runtime
from leadline.train.flat import Flat
from leadline.train.llama import LlamaEngine, speaks
from leadline.train.loop import Course, FlatStepper, run
from leadline.train.module import ModuleEngine
from leadline.train.order import Schedule
from leadline.train.state import StateFolder
from leadline.train.tokens import Row, rows_of

PEAK = 1e-4  # ten times the paper's; Adam divides noise by itself where a gradient is nearly 0
SCHEDULE = Schedule(n_examples=40, batch_size=4, epochs=2, seed=3)  # 20 steps


def trained_by_trl(folder: Path, rows: list[Row], tmp_path: Path) -> dict[str, torch.Tensor]:
    datasets, trl = pytest.importorskip("datasets"), pytest.importorskip("trl")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    ordered = [rows[i] for _, batch in SCHEDULE.batches() for i in batch]
    data = datasets.Dataset.from_dict(
        {
            "input_ids": [row.ids.tolist() for row in ordered],
            "completion_mask": [[0] * row.n_prompt + [1] * row.n_supervised for row in ordered],
        }
    )
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.pad_token = "</s>"
    settings = trl.SFTConfig(
        output_dir=str(tmp_path),
        per_device_train_batch_size=SCHEDULE.batch_size,
        num_train_epochs=1,
        train_sampling_strategy="sequential",
        learning_rate=PEAK,
        lr_scheduler_type="cosine",
        warmup_steps=0,
        weight_decay=0.0,
        max_grad_norm=1.0,
        max_length=None,
        completion_only_loss=True,
        bf16=False,
        gradient_checkpointing=False,
        use_cpu=True,
        report_to=[],
        save_strategy="no",
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )
    module = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    trainer = trl.SFTTrainer(
        model=module, args=settings, train_dataset=data, processing_class=tokenizer
    )
    trainer.train()
    assert trainer.state.global_step == SCHEDULE.steps == 20
    return {name: p.detach() for name, p in trainer.model.named_parameters()}


def trained_by_us(folder: Path, rows: list[Row], tmp_path: Path, engine: Any) -> Any:
    from leadline.train.base import load_module

    module = load_module(folder, dtype=torch.float32, device="cpu")
    flat = Flat.adopt(module, dtype=torch.float32)
    course = Course(name="parity", rows=rows, schedule=SCHEDULE, peak=PEAK, warmup_share=0.0)
    stepper = FlatStepper(engine(module), flat, 1.0, 8192)
    run(course, stepper, StateFolder(tmp_path / "state", setup={}), runtime=Runtime())
    return dict(module.named_parameters())


@pytest.mark.parametrize("kind", ["llama", "mistral"])
def test_same_parameters_as_trl_after_20_steps(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "base"
    model = tiny.model(folder, kind, hidden_size=64, head_dim=16)
    rows = rows_of(Chat.load(model.source), tiny.examples(40))
    theirs = trained_by_trl(folder, rows, tmp_path)
    engines: list[Any] = [ModuleEngine]
    if speaks(tiny.module(kind, hidden_size=64, head_dim=16), longest=100):
        engines.append(LlamaEngine)
    for engine in engines:
        ours = trained_by_us(folder, rows, tmp_path / engine.__name__, engine)
        assert ours.keys() == theirs.keys()
        for name, p in ours.items():
            assert float((p - theirs[name]).detach().abs().max()) < 1e-5, (engine, name)
