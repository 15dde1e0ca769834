"""Final answers: lm-eval's verdicts, checked against its golden vectors and its own code."""

import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.data import read_jsonl
from leadline.grade.answers import (
    INVALID,
    QUESTIONS,
    exact_match,
    flexible,
    grade_final_answer,
    numeric,
    strict,
)
from leadline.records import Cell, Generation, Problem

GOLD = "He has 9+9=<<9+9=18>>18.\n#### 18"

# response, strict, right, flexible, right: computed with lm-evaluation-harness 0.4.13
GOLDEN = [
    ("#### 18", "18", 1, "18", 1),
    ("#### 18.", "18.", 1, "18.", 1),
    ("####18", INVALID, 0, "18", 1),
    ("#### $18", INVALID, 0, "$18", 1),
    ("#### 18.00", "18.00", 0, "18.00", 0),
    ("#### 1,8", "1,8", 1, "1,8", 1),
    ("#### -18", "-18", 0, "-18", 0),
    ("#### 18 dollars", "18", 1, "18", 1),
    ("#### eighteen", INVALID, 0, INVALID, 0),
    ("#### 7\n#### 18", "7", 0, "18", 1),
    ("#### 18\n\nQuestion: foo\nAnswer: #### 7", "18", 1, "7", 0),
    ("The answer is 18 dollars.", INVALID, 0, "18", 1),
    ("The answer is $18.00", INVALID, 0, "$18.00", 0),
    ("so 18 eggs, i.e. 1.5 dozen...", INVALID, 0, "...", 0),
    ("I get 18, then stop, ok.", INVALID, 0, "18,", 1),
    ("the total is 18%", INVALID, 0, "18", 1),
]

# What lm-eval's own code does, written again from its source without ours.
STRICT = (r"#### (\-?[0-9\.\,]+)", 0)
FLEXIBLE = (r"(-?[$0-9.,]{2,})|(-?[0-9]+)", -1)
IGNORED = [",", r"\$", r"(?s).*#### ", r"\.$"]
NUMBERISH = st.text(alphabet="#### 0123456789.,$-−%\n Aa<>=", max_size=60)


def lm_eval_filter(text: str, rule: tuple[str, int]) -> str:
    found = re.findall(rule[0], text)
    if not found:
        return INVALID
    chosen = found[rule[1]]
    if isinstance(chosen, tuple):
        chosen = next((group for group in chosen if group), INVALID)
    return chosen.strip()


def lm_eval_match(answer: str, reference: str) -> bool:
    pair = np.array([answer, reference])
    for pattern in IGNORED:
        pair = np.array([re.sub(pattern, "", text) for text in pair])
    lowered = np.char.lower(pair)
    return bool(lowered[0] == lowered[1])


def generation(text: str, stopped: str = "stop") -> Generation:
    cell = Cell(model="m", task="t", method="sft", n_examples=0, seed=0)
    return Generation(
        cell=cell, problem_id="7", sample=1, text=text, stopped=stopped, n_tokens=len(text)
    )


def verdicts(text: str, stopped: str = "stop", reference: str = GOLD) -> dict[str, str]:
    problem = Problem(id="7", prompt="?", reference=reference)
    rows = grade_final_answer(problem, generation(text, stopped), by="test")
    assert [(row.problem_id, row.sample, row.by) for row in rows] == [("7", 1, "test")] * 4
    return {row.question: row.verdict for row in rows}


@pytest.mark.parametrize(("text", "strictly", "right", "flexibly", "right_too"), GOLDEN)
def test_golden_vectors_of_lm_eval(
    text: str, strictly: str, right: int, flexibly: str, right_too: int
) -> None:
    assert (strict(text), flexible(text)) == (strictly, flexibly)
    assert exact_match(strict(text), GOLD) == bool(right)
    assert exact_match(flexible(text), GOLD) == bool(right_too)
    found = verdicts(text)
    assert (found["correct"], found["flexible"]) == tuple(
        "yes" if ok else "no" for ok in (right, right_too)
    )


@given(NUMBERISH)
def test_extraction_equals_a_literal_copy_of_lm_evals_filters(text: str) -> None:
    assert strict(text) == lm_eval_filter(text, STRICT)
    assert flexible(text) == lm_eval_filter(text, FLEXIBLE)


@given(NUMBERISH, NUMBERISH)
def test_matching_equals_a_literal_copy_of_lm_evals_metric(a: str, b: str) -> None:
    for reference in (a, b, f"{a}#### {b}"):
        assert exact_match(a, reference) == lm_eval_match(a, reference)


@given(NUMBERISH)
def test_extraction_equals_the_installed_lm_eval(text: str) -> None:
    extraction = pytest.importorskip("lm_eval.filters.extraction", exc_type=ImportError)
    for rule, ours in ((STRICT, strict), (FLEXIBLE, flexible)):
        theirs = extraction.RegexFilter(regex_pattern=rule[0], group_select=rule[1])
        assert list(theirs.apply([[text]], [{}])) == [[ours(text)]]


@given(NUMBERISH, NUMBERISH)
def test_matching_equals_the_installed_lm_eval(a: str, b: str) -> None:
    metrics = pytest.importorskip("lm_eval.api.metrics", exc_type=ImportError)
    theirs = metrics.exact_match_hf_evaluate(
        [a], [b], regexes_to_ignore=IGNORED, ignore_case=True, ignore_punctuation=False
    )
    assert exact_match(a, b) == bool(theirs["exact_match"])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("#### 18", "18"),
        ("####18", "18"),
        ("#### $18", "18"),
        ("#### 18.00", "18"),
        ("#### 1,234.50", "1234.5"),
        ("#### -18", "-18"),
        ("#### -$18", "-18"),
        ("#### $-18", "-18"),
        ("#### −18", "-18"),
        ("#### 18%", "18"),
        ("#### .5", "0.5"),
        ("#### 18 of the 20 eggs", "18"),
        ("#### 7\n#### 18", "18"),
        ("####\n18", "18"),
        ("#### eighteen\n18", None),
        ("The answer is $18.00.", "18"),
        ("so 18 eggs, i.e. 1.5 dozen...", "1.5"),
        ("I get 18, then stop, ok.", "18"),
        ("**ANSWER: 20**", "20"),
        ("16-3=13, so 13-20", "20"),
        ("it falls to -7.", "-7"),
        ("- 5 apples", "5"),
        ("6.02e23", "6.02e23"),
        ("nothing", None),
        ("", None),
        ("٣", None),
    ],
)
def test_numeric_reads_the_number_that_a_person_reads(text: str, number: str | None) -> None:
    assert numeric(text) == (None if number is None else Decimal(number))


def test_numeric_compares_values_not_spellings() -> None:
    assert verdicts("so it is\n#### $18.00")["numeric"] == "yes"
    assert verdicts("so it is\n#### 18.01")["numeric"] == "no"
    assert verdicts("no idea")["numeric"] == "no"
    assert verdicts("#### 0", reference="#### 0.00")["numeric"] == "yes"


def test_reference_may_be_the_bare_answer() -> None:
    for reference in ("18", "#### 18", GOLD):
        found = verdicts("He has 18 ** so <<9+9=18>>18.\n#### 18", reference=reference)
        assert found == {"correct": "yes", "flexible": "yes", "numeric": "yes", "format": "no"}


def test_reference_without_number_is_undecided_not_wrong() -> None:
    assert verdicts("#### 18", reference="none")["numeric"] == "undecided"


def test_failed_generation_is_undecided_on_every_question() -> None:
    assert verdicts("#### 18", stopped="failed") == dict.fromkeys(QUESTIONS, "undecided")


def test_cut_off_generation_is_graded_but_its_format_is_an_error() -> None:
    found = verdicts("How many? ** It is <<9+9=18>>18.\n#### 18", stopped="length")
    assert found == {"correct": "yes", "flexible": "yes", "numeric": "yes", "format": "yes"}


@given(st.text(max_size=200))
def test_any_text_gets_a_verdict_on_every_question(text: str) -> None:
    found = verdicts(text)
    assert tuple(found) == QUESTIONS
    assert set(found.values()) <= {"yes", "no"}


@pytest.mark.parametrize(
    "piece",
    ["#", "#### ", "1", "1,", ".", "-$", "<<", "<<1=1>>1", "\n", "####\n", "e1", "a ** b ", "\x00"],
)
def test_megabytes_of_anything_are_graded_in_linear_time(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    assert set(verdicts(text).values()) <= {"yes", "no"}  # quadratic time would take hours


def test_huge_answer_is_not_stored_whole() -> None:
    rows = grade_final_answer(
        Problem(id="7", prompt="?", reference=GOLD), generation("#### " + "9" * 100_000), by="t"
    )
    assert max(len(row.extracted) for row in rows) <= 200


def test_verdicts_on_published_model_solutions(shared_data) -> None:
    rows = read_jsonl(shared_data / "gsm8k_model_solutions" / "openai_example_solutions.jsonl")
    tests = read_jsonl(shared_data / "gsm8k" / "test.jsonl")
    n_right = 0
    for row in rows:
        gold = tests[row["gsm8k_test_index"]]["answer"]
        for answer in row["solutions"].values():
            text = answer["solution"]
            final = text.rpartition("\n")[2]  # "A: n", unless the solution was cut off
            right = final.startswith("A: ") and numeric(final) == numeric(gold)
            assert right == answer["is_correct"]
            for response in (text, text.replace("A: ", "#### ")):  # strict finds none in the first
                assert strict(response) == lm_eval_filter(response, STRICT)
                assert flexible(response) == lm_eval_filter(response, FLEXIBLE)
                for found in (strict(response), flexible(response)):
                    assert exact_match(found, gold) == lm_eval_match(found, gold)
            n_right += answer["is_correct"]
    assert len(rows) == 649
    assert 0 < n_right < 4 * 649
