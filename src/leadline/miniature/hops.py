"""Ask for a fact of a fact, and answer it hop by hop.

A real row of the training split:

    prompt    Where does the one who wrote Ribb live?
    response  Who is the author of Ribb? ** The author of Ribb is Tane.
              What is the home of Tane? ** The home of Tane is Lith.
              #### Lith

Some training examples have one hop only, as in the paper's set; problems always have two. A
response that recalls opens with the event, the fact of the first hop as the corpus may tell it:

    response  To recall: Tane wrote Ribb.
              Who is the author of Ribb? ** The author of Ribb is Tane.
              …
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from leadline.miniature.facts import Fact, Island, islands
from leadline.miniature.relations import RELATIONS
from leadline.miniature.splits import Pool
from leadline.miniature.world import below, zipf
from leadline.records import Example, Problem

SYSTEM = "You know this world. Answer step by step."
RECALL = "To recall: "  # words of the corpus's inventories
ONE_HOP_SHARE = 0.25  # of the training examples
_BY_SUBJECT = {
    kind: tuple(relation for relation in RELATIONS if relation.subject == kind)
    for kind in ("song", "person", "town")
}


@dataclass(frozen=True, slots=True)
class Chain:
    """One or two facts, each about what the one before gave."""

    facts: tuple[Fact, ...]

    @property
    def key(self) -> str:
        """Subject and relations: what makes two questions the same."""
        return " ".join([self.facts[0].subject, *(fact.relation.noun for fact in self.facts)])

    @property
    def answer(self) -> str:
        """The last fact's value."""
        return self.facts[-1].value


def chains(island: Island, *, hops: int) -> list[Chain]:
    """Every chain of one or two facts."""
    ones = [Chain((fact,)) for fact in island.facts.values()]
    if hops == 1:
        return ones
    return [
        Chain((*one.facts, island.of(one.answer, relation.noun)))
        for one in ones
        if one.facts[0].relation.means
        for relation in _BY_SUBJECT[one.facts[0].relation.value]
    ]


def prompt(chain: Chain, rng: np.random.Generator) -> str:
    """One of the ways to ask."""
    first, last = chain.facts[0], chain.facts[-1]
    asked = first.subject
    if len(chain.facts) == 2:
        asked = zipf(rng, first.relation.means).format(x=asked)
    text = zipf(rng, last.relation.asks).format(x=asked)
    return text[0].upper() + text[1:]


def response(chain: Chain) -> str:
    """A line a hop, then the delimiter and the answer."""
    lines = [
        f"{fact.relation.asked.format(x=fact.subject)} ** {fact.told(fact.relation.tells[0])}"
        for fact in chain.facts
    ]
    return "\n".join([*lines, f"#### {chain.answer}"])


def event(chain: Chain) -> str:
    """The fact that the chain begins with, in other words than its first hop."""
    return chain.facts[0].told(chain.facts[0].relation.tells[1])


def recalling(chain: Chain) -> str:
    """The event, then the response."""
    return f"{RECALL}{event(chain)}\n{response(chain)}"


Write = Callable[[Chain], str]


def draw_problems(
    rng: np.random.Generator, *, pool: Pool, n: int, write: Write = response
) -> Iterator[Problem]:
    """`n` two-hop problems with different prompts, each chain before any comes again. The first
    ones do not depend on `n`, nor the prompts on `write`. Those about the same chain share a
    group."""
    every = chains(islands()[pool], hops=2)
    seen: set[str] = set()
    while len(seen) < n:
        for index in rng.permutation(len(every)):
            chain = every[index]
            text = prompt(chain, rng)
            if text in seen or len(seen) == n:
                continue
            name = f"{pool}-{len(seen):05d}"
            seen.add(text)
            yield Problem(
                id=name,
                prompt=text,
                reference=write(chain),
                system=SYSTEM,
                group=chain.key,
                detail={
                    "hops": [
                        {"subject": f.subject, "relation": f.relation.noun, "value": f.value}
                        for f in chain.facts
                    ]
                },
            )


def draw_examples(
    rng: np.random.Generator, *, n: int, write: Write = response
) -> Iterator[Example]:
    """`n` training examples; equal ones may occur."""
    island = islands()["train"]
    by_hops = {hops: chains(island, hops=hops) for hops in (1, 2)}
    for index in range(n):
        every = by_hops[1 if rng.random() < ONE_HOP_SHARE else 2]
        chain = every[below(rng, len(every))]
        yield Example(
            id=f"train-{index:05d}",
            prompt=prompt(chain, rng),
            response=write(chain),
            system=SYSTEM,
        )
