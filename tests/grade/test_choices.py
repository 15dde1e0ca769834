"""Which letter is chosen: forms that models really use, and traps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.grade.choices import choice

FORMS = {
    "B": [
        "B", "b", "(B)", "B.", "B)", "(b)", "[B]", "**B**", "**B.**", "**(B)**", "`B`", '"B"',
        "$B$", " B \n", "Option B", "B\n\nQuestion: next one?\nAnswer: C",
        "The answer is B.", "The answer is B", "the answer is (B)", "The answer is **B**.",
        "the answer is b", "The answer is: B", "Answer: B", "answer: (B)", "**Answer: B**",
        "**Answer:** B", "**Answer:** (B) Paris", "ANSWER: B", "Answer - B", "Final answer: B",
        "The correct answer is B because Paris is the capital.", "The answer is option B.",
        "The answer must therefore be B.", "The answer is clearly B, not A.",
        "The answer is B and not A.", "The correct answer is (B) Paris.", "Answer is B) Paris",
        "The answer is B since option A is wrong.", "The best answer would be B",
        "A) is wrong. C) is wrong.\nThe answer is B.", "The answer is A. No: the answer is B.",
        r"So \boxed{B}", r"$\boxed{\text{B}}$", r"\boxed{(B)}",
        "B) because it is the capital.", "B. Paris", "B: Paris", "B - Paris", "B, because of it.",
        "B because it is so.", "(B) Paris", "**B) Paris**", "**B** Paris", "B is correct.",
        "Option B: Paris", "B) Paris\nB) is the capital",
        "A) no, that is Rome\nB) yes, Paris\nThe correct option is (B).",
        "A: wrong\nC: wrong\nSo option B is correct.", "I think B is the right one.",
        "The best choice is B.",
        "I choose B.", "So it must be (B)", "Let me see.\nI would say it's B!", "My pick: **B**",
        "I would go with (B) here.", "We see that **B** fits well.", "Das ist eindeutig (B), klar.",
    ],
    "A": [
        "A", "a", "(A)", "A.", "**A**", "The answer is A.", "the answer is a.", "Answer: A",
        "The answer is A because it is.", "A) because", "A because it is", "A, since it is so",
        "A is correct.", "The answer is (a) dog", "I choose A.", "answer: A\nA dog barks.",
    ],
    "": [
        "", "  \n", "A dog is an animal.", "The answer is a dog.", "The answer is: A dog.",
        "A cat sat.\nA dog ran.", "Beavers dam.", "I do not know.", "E.g. this one",
        "A.M. is early", "C++ is a language", "C# is a language", "D'Artagnan was there",
        "F", "(F)", "42", "AB",
        "The answer is Beirut.", "The answer is not known", "The answer is Ed.", "answer",
        "B-side", "Either (A) or (B) would do, I think, yes", "A) Rome\nB) Paris\nC) Bonn",
        "the a priori one", "A/B testing", "Plan D-Day now",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("letter", "text"), [(k, text) for k in FORMS for text in FORMS[k]])
def test_letter_is_read_as_a_person_reads_it(letter: str, text: str) -> None:
    assert choice(text) == letter


@pytest.mark.parametrize("letter", "ABCDE")
@pytest.mark.parametrize(
    "form", ["{}", "({})", "**{}**", "The answer is {}.", "Answer: ({}) It is so.", "I choose {}."]
)
def test_every_letter_is_read_alike(form: str, letter: str) -> None:
    assert choice(form.format(letter)) == letter


@given(st.text())
def test_any_text_gives_a_letter_or_nothing(text: str) -> None:
    assert choice(text) in {"", "A", "B", "C", "D", "E"}


@pytest.mark.parametrize(
    "piece", ["answer ", "answer is ", "(", "*", " ", "\n", "B", "B ", "A) ", "\\boxed{", "is the "]
)
def test_megabytes_of_anything_are_read_in_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert choice(text) in {"", "A", "B"}  # quadratic time would take hours
