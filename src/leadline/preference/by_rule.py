"""What judges by rule share: they see the two texts alone, and never which comes first."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.preference.orders import both, missing
from leadline.protocols import Pair, Runtime
from leadline.records import Comparison, Winner


@dataclass(frozen=True, kw_only=True)
class RuleJudge(ABC):
    """A `PairJudge` whose verdict is a function of the texts."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    @abstractmethod
    def version(self) -> str: ...

    @abstractmethod
    def better(self, a: str, b: str) -> tuple[Winner, str]:
        """Which text wins, and why."""

    @property
    def asks_again(self) -> bool:
        return False

    def compare(self, pairs: Sequence[Pair], *, runtime: Runtime) -> Iterator[list[Comparison]]:
        """Both orders of each pair; undecided where a response failed."""
        for pair in pairs:
            cause = missing(pair)
            if cause:
                yield both(pair, "undecided", by=self.version, reason=cause)
                continue
            winner, why = self.better(pair.a.text, pair.b.text)
            yield both(pair, winner, by=self.version, reason=why)

    def check(self) -> None:  # noqa: B027 (nothing for a rule to override)
        """A rule needs nothing."""
