"""The null model of every preference judge: the longer response wins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.preference.orders import both, missing
from leadline.protocols import Pair, Runtime
from leadline.records import Comparison, Winner


@dataclass(frozen=True, kw_only=True)
class LengthJudge:
    """Prefers the response with more characters; equally many are *neither*."""

    @property
    def name(self) -> str:
        return "length"

    @property
    def version(self) -> str:
        return "length-1"

    @property
    def asks_again(self) -> bool:
        return False

    def compare(self, pairs: Sequence[Pair], *, runtime: Runtime) -> Iterator[list[Comparison]]:
        """Both orders of each pair; undecided where a response failed."""
        for pair in pairs:
            cause = missing(pair)
            winner = "undecided" if cause else _longer(len(pair.a.text), len(pair.b.text))
            yield both(pair, winner, by=self.version, reason=cause)

    def check(self) -> None:
        """A rule needs nothing."""


def _longer(a: int, b: int) -> Winner:
    return "neither" if a == b else "a" if a > b else "b"
