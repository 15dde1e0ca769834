"""The language of a text is langdetect's with seed 0, every time."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.grade.ifeval.language import language

langdetect = pytest.importorskip("langdetect")

PIECES = [
    *("Hello world", "BONJOUR", "le monde", "http://a.b/c?d=e", "x@y.zz", "Привет", "мир"),
    *("你好世界", "日本語です", "한국어", "tiếng Việt", "ệ", "e\u0323", "สวัสดี", "مرحبا", "ی", "ș"),
    *("123", "!?", "\n", "  ", "A", "I", "ÀÉÎ", "ß", "İ", "\ud800", "नमस्ते", "ਪੰਜਾਬੀ", "𝐀𝐁", "’"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@pytest.fixture(scope="module")
def detect():  # type: ignore[no-untyped-def]
    """langdetect's own detector, seeded; None where it raises."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.seed = 0

    def found(text: str) -> str | None:
        detector = factory.create()
        detector.append(text)
        try:
            return str(detector.detect())
        except langdetect.LangDetectException:
            return None

    return found


@settings(max_examples=150, deadline=None)
@given(text=texts | st.text(max_size=40))
def test_language_is_that_of_seeded_langdetect(detect, text: str) -> None:  # type: ignore[no-untyped-def]
    assert language(text) == detect(text)


@pytest.mark.parametrize(
    "text",
    [
        "x@y.zz " * 3000 + "Der Hafen war still.",
        ("http://" + "a" * 3000 + " ") * 20 + "Der Hafen war still.",
        "Der Hafen war still. " * 2000,
        ("a" * 70 + "@" + "b" * 600 + " ") * 100,
    ],
    ids=["mail", "urls", "long", "long-mail"],
)
def test_only_the_beginning_of_a_long_text_is_read_alike(detect, text: str) -> None:  # type: ignore[no-untyped-def]
    assert language(text) == detect(text)


def test_nothing_to_tell_a_language_by_is_no_language() -> None:
    assert language("123 !?") is None
    assert language("") is None


def test_others_may_seed_as_they_like() -> None:
    text = "PRADA OR NIKE: WHICH BRAND MAKES A BETTER SNEAKER"  # near the boundary of two languages
    first = language(text)
    random.seed(7)
    state = random.getstate()
    langdetect.DetectorFactory.seed = None
    from leadline.grade.ifeval.language import _language

    _language.cache_clear()
    assert language(text) == first
    assert random.getstate() == state
