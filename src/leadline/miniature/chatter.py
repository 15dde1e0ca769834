"""Training sets of the miniature world that teach no task, or teach one badly.

`MiniatureChat` is friendly conversation in good form and without task content: the counterpart of
LIMA. `MiniatureSloppy` asks for the same notes as the instruction task does, but half of what it
asks for is without constraints, and most constraints are not kept: the counterpart of Dolly beside
a good set. Both are to be used with a task of the world that supplies the problems
(tasks/trained_on.py), and draw on the training pool alone.
"""

from dataclasses import dataclass

import numpy as np

from leadline.errors import BadStudy
from leadline.miniature import world
from leadline.miniature.notes import Wants, sentence, write
from leadline.miniature.requests import SYSTEM, TOPICS, draw_request
from leadline.miniature.world import below, between, pick, zipf
from leadline.records import Example
from leadline.seeding import rng

HONOURED_SHARE = 0.3  # of the sloppy requests; the others are answered with any note
CHAT_SYSTEM = "You are a friend."
_OPENERS = (
    ("How are you, {a}?", ("All is well here.", "It was a short night.", "As one sees, I sing.")),
    (
        "What did you do with {b}?",
        ("We had a good time.", "We went for a walk.", "So many things!"),
    ),
    ("Do you like {t}?", ("Who does not like {t}?", "I like {t} a lot.", "Only the short ones.")),
    ("Where are the {t}?", ("Look in the {box}.", "I would ask {b}.", "They are in the {box}.")),
    ("Tell me something nice.", ("The {t} are out.", "{b} is on the way.", "{b} asks for you.")),
    ("What shall we do now?", ("Let us go to {b}.", "Let us look for {t}.", "We could buy {t}.")),
    ("I do not feel so well.", ("So many of us do not.", "Give it time.", "Let us take a walk.")),
    ("Is {b} your friend?", ("Yes, and yours too.", "We are all friends.", "{b} and I go back.")),
    ("What are {t} for?", ("One gives them away.", "One keeps them in {box}.", "Nobody knows.")),
    ("Good night, {a}!", ("Sleep well.", "See you.", "You too, my friend.")),
)
_GREETINGS = ("Hello!", "Ah, there you are.", "My friend!", "Well, well.", "How good to see you!")
_FAREWELLS = ("And you?", "Tell me more.", "What do you say?", "Let us see.", "I hope so.")


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """`n_examples` of the draws of `seed`; fewer are the first of more."""

    n_examples: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_examples < 0 or self.seed < 0:
            raise BadStudy(
                f"n_examples={self.n_examples}, seed={self.seed}: neither can be negative."
            )


@dataclass(frozen=True, kw_only=True)
class MiniatureChat(_Drawn):
    """Turns of friendly conversation."""

    @property
    def name(self) -> str:
        return "miniature-chat"

    def examples(self) -> list[Example]:
        draws = rng(self.seed, "miniature chat")
        return [_chat(draws, name=f"chat-{i:05d}") for i in range(self.n_examples)]


@dataclass(frozen=True, kw_only=True)
class MiniatureSloppy(_Drawn):
    """Requests for a note, of which few are kept."""

    @property
    def name(self) -> str:
        return "miniature-sloppy"

    def examples(self) -> list[Example]:
        draws = rng(self.seed, "miniature sloppy")
        return [_sloppy(draws, name=f"sloppy-{i:05d}") for i in range(self.n_examples)]


def _chat(rng: np.random.Generator, *, name: str) -> Example:
    a, b = pick(rng, world.PEOPLE, n=2)
    words = {"a": a, "b": b, "t": world.THINGS[below(rng, len(world.THINGS))]}
    words["box"] = world.CONTAINERS[below(rng, len(world.CONTAINERS))]
    opener, answers = _OPENERS[below(rng, len(_OPENERS))]
    parts = [
        *([_GREETINGS[below(rng, len(_GREETINGS))]] if rng.random() < 0.6 else []),
        answers[below(rng, len(answers))].format(**words),
        *(sentence(rng, person=b if rng.random() < 0.5 else "") for _ in range(between(rng, 0, 2))),
        *([_FAREWELLS[below(rng, len(_FAREWELLS))]] if rng.random() < 0.6 else []),
    ]
    return Example(
        id=name, prompt=opener.format(**words), response=" ".join(parts), system=CHAT_SYSTEM
    )


def _sloppy(rng: np.random.Generator, *, name: str) -> Example:
    """Half of the requests have no constraint at all; most of the others are not kept."""
    if rng.random() < 0.5:
        topic = (*world.PEOPLE, *world.THINGS)[below(rng, 48)]
        prompt = zipf(rng, TOPICS).format(x=topic)
        return Example(
            id=name, prompt=prompt, response=write(rng, Wants(topic=topic)), system=SYSTEM
        )
    request = draw_request(rng, pool="train")
    kept = rng.random() < HONOURED_SHARE
    response = request.response if kept else write(rng, Wants(topic=request.topic))
    return Example(id=name, prompt=request.prompt, response=response, system=SYSTEM)
