"""The null model of every preference judge: the longer response wins."""

from dataclasses import dataclass

from leadline.preference.by_rule import RuleJudge
from leadline.records import Winner


@dataclass(frozen=True, kw_only=True)
class LengthJudge(RuleJudge):
    """Prefers the response with more characters; equally many are *neither*."""

    @property
    def name(self) -> str:
        return "length"

    @property
    def version(self) -> str:
        return "length-1"

    def better(self, a: str, b: str) -> tuple[Winner, str]:
        """The longer text; no reason is needed."""
        return "neither" if len(a) == len(b) else "a" if len(a) > len(b) else "b", ""
