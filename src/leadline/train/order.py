"""Which examples make up each optimiser step, and at what learning rate: pure functions, no torch.

The order of an epoch depends on (seed, epoch) alone, so a resumed cell and a cell on other
hardware train on the same sequence. The last batch of an epoch may be smaller, never dropped.
"""

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


def generator(seed: int, purpose: str, *more: int) -> np.random.Generator:
    """The one way to draw here: a generator that belongs to (seed, purpose, …)."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *more])


def epoch_order(n_examples: int, *, seed: int, epoch: int) -> list[int]:
    """A permutation of the examples, the same wherever and whenever it is asked for."""
    order = generator(seed, "order", epoch).permutation(n_examples)
    return [int(i) for i in order]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The steps of one cell: `epochs` passes in batches of `batch_size` examples."""

    n_examples: int
    batch_size: int
    epochs: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.n_examples // self.batch_size)

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    def batches(self, *, start: int = 0) -> Iterator[tuple[int, list[int]]]:
        """(step, indices of its examples) from step `start` to the end."""
        for epoch in range(start // self.steps_per_epoch if self.steps else 0, self.epochs):
            order = epoch_order(self.n_examples, seed=self.seed, epoch=epoch)
            for i in range(self.steps_per_epoch):
                step = epoch * self.steps_per_epoch + i
                if step >= start:
                    yield step, order[i * self.batch_size : (i + 1) * self.batch_size]


def learning_rate(step: int, *, steps: int, peak: float, warmup_share: float) -> float:
    """Cosine from `peak` to 0, as transformers' `cosine` schedule; `step` counts from 0.

    The warm-up rises linearly and, unlike transformers', wastes no step at rate 0.
    """
    n_warmup = math.ceil(steps * warmup_share)
    if step < n_warmup:
        return peak * (step + 1) / (n_warmup + 1)
    progress = (step - n_warmup) / max(1, steps - n_warmup)
    return peak * 0.5 * (1.0 + math.cos(math.pi * progress))
