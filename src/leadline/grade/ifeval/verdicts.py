"""Decide whether a response follows its instructions, strictly and loosely.

Strict takes the response as it is. Loose is an upper bound: it takes the response, the response
without its first line, without its last, without both, and these four without any `*`, and passes
what any of them passes. An empty response or variant follows nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.grade.ifeval.registry import Checker


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Whether each instruction is followed, in their order."""

    strict: tuple[bool, ...]
    loose: tuple[bool, ...]


def verdicts(checkers: Sequence[Checker], response: str) -> Verdicts:
    """Both verdicts on one response."""
    strict = tuple(bool(response.strip()) and check.follows(response) for check in checkers)
    if all(strict):
        return Verdicts(strict=strict, loose=strict)
    others = variants(response)
    loose = tuple(
        passed or any(map(check.follows, others))
        for check, passed in zip(checkers, strict, strict=True)
    )
    return Verdicts(strict=strict, loose=loose)


def variants(response: str) -> list[str]:
    """The loose variants that are neither blank, nor the response itself, nor one another."""
    after_first = response.partition("\n")[2]
    before_last = response.rpartition("\n")[0]
    both = after_first.rpartition("\n")[0]
    cut = (response, after_first.strip(), before_last.strip(), both.strip())
    found = dict.fromkeys([*cut, *(text.replace("*", "") for text in cut)])
    return [text for text in found if text.strip() and text != response]
