"""For each instruction a response that follows it and one that does not, written for this file.

A checker that passes everything, or nothing, grades one of them wrong; `IFEval.check()` and the
tests ask for all. Most differ by the one thing that the instruction is about.
"""

from typing import Any, NamedTuple

from leadline.errors import BadData
from leadline.grade.ifeval.registry import CHECKERS, checker


class Vector(NamedTuple):
    """An instruction with its settings, and two responses."""

    instruction: str
    settings: dict[str, Any]
    follows: str
    fails: str


_ENGLISH = "the harbour was quiet and the boats lay still until the morning came"

VECTORS = (
    Vector(
        "keywords:existence",
        {"keywords": ["tide", "moon"]},
        "The Moon pulls at the sea; tides follow.",
        "The Moon pulls at the sea.",
    ),
    Vector(
        "keywords:frequency",
        {"keyword": "sail", "frequency": 2, "relation": "less than"},
        "They set one sail.",
        "They sailed, and sailed on.",
    ),
    Vector(
        "keywords:forbidden_words",
        {"forbidden_words": ["rock"]},
        "The rocky shore was near.",
        "A Rock was near.",
    ),
    Vector(
        "keywords:letter_frequency",
        {"letter": "e", "let_frequency": 3, "let_relation": "at least"},
        "Even keel.",
        "A keel.",
    ),
    Vector(
        "language:response_language",
        {"language": "de"},
        "Der Hafen war still, und die Boote lagen ruhig bis zum Morgen.",
        _ENGLISH,
    ),
    Vector(
        "length_constraints:number_sentences",
        {"num_sentences": 3, "relation": "less than"},
        "Mr. Hope sounded the depth at 5 p.m. yesterday. It was shallow.",
        "We sounded. It was deep. We sailed on.",
    ),
    Vector(
        "length_constraints:number_paragraphs",
        {"num_paragraphs": 2},
        "One.\n***\nTwo.",
        "One.\n\nTwo.",
    ),
    Vector(
        "length_constraints:number_words",
        {"num_words": 4, "relation": "at least"},
        "It's deep here.",
        "Deep water here.",
    ),
    Vector(
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Then"},
        "We sounded.\n\n'Then, we sailed.",
        "We sounded.\n\nWe then sailed.",
    ),
    Vector(
        "detectable_content:number_placeholders",
        {"num_placeholders": 2},
        "Dear [name], meet me at [place].",
        "Dear [name], meet me at the pier.",
    ),
    Vector(
        "detectable_content:postscript",
        {"postscript_marker": "P.P.S"},
        "Fair winds.\np. p. s. Bring rope.",
        "Fair winds.\nP.S. Bring rope.",
    ),
    Vector(
        "detectable_format:number_bullet_lists",
        {"num_bullets": 2},
        "* rope\n - lead",
        "* rope\n - lead\n- line",
    ),
    Vector(
        "detectable_format:constrained_response",
        {},
        "Well. My answer is maybe.",
        "My answer is perhaps.",
    ),
    Vector(
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        "*Depth* and **line**.",
        "*Depth* and ** **.",
    ),
    Vector(
        "detectable_format:multiple_sections",
        {"section_spliter": "Section", "num_sections": 2},
        "Section 1\nDeep.\nSection 2\nShallow.",
        "Section 1\nDeep.\nSECTION 2\nShallow.",
    ),
    Vector(
        "detectable_format:json_format",
        {},
        '```json\n{"depth": 7}\n```',
        'Here it is: {"depth": 7}',
    ),
    Vector("detectable_format:title", {}, "<<The Lead Line>>\nText.", "<< >>\nText."),
    Vector(
        "combination:two_responses",
        {},
        "Deep.\n******\nShallow.",
        "Deep.\n******\nDeep.",
    ),
    Vector(
        "combination:repeat_prompt",
        {"prompt_to_repeat": "How deep is it?"},
        " how deep is it? Seven fathoms.",
        "You ask: how deep is it? Seven fathoms.",
    ),
    Vector(
        "startend:end_checker",
        {"end_phrase": "Any questions?"},
        '"That is all. any questions?" ',
        "Any questions? No.",
    ),
    Vector("startend:quotation", {}, ' "Seven fathoms." ', '"Seven" fathoms.'),
    Vector(
        "change_case:capital_word_frequency",
        {"capital_frequency": 2, "capital_relation": "at least"},
        "I saw the USA.",
        "I saw the Usa.",
    ),
    Vector(
        "change_case:english_capital",
        {},
        _ENGLISH.upper(),
        _ENGLISH.upper() + " Again",
    ),
    Vector("change_case:english_lowercase", {}, _ENGLISH, _ENGLISH + " I"),
    Vector("punctuation:no_comma", {}, "Deep; calm.", "Deep, calm."),
)


def refuse_faulty_checkers() -> None:
    """Raise BadData unless every instruction has a vector, and every vector its two verdicts."""
    without = sorted(set(CHECKERS) - {vector.instruction for vector in VECTORS})
    if without:
        raise BadData(f"no stored responses for the instruction {without[0]!r}.")
    for vector in VECTORS:
        check = checker(vector.instruction, vector.settings)
        if not check.follows(vector.follows) or check.follows(vector.fails):
            raise BadData(
                f"the checker of {vector.instruction!r} grades its own stored responses wrong, so "
                "it cannot grade a model. Is langdetect 1.0.9 installed and whole?"
            )
