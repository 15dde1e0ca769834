"""Ask a story as a grade-school word problem and answer it in GSM8K's Socratic format.

A real row of the training split:

    prompt    Dan has 6 boxes with 4 balls in each. Sue has 3 more balls than Dan.
              How many balls does Sue have?
    response  How many balls does Dan have? ** Dan has <<6*4=24>>24 balls.
              How many balls does Sue have? ** Sue has <<24+3=27>>27 balls.
              #### 27
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from leadline.miniature.splits import Pool, pool_of, skeleton
from leadline.miniature.story import Quantity, Story, draw_story
from leadline.miniature.world import zipf
from leadline.records import Example, Problem

SYSTEM = "You are an expert in mathematics. Solve the problem."
STEP_SHARES = (0.22, 0.24, 0.20, 0.16, 0.10, 0.08)  # of problems with 1, 2, … 6 operations
_STEP_EDGES = tuple(np.cumsum(STEP_SHARES).tolist())

# How the question asks for one person's number; the first is also how a solution asks.
ASKS = (
    "How many {things} does {owner} have{now}?",
    "What is the number of {things} that {owner} has{now}?",
    "Find how many {things} {owner} has{now}.",
)


def draw_k(rng: np.random.Generator) -> int:
    """The number of operations of the next problem."""
    place = rng.random()
    return next((k for k, edge in enumerate(_STEP_EDGES, 1) if place < edge), len(STEP_SHARES))


def question(quantity: Quantity, *, things: str, form: str = ASKS[0]) -> str:
    """The question for one quantity, as a solution asks it."""
    owner, other = quantity.owner, quantity.other
    match quantity.kind:
        case "total":
            return f"How many {things} do {owner} and {other} have together?"
        case "difference":
            return f"How many more {things} does {owner} have than {other}?"
        case "share" if other == "friends":
            return f"How many {things} does each friend get?"
        case "share":
            return f"How many {things} are in each of the {other}?"
        case "price":
            return f"How many dollars do the {things} of {owner} cost?"
    return form.format(things=things, owner=owner, now=" now" if quantity.kind == "event" else "")


def sentence(quantity: Quantity, number: str, *, things: str) -> str:
    """What the quantity is, with `number` written as given."""
    owner, other = quantity.owner, quantity.other
    match quantity.kind:
        case "total":
            return f"{owner} and {other} together have {number} {things}."
        case "difference":
            return f"{owner} has {number} more {things} than {other}."
        case "share" if other == "friends":
            return f"Each friend gets {number} {things}."
        case "share":
            return f"Each of the {other} has {number} {things}."
        case "price":
            return f"The {things} of {owner} cost {number} dollars."
        case "event":
            return f"{owner} now has {number} {things}."
    return f"{owner} has {number} {things}."


def equation(quantity: Quantity) -> str:
    """`24+3=27`."""
    return f"{quantity.left}{quantity.operation}{quantity.right}={quantity.value}"


def response(story: Story) -> str:
    """The solution in Socratic format: a line a step, then the delimiter and the answer."""
    lines = [
        f"{question(step, things=story.things)} ** "
        + sentence(step, f"<<{equation(step)}>>{step.value}", things=story.things)
        for step in story.steps
    ]
    return "\n".join([*lines, f"#### {story.asked.value}"])


def prompt(story: Story, rng: np.random.Generator) -> str:
    """The facts and one of the ways to ask for the last quantity."""
    asks = question(story.asked, things=story.things, form=zipf(rng, ASKS))
    return " ".join([*story.facts, asks])


def detail(story: Story) -> dict[str, Any]:
    """The computation graph as plain JSON: what exact annotation of errors needs."""
    quantities = [
        {**dataclasses.asdict(q), "question": question(q, things=story.things)}
        for q in story.quantities
    ]
    return {
        "k": len(story.steps),
        "things": story.things,
        "quantities": quantities,
        "distractor": story.distractor,
        "shuffled": story.shuffled,
    }


def draw_problem(rng: np.random.Generator, *, pool: Pool) -> tuple[Story, str]:
    """A story of a pool and its prompt."""
    story = draw_story(rng, k=draw_k(rng), fits=lambda opening: pool_of(opening) == pool)
    return story, prompt(story, rng)


def draw_problems(rng: np.random.Generator, *, pool: Pool, n: int) -> Iterator[Problem]:
    """`n` problems without two that are equal up to renaming. The first ones do not depend on
    `n`, so that a smaller set is contained in a larger one."""
    seen: set[str] = set()
    while len(seen) < n:
        story, text = draw_problem(rng, pool=pool)
        bones = skeleton(text)
        if bones in seen:
            continue
        name = f"{pool}-{len(seen):05d}"
        seen.add(bones)
        yield Problem(
            id=name,
            prompt=text,
            reference=response(story),
            system=SYSTEM,
            group=name,
            detail=detail(story),
        )


def draw_examples(rng: np.random.Generator, *, n: int) -> Iterator[Example]:
    """`n` training examples; equal ones may occur, as in life."""
    for index in range(n):
        story, text = draw_problem(rng, pool="train")
        yield Example(id=f"train-{index:05d}", prompt=text, response=response(story), system=SYSTEM)
