"""What people said, as rows: which of two answers is better, and where a solution first goes wrong.

| set | what is asked | whose label |
|---|---|---|
| LLMBar, MT-Bench/FairEval pairs | which answer is better | one, agreed or majority; no ties |
| PandaLM | which answer is better, or neither | each of three people's |
| MR-GSM8K, ProcessBench, MR-Ben, BIG-Bench-Mistake | the first wrong step | agreed |
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from leadline.seeding import rng

Preference = Literal["a", "b", "neither"]
Group = tuple[str, str]  # what kind of group, and which: ("subset", "Natural")
_MANY = 40  # groups of a kind: more tell a reader nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two answers to one request. `votes`: each person's, always in the same order of persons.
    `cluster`: items that share a request are not independent."""

    id: str
    request: str
    a: str
    b: str
    votes: tuple[Preference, ...]
    groups: tuple[Group, ...]
    cluster: str

    @property
    def majority(self) -> Preference | None:
        """What most of the people said; None if no preference has the most votes."""
        return majority(self.votes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSolution:
    """A solution in steps. `first_error`: the first wrong step, from 0; None if it is right, or if
    nobody said where it goes wrong."""

    id: str
    problem: str
    steps: tuple[str, ...]
    wrong: bool
    first_error: int | None
    groups: tuple[Group, ...]
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """One set of human labels: `pairs` or `solutions`, the other is empty. `digest`: SHA-256 of the
    rows; `n_in_set`: before a limit."""

    name: str
    source: str
    digest: str
    n_in_set: int
    pairs: tuple[LabelledPair, ...] = ()
    solutions: tuple[LabelledSolution, ...] = ()

    @property
    def kind(self) -> Literal["pairs", "steps"]:
        """What the labels are about."""
        return "pairs" if self.pairs else "steps"


def majority(votes: Sequence[Preference]) -> Preference | None:
    """The preference with the most votes; None if several have as many, or nobody voted."""
    counted = Counter(votes).most_common(2)
    if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
        return None
    return counted[0][0]


def told_groups(items: Iterable[LabelledPair | LabelledSolution]) -> list[Group]:
    """The groups that figures are told of, in the order of first appearance: all but those of a
    kind with very many, as where every item is a group of its own."""
    found = list(dict.fromkeys(group for item in items for group in item.groups))
    n_of_kind = Counter(kind for kind, _ in found)
    return [group for group in found if n_of_kind[group[0]] <= _MANY]


def some_of(n: int, limit: int | None, *, seed: int = 0) -> list[int]:
    """Which of n items are asked: all in their order, or the first `limit` of a seeded shuffle, in
    their order, so that a larger limit holds a smaller one."""
    if limit is None or limit >= n:
        return list(range(n))
    order = rng(seed, "items of a judge's check").permutation(n)
    return sorted(int(i) for i in order[:limit])
