"""Which checker an instruction names, and with what settings.

A checker is a frozen dataclass whose fields are the names of Google's keyword arguments. Where an
argument is missing, Google's checkers draw a random value; here that is an error, as it would be a
verdict on something else than the prompt asks. IFEval's data give every argument.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from leadline.errors import BadData
from leadline.grade.ifeval import cases, formats, keywords, lengths, wholes


class Checker(Protocol):
    """One verifiable instruction."""

    def follows(self, text: str) -> bool: ...


CHECKERS: dict[str, type[Checker]] = {
    "keywords:existence": keywords.Existence,
    "keywords:frequency": keywords.Frequency,
    "keywords:forbidden_words": keywords.Forbidden,
    "keywords:letter_frequency": keywords.LetterFrequency,
    "language:response_language": cases.ResponseLanguage,
    "length_constraints:number_sentences": lengths.Sentences,
    "length_constraints:number_paragraphs": lengths.Paragraphs,
    "length_constraints:number_words": lengths.Words,
    "length_constraints:nth_paragraph_first_word": lengths.NthParagraphFirstWord,
    "detectable_content:number_placeholders": formats.Placeholders,
    "detectable_content:postscript": formats.Postscript,
    "detectable_format:number_bullet_lists": formats.Bullets,
    "detectable_format:constrained_response": formats.ConstrainedResponse,
    "detectable_format:number_highlighted_sections": formats.Highlights,
    "detectable_format:multiple_sections": formats.Sections,
    "detectable_format:json_format": formats.Json,
    "detectable_format:title": formats.Title,
    "combination:two_responses": wholes.TwoResponses,
    "combination:repeat_prompt": wholes.RepeatPrompt,
    "startend:end_checker": wholes.End,
    "startend:quotation": wholes.Quotation,
    "change_case:capital_word_frequency": cases.CapitalWords,
    "change_case:english_capital": cases.EnglishCapital,
    "change_case:english_lowercase": cases.EnglishLowercase,
    "punctuation:no_comma": keywords.NoComma,
}


def checker(instruction: str, settings: Mapping[str, Any]) -> Checker:
    """The checker of an instruction with Google's keyword arguments; those that are None count as
    not given. Raises BadData on an unknown instruction and on settings that do not fit it."""
    if instruction not in CHECKERS:
        raise BadData(
            f"no checker for the instruction {instruction!r}. There are: {', '.join(CHECKERS)}."
        )
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in settings.items()
        if value is not None
    }
    try:
        return CHECKERS[instruction](**given)
    except (TypeError, ValueError) as error:
        raise BadData(
            f"{instruction} with {dict(settings)}: {error}. Correct the row's kwargs."
        ) from error
