"""Constraints on a note, each with the ways to ask for it and the rule that checks it.

In order of frequency (Zipf, see world.py), and so are the ways to ask.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leadline.miniature import world
from leadline.miniature.notes import CLOSINGS
from leadline.miniature.world import below, between

Constraints = tuple[tuple[str, str], ...]  # names and arguments
_AVOIDED = ("likes", "the", "and", "in", "has", "for")

Draw = Callable[[np.random.Generator], str]


def _thing(rng: np.random.Generator) -> str:
    return world.THINGS[below(rng, len(world.THINGS))]


def _count(low: int, high: int) -> Draw:
    return lambda rng: str(between(rng, low, high))


def _one_of(choices: tuple[str, ...]) -> Draw:
    return lambda rng: choices[below(rng, len(choices))]


def _nothing(_: np.random.Generator) -> str:
    return ""


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def _sentences(text: str) -> int:
    return len(re.findall(r"[^.!?\s][^.!?]*[.!?]", text))


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _listed(text: str, n: int, *, mark: Callable[[int], str]) -> bool:
    lines = _lines(text)
    return len(lines) == n and all(line.startswith(mark(i)) for i, line in enumerate(lines, 1))


def _filled(parts: list[str]) -> list[str]:
    return [part for part in parts if part.strip()]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A kind of constraint: {x} is its argument. Two that share a `place` exclude each other."""

    name: str
    caption: str  # as the pre-training corpus describes a note that keeps it
    says: tuple[str, ...]  # in order of frequency
    draw: Draw
    holds: Callable[[str, str], bool]  # text, argument
    places: str  # letters: Start, End, Layout, Count, caSe, Word, Mark


# In order of frequency.
CONSTRAINTS = (
    Constraint(
        "word",
        "with {x}",
        ("Use the word {x}.", "Say something of {x}.", "Do not forget the {x}."),
        _thing,
        lambda text, x: x in _words(text),
        "w",
    ),
    Constraint(
        "sentences",
        "of {x} sentences",
        ("Write exactly {x} sentences.", "It has {x} sentences.", "Sentences: {x}."),
        _count(1, 4),
        lambda text, x: _sentences(text) == int(x),
        "lc",
    ),
    Constraint(
        "begin",
        "with {x} first",
        ("Begin with the word {x}.", "The first word is {x}.", "{x} comes first."),
        _one_of(world.PEOPLE),
        lambda text, x: _words(text)[:1] == [x.casefold()],
        "s",
    ),
    Constraint(
        "upper",
        "in capitals",
        ("Write all of it in capitals.", "Only large letters.", "Say it LOUD."),
        _nothing,
        lambda text, _: text.upper() == text != text.lower(),
        "a",
    ),
    Constraint(
        "end",
        "with this at its end: {x}",
        ("End with the words: {x}", "The last sentence is this. {x}", "Say this after all: {x}"),
        _one_of(CLOSINGS),
        lambda text, x: _words(text)[-len(_words(x)) :] == _words(x),
        "e",
    ),
    Constraint(
        "bullets",
        "of {x} bullets",
        ("Make {x} bullets.", "Write a list with {x} stars.", "One * a line, {x} lines."),
        _count(2, 4),
        lambda text, x: _listed(text, int(x), mark=lambda _: "* "),
        "slc",
    ),
    Constraint(
        "avoid",
        "without {x}",
        ("Do not use the word {x}.", "Write it without {x}.", "We do not say {x} here."),
        _one_of(_AVOIDED),
        lambda text, x: x not in _words(text),
        "",
    ),
    Constraint(
        "number",
        "with a {x} in it",
        ("Use the number {x}.", "Have {x} of something.", "There must be a {x} in it."),
        _count(2, 60),
        lambda text, x: x in _words(text),
        "n",
    ),
    Constraint(
        "lower",
        "in small letters",
        ("Write all of it in small letters.", "No capitals.", "Never a large letter."),
        _nothing,
        lambda text, _: text.lower() == text != text.upper(),
        "a",
    ),
    Constraint(
        "shout",
        "full of !",
        ("End each sentence with !.", "No full stops, only !.", "Be glad in each line."),
        _nothing,
        lambda text, _: "!" in text and not re.search(r"[a-zA-Z]\.|\?", text),
        "me",
    ),
    Constraint(
        "quotes",
        "in quotes",
        ("Put all of it in quotes.", 'It stands between two ".', "As if one said it."),
        _nothing,
        lambda text, _: len(text) > 2 and text[0] == text[-1] == '"',
        "sel",
    ),
    Constraint(
        "title",
        "with a title",
        ("Put a title in <<>> over it.", "Begin with a <<title>>.", "Give it a name."),
        _nothing,
        lambda text, _: bool(re.match(r"<<[^<>\n]+>>\n", text)),
        "slc",
    ),
    Constraint(
        "comma",
        "without commas",
        ("Do not use commas.", "Write it without any comma.", "Leave out each comma."),
        _nothing,
        lambda text, _: "," not in text,
        "",
    ),
    Constraint(
        "often",
        "with {x} twice",
        ("Say the word {x} two times.", "Say {x}, and say it again.", "Twice the word {x}."),
        _thing,
        lambda text, x: _words(text).count(x) == 2,
        "wc",
    ),
    Constraint(
        "postscript",
        "with a P.S.",
        ("End with a P.S.", "Add a P.S. to it.", "One more line, after P.S."),
        _nothing,
        lambda text, _: _lines(text)[-1].casefold()[:5] == "p.s. ",
        "elcm",
    ),
    Constraint(
        "words",
        "of {x} words",
        ("Write exactly {x} words.", "It has {x} words.", "Words: {x}."),
        _count(3, 8),
        lambda text, x: len(_words(text)) == int(x),
        "eclwn",
    ),
    Constraint(
        "parts",
        "in two parts",
        ("Write two parts with *** between.", "Cut it in two by ***.", "*** goes in."),
        _nothing,
        lambda text, _: len(_filled(text.split("***"))) == 2,
        "lc",
    ),
    Constraint(
        "numbered",
        "of {x} points",
        ("Number {x} lines.", "Write it as 1, 2 and so on, up to {x}.", "Make {x} points."),
        _count(2, 4),
        lambda text, x: _listed(text, int(x), mark=lambda i: f"{i}. "),
        "slcnm",
    ),
)
BY_NAME = {constraint.name: constraint for constraint in CONSTRAINTS}


def holds(text: str, name: str, x: str) -> bool:
    """Does the text keep the constraint? An empty text keeps none."""
    text = text.strip()
    return bool(text) and BY_NAME[name].holds(text, x)
