"""Judges whose truth is known, because it was planted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.judge.check.labels import LabelledPair, LabelledSolution, LabelSet
from leadline.judge.check.steps import StepVerdict
from leadline.preference.orders import SIDES, row
from leadline.protocols import Pair, Runtime
from leadline.records import Comparison, Winner
from leadline.seeding import rng


def pair_set(pairs: Sequence[LabelledPair]) -> LabelSet:
    return LabelSet(
        name="toy", source="toy.jsonl", digest="0", n_in_set=len(pairs), pairs=tuple(pairs)
    )


def solution_set(solutions: Sequence[LabelledSolution]) -> LabelSet:
    return LabelSet(
        name="toy",
        source="toy.jsonl",
        digest="0",
        n_in_set=len(solutions),
        solutions=tuple(solutions),
    )


def labelled(key: str, *votes: str, a: str = "aaa", b: str = "b", group: str = "") -> LabelledPair:
    return LabelledPair(
        id=key,
        request=f"request {key}",
        a=a,
        b=b,
        votes=votes,  # type: ignore[arg-type]
        groups=(("subset", group),) if group else (),
        cluster=key,
    )


def solution(key: str, *, first_error: int | None, n_steps: int = 4) -> LabelledSolution:
    return LabelledSolution(
        id=key,
        problem=f"problem {key}",
        steps=tuple(f"1 + {i} = {i + 1}" for i in range(n_steps)),
        wrong=first_error is not None,
        first_error=first_error,
        groups=(("length", str(n_steps)),),
        cluster=key,
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """Says what it was told to: the winners of both orders, by the pair's id."""

    winners: dict[str, tuple[Winner, Winner]]
    name: str = "told"
    version: str = "1"

    def compare(self, pairs: Sequence[Pair], *, runtime: Runtime) -> Iterator[list[Comparison]]:
        for pair in reversed(pairs):
            found = zip(SIDES, self.winners[pair.problem.id], strict=True)
            yield [row(pair, side, w, by="told-1", reason="refused: no") for side, w in found]


@dataclass(frozen=True, kw_only=True)
class Planted:
    """For each order anew: with probability `first` it names the one shown first, else with
    probability `longer` the longer one, else with probability `right` the better one (`truth`, by
    id), else the other."""

    truth: dict[str, str]
    right: float = 1.0
    first: float = 0.0
    longer: float = 0.0
    seed: int = 0
    name: str = "planted"
    version: str = "1"

    def compare(self, pairs: Sequence[Pair], *, runtime: Runtime) -> Iterator[list[Comparison]]:
        random = rng(self.seed, "a planted judge")
        for pair in pairs:
            rows = []
            for side in SIDES:
                by_first, by_length, by_merit = random.random(3)
                better = self.truth[pair.problem.id]
                winner = better if by_merit < self.right else "b" if better == "a" else "a"
                if by_length < self.longer:
                    winner = "a" if len(pair.a.text) > len(pair.b.text) else "b"
                if by_first < self.first:
                    winner = side
                rows.append(row(pair, side, winner, by="planted-1"))  # type: ignore[arg-type]
            yield rows


@dataclass(frozen=True, kw_only=True)
class ToldSteps:
    """Says what it was told to: the step, None, or a cause, by the solution's id."""

    said: dict[str, int | str | None]
    name: str = "told"
    identity: str = "told 1"

    def judge(
        self, solutions: Sequence[LabelledSolution], *, runtime: Runtime
    ) -> Iterator[StepVerdict]:
        for one in reversed(solutions):
            said = self.said[one.id]
            if isinstance(said, str):
                yield StepVerdict(id=one.id, step=None, cause=said)
            else:
                yield StepVerdict(id=one.id, step=said, by="told-1")
