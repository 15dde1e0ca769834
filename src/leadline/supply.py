"""What cells are made from, read once a process: examples, problems, and the digests of both.

Tasks are frozen dataclasses, so they are their own cache keys.
"""

import functools
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from leadline.chat import Chat
from leadline.data import content_digest, nested_subset
from leadline.errors import BadStudy
from leadline.leaks import Leak, drop_leaks, find_leaks
from leadline.models import model_folder
from leadline.protocols import Task
from leadline.records import Example, Model, Problem
from leadline.settings import describe

WHOLE = 2**30  # bytes; above it, only both ends of a weight file are hashed


@functools.cache
def problems(task: Task) -> tuple[Problem, ...]:
    """What the task tests on."""
    return tuple(task.problems())


@functools.cache
def examples(task: Task) -> tuple[Example, ...]:
    """All that the task has to train on."""
    return tuple(task.examples())


@functools.cache
def leaks(task: Task) -> tuple[Leak, ...]:
    """Test problems that stand in the training set."""
    return tuple(find_leaks(examples(task), problems(task)))


@functools.cache
def pool(task: Task, on_leak: str) -> tuple[Example, ...]:
    """What the task trains on; without the examples that give a test problem away, if so asked."""
    found = examples(task)
    return tuple(drop_leaks(found, leaks(task))) if on_leak == "drop" else found


def subset(task: Task, n: int, seed: int, on_leak: str) -> list[Example]:
    """The first n of the seed's permutation: every size contains the smaller ones."""
    return nested_subset(pool(task, on_leak), n, seed)


@functools.cache
def examples_digest(task: Task, n: int, seed: int, on_leak: str) -> str:
    """Digest of the n examples in their order."""
    return content_digest([describe(example) for example in subset(task, n, seed, on_leak)])


@functools.cache
def problems_digest(task: Task) -> str:
    """Digest of the problems in their order."""
    return content_digest([describe(problem) for problem in problems(task)])


@functools.cache
def model_digest(model: Model) -> str:
    """What the model is, wherever it lies: digest of its config, tokenizer and weights."""
    folder = model_folder(model.source, revision=model.revision)
    names = sorted(p for p in folder.iterdir() if p.suffix in {".json", ".safetensors", ".jinja"})
    digest = hashlib.sha256()
    for path in names:
        digest.update(path.name.encode())
        for block in _blocks(path):
            digest.update(block)
    return digest.hexdigest()


def first_prompt(model: Model, task: Task) -> dict[str, str]:
    """What the model is really given for the task's first problem, and its token ids' digest."""
    chat, problem = Chat.load(model.source, revision=model.revision), problems(task)[0]
    ids = chat.prompt_ids(problem.system, problem.prompt)
    text = chat.rendered_prompt(problem.system, problem.prompt)
    return {"text": text, "ids_digest": content_digest([{"ids": ids}])}


def _blocks(path: Path) -> Iterable[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= WHOLE:
            while block := file.read(2**20):
                yield block
            return
        yield f"{size}".encode() + file.read(2**20)
        file.seek(-(2**20), 2)
        yield file.read()


def check_sizes(tasks: Sequence[Task], largest: int, *, on_leak: str) -> None:
    """Raise BadStudy if a task has fewer examples than the largest size asks for."""
    for task in tasks:
        have = len(pool(task, on_leak))
        if largest > have:
            raise BadStudy(
                f"size {largest} is above the data: {task.name} has {have} examples. "
                f"Ask for at most {have}, or add examples."
            )
