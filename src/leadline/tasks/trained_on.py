"""A task whose examples come from a training set and whose problems and grader from another task.

TrainedOn(task=IFEval(), train=Dolly())     # ifeval-on-dolly
TrainedOn(task=GSM8K(), train=Lima())       # gsm8k-on-lima: style without task content
"""

from dataclasses import dataclass
from typing import Protocol

from leadline.records import Example
from leadline.tasks.of_task import OfTask


class TrainingSet(Protocol):
    """A source of examples: a frozen dataclass, as a task is (see leadline/sets/)."""

    @property
    def name(self) -> str: ...  # stands in addresses
    def examples(self) -> list[Example]: ...
    def __hash__(self) -> int: ...  # frozen: its data are read once a process


@dataclass(frozen=True, kw_only=True)
class TrainedOn(OfTask):
    """`task`, trained on `train`. A training set proves itself by its digest when it is read."""

    train: TrainingSet

    @property
    def name(self) -> str:
        return f"{self.task.name}-on-{self.train.name}"

    def examples(self) -> list[Example]:
        return self.train.examples()
