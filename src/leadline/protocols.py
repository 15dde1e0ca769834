"""Every socket of leadline on one screen: what can be plugged in, and in what shape.

Plug-ins are frozen dataclasses that a study imports directly. Their fields are their settings and
enter a cell's fingerprint; where and how fast a cell runs is the `Runtime`'s, and never does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from leadline.records import (
    Cell,
    Checkpoint,
    Comparison,
    Example,
    Generation,
    Judgement,
    Model,
    Problem,
    Sampling,
    Verdict,
)

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int, int], None]  # stage, done, total, tokens so far


def silent(stage: str, done: int, total: int, tokens: int) -> None:
    """Progress that nobody watches."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Where a cell runs: provenance, never identity. `stop` is asked between steps and batches;
    `keep` is a folder for what was paid for, the answers of a judge."""

    device: str = "cpu"
    threads: int = 1
    n_gpus: int = 0  # above 1: a method may start torchrun over them
    progress: Progress = silent
    stop: Callable[[], bool] = never
    keep: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedResponse:
    """What an annotator is asked about. `correct`: the verdict of the task's first question."""

    problem: Problem
    generation: Generation
    correct: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two responses to one problem."""

    problem: Problem
    a: Generation
    b: Generation


class Task(Protocol):
    """A source of examples and problems, and the grader of the responses."""

    @property
    def name(self) -> str: ...  # stands in addresses
    @property
    def questions(self) -> tuple[str, ...]: ...  # the first is "correct"
    @property
    def grader_version(self) -> str: ...
    def examples(self) -> list[Example]: ...
    def problems(self) -> list[Problem]: ...
    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]: ...
    def __hash__(self) -> int: ...  # frozen: its data are read once a process
    def check(self) -> None: ...  # gold answers grade yes, or raises BadData


class Method(Protocol):
    """A way to post-train. Called again with the same `into`, it goes on where it was stopped."""

    @property
    def name(self) -> str: ...  # stands in addresses
    def train(
        self, cell: Cell, model: Model, examples: Sequence[Example], *, into: Path, runtime: Runtime
    ) -> Checkpoint: ...
    def check(self, model: Model, examples: Sequence[Example]) -> list[str]: ...  # notes, or raises
    def batch_size(self, n_examples: int) -> int: ...  # examples an optimiser step
    @property
    def epochs(self) -> int: ...


class Engine(Protocol):
    """A way to get responses. Yields batches as they finish, so that each can be stored at once."""

    def generate(
        self,
        checkpoint: Checkpoint,
        problems: Sequence[tuple[Problem, int]],  # (problem, sample) still to be answered
        sampling: Sampling,
        *,
        runtime: Runtime,
    ) -> Iterator[list[Generation]]: ...


class Annotator(Protocol):
    """Says why responses are wrong: by rule, or by asking a judge. There is no default judge.
    `asks_again`: what it left undecided may be decided another time, at no cost for the rest."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...  # another one when any verdict could change
    def kinds(self, task: Task) -> tuple[str, ...]: ...  # of errors that it can tell; () none
    @property
    def asks_again(self) -> bool: ...
    def annotate(
        self,
        task: Task,
        responses: Sequence[GradedResponse],
        *,
        kinds: Sequence[str],
        runtime: Runtime,
    ) -> Iterator[list[Judgement]]: ...  # in any order; a row for each kind; yes: it is there
    def check(self) -> None: ...  # it can be asked, or raises BadStudy


class PairJudge(Protocol):
    """Says which of two responses to a problem is better. `asks_again`: see `Annotator`."""

    @property
    def name(self) -> str: ...  # stands in addresses
    @property
    def version(self) -> str: ...  # another one when any verdict could change
    @property
    def asks_again(self) -> bool: ...
    def compare(
        self, pairs: Sequence[Pair], *, runtime: Runtime
    ) -> Iterator[list[Comparison]]: ...  # in any order; both orders of a pair
    def check(self) -> None: ...  # it can be asked, or raises BadStudy


class Expectation(Protocol):
    """What a study expects to see, written down before it runs (analyse/expect/)."""

    @property
    def claim(self) -> str: ...


class Executor(Protocol):
    """Where cells run, never what they are."""

    def warm(self, function: Callable[[], None]) -> None: ...  # early, beside what the caller does
    def map(self, function: Callable[[Any, Runtime], None], jobs: Sequence[Any]) -> None: ...
