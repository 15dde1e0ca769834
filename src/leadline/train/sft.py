"""Supervised fine-tuning of all weights: the study's own method. Imports no torch by itself.

What defines the result stands in `SFT` and enters a cell's fingerprint; device, precision's
hardware reasons, micro-batches and ranks do not. Loss is the sum over supervised tokens ÷ their
number in the whole optimiser step; AdamW, cosine to 0, gradient norm clipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from leadline.chat import Chat
from leadline.errors import BadStudy
from leadline.models import context_length
from leadline.protocols import Runtime
from leadline.records import Cell, Checkpoint, Example, Model
from leadline.train.tokens import Row, fitting, rows_of

PAPER_BATCHES: tuple[tuple[int | None, int], ...] = ((100, 2), (1000, 8), (None, 16))  # its Table 6
LARGE = 6_500_000_000  # parameters: "7B" and above
NO_LIMIT = 2**62  # tokens


@dataclass(frozen=True, kw_only=True)
class SFT:
    """Full fine-tuning.

    learning_rate: peak; None takes the model's own, else 1e-5 from 7B parameters up (the paper's)
    and 2e-5 below. batch_sizes: (up to n examples, examples a step), the last with None.
    max_length: tokens an example may have; None is the model's context. precision: "auto" computes
    in bf16 (float32 master weights) where the machine is fast in it, else in float32.
    """

    name: str = "sft"
    learning_rate: float | None = None
    epochs: int = 3
    batch_sizes: tuple[tuple[int | None, int], ...] = PAPER_BATCHES
    warmup_share: float = 0.0
    max_grad_norm: float = 1.0
    max_length: int | None = None
    on_overlength: Literal["refuse", "drop"] = "refuse"
    precision: Literal["auto", "bf16", "float32"] = "auto"

    def __post_init__(self) -> None:
        ends = [end for end, _ in self.batch_sizes]
        finite = [end for end in ends[:-1] if end is not None]
        if not ends or ends[-1] is not None or finite != sorted(set(finite)):
            raise BadStudy(
                f"batch_sizes={self.batch_sizes}: give (up to n, batch) pairs with rising n, the"
                " last with None, as ((100, 2), (1000, 8), (None, 16))."
            )
        sizes = [size for _, size in self.batch_sizes]
        if min(sizes) < 1 or self.epochs < 1 or not 0 <= self.warmup_share < 1:
            raise BadStudy(
                f"SFT needs batches and epochs of at least 1 and a warm-up share below 1; it has"
                f" batches {sizes}, epochs {self.epochs}, warmup_share {self.warmup_share}."
            )
        if self.learning_rate is not None and not 0 < self.learning_rate < 1:
            raise BadStudy(f"learning_rate={self.learning_rate}: give a rate between 0 and 1.")

    def batch_size(self, n_examples: int) -> int:
        """Examples in one optimiser step."""
        fits = (size for end, size in self.batch_sizes if end is None or n_examples <= end)
        return next(fits)

    def peak(self, model: Model) -> float:
        """The peak learning rate for this model."""
        large = model.parameters >= LARGE
        return self.learning_rate or model.learning_rate or (1e-5 if large else 2e-5)

    def rows(self, model: Model, examples: Sequence[Example], *, name: str) -> list[Row]:
        """The examples as rows of token ids, those that fit. Raises BadData if one may not go."""
        chat = Chat.load(model.source, revision=model.revision)
        limits = [limit for limit in (self.max_length, context_length(model)) if limit]
        rows = rows_of(chat, examples)
        longest = min(limits, default=NO_LIMIT)
        return fitting(rows, limit=longest, on_overlength=self.on_overlength, name=name)

    def check(self, model: Model, examples: Sequence[Example]) -> list[str]:
        """Look at the examples before anything runs: notes, or BadData for what may not be lost."""
        lost = len(examples) - len(self.rows(model, examples, name=self.name))
        return [f"{lost} of {len(examples)} examples are too long and were dropped"] if lost else []

    def train(
        self, cell: Cell, model: Model, examples: Sequence[Example], *, into: Path, runtime: Runtime
    ) -> Checkpoint:
        """Train the cell under `into` (state/, checkpoint/), going on where it was stopped.

        Raises BadData for a model or examples that cannot be used, Stopped when asked to stop.
        """
        from leadline.train.run import train_cell

        if not examples:
            raise BadStudy(f"{cell.address}: n = 0 is the base itself; there is nothing to train.")
        return train_cell(self, cell, model, examples, into=into, runtime=runtime)
