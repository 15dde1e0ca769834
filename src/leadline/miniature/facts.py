"""The facts of the miniature world: who wrote which song, who lives in which town, and so on.

Three islands have nobody and nothing in common: training questions are about the first, validation
questions about the second, test questions about the third. The pre-training corpus tells the facts
of all three. So whoever answers a test question has the facts from pre-training, and from nowhere
else. The rivers and the things that people collect are only names; they occur on every island.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from leadline.miniature import world
from leadline.miniature.relations import RELATIONS, Kind, Relation
from leadline.miniature.splits import Pool
from leadline.miniature.world import below, pick
from leadline.seeding import rng

# Two tokens each, all of them: a beginning and an ending that the tokenizer has. No world name.
_BEGINNINGS = ("T", "S", "R", "L", "M", "J", "W", "F")
_ENDINGS: dict[Kind, tuple[str, ...]] = {
    "song": ("ibb", "ubles", "ells", "hemat"),
    "person": ("ane", "osa", "ily", "eo", "uth", "ar"),
    "town": ("ith", "oul", "um", "ien"),
}
_OTHERS = frozenset(
    {"Jane", "Rosa", "Lily", "Leo", "Ruth", "Jar", "War", "Far", "Foul", "Soul", "Sum", "Rum"}
    | {"Sells", "Tells", "Wells", "Themat", "Sane", "Lane", "Wily", "Tar", "With", "Rubles", "Mar"}
)
RIVERS = ("Tou", "Rou", "Lou", "Mou", "Wou", "Fou", "Onax", "Inax", "Toax", "Soax", "Weax", "Letax")
# Of every kind: the first of a shuffled list live on the first island, and so on.
_ISLANDS: tuple[tuple[Pool, float], ...] = (("train", 0.56), ("validation", 0.73), ("test", 1.0))


@dataclass(frozen=True, slots=True)
class Fact:
    """The `relation` of `subject` is `value`."""

    subject: str
    relation: Relation
    value: str

    def told(self, form: str) -> str:
        """The fact in one of its relation's ways of telling."""
        return form.format(x=self.subject, y=self.value)


@dataclass(frozen=True)
class Island:
    """All that is true of one island."""

    names: dict[Kind, tuple[str, ...]]
    facts: dict[tuple[str, str], Fact]  # by subject and noun

    def of(self, subject: str, noun: str) -> Fact:
        """The fact that gives the subject's `noun`."""
        return self.facts[subject, noun]


@cache
def islands() -> dict[Pool, Island]:
    """The same three islands always."""
    draws = rng(0, "miniature facts")
    everyone = {kind: pick(draws, names, n=len(names)) for kind, names in _names().items()}
    found: dict[Pool, Island] = {}
    start = 0.0
    for pool, end in _ISLANDS:
        here = {
            kind: tuple(names[round(start * len(names)) : round(end * len(names))])
            for kind, names in everyone.items()
        }
        here |= {"river": RIVERS, "thing": world.THINGS}
        facts = _facts(here)
        found[pool] = Island(here, {(f.subject, f.relation.noun): f for f in facts})
        start = end
    return found


def _names() -> dict[Kind, list[str]]:
    return {
        kind: [b + e for e in endings for b in _BEGINNINGS if b + e not in _OTHERS]
        for kind, endings in _ENDINGS.items()
    }


def _facts(names: dict[Kind, tuple[str, ...]]) -> Iterator[Fact]:
    for relation in RELATIONS:
        draws = rng(0, f"miniature {relation.noun} of {names[relation.subject][0]}")
        for subject in names[relation.subject]:
            others = [value for value in names[relation.value] if value != subject]
            yield Fact(subject, relation, others[below(draws, len(others))])


@cache
def all_facts() -> tuple[Fact, ...]:
    """Every fact of the world."""
    return tuple(fact for island in islands().values() for fact in island.facts.values())
