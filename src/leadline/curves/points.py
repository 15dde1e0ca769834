"""A learning curve as rows alone: sizes, values, and what is known of their noise.

Values are rates from 0 to 1, or losses above 0; nothing here knows where they were measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from leadline.curves.metrics import is_signed

Kind = Literal["rate", "loss"]
HIGHER_IS_BETTER = {"error": False, "loss": False}  # every other metric rises as it gets better


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measured value after training on `n_examples` (or whatever the curve's unit is)."""

    n_examples: float
    value: float  # 0–1 for a rate (-1 to 1 for a correlation), above 0 for a loss
    seed: str = ""  # "" where the source has one run, or a mean over runs
    standard_error: float | None = None  # of value, as the source gives it
    n_test: int | None = None  # test items that were decided
    n_correct: int | None = None  # right answers among them; value = n_correct / n_test
    recipe: Mapping[str, str] = field(default_factory=dict)  # batch_size, learning_rate, …


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """One metric of one model, task and method over sizes; points in order of size and seed.

    `chance` is the rate of a guess, where known. `coordinates` holds source, task, model, method as
    far as the rows say; points that differ in no column but size and seed make one curve.
    """

    id: str
    metric: str
    points: tuple[Point, ...]
    chance: float | None = None
    unit: str = "examples"
    coordinates: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """Whether the laws run on rates or on the logarithm of a loss."""
        return "loss" if self.metric == "loss" else "rate"

    @property
    def width(self) -> float:
        """Of a rate's range, which is the largest error: 1, or 2 where values begin at -1."""
        return 2.0 if is_signed(self.metric) else 1.0

    @property
    def higher_is_better(self) -> bool:
        return HIGHER_IS_BETTER.get(self.metric, True)
