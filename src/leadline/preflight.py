"""Everything that can be found wrong before the first training step is found here.

Models load, gold answers grade yes, no test problem stands in the training set, prompts fit the
context, and the disk has room. Nothing is written.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from leadline import supply
from leadline.chat import Chat
from leadline.errors import BadData, BadStudy
from leadline.leaks import refuse_leaks
from leadline.models import context_length, model_folder
from leadline.protocols import Task
from leadline.records import Model, Sampling
from leadline.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Mean tokens of one model's view of one task."""

    prompt: float
    example: float
    longest_prompt: int


def preflight(study: Study, root: Path) -> list[str]:
    """Check the study as a whole. Returns notes for its page; raises LeadlineError on a fault."""
    notes = []
    for task in study.tasks:
        task.check()
        notes += _leaks(task, on_leak=study.on_leak)
    supply.check_sizes(study.tasks, max(study.sizes), on_leak=study.on_leak)
    for model in study.models:
        chat = Chat.load(model.source, revision=model.revision)
        notes += [f"{model.name}: {note}" for note in chat.notes]
        for task in study.tasks:
            notes += _context(model, task, lengths(model, task), sampling=study.sampling)
            notes += _examples(study, model, task)
    _check_disk(study, root)
    return notes


def lengths(model: Model, task: Task, *, look_at: int = 500) -> Lengths:
    """Token counts, from all prompts and the first `look_at` examples."""
    chat = Chat.load(model.source, revision=model.revision)
    prompts = [len(chat.prompt_ids(p.system, p.prompt)) for p in supply.problems(task)]
    examples = [len(ids) for ids, _ in chat.examples_ids(supply.pool(task, "refuse")[:look_at])]
    return Lengths(
        prompt=sum(prompts) / max(1, len(prompts)),
        example=sum(examples) / max(1, len(examples)),
        longest_prompt=max(prompts, default=0),
    )


def weight_bytes(model: Model) -> int:
    """Bytes of the model's weight files."""
    folder = model_folder(model.source, revision=model.revision)
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def _leaks(task: Task, *, on_leak: str) -> list[str]:
    leaks = supply.leaks(task)
    if on_leak == "refuse":
        refuse_leaks(leaks)
    dropped = len(supply.pool(task, "refuse")) - len(supply.pool(task, on_leak))
    partial = sum(leak.kind == "partial" for leak in leaks)
    notes = []
    if dropped:
        notes.append(f"{task.name}: {dropped} training examples held a test problem: dropped")
    if partial:
        notes.append(
            f"{task.name}: {partial} test problems share most of their 13-word sequences with a "
            "training example (kept; look at them if the curve surprises you)"
        )
    return notes


def _context(model: Model, task: Task, found: Lengths, *, sampling: Sampling) -> list[str]:
    context = context_length(model)
    if context is None:
        return []
    if found.longest_prompt >= context:
        raise BadData(
            f"{task.name}: the longest prompt has {found.longest_prompt} tokens, and {model.name} "
            f"takes {context}. Shorten or drop the long prompts, or use a model with more context."
        )
    if found.longest_prompt + sampling.max_new_tokens > context:
        return [
            f"{task.name}: responses to the longest prompts end at the context of {model.name}, "
            f"{context} tokens, before max_new_tokens={sampling.max_new_tokens}."
        ]
    return []


def _examples(study: Study, model: Model, task: Task) -> list[str]:
    """Let every method look at all that it will train on."""
    subsets = [supply.subset(task, max(study.sizes), s, study.on_leak) for s in study.seeds]
    found = {
        f"{model.name}, {task.name}, {method.name}: {note}"
        for method in study.methods
        for subset in subsets
        for note in method.check(model, subset)
    }
    return sorted(found)


def disk_need(study: Study) -> int:
    """Bytes at the peak: the state of two cells in training, all kept checkpoints, all rows."""
    weights = max(weight_bytes(model) for model in study.models)
    cells = len(study.models) * len(study.tasks) * len(study.methods)
    cells *= len(study.sizes) * len(study.seeds)
    asked = sum(len(supply.problems(task)) for task in study.tasks)
    rows = cells * asked * 3000
    kept = cells * weights if study.keep_checkpoints else 0
    return 2 * 9 * weights + kept + rows  # bf16 weights: x 2 as float32, x 3 with two moments, + 1


def _check_disk(study: Study, root: Path) -> None:
    existing = next(p for p in (root, *root.absolute().parents) if p.exists())
    free, need = shutil.disk_usage(existing).free, disk_need(study)
    if free < need:
        raise BadStudy(
            f"no space left: the study needs about {need / 1e9:.1f} GB and {existing} has "
            f"{free / 1e9:.1f} GB free. Free some, or name a folder on another disk with --out."
        )
