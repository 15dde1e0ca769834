"""Every checker: a response that follows, one that fails, and the same verdicts as the harness."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.errors import BadData
from leadline.grade.ifeval.registry import CHECKERS, checker
from leadline.grade.ifeval.vectors import VECTORS, Vector
from leadline.grade.ifeval.verdicts import verdicts

MARKS = [
    *("*", "**", "***", "******", "* ", "- ", "-", "\n", "\n\n", " ", "  ", "\t", "[", "]", "[x]"),
    *("<<", ">>", "<", ">", "<<t>>", '"', "'", ",", ".", "!", "?", "```json", "```", '{"a": 1}'),
    *("P.S.", "p. p. s", "P.P.S", "Section 1", "Section2", "SECTION 3", "My answer is yes."),
    *("rock", "Rocky", "tide", "moon", "sail", "Sails", "e", "E", "Then", "then,", "'Then"),
    *("How deep is it?", "Any questions?", "I", "USA", "DON'T", "The boats lay still.", "ß", "İ"),
    *("Σ", "\u00a0", "\r\n", "1", "111", "null", "[1]", "[[", "{", "the harbour was quiet"),
]
texts = st.lists(st.sampled_from(MARKS), max_size=14).map("".join)
by_instruction = pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v.instruction)


def reference(harness: SimpleNamespace, vector: Vector, response: str) -> tuple[bool, bool]:
    """The harness's strict and loose verdict."""
    row = harness.utils.InputExample(1, [vector.instruction], "prompt", [vector.settings])
    grades = (
        harness.utils.test_instruction_following_strict(row, response),
        harness.utils.test_instruction_following_loose(row, response),
    )
    return tuple(grade.follow_all_instructions for grade in grades)  # type: ignore[return-value]


def both(vector: Vector, response: str) -> tuple[bool, bool]:
    found = verdicts([checker(vector.instruction, vector.settings)], response)
    return found.strict[0], found.loose[0]


def test_every_instruction_has_a_vector() -> None:
    assert sorted(vector.instruction for vector in VECTORS) == sorted(CHECKERS)
    assert len(CHECKERS) == 25


@by_instruction
def test_stored_responses_get_their_verdicts(vector: Vector) -> None:
    assert both(vector, vector.follows) == (True, True)
    assert both(vector, vector.fails)[0] is False


@by_instruction
def test_stored_responses_get_the_verdicts_of_the_harness(
    harness: SimpleNamespace, vector: Vector
) -> None:
    for response in (vector.follows, vector.fails):
        assert both(vector, response) == reference(harness, vector, response)


@by_instruction
@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_any_response_gets_the_verdicts_of_the_harness(
    harness: SimpleNamespace, vector: Vector, text: str
) -> None:
    for response in (text, vector.follows + text, text + vector.follows):
        assert both(vector, response) == reference(harness, vector, response)


@by_instruction
@pytest.mark.parametrize("response", ["", " ", "\n\n", "\u2003", "*"])
def test_empty_response_follows_nothing_strictly(vector: Vector, response: str) -> None:
    if vector.instruction in {"punctuation:no_comma", "length_constraints:number_sentences"}:
        assert both(vector, response)[0] is bool(response.strip())
    elif response != "*":
        assert both(vector, response) == (False, False)


@pytest.mark.parametrize(
    ("instruction", "given_settings", "message"),
    [
        ("keywords:exist", {}, "no checker for the instruction 'keywords:exist'"),
        ("keywords:existence", {}, "keywords"),
        ("startend:quotation", {"n": 1}, "n"),
        (
            "length_constraints:number_words",
            {"num_words": 3, "relation": "at most"},
            "relation 'at most' is neither",
        ),
        ("keywords:existence", {"keywords": None}, "keywords"),
    ],
)
def test_instruction_that_cannot_be_checked_is_refused(
    instruction: str, given_settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadData, match=message):
        checker(instruction, given_settings)


@pytest.mark.parametrize(
    ("instruction", "given_settings", "response", "followed"),
    [
        # Upstream's quirks (SCORING: "quirks to reproduce").
        ("keywords:frequency", {"keyword": "war", "frequency": 2, "relation": "at least"},
         "An award, a reward.", True),  # a keyword matches within words
        ("keywords:existence", {"keywords": ["a.c"]}, "abc", True),  # and is a regular expression
        ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "*\nnext", True),
        ("detectable_format:number_bullet_lists", {"num_bullets": 0}, "**bold**", True),
        ("length_constraints:nth_paragraph_first_word",
         {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "then"},
         "One.\n\n\n\nThen two.", False),  # the blank one is the second, yet not counted
        ("detectable_format:number_highlighted_sections", {"num_highlights": 2},
         "**one** and **two**", True),
        ("detectable_content:number_placeholders", {"num_placeholders": 1}, "[]", True),
        ("startend:quotation", {}, '"', False),
        ("keywords:letter_frequency",
         {"letter": "#", "let_frequency": 2, "let_relation": "at least"}, "#a #b", True),
        ("change_case:english_capital", {}, "123", False),
        ("language:response_language", {"language": "kn"}, "123", True),  # tells no language
        ("detectable_format:json_format", {}, "NaN", True),
        ("detectable_format:json_format", {}, "[" * 100_000, False),
    ],
)  # fmt: skip
def test_quirks_are_kept(
    instruction: str, given_settings: dict[str, Any], response: str, followed: bool
) -> None:
    assert checker(instruction, given_settings).follows(response) is followed
