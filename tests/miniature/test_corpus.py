"""The corpus holds the ingredients and not the format."""

import re

from leadline import seeding
from leadline.miniature.corpus import documents
from leadline.miniature.world import RESULT_MAX


def texts(n: int, *, seed: int = 0) -> list[str]:
    source = documents(seeding.rng(seed, "corpus"))
    return [next(source) for _ in range(n)]


def test_question_and_answer_format_never_occurs() -> None:
    text = "\n".join(texts(8000))
    for mark in ("?", "How", "What", "**", "####", "#", "<", ">", "<|", "Solve"):
        assert mark not in text, mark


def test_every_equation_is_right() -> None:
    found = re.findall(r"(\d+)([-+*/])(\d+)=(\d+)", "\n".join(texts(4000)))
    assert len(found) > 10_000
    for left, sign, right, value in found:
        a, b, c = int(left), int(right), int(value)
        assert {"+": a + b == c, "-": a - b == c, "*": a * b == c, "/": a == b * c}[sign]
        assert c <= RESULT_MAX


def test_recalled_entries_were_told() -> None:
    recalls = [text for text in texts(2000) if "To recall: " in text]
    assert len(recalls) > 100
    for text in recalls:
        told, recalled = text.removesuffix(".").split(". To recall: ")
        assert set(recalled.split(". ")) <= set(told.split(". "))


def test_documents_are_a_function_of_the_seed() -> None:
    assert texts(50) == texts(50)
    assert texts(50) != texts(50, seed=1)
