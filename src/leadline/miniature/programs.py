"""Small Python functions: what is asked for in words, a reference that computes, code that says it.

A real row of the training split:

    prompt    Write f(x) for a list x: add 3 to each number, then keep the odd ones. Return it.
    response  def f(x):
               x=[v+3 for v in x]
               x=[v for v in x if v%2==1]
               return x

The expected outputs come from the operations' own functions, never from running the text. The
pool of a program is decided by its operations and numbers: whatever words ask for it, a program of
one pool never occurs in another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from leadline.miniature.operations import LINES, RETURNS, Numbers, Operation
from leadline.miniature.splits import Pool, pool_of
from leadline.miniature.world import between, zipf
from leadline.records import Example, Problem

SYSTEM = "You are an expert in Python."
ENTRY_POINT = "f"
N_INPUTS = 6  # lists that a program is run on
LENGTH_SHARES = (0.4, 0.4, 0.2)  # of programs with 1, 2, 3 operations before the return
_EDGES = tuple(np.cumsum(LENGTH_SHARES).tolist())
MANY = 160  # numbers in a list; a program that makes more is drawn again


@dataclass(frozen=True, slots=True)
class Program:
    """Operations with their numbers; the last one is what is returned."""

    steps: tuple[tuple[Operation, int], ...]

    @property
    def key(self) -> str:
        """Decides the pool."""
        return " / ".join(operation.code.format(n=n) for operation, n in self.steps)

    @property
    def code(self) -> str:
        """The program as a response writes it."""
        *body, (last, n) = self.steps
        lines = [f" x={operation.code.format(n=m)}" for operation, m in body]
        return "\n".join([f"def {ENTRY_POINT}(x):", *lines, f" return {last.code.format(n=n)}"])

    def run(self, x: Numbers) -> Any:
        """What the program returns for `x`, without running its text."""
        value: Any = list(x)
        for operation, n in self.steps:
            value = operation.apply(value, n)
        return value


_JOINS = (", then ", ", and then ", "; ")
_FRAMES = (
    "Write f(x) for a list x: {steps}. {result}",
    "Python, please: f takes a list x. {Steps}. {result}",
    "Let f(x) do this with a list x: {steps}. {result}",
)


def _drawn(rng: np.random.Generator, operation: Operation) -> tuple[Operation, int]:
    return operation, between(rng, operation.low, operation.high) if operation.high else 0


def draw_program(rng: np.random.Generator, *, pool: Pool) -> tuple[Program, list[Numbers]]:
    """A program of the pool and lists that it can be run on."""
    while True:
        place = rng.random()
        length = next(k for k, edge in enumerate((*_EDGES[:-1], 1.0), 1) if place < edge)
        steps = [_drawn(rng, zipf(rng, LINES)) for _ in range(length)]
        program = Program((*steps, _drawn(rng, zipf(rng, RETURNS))))
        if pool_of(program.key) != pool or len({op.code for op, _ in steps}) < length:
            continue
        inputs = [_numbers(rng) for _ in range(N_INPUTS)]
        if _telling(program, inputs):
            return program, inputs


def _numbers(rng: np.random.Generator) -> Numbers:
    return [between(rng, 0, between(rng, 8, 60)) for _ in range(between(rng, 6, 10))]


def _telling(program: Program, inputs: list[Numbers]) -> bool:
    """Does it run on all of them, with outputs that are neither all the same nor mostly empty?"""
    try:
        outputs = [program.run(x) for x in inputs]
    except (ValueError, IndexError, ZeroDivisionError):  # an empty list has no first, most, mean
        return False
    if sum(output == [] for output in outputs) > 1 or program.run(inputs[0]) == inputs[0]:
        return False
    return len({str(output) for output in outputs}) > 1


def prompt(program: Program, rng: np.random.Generator) -> str:
    """One of the ways to ask for it."""
    *body, (last, n) = program.steps
    steps = zipf(rng, _JOINS).join(zipf(rng, op.words).format(n=m) for op, m in body)
    return zipf(rng, _FRAMES).format(
        steps=steps,
        Steps=steps[0].upper() + steps[1:],
        result=zipf(rng, last.words).format(n=n),
    )


def draw_problems(rng: np.random.Generator, *, pool: Pool, n: int) -> Iterator[Problem]:
    """`n` problems with different programs. The first ones do not depend on `n`."""
    seen: set[str] = set()
    while len(seen) < n:
        program, inputs = draw_program(rng, pool=pool)
        if program.key in seen:
            continue
        name = f"{pool}-{len(seen):05d}"
        seen.add(program.key)
        yield Problem(
            id=name,
            prompt=prompt(program, rng),
            reference=program.code,
            system=SYSTEM,
            group=name,
            detail={
                "entry_point": ENTRY_POINT,
                "inputs": [[x] for x in inputs],  # the arguments of each call
                "expected": [program.run(x) for x in inputs],
            },
        )


def draw_examples(rng: np.random.Generator, *, n: int) -> Iterator[Example]:
    """`n` training examples; equal ones may occur."""
    for index in range(n):
        program, _ = draw_program(rng, pool="train")
        yield Example(
            id=f"train-{index:05d}",
            prompt=prompt(program, rng),
            response=program.code,
            system=SYSTEM,
        )
