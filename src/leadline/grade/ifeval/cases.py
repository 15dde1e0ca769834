"""Language and case: `language:*` and `change_case:*`.

Where langdetect finds nothing to tell a language by, it raises, and Google's checkers then count
the instruction as followed.
"""

from dataclasses import dataclass

from leadline.grade.ifeval.counting import check_relation, satisfies
from leadline.grade.ifeval.language import language as detect
from leadline.grade.ifeval.tokens import capital_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseLanguage:
    """It is in the language, or tells none."""

    language: str

    def follows(self, text: str) -> bool:
        return detect(text) in (self.language, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnglishCapital:
    """It has capital letters, no small ones, and is in English or tells no language."""

    def follows(self, text: str) -> bool:
        return text.isupper() and detect(text) in ("en", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnglishLowercase:
    """It has small letters, no capital ones, and is in English or tells no language."""

    def follows(self, text: str) -> bool:
        return text.islower() and detect(text) in ("en", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalWords:
    """So many words all in capital letters; "I" and "A" are such words."""

    capital_frequency: int
    capital_relation: str

    def __post_init__(self) -> None:
        check_relation(self.capital_relation)

    def follows(self, text: str) -> bool:
        return satisfies(capital_words(text), self.capital_relation, self.capital_frequency)
