"""Sentences and words as NLTK's, and the cases that everyone gets wrong."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.grade.ifeval.punkt import english, sentences
from leadline.grade.ifeval.tokens import capital_words, tokens

PIECES = [
    *("e.g.", "Mr.", "J.", "U.S.", "a", "The", "however", "However", "3.", "3.14", "...", ".."),
    *("!", "?", ".", "!!!!!", "?!?.!!", '"', "'", "''", "``", "(", ")", "[", "]", "*", ":", ";"),
    *(",", "--", "—", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u2028", "“", "”", "’", "»"),
    *("don't", "CAN'T", "CANnot", "gonna", "WANna ", "'tis", "'Twas", "FOO'S", "DOn't", "D'ye"),
    *("#", "@", "co", "Inc.", "said", "B.", "Stewart", "ß", "AbC", "X_y", "中文。", "\ud800"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=25).flatmap(
    lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])
)

# NLTK 3.10 runs on another regular expression engine, to which ⓐ is a letter and \x1c no space.
ascii_texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@pytest.fixture(scope="module")
def splitter(harness: SimpleNamespace):  # type: ignore[no-untyped-def]
    return harness.instructions_util._get_sentence_tokenizer()


@settings(max_examples=300, deadline=None)
@given(text=texts | ascii_texts)
def test_sentences_are_those_of_nltk(splitter, text: str) -> None:  # type: ignore[no-untyped-def]
    assert list(sentences(text)) == splitter.tokenize(text)


@settings(max_examples=300, deadline=None)
@given(text=texts | ascii_texts)
def test_words_are_those_of_nltk(splitter, text: str) -> None:  # type: ignore[no-untyped-def]
    from nltk.tokenize.destructive import NLTKWordTokenizer

    split = NLTKWordTokenizer().tokenize
    assert tokens(text) == split(text)
    words = [word for sentence in splitter.tokenize(text) for word in split(sentence)]
    assert list(capital_words(text)) == [word for word in words if word.isupper()]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("Mr. Hope left at 5 p.m. yesterday.", 1),
        ("It cost $3.50. That is dear.", 2),
        ("J. S. Bach wrote it. He was 40.", 2),
        ('"Stop!" he said. "Why?"', 3),
        ("No!!! Never...", 2),
        ("A heading\n\nA line", 1),
        ("  ", 0),
        ("", 0),
    ],
)
def test_sentences_are_counted_as_a_reader_of_punkt_expects(text: str, n: int) -> None:
    assert len(list(sentences(text))) == n


def test_parameters_are_whole() -> None:
    parameters = english()
    sizes = [len(part) for part in parameters]
    assert sizes == [156, 37, 39, 20366]
    assert {"mr", "e.g"} & parameters.abbreviations == {"mr"}  # the newspaper had no "e.g."


def test_capital_words_are_found_one_by_one() -> None:
    words = capital_words("I saw NASA's A-B, not Nasa; CANNOT stop. " * 100_000)
    assert [next(words) for _ in range(6)] == ["I", "NASA", "A-B", "CAN", "NOT", "I"]
