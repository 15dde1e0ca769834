"""Strict and loose on whole responses: by hand, against Google's verdicts, and hostile."""

import gzip
import json
from pathlib import Path

import pytest

from leadline.grade.ifeval.registry import checker
from leadline.grade.ifeval.vectors import VECTORS
from leadline.grade.ifeval.verdicts import variants, verdicts
from leadline.tasks.ifeval import RANDOM_LETTER_KEYS

# Google's run did not seed langdetect. Over 200 seeds, each of the two variants in capitals is
# called English in 16 to 18 per cent: with seed 0 not, in that run yes.
KNOWN = {("deepseek-ai__deepseek-llm-7b-chat", 1219, 0, "loose")}


def test_loose_variants_are_the_eight_of_the_paper() -> None:
    text = "Sure!\n*One*\n\nTwo\nBye*"
    assert variants(text) == [
        "*One*\n\nTwo\nBye*",
        "Sure!\n*One*\n\nTwo",
        "*One*\n\nTwo",
        "Sure!\nOne\n\nTwo\nBye",
        "One\n\nTwo\nBye",
        "Sure!\nOne\n\nTwo",
        "One\n\nTwo",
    ]


@pytest.mark.parametrize("text", ["", "\n", "*", "one line"])
def test_blank_and_repeated_variants_are_left_out(text: str) -> None:
    assert variants(text) == []


def test_half_a_surrogate_pair_is_graded() -> None:
    checkers = [checker(vector.instruction, vector.settings) for vector in VECTORS]
    assert len(verdicts(checkers, "\ud800 A. \udfff\n*b*").strict) == len(checkers)


def test_loose_passes_what_one_variant_passes() -> None:
    quotation = checker("startend:quotation", {})
    found = verdicts([quotation], 'Here you are:\n"Seven fathoms."')
    assert (found.strict, found.loose) == ((False,), (True,))


def test_verdicts_are_google_s(shared_data: Path) -> None:
    lines = (shared_data / "ifeval/input_data.jsonl").read_text(encoding="utf-8").split("\n")
    rows = {row["key"]: row for row in map(json.loads, filter(None, lines))}
    checkers = {
        key: [
            checker(*pair) for pair in zip(row["instruction_id_list"], row["kwargs"], strict=True)
        ]
        for key, row in rows.items()
    }
    n, different = 0, set()
    with gzip.open(shared_data / "ifeval_verdicts/verdicts.jsonl.gz", "rt", encoding="utf-8") as f:
        for wanted in map(json.loads, f):
            key, found = wanted["key"], verdicts(checkers[wanted["key"]], wanted["response"])
            for name in ("strict", "loose"):
                for i, (a, b) in enumerate(zip(getattr(found, name), wanted[name], strict=True)):
                    letter = rows[key]["instruction_id_list"][i] == "keywords:letter_frequency"
                    if str(key) in RANDOM_LETTER_KEYS and letter:
                        continue  # a random letter: no reference verdict
                    n += 1
                    if a != b:
                        different.add((wanted["model"], key, i, name))
    assert n == 6640
    assert different == KNOWN
    assert len(different) / n <= 0.002


HOSTILE = {
    "letters": "a" * 10**7,
    "spaces": "x" + " " * 10**7 + "x",
    "newlines": "\n" * 10**7 + "x",
    "open brackets": "A" + "[" * 10**7,
    "angle brackets": "A" + "<" * 10**7,
    "stars": "A" + "*" * 10**7,
    "marks": "A" + "!" * 10**7,
    "dashes": "A" + "-" * 10**7,
    "quotes": '"' * 10**7,
    "nested": "[" * 10**7,
    "digits": "1" * 10**7,
    "surrogates": "\ud800" * 10**7,
    "addresses": "a@b.c " * 1_600_000,
}
FAST = ("letters",)


@pytest.mark.parametrize(
    "name",
    [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in HOSTILE],
)
def test_ten_megabytes_are_graded_by_every_checker(name: str) -> None:
    """Quadratic time would be hours: the suite's own time-out is the bound."""
    checkers = [checker(vector.instruction, vector.settings) for vector in VECTORS]
    found = verdicts(checkers, HOSTILE[name])
    assert len(found.loose) == len(checkers)
