"""One thing to ask a judge: what is trusted (our instructions, the verdicts to choose from) is kept
apart from what is not (the material that is judged)."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leadline.errors import BadData

WORDING = 2  # of render.py: another number when any prompt reads otherwise


@dataclass(frozen=True, kw_only=True)
class Question:
    """`key` names it to whoever asks, and never reaches the judge. `material` is (title, text) in
    the order shown; the titles are ours, the texts anybody's. `verdicts` is (meaning, description):
    the judge sees the descriptions, each behind a random label, and never the meanings.

    Raises BadData without two different verdicts, or with a title of more than one line.
    """

    key: str
    instructions: str
    material: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if len(dict(self.verdicts)) < max(2, len(self.verdicts)):
            raise BadData(f"question {self.key}: it needs two or more different verdicts")
        if any(len(title.splitlines()) != 1 for title, _ in self.material):
            raise BadData(f"question {self.key}: a title of its material is not one line")

    @cached_property
    def prompt_hash(self) -> str:
        """16 hex digits over the wording: all but the key and the texts that are judged."""
        titles = [title for title, _ in self.material]
        return _digest([WORDING, self.instructions, titles, self.verdicts])

    @cached_property
    def content(self) -> str:
        """16 hex digits over all that the judge is shown: questions that share it are one."""
        return _digest([WORDING, self.instructions, self.material, self.verdicts])


def _digest(shown: list[Any]) -> str:
    """Of ASCII JSON, so that half a surrogate pair in a response has a digest too."""
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]
