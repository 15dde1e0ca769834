"""Draw a little story about who has how many things, together with its computation graph.

A story is a chain: a base quantity (plain, or boxes with so many in each), then quantities that
each follow from the one before by a comparison with another person or by an event, and sometimes
a last one (a total, a difference, an equal share, a price). The last quantity is the one that is
asked for; `k` counts the operations on the way to it. Every number lies between 2 and 160, so
no fraction and no negative number occurs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from leadline.miniature import world
from leadline.miniature.world import Operation, Phrase, below, between, zipf

Kind = Literal["given", "boxed", "compare", "event", "total", "difference", "share", "price"]

DISTRACTOR_SHARE = 0.25
SHUFFLED_SHARE = 0.35
BOXED_SHARE = 0.35
EVENT_SHARE = 0.4
LAST_SHARE = 0.35  # of stories with room for it end in a total, difference, share or price


@dataclass(frozen=True, slots=True)
class Quantity:
    """One node of the graph. `left_of` and `right_of` are the indices of the quantities that the
    operands are; None: the number stands in the statement. A given quantity has no operation."""

    kind: Kind
    owner: str
    other: str  # second person of a total or difference; container or "friends" of a share
    operation: Operation | None
    left: int
    right: int
    left_of: int | None
    right_of: int | None
    value: int
    statement: str  # "" where the question itself says it
    key: str  # the words and numbers without people and things


@dataclass(frozen=True, slots=True)
class Story:
    """Quantities in order of computation, and the facts in the order in which they are told."""

    things: str
    quantities: tuple[Quantity, ...]
    facts: tuple[str, ...]
    distractor: str  # the fact that is not needed, or ""
    shuffled: bool

    @property
    def asked(self) -> Quantity:
        """The quantity that the story's question asks for."""
        return self.quantities[-1]

    @property
    def steps(self) -> tuple[Quantity, ...]:
        """The quantities that must be computed, in order."""
        return tuple(q for q in self.quantities if q.operation is not None)

    @property
    def opening(self) -> str:
        """See `opening_of`."""
        return opening_of(self.quantities)


def opening_of(quantities: Sequence[Quantity]) -> str:
    """Base and first relation, words and numbers only: decides the pool (see splits.py)."""
    return " / ".join(q.key for q in quantities[:2])


def apply(operation: Operation, left: int, right: int) -> int | None:
    """The result, or None if it is no whole number from 2 to 160."""
    if operation == "/":
        value = left // right if left % right == 0 else 0
    else:
        value = {"+": left + right, "-": left - right, "*": left * right}[operation]
    return value if 2 <= value <= world.RESULT_MAX else None


def _operand(rng: np.random.Generator, phrase: Phrase) -> int:
    if phrase.n is not None:
        return phrase.n
    if phrase.operation in "*/":
        return between(rng, 2, 5)
    return between(rng, 2, between(rng, 6, 45))  # small numbers are commoner


class _Draft:
    """A story in the making: what `draw_story` needs to add one quantity after another."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.things = world.THINGS[below(rng, len(world.THINGS))]
        self.box = world.CONTAINERS[below(rng, len(world.CONTAINERS))]
        self.people = world.pick(rng, world.PEOPLE, n=8)
        self.quantities: list[Quantity] = []

    def owners(self) -> list[str]:
        return list(dict.fromkeys(q.owner for q in self.quantities))

    def base(self, *, boxed: bool) -> None:
        rng, owner = self.rng, self.people[0]
        n, m = between(rng, 2, 12), between(rng, 2, 12)
        if not boxed:
            n, m = between(rng, 3, (20, 50, world.GIVEN_MAX)[below(rng, 3)]), 0
        text = zipf(rng, world.BOXED if boxed else world.PLAIN)
        says = text.format(new=owner, n=n, m=m, things=self.things, box=self.box)
        value = n * m if boxed else n
        kind: Kind = "boxed" if boxed else "given"
        operation: Operation | None = "*" if boxed else None
        node = Quantity(
            kind, owner, "", operation, n, m, None, None, value, says, f"{text} {n} {m}"
        )
        self.quantities.append(node)

    def relation(self, *, event: bool) -> None:
        rng, old = self.rng, self.quantities[-1]
        owner = old.owner if event else self.people[len(self.owners())]
        while True:
            phrase = zipf(rng, world.EVENTS if event else world.COMPARISONS)
            n = _operand(rng, phrase)
            value = apply(phrase.operation, old.value, n)
            if value is not None:
                break
        says = phrase.text.format(new=owner, old=old.owner, n=n, things=self.things)
        kind: Kind = "event" if event else "compare"
        key, index = f"{phrase.text} {n}", len(self.quantities) - 1
        self.quantities.append(
            Quantity(kind, owner, "", phrase.operation, old.value, n, index, None, value, says, key)
        )

    def pair(self) -> bool:
        """Adds a total or difference of the last person and an earlier one; False if it cannot."""
        rng, last = self.rng, self.quantities[-1]
        earlier = [name for name in self.owners() if name != last.owner]
        other = earlier[below(rng, len(earlier))]
        index = max(i for i, q in enumerate(self.quantities) if q.owner == other)
        a, b = (len(self.quantities) - 1, last), (index, self.quantities[index])
        kind: Kind = "total" if rng.random() < 0.6 else "difference"
        if kind == "difference" and b[1].value > a[1].value:
            a, b = b, a
        sign: Operation = "+" if kind == "total" else "-"
        value = apply(sign, a[1].value, b[1].value)
        if value is None:
            return False
        node = Quantity(
            *(kind, a[1].owner, b[1].owner, sign, a[1].value, b[1].value, a[0], b[0]),
            *(value, "", kind),
        )
        self.quantities.append(node)
        return True

    def portion(self) -> bool:
        """Adds an equal share or a price; False if the number cannot be divided or multiplied."""
        rng, last = self.rng, self.quantities[-1]
        share = rng.random() < 0.5
        text = zipf(rng, world.SHARED if share else world.PRICED)
        sign: Operation = "/" if share else "*"
        n = between(rng, 2, 9 if share else 5)
        value = apply(sign, last.value, n)
        if value is None:
            return False
        says = text.format(new=last.owner, n=n, things=self.things, box=self.box)
        other = "friends" if "friends" in text else self.box
        kind: Kind = "share" if share else "price"
        node = Quantity(
            *(kind, last.owner, other if share else "", sign, last.value, n),
            *(len(self.quantities) - 1, None, value, says, f"{text} {n}"),
        )
        self.quantities.append(node)
        return True


def draw_story(
    rng: np.random.Generator, *, k: int, distracted: bool = True, fits: Callable[[str], bool]
) -> Story:
    """A story with `k` operations whose opening `fits`. Draws again until one does."""
    while True:
        draft = _Draft(rng)
        if _chain(draft, k=k, fits=fits):
            return _told(draft, distracted=distracted)


def _chain(draft: _Draft, *, k: int, fits: Callable[[str], bool]) -> bool:
    """Draws the quantities; False if they do not work out or their opening does not fit."""
    rng = draft.rng
    boxed = rng.random() < BOXED_SHARE
    draft.base(boxed=boxed)
    left = k - boxed
    last = left > 0 and rng.random() < LAST_SHARE
    for index in range(left - last):
        # One event a person: then every question of a solution is asked only once.
        settled = draft.quantities[-1].kind == "event"
        draft.relation(event=not settled and rng.random() < EVENT_SHARE)
        if index == 0 and not fits(opening_of(draft.quantities)):
            return False
    if last and not _last(draft):
        return False
    return left - last > 0 or fits(opening_of(draft.quantities))


def _last(draft: _Draft) -> bool:
    if len(draft.owners()) > 1 and draft.rng.random() < 0.6:
        return draft.pair()
    return draft.portion()


def _told(draft: _Draft, *, distracted: bool) -> Story:
    rng, nodes = draft.rng, draft.quantities
    timed = [q.kind in ("event", "share", "price") for q in nodes]
    first_timed = timed.index(True) if True in timed else len(nodes)
    facts = [q.statement for q in nodes if q.statement]
    head, tail = facts[:first_timed], facts[first_timed:]
    free = not any(q.kind == "compare" for q in nodes[first_timed:])  # order says nothing
    mixed = free and len(head) > 1 and rng.random() < SHUFFLED_SHARE
    if mixed:
        head = world.shuffled(rng, head)
    distractor = ""
    if distracted and rng.random() < DISTRACTOR_SHARE:
        distractor = _distractor(draft)
        head.insert(below(rng, len(head) + 1), distractor)
    return Story(draft.things, tuple(nodes), (*head, *tail), distractor, mixed)


def _distractor(draft: _Draft) -> str:
    rng, stranger = draft.rng, draft.people[-1]
    owners = draft.owners()
    kind = below(rng, 3)
    if kind == 0 and len(owners) > 1:
        # Not with the first person: base and distractor would be another story's opening.
        known = owners[1 + below(rng, len(owners) - 1)]
        text = world.COMPARISONS[below(rng, 2)].text
        return text.format(new=stranger, old=known, n=between(rng, 2, 20), things=draft.things)
    n = between(rng, 3, 50)
    if kind == 1:
        others = [things for things in world.THINGS if things != draft.things]
        other = others[below(rng, len(others))]
        return world.PLAIN[0].format(new=owners[below(rng, len(owners))], n=n, things=other)
    return zipf(rng, world.PLAIN).format(new=stranger, n=n, things=draft.things)
