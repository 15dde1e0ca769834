"""Which words of the command line are training sets: `--train WORD` beside a `--task`.

A set of its own is one entry of SETS; a task that has examples is a training set by its own word;
and a file of examples is one by its path.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leadline.errors import BadStudy
from leadline.miniature.chatter import MiniatureChat, MiniatureSloppy
from leadline.near import one_of
from leadline.sets.code_alpaca import CodeAlpaca
from leadline.sets.conifer import Conifer
from leadline.sets.dolly import Dolly
from leadline.sets.lima import Lima
from leadline.sets.mbpp import Mbpp
from leadline.sets.own import Own
from leadline.sets.self_align import SelfAlign
from leadline.tasks.catalog import HERE, TASKS, find_task
from leadline.tasks.trained_on import TrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEntry:
    """A training set by its word; the fields are as a task's (tasks/entry.py). n_examples 0: not
    known before the data is there."""

    word: str
    what: str
    make: Callable[..., TrainingSet]
    n_examples: int
    licence: str
    source: str
    folder: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def training_set(self, *, data: str | None = None) -> TrainingSet:
        """The set; data: a folder of data sets."""
        taken = {f.name for f in dataclasses.fields(self.make)}  # type: ignore[arg-type]
        given = {"data": data} if data is not None and "data" in taken else {}
        return self.make(**self.settings, **given)


SETS = (
    SetEntry(
        word="dolly",
        what="instructions and responses by Databricks' staff",
        make=Dolly,
        n_examples=15_011,
        licence="CC BY-SA 3.0",
        source="Hub: databricks/databricks-dolly-15k",
        folder="dolly",
    ),
    SetEntry(
        word="lima",
        what="1,000 careful single-turn examples",
        make=Lima,
        n_examples=1000,
        licence="CC BY-NC-SA or stricter",
        source="Hub: GAIR/lima",
        folder="lima",
    ),
    SetEntry(
        word="conifer-hard",
        what="instructions with many constraints: last turns of Conifer's dialogues",
        make=Conifer,
        n_examples=0,
        licence="Apache-2.0",
        source="Hub: ConiferLM/Conifer",
        folder="conifer",
        settings={"level": "hard"},
    ),
    SetEntry(
        word="conifer-easy",
        what="the first turns of the same dialogues",
        make=Conifer,
        n_examples=0,
        licence="Apache-2.0",
        source="Hub: ConiferLM/Conifer",
        folder="conifer",
        settings={"level": "easy"},
    ),
    SetEntry(
        word="self-align",
        what="Python tasks made from real functions, answers tested (StarCoder2)",
        make=SelfAlign,
        n_examples=0,
        licence="ODC-By",
        source="Hub: bigcode/self-oss-instruct-sc2-exec-filter-50k",
        folder="self_align",
    ),
    SetEntry(
        word="code-alpaca",
        what="instructions about code, answers not checked",
        make=CodeAlpaca,
        n_examples=2017,
        licence="CC BY-NC 4.0",
        source="GitHub: sahil280114/codealpaca",
        folder="code_alpaca",
    ),
    SetEntry(
        word="mbpp",
        what="the training part of MBPP, less what MBPP+ tests on",
        make=Mbpp,
        n_examples=266,
        licence="CC BY 4.0",
        source="GitHub: google-research/google-research",
        folder="mbpp",
    ),
    SetEntry(
        word="miniature-chat",
        what="friendly conversation of the miniature world, no task in it",
        make=MiniatureChat,
        n_examples=10_000,
        licence="Apache-2.0",
        source=HERE,
    ),
    SetEntry(
        word="miniature-sloppy",
        what="miniature instructions, of which few are followed",
        make=MiniatureSloppy,
        n_examples=10_000,
        licence="Apache-2.0",
        source=HERE,
    ),
)


def find_training_set(word: str, *, data: str | None = None) -> TrainingSet:
    """The training set of a word, of a task that has examples, or of a file. Raises BadStudy with
    the nearest words, or if there is no such file."""
    if Path(word).is_file():
        return Own.of(Path(word))
    if Path(word).suffix or "/" in word:
        raise BadStudy(f"--train {word}: there is no such file")
    by_word = {entry.word: entry for entry in SETS}
    tasks = [entry.word for entry in TASKS if entry.n_examples]
    name = word.strip().lower().replace("_", "-")
    if name in by_word:
        return by_word[name].training_set(data=data)
    if name not in tasks:
        one_of(word, [*by_word, *tasks], what="--train")
    return find_task(name).task(data=data)
