"""Keywords and letters: `keywords:*` and `punctuation:no_comma`.

Keywords are regular expressions, not escaped, and match inside words (only forbidden words ask for
word boundaries): "war" is in "award". That is how the verdicts were made.
"""

import re
from dataclasses import dataclass

from leadline.grade.ifeval.counting import check_relation, satisfies


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence:
    """Every keyword is there, in any case."""

    keywords: tuple[str, ...]

    def follows(self, text: str) -> bool:
        return all(re.search(word, text, flags=re.IGNORECASE) for word in self.keywords)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """A keyword is there so many times, in any case."""

    keyword: str
    frequency: int
    relation: str

    def __post_init__(self) -> None:
        check_relation(self.relation)

    def follows(self, text: str) -> bool:
        found = re.finditer(self.keyword.strip(), text, flags=re.IGNORECASE)
        return satisfies(found, self.relation, self.frequency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """None of the words is there as a whole word, in any case."""

    forbidden_words: tuple[str, ...]

    def follows(self, text: str) -> bool:
        words = self.forbidden_words
        return not any(re.search(rf"\b{word}\b", text, flags=re.IGNORECASE) for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFrequency:
    """A letter is there so many times, in any case. Keys 1122 (`#`) and 1129 (`!`) ask for what is
    no letter: Google's checker then draws a random one, anew at every check. Here the character is
    taken as it stands."""

    letter: str
    let_frequency: int
    let_relation: str

    def __post_init__(self) -> None:
        check_relation(self.let_relation)
        if len(self.letter) != 1:
            raise ValueError(f"{self.letter!r} is not one character")

    def follows(self, text: str) -> bool:
        count = text.lower().count(self.letter.lower())
        return (count >= self.let_frequency) == (self.let_relation == "at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoComma:
    """There is no ASCII comma."""

    def follows(self, text: str) -> bool:
        return "," not in text
