"""The solution of a two-hop question as hops, perhaps after an event."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from leadline.miniature.facts import Fact, Island
from leadline.miniature.hops import RECALL
from leadline.miniature.relations import RELATIONS, Relation
from leadline.miniature.sheet import Unusable
from leadline.miniature.world import below

_RELATIONS = {relation.noun: relation for relation in RELATIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One line: what it asks, and the fact that it states. follows: it is about the value of the
    hop before; departs, invents: it is planted."""

    asks: tuple[Relation, str]
    tells: Fact
    follows: bool = False
    departs: bool = False
    invents: bool = False
    question: int = 0  # which wording; 0 is the solution's
    statement: int = 0


@dataclass
class Draft:
    """A solution in the making. answer: the final one, if it is not the last hop's."""

    island: Island
    gold: tuple[Fact, ...]
    hops: list[Hop]
    event: Fact | None
    rng: np.random.Generator
    event_invented: bool = False
    answer: str | None = None
    answer_departs: bool = False
    short: bool = False  # answers are names only
    ways: list[str] = field(default_factory=list)

    def draw(self, n: int) -> int:
        """A whole number below `n`. Raises Unusable if there is none."""
        if n < 1:
            raise Unusable
        return below(self.rng, n)

    def other(self, names: Sequence[str], *but: str) -> str:
        """One of the names, except some."""
        rest = [name for name in names if name not in but]
        return rest[self.draw(len(rest))]

    def fact(self, relation: Relation, subject: str) -> Fact:
        """What is true; of a subject that does not exist, anything."""
        if (subject, relation.noun) in self.island.facts:
            return self.island.of(subject, relation.noun)
        return Fact(subject, relation, self.other(self.island.names[relation.value], subject))

    def relation(self, subject: str, *but: str) -> Relation:
        """A relation that the subject has, except some."""
        nouns = [noun for name, noun in self.island.facts if name == subject]
        return _RELATIONS[self.other(nouns, *but)]


def refuse_without_effect(draft: Draft) -> None:
    """Raise Unusable if what was planted later made a departure right, or a hop one of before."""
    said = [(hop.asks, hop.tells) for hop in draft.hops]
    if len(set(said)) < len(said):
        raise Unusable
    # An event that is followed up stands for the first hop.
    if draft.event and said[0][0] == (draft.gold[1].relation, draft.event.value):
        raise Unusable
    if len(said) > 1 and draft.hops[1].departs:
        right = (draft.gold[1].relation, draft.hops[0].tells.value)
        asks, tells = said[1]
        if asks == (tells.relation, tells.subject) == right:
            raise Unusable


def write(draft: Draft) -> list[str]:
    lines = (
        [] if draft.event is None else [RECALL + draft.event.told(draft.event.relation.tells[1])]
    )
    for hop in draft.hops:
        relation, subject = hop.asks
        forms = (relation.asked, *relation.asks[1:])
        tells = hop.tells.told(hop.tells.relation.tells[hop.statement])
        answer = f"{hop.tells.value}." if draft.short else tells
        lines.append(f"{forms[hop.question].format(x=subject)} ** {answer}")
    last = draft.hops[-1].tells.value
    if draft.answer_departs and draft.answer == last:
        raise Unusable
    return [*lines, f"#### {last if draft.answer is None else draft.answer}"]
