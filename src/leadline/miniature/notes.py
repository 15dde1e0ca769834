"""Write short notes of the world, plain or dressed up: the text that instructions are about.

A note is a few sentences of small talk. `Wants` says how it must look: what it begins and ends
with, which words it uses or avoids, in which layout, in which case. `write` dresses a note up as
wanted; whether that worked is for `requests.holds` to say, which reads the finished text only.
"""

from dataclasses import dataclass

import numpy as np

from leadline.miniature import world
from leadline.miniature.world import below, between, pick

SENTENCES = (
    "{a} likes {t}.",
    "{a} likes {t}, but {b} likes {u}.",
    "{a} and {b} are friends.",
    "{a} has {t}, {u} and {v}.",
    "{a} asks {b} for {t}.",
    "The {t} are in the {box}.",
    "{a} looks for {t}, and {b} finds {u}.",
    "{b} gives the {t} to {a}.",
    "{a} keeps the {t} in {box}.",
    "In the room of {a} there are {t}.",
    "{a} would like more {t}.",
    "{a} knows {b}, for both have {t}.",
    "So {a} buys {t}.",
    "With {t} in the {box}, {a} finds the way.",
    "{b} says that the {t} of {a} are short.",
    "{a} sells {t}.",
    "{a} gets the {t} from {b}.",
)
NUMBERED = (
    "{a} has {n} {t}.",
    "There are {n} {t} in the {box}.",
    "{a} would like {n} {t}.",
    "{b} gives {n} {t} to {a}.",
)
CLOSINGS = ("So it is.", "That is all.", "We know that.", "Let us see.", "Solve this.", "Ask me.")
LAYOUTS = ("bullets", "numbered", "parts", "quotes", "title", "postscript")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """How a note shall look. Empty: no matter."""

    n: int = 0  # sentences, or entries of a list; 0: one to three
    begin: str = ""  # a person
    end: str = ""  # one of CLOSINGS
    topic: str = ""  # a person or thing that the first sentence is about, where there is room
    things: tuple[str, ...] = ()  # to be used, one a sentence
    number: int = 0
    layout: str = ""  # one of LAYOUTS
    mark: str = "."
    case: str = ""  # upper, lower


def sentence(
    rng: np.random.Generator, *, person: str = "", thing: str = "", number: int = 0
) -> str:
    """A sentence of small talk that begins with `person` and is about `thing` if they are given."""
    choices: tuple[str, ...] = NUMBERED if number else SENTENCES
    if person:
        choices = tuple(text for text in choices if text.startswith("{a}"))
    if thing:
        choices = tuple(text for text in choices if "{t}" in text)
    text = choices[below(rng, len(choices))]
    people = pick(rng, [p for p in world.PEOPLE if p != person], n=2)
    things = pick(rng, [t for t in world.THINGS if t != thing], n=3)
    return text.format(
        a=person or people[0],
        b=people[1],
        t=thing or things[0],
        u=things[1],
        v=things[2],
        n=number,
        box=world.CONTAINERS[below(rng, len(world.CONTAINERS))],
    )


def write(rng: np.random.Generator, wants: Wants) -> str:
    """A note that tries to be as wanted."""
    least = len(wants.things) + bool(wants.number) + bool(wants.end)
    n = max(wants.n or between(rng, 1, 3), min(least, wants.n or least))
    lines = _lines(rng, wants, n=n - bool(wants.end))
    if wants.end:
        lines.append(wants.end)
    lines = [line[:-1] + wants.mark for line in lines]
    text = _laid_out(rng, lines, wants)
    return {"upper": text.upper(), "lower": text.lower(), "": text}[wants.case]


def _lines(rng: np.random.Generator, wants: Wants, *, n: int) -> list[str]:
    """`n` sentences: the first about the topic, each with the next of the things and, if one is
    wanted, the last with the number."""
    things = [*wants.things, *[""] * n][:n]
    about = wants.topic
    lines = []
    for i, thing in enumerate(things):
        person = wants.begin if i == 0 else ""
        if i == 0 and about in world.PEOPLE and not person:
            person = about
        if i == 0 and about in world.THINGS and not thing:
            thing = about
        number = wants.number if i == n - 1 else 0
        lines.append(sentence(rng, person=person, thing=thing, number=number))
    return lines


def _laid_out(rng: np.random.Generator, lines: list[str], wants: Wants) -> str:
    match wants.layout:
        case "bullets":
            return "\n".join(f"* {line}" for line in lines)
        case "numbered":
            return "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))
        case "parts":
            half = max(1, len(lines) // 2)
            rest = lines[half:] or [sentence(rng)[:-1] + wants.mark]
            return " ".join(lines[:half]) + "\n***\n" + " ".join(rest)
        case "quotes":
            return '"' + " ".join(lines) + '"'
        case "title":
            thing = wants.things[0] if wants.things else world.THINGS[below(rng, 24)]
            return f"<<The {thing}>>\n" + " ".join(lines)
        case "postscript":
            return " ".join(lines) + "\nP.S. " + sentence(rng)[:-1] + wants.mark
    return " ".join(lines)


def any_wants(rng: np.random.Generator) -> Wants:
    """Some look or other, as the pre-training corpus has them: plain in half of all notes."""
    if rng.random() < 0.5:
        return Wants()
    draw = rng.random(5)
    return Wants(
        n=between(rng, 1, 4),
        end=CLOSINGS[below(rng, len(CLOSINGS))] if draw[0] < 0.25 else "",
        number=between(rng, 2, 60) if draw[1] < 0.2 else 0,
        layout=LAYOUTS[below(rng, len(LAYOUTS))] if draw[2] < 0.5 else "",
        mark="!" if draw[3] < 0.2 else ".",
        case=("upper", "lower")[below(rng, 2)] if draw[4] < 0.35 else "",
    )
