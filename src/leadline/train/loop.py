"""The training loop of one cell: order, rate, step, save, report, until done or told to stop.

The loop knows nothing about where the step runs: a `Stepper` does one optimiser step on the rows
it is given, in one process or over many.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from leadline.errors import LeadlineError, Stopped
from leadline.protocols import Runtime
from leadline.train.flat import Flat
from leadline.train.order import Schedule, learning_rate
from leadline.train.state import Position, StateFolder
from leadline.train.tokens import Row, micro_batches

REPORT_EVERY = 0.25  # seconds


class Stepper(Protocol):
    """One optimiser step at a time, and what must be stored to go on."""

    def step(self, rows: Sequence[Row], *, learning_rate: float) -> float:
        """Train on these rows; returns their loss in nats a supervised token."""
        ...

    def tensors(self) -> dict[str, Tensor]: ...
    def restore(self, tensors: dict[str, Tensor], *, n_steps: int) -> None: ...


class Engine(Protocol):
    """Adds the gradients of loss sum ÷ n_supervised; returns the loss sum."""

    layout: str  # how it computes, for the record

    def backward(self, rows: Sequence[Row], *, n_supervised: int) -> float: ...


@dataclass
class FlatStepper:
    """Steps in this process, on one device."""

    engine: Engine
    flat: Flat
    max_grad_norm: float
    max_tokens: int  # of one micro-batch

    def step(self, rows: Sequence[Row], *, learning_rate: float) -> float:
        self.flat.grad.zero_()
        n_supervised = sum(row.n_supervised for row in rows)
        loss = 0.0
        for batch in micro_batches(rows, max_tokens=self.max_tokens):
            loss += self.engine.backward(batch, n_supervised=n_supervised)
        if math.isfinite(loss):
            self.flat.step(learning_rate=learning_rate, max_grad_norm=self.max_grad_norm)
        return loss / n_supervised

    def tensors(self) -> dict[str, Tensor]:
        return self.flat.tensors()

    def restore(self, tensors: dict[str, Tensor], *, n_steps: int) -> None:
        self.flat.restore(tensors, n_steps=n_steps)


class Diverged(LeadlineError):
    """The loss left the numbers: an outcome of these settings, not an accident."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """What one cell trains on, and how fast."""

    name: str  # for messages
    rows: Sequence[Row]
    schedule: Schedule
    peak: float
    warmup_share: float

    def tokens(self, n_steps: int) -> int:
        """Tokens in the first `n_steps` steps."""
        done = (batch for step, batch in self.schedule.batches() if step < n_steps)
        return sum(self.rows[i].n_tokens for batch in done for i in batch)


def run(course: Course, stepper: Stepper, state: StateFolder, *, runtime: Runtime) -> Position:
    """Train to the end, from the stored state if there is one.

    Raises Stopped (state saved) when asked to stop, Diverged when the loss is no number.
    """
    position = Position()
    if stored := state.load():
        position, tensors = stored
        stepper.restore(tensors, n_steps=position.step)
    steps, tokens = course.schedule.steps, course.tokens(position.step)
    began, reported = time.monotonic() - position.seconds, 0.0
    for step, batch in course.schedule.batches(start=position.step):
        if runtime.stop():
            state.save(position, stepper.tensors())
            raise Stopped(
                f"{course.name}: stopped after step {step} of {steps}; the same command"
                " goes on from here."
            )
        rows = [course.rows[i] for i in batch]
        rate = learning_rate(step, steps=steps, peak=course.peak, warmup_share=course.warmup_share)
        loss = stepper.step(rows, learning_rate=rate)
        if not math.isfinite(loss):
            raise Diverged(
                f"{course.name}: the loss is {loss} at step {step + 1} of {steps} (it was"
                f" {position.losses[-1:] or ['?']}). The learning rate {course.peak:g} is likely"
                " too high for this model: set a lower one."
            )
        tokens += sum(row.n_tokens for row in rows)
        position.step, position.seconds = step + 1, time.monotonic() - began
        position.losses.append(loss)
        if position.step < steps and state.due:
            state.save(position, stepper.tensors())
        if time.monotonic() - reported > REPORT_EVERY or position.step == steps:
            reported = time.monotonic()
            runtime.progress("train", position.step, steps, tokens)
    return position
