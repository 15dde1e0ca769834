"""Numbers as readers see them, and text made harmless."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.report.text import HIDDEN, KEPT, in_words, listed, seconds, significant, visible


@given(st.text(max_size=200))
def test_shown_text_has_no_hidden_characters(text: str) -> None:
    import unicodedata

    shown = visible(text, limit=500)
    assert all(c in KEPT or unicodedata.category(c) not in HIDDEN for c in shown)
    shown.encode("utf-8")


def test_ordinary_text_is_untouched() -> None:
    text = "Ünï©ode: 你好 مرحبا 👩‍🚀\n\t#### 12"
    assert visible(text, limit=100) == text


def test_clipped_text_says_how_much_is_missing() -> None:
    assert visible("a" * 1_000_003, limit=3) == "aaa … [1,000,000 more characters]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (19.4712, "19.47"),
        (0.0123456, "0.01235"),
        (7.66, "7.660"),
        (141.08206, "141.1"),
        (747_300.0, "747,300"),
        (0.0, "0"),
        (math.inf, "∞"),
        (1e-7, "1.000e-07"),
    ],
)
def test_parameters_keep_four_significant_digits(value: float, shown: str) -> None:
    assert significant(value) == shown


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(0.0, "0 %"), (0.004, "0.4 %"), (0.568, "57 %"), (0.995, "99.5 %"), (1.0, "100 %")],
)
def test_rates_in_sentences(rate: float, shown: str) -> None:
    assert in_words(rate).replace("\u202f", " ") == shown


def test_durations_and_lists_read_well() -> None:
    times = [seconds(value).replace("\u202f", " ") for value in (0.42, 47.0, 1500.0, 9000.0)]
    assert times == ["0.4 s", "47 s", "25 min", "2.5 h"]
    assert listed(["1"]) == "1"
    assert listed(["1", "2", "3"]) == "1, 2 and 3"
