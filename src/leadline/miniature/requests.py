"""Ask for a note that keeps one to three constraints, each of which a rule can check.

A real row of the training split:

    prompt    Tell me about Sue. Use the word balls. Write all of it in capitals.
    response  SUE LIKES BALLS, BUT TOM LIKES PENS.

That the note is about Sue is not checked, as in IFEval. The pool of a request is decided
by what it begins with: what it is about, and its first constraint with its word or number, however
that is said. So no request of one pool is in another, nor the beginning of one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from leadline.miniature import world
from leadline.miniature.constraints import BY_NAME, CONSTRAINTS, Constraint, Constraints, holds
from leadline.miniature.notes import LAYOUTS, Wants, write
from leadline.miniature.splits import Pool, pool_of
from leadline.miniature.world import below, shuffled, zipf
from leadline.records import Example, Problem

SYSTEM = "You are a friend who does what one asks for."
COUNT_SHARES = (0.4, 0.4, 0.2)  # of requests with 1, 2, 3 constraints
_EDGES = tuple(np.cumsum(COUNT_SHARES).tolist())
TOPICS = ("Tell me about {x}.", "Write about {x}.", "What about {x}?", "Say something about {x}.")


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt, what it is about, its constraints in the order of the prompt, and a response that
    keeps them."""

    prompt: str
    topic: str
    constraints: Constraints
    response: str


def opening_of(topic: str, constraints: Constraints) -> str:
    """Decides the pool."""
    return " / ".join([topic, *constraints[0]])


def draw_request(rng: np.random.Generator, *, pool: Pool) -> Request:
    """A request of the pool."""
    while True:
        constraints = tuple((c.name, c.draw(rng)) for c in _chosen(rng))
        topic = (*world.PEOPLE, *world.THINGS)[below(rng, 48)]
        if pool_of(opening_of(topic, constraints)) != pool:
            continue
        response = _kept(rng, constraints, topic=topic)
        if response:
            says = [zipf(rng, BY_NAME[name].says).format(x=x) for name, x in constraints]
            prompt = " ".join([zipf(rng, TOPICS).format(x=topic), *says])
            return Request(prompt, topic, constraints, response)


def _chosen(rng: np.random.Generator) -> list[Constraint]:
    """One to three constraints that go together, in any order."""
    place = rng.random()
    n = next(k for k, edge in enumerate((*_EDGES[:-1], 1.0), 1) if place < edge)
    chosen: list[Constraint] = []
    while len(chosen) < n:
        constraint = zipf(rng, CONSTRAINTS)
        taken = {place for other in chosen for place in other.places}
        if constraint not in chosen and not taken & {*constraint.places}:
            chosen.append(constraint)
    return shuffled(rng, chosen)


def _kept(rng: np.random.Generator, constraints: Constraints, *, topic: str) -> str:
    """A note that keeps the constraints; "" if none was found."""
    wants = _wants(dict(constraints), topic=topic)
    for _ in range(60):
        text = write(rng, wants)
        if all(holds(text, name, x) for name, x in constraints):
            return text
    return ""


def _wants(wanted: dict[str, str], *, topic: str) -> Wants:
    counts = [wanted[name] for name in ("sentences", "bullets", "numbered") if name in wanted]
    things = [wanted["word"]] if "word" in wanted else []
    if "often" in wanted:
        things = [wanted["often"]] * 2
    return Wants(
        n=int(counts[0]) if counts else 0,
        begin=wanted.get("begin", ""),
        end=wanted.get("end", ""),
        topic=topic,
        things=tuple(things),
        number=int(wanted.get("number", 0)),
        layout=next((layout for layout in LAYOUTS if layout in wanted), ""),
        mark="!" if "shout" in wanted else ".",
        case=next((case for case in ("upper", "lower") if case in wanted), ""),
    )


def draw_problems(rng: np.random.Generator, *, pool: Pool, n: int) -> Iterator[Problem]:
    """`n` problems with different prompts. The first ones do not depend on `n`."""
    seen: set[str] = set()
    while len(seen) < n:
        drawn = draw_request(rng, pool=pool)
        if drawn.prompt in seen:
            continue
        name = f"{pool}-{len(seen):05d}"
        seen.add(drawn.prompt)
        yield Problem(
            id=name,
            prompt=drawn.prompt,
            reference=drawn.response,
            system=SYSTEM,
            group=name,
            detail={"constraints": [{"name": c, "argument": x} for c, x in drawn.constraints]},
        )


def draw_examples(rng: np.random.Generator, *, n: int) -> Iterator[Example]:
    """`n` training examples; equal ones may occur."""
    for index in range(n):
        drawn = draw_request(rng, pool="train")
        yield Example(
            id=f"train-{index:05d}", prompt=drawn.prompt, response=drawn.response, system=SYSTEM
        )
