"""The ordinary ways of doing a ladder with TRL and transformers: settings, and one cell of each."""

from dataclasses import dataclass
from typing import Any

from benchmarks.trl_cell import Spec
from leadline import supply
from leadline.chat import Chat
from leadline.executors import count_cores
from leadline.study import Study


@dataclass(frozen=True, kw_only=True)
class Way:
    """How TRL is used. `trainer` gives SFTConfig fields by batch size, None for all others;
    `workers` cells run at once, in processes of their own."""

    words: str
    workers: int
    threads: int
    trainer: dict[int | None, dict[str, Any]]
    attention: str
    generation_batch: int
    sort_prompts: bool
    generation_precision: str = "float32"
    weights: str = "float32"  # while training


PLAIN = {"bf16": False, "gradient_checkpointing": False}
# As tune_trl.py measured on two cores with AMX: bf16 autocast costs more than it gains here.
TUNED = {**PLAIN, "train_sampling_strategy": "group_by_length", "logging_strategy": "no"}
WAYS = {
    "trl": Way(
        words="SFTTrainer's defaults, `generate` by 32",
        workers=1,
        threads=count_cores(),
        trainer={None: {}},
        attention="sdpa",
        generation_batch=32,
        sort_prompts=False,
    ),
    "trl-plain": Way(
        words="float32, no gradient checkpointing, `generate` by 32",
        workers=1,
        threads=count_cores(),
        trainer={None: PLAIN},
        attention="sdpa",
        generation_batch=32,
        sort_prompts=False,
    ),
    "trl-tuned": Way(
        words="tuned by hand, a one-thread process a core, `generate` by 128, sorted",
        workers=count_cores(),
        threads=1,
        trainer={None: TUNED},
        attention="sdpa",
        generation_batch=128,
        sort_prompts=True,
    ),
}


def spec_of(study: Study, way: Way, size: int) -> Spec:
    """The study's cell of that size, for TRL."""
    task, model, method = study.tasks[0], study.models[0], study.methods[0]
    examples = supply.subset(task, size, study.seeds[0], study.on_leak)
    batch_size = method.batch_size(size)
    settings: Any = method  # an SFT: the benchmark needs its fields
    return Spec(
        model=model.source,
        examples=[[e.system, e.prompt, e.response] for e in examples],
        problems=[[p.system, p.prompt] for p in supply.problems(task)],
        batch_size=batch_size,
        epochs=method.epochs,
        learning_rate=settings.peak(model),
        warmup_share=settings.warmup_share,
        max_grad_norm=settings.max_grad_norm,
        seed=study.seeds[0],
        max_new_tokens=study.sampling.max_new_tokens,
        stop_ids=list(Chat.load(model.source, revision=model.revision).stop_ids),
        threads=way.threads,
        attention=way.attention,
        trainer=way.trainer.get(batch_size, way.trainer[None]),
        generation_batch=way.generation_batch,
        sort_prompts=way.sort_prompts,
        generation_precision=way.generation_precision,
        weights=way.weights,
    )
