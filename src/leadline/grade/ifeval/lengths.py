"""How long a response is: `length_constraints:*`."""

import re
from dataclasses import dataclass

from leadline.grade.ifeval.counting import check_relation, satisfies
from leadline.grade.ifeval.punkt import sentences

_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_WORD_ENDS = frozenset(".,?!'\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    r"""So many runs of `\w`: "it's" is two, "state-of-the-art" four."""

    num_words: int
    relation: str

    def __post_init__(self) -> None:
        check_relation(self.relation)

    def follows(self, text: str) -> bool:
        return satisfies(re.finditer(r"\w+", text), self.relation, self.num_words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """So many sentences, as Punkt finds them: a heading joins the sentence after it."""

    num_sentences: int
    relation: str

    def __post_init__(self) -> None:
        check_relation(self.relation)

    def follows(self, text: str) -> bool:
        return satisfies(sentences(text), self.relation, self.num_sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraphs:
    """Exactly so many parts between `***`, none of them blank but the first and the last, which
    then do not count."""

    num_paragraphs: int

    def follows(self, text: str) -> bool:
        first, *others = _DIVIDER.split(text)
        ends = [first, others.pop()] if others else [first]
        if not all(map(str.strip, others)):
            return False
        return len(others) + sum(bool(end.strip()) for end in ends) == self.num_paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class NthParagraphFirstWord:
    """Exactly so many paragraphs between empty lines, and the nth begins with the word. Blank ones
    are not counted, but do count in the search of the nth: so it is upstream."""

    num_paragraphs: int
    nth_paragraph: int
    first_word: str

    def __post_init__(self) -> None:
        if not 1 <= self.nth_paragraph <= self.num_paragraphs:
            raise ValueError(f"there is no paragraph {self.nth_paragraph} of {self.num_paragraphs}")

    def follows(self, text: str) -> bool:
        paragraphs = text.split("\n\n")
        if sum(1 for part in paragraphs if part.strip()) != self.num_paragraphs:
            return False
        words = paragraphs[self.nth_paragraph - 1].split(maxsplit=1)
        return bool(words) and _first_word(words[0]) == self.first_word.lower()


def _first_word(word: str) -> str:
    """Lower case, without quotes before it, up to the first mark."""
    word = word.lstrip("'").lstrip('"')
    end = next((i for i, character in enumerate(word) if character in _WORD_ENDS), len(word))
    return "".join(character.lower() for character in word[:end])
