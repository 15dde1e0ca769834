"""Which words of the command line are tasks: one entry each, with what a reader wants to know.

A new task is one entry of TASKS. The figures stand here so that `leadline tasks` needs no data;
tests/tasks/test_catalog.py holds them against the data themselves.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadline.near import one_of
from leadline.protocols import Task
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.miniature_maths import MiniatureMaths

HERE = "made by leadline itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One named way to grade. questions: only these of the task's (empty: all of them);
    settings: what the task is built with for it."""

    name: str
    questions: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


PAPER = Protocol(name="paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A task by its word. `make` is the task's class, `settings` what this word fixes of it;
    `n_examples` is 0 for a task without a training set of its own; the first of `protocols` is
    the one that holds when none is named; `pass_at_k`: several samples make one pass@k."""

    word: str
    what: str
    make: Callable[..., Task]
    n_problems: int
    n_examples: int
    licence: str
    source: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    protocols: tuple[Protocol, ...] = (PAPER,)
    pass_at_k: bool = False

    def protocol(self, name: str | None) -> Protocol:
        """The protocol of that name; the first if None. Raises BadStudy if there is none."""
        by_name = {protocol.name: protocol for protocol in self.protocols}
        if name is None:
            return self.protocols[0]
        return by_name[one_of(name, by_name, what=f"for {self.word}, --protocol")]

    def task(
        self, *, data: str | None = None, n_problems: int | None = None, protocol: str | None = None
    ) -> Task:
        """The task that the word and the flags describe. data: a folder of data sets."""
        wanted = {"data": data, "n_problems": n_problems}
        taken = {f.name for f in dataclasses.fields(self.make)}  # type: ignore[arg-type]
        given = {k: v for k, v in wanted.items() if v is not None and k in taken}
        return self.make(**{**self.settings, **self.protocol(protocol).settings, **given})


_FINAL_ANSWER = (PAPER, Protocol(name="lm_eval", questions=("correct", "flexible")))

TASKS = (
    Entry(
        word="gsm8k",
        what="grade-school word problems; trained on answers with sub-questions (Socratic)",
        make=GSM8K,
        n_problems=1319,
        n_examples=7473,
        licence="MIT",
        source="openai/gsm8k",
        settings={"style": "socratic"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm8k-plain",
        what="the same problems; trained on plain answers",
        make=GSM8K,
        n_problems=1319,
        n_examples=7473,
        licence="MIT",
        source="openai/gsm8k",
        settings={"style": "plain"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="miniature-maths",
        what="word problems of the miniature world",
        make=MiniatureMaths,
        n_problems=500,
        n_examples=10_000,
        licence="Apache-2.0",
        source=HERE,
        protocols=_FINAL_ANSWER,
    ),
)


def find_task(word: str, *, what: str = "task") -> Entry:
    """The entry of a task's word; `_` and `-` are one. Raises BadStudy with the nearest words."""
    by_word = {entry.word: entry for entry in TASKS}
    plain = {name.replace("_", "-"): name for name in by_word}
    name = plain.get(word.strip().lower().replace("_", "-"), word)
    return by_word[one_of(name, by_word, what=what)]
