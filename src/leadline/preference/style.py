"""The second null model: the response in the better style wins, whatever it says.

The score is a weighted sum of seven features, each from 0 to 1. The weights and scales below were
chosen beforehand, as what style guides of chat assistants ask for, and were not fitted on labels;
length weighs most, for it is the strongest known preference of judges (FastChat issue 3911).

| feature | weight | 1 when |
|---|--:|---|
| length | 4 | long: 1 - exp(-characters / 800) |
| markup | 1.5 | at least 6 list items, headings, bold words or code fences |
| variety | 1.5 | no three words in a row come twice (share of distinct ones; 0 if there are none) |
| sentences | 1 | at least 6 sentences |
| opener | 1 | it begins in a friendly way: "Sure", "Certainly", "Here is", "Great question", … |
| ending | 1 | it ends with a full stop or another closing character: it was not cut off |
| politeness | 0.5 | it says please, thanks, sorry, "feel free", "I hope", "let me know", … |

Scores less than `MARGIN` apart are *neither*. Only the first `READ` characters are read for all
but the length; every pattern is of linear time.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.preference.by_rule import RuleJudge
from leadline.records import Winner

WEIGHTS = {
    "length": 4.0,
    "markup": 1.5,
    "variety": 1.5,
    "sentences": 1.0,
    "opener": 1.0,
    "ending": 1.0,
    "politeness": 0.5,
}
MARGIN = 0.25  # of a score from 0 to 10.5
READ = 50_000
_LONG, _MARKS, _SENTENCES = 800, 6, 6  # where a feature is near or at 1

_OPENER = re.compile(
    r"(sure|certainly|of course|absolutely|definitely|hello|hi|hey|great|good question|thank|"
    r"here is|here are|here's|i'd be happy|i would be happy|i'm happy|happy to|no problem|"
    r"what a|as an)\b"
)
_POLITE = re.compile(
    r"\b(please|thanks?|thank you|sorry|feel free|i hope|hope this|let me know|happy to|"
    r"glad to|you're welcome|i would be|i'd be)\b"
)
_MARK = re.compile(
    r"^ {0,8}(?:[-*•+]|\d{1,3}[.)]|#{1,6}|```[a-z]{0,20})(?= |$)|\*\*[^*\n]{1,80}\*\*", re.MULTILINE
)
_SENTENCE_END = re.compile(r"[.!?…](?=[\s\"')\]”]|$)|[。！？]")
_CLOSERS = frozenset(".!?…。！？:)]}\"'”’*`|")


@dataclass(frozen=True, kw_only=True)
class StyleJudge(RuleJudge):
    """Prefers the response with the higher style score."""

    @property
    def name(self) -> str:
        return "style"

    @property
    def version(self) -> str:
        return "style-1"

    def better(self, a: str, b: str) -> tuple[Winner, str]:
        """The text with the higher score, and both scores."""
        of_a, of_b = style_score(a), style_score(b)
        close = abs(of_a - of_b) < MARGIN
        return "neither" if close else "a" if of_a > of_b else "b", f"{of_a:.2f} against {of_b:.2f}"


def style_score(text: str) -> float:
    """0 to the sum of the weights; 0 of nothing but white space."""
    return sum(WEIGHTS[name] * value for name, value in style_features(text).items())


def style_features(text: str) -> dict[str, float]:
    """Each feature of the table above, from 0 to 1."""
    stripped = text.strip()
    if not stripped:
        return dict.fromkeys(WEIGHTS, 0.0)
    read = stripped[:READ]
    plain = read.lower().replace("’", "'")
    return {
        "length": 1 - math.exp(-len(stripped) / _LONG),
        "markup": min(1.0, len(_MARK.findall(read)) / _MARKS),
        "variety": _variety(plain.split()),
        "sentences": min(1.0, len(_SENTENCE_END.findall(read)) / _SENTENCES),
        "opener": float(_OPENER.match(plain) is not None),
        "ending": float(stripped[-1] in _CLOSERS),
        "politeness": float(_POLITE.search(plain) is not None),
    }


def _variety(words: Sequence[str]) -> float:
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return len(set(triples)) / len(triples) if triples else 0.0
