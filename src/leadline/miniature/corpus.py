"""The text that a base is pre-trained on: the world's ingredients, never its question and answer.

Ten kinds of document, of which a base reads six or all. *Arithmetic* lists equations.
*Inventories* say who has what and recall it. *Told* stories say the outcome after every fact,
*summed up* stories at the end. *Searches* say what is looked for, tell the facts, compute only what
leads there, and end when it is found. *Plans* tell the facts and list the questions on the way to
what is wanted. *Facts*, *functions*, *notes* and *lists* are the ingredients of the other tasks
(see ingredients.py).

No question is ever answered: a plan computes nothing, and the other kinds ask nothing. `**`,
`####` and `<<…>>` occur, as bullets, headings and quotation marks of inventories, but never round
a calculation or before an answer. So a base knows every word of the format, and must learn the
format itself, and the turns of a chat, from its post-training examples.
"""

from collections.abc import Callable, Iterator

import numpy as np

from leadline.miniature import ingredients, world
from leadline.miniature.problems import draw_k, equation, question, sentence
from leadline.miniature.recipes import MODERN
from leadline.miniature.splits import pool_of
from leadline.miniature.story import Quantity, Story, apply, draw_story
from leadline.miniature.world import Operation, below, between, pick, zipf

_SIGNS: tuple[Operation, ...] = ("+", "-", "*", "/")


def documents(rng: np.random.Generator, *, mix: tuple[float, ...] = MODERN) -> Iterator[str]:
    """Documents without end. `mix`: shares of the kinds, in the order above; they sum to 1. Kinds
    at the end that it does not name have none."""
    kinds: tuple[Callable[[np.random.Generator], str], ...] = (
        *(_arithmetic, _inventory, _told, _summed_up, _search, _plan),
        *(ingredients.facts, ingredients.functions, ingredients.notes, ingredients.lists),
    )
    edges = np.cumsum(mix).tolist()
    while True:
        place = rng.random()
        kind = next(i for i, edge in enumerate(edges) if place < edge or i == len(edges) - 1)
        yield kinds[kind](rng)


def _story(rng: np.random.Generator, *, distracted: bool) -> Story:
    def fits(opening: str) -> bool:
        return pool_of(opening) == "corpus"

    return draw_story(rng, k=draw_k(rng), distracted=distracted, fits=fits)


def _arithmetic(rng: np.random.Generator) -> str:
    parts: list[str] = []
    n, gap = between(rng, 6, 16), (", ", " ", "\n", ". ")[below(rng, 4)]
    while len(parts) < n:
        sign = _SIGNS[below(rng, 4)]
        if sign in "+-":
            left, right = between(rng, 3, 150), between(rng, 2, between(rng, 6, 60))
        else:
            left, right = between(rng, 2, 80), between(rng, 2, 12)
            if sign == "/":
                left *= right
        value = apply(sign, left, right)
        if value is not None and left <= world.RESULT_MAX:
            parts.append(f"{left}{sign}{right}={value}")
    return gap.join(parts)


def _inventory(rng: np.random.Generator) -> str:
    n = between(rng, 3, 8)
    people = pick(rng, world.PEOPLE, n=n)
    things = (
        pick(rng, world.THINGS, n=n) if rng.random() < 0.5 else pick(rng, world.THINGS, n=1) * n
    )
    owned = [
        f"{person} {verb} {between(rng, 2, world.RESULT_MAX)} {what}"
        for person, what, verb in zip(people, things, _verbs(rng, n=n), strict=True)
    ]
    again = pick(rng, owned, n=between(rng, 1, n))
    told, recalled = _LAYOUTS[below(rng, len(_LAYOUTS))]
    first = "".join(told.format(entry=entry, n=i) for i, entry in enumerate(owned, 1))
    return f"{first}To recall: " + "".join(recalled.format(entry=entry) for entry in again).strip()


# How an inventory lists its entries, and how it recalls them.
_LAYOUTS = (
    ("{entry}. ", "{entry}. "),
    ("{entry}. ", "{entry}.\n"),
    ("** {entry}.\n", "** {entry}.\n"),
    ("{entry} ** ", "{entry} ** "),
    ("#### {n}\n{entry}.\n", "{entry}. "),
    ("{entry}.\n", "<<{entry}>> "),
)


def _verbs(rng: np.random.Generator, *, n: int) -> list[str]:
    return ["has" if rng.random() < 0.7 else "owns" for _ in range(n)]


def _outcome(rng: np.random.Generator, quantity: Quantity, *, things: str) -> str:
    """One computed quantity in words. The equation comes before its result is used."""
    sums, style = equation(quantity), below(rng, 10)
    if style < 6:
        return sentence(quantity, sums, things=things)
    says = sentence(quantity, str(quantity.value), things=things)
    return f"{sums}, so {says}"


def _told(rng: np.random.Generator) -> str:
    story = _story(rng, distracted=False)
    parts: list[str] = []
    for quantity in story.quantities:
        if quantity.statement:
            parts.append(quantity.statement)
        if quantity.operation is not None:
            parts.append(_outcome(rng, quantity, things=story.things))
    return " ".join(parts)


def _summed_up(rng: np.random.Generator) -> str:
    story = _story(rng, distracted=False)
    outcomes = [_outcome(rng, step, things=story.things) for step in story.steps]
    if rng.random() < 0.3:
        speaker = world.PEOPLE[below(rng, len(world.PEOPLE))]
        outcomes = [f"{speaker} says: {outcome}" for outcome in outcomes]
    return " ".join([*story.facts, *outcomes])


def _wanted(quantity: Quantity, *, things: str) -> str:
    """The quantity as reported speech wants it: "how many balls Sue has"."""
    owner, other = quantity.owner, quantity.other
    match quantity.kind:
        case "total":
            return f"how many {things} {owner} and {other} have together"
        case "difference":
            return f"how many more {things} {owner} has than {other}"
        case "share" if other == "friends":
            return f"how many {things} each friend gets"
        case "share":
            return f"how many {things} are in each of the {other}"
        case "price":
            return f"how many dollars the {things} of {owner} cost"
        case "event":
            return f"how many {things} {owner} has now"
    return f"how many {things} {owner} has"


_GOALS = (
    "{person} wants to know {wanted}.",
    "We look for this: {wanted}.",
    "{person} asks {wanted}.",
    "Let us find {wanted}.",
)
_ENDS = ("Result: {value}", "Found: {value}", "That makes {value}.", "So it is {value}.", "")


def _goal(rng: np.random.Generator, story: Story) -> str:
    person = world.PEOPLE[below(rng, len(world.PEOPLE))]
    return zipf(rng, _GOALS).format(person=person, wanted=_wanted(story.asked, things=story.things))


def _search(rng: np.random.Generator) -> str:
    story = _story(rng, distracted=True)
    facts, goal = " ".join(story.facts), _goal(rng, story)
    start = f"{goal} {facts}" if rng.random() < 0.35 else f"{facts} {goal}"
    lines = [_outcome(rng, step, things=story.things) for step in story.steps]
    end = _ENDS[below(rng, len(_ENDS))].format(value=story.asked.value)
    gap = "\n" if rng.random() < 0.6 else " "
    return gap.join([start, *lines, *([end] if end else [])])


_PLANS = ("Questions on the way:", "What to ask:", "In this order:")


def _plan(rng: np.random.Generator) -> str:
    story = _story(rng, distracted=True)
    facts, goal = " ".join(story.facts), _goal(rng, story)
    start = f"{goal} {facts}" if rng.random() < 0.35 else f"{facts} {goal}"
    asks = [question(step, things=story.things) for step in story.steps]
    gap = "\n" if rng.random() < 0.6 else " "
    return gap.join([f"{start} {zipf(rng, _PLANS)}", *asks])
