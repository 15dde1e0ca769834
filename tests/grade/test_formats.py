"""Format errors: every gold answer is well-formed, every way to break one is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.data import read_jsonl
from leadline.grade.formats import format_error
from leadline.tasks.gsm8k import BLANK_STEPS

GOOD = (
    "How many eggs are left? ** There are 16 - 3 = <<16-3=13>>13 eggs left.\n"
    "How much does she make? ** She makes 13 * $2 = $<<13*2=26>>26.\n"
    "#### 26"
)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD + "\n",
        GOOD.replace("\n", "\n\n"),
        GOOD.replace("\n", "\r\n"),
        "Define a variable ** Let x be the price.\n#### 1,234.50",
        "What is half? ** It is <<3/4=3/4>>3/4 of it, or $<<3*1000=3000>>3,000.\n#### -3",
    ],
)
def test_well_formed_socratic_answers(text: str) -> None:
    assert format_error(text, style="socratic") is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 0, "empty"),
        ("  \n \n", 0, "empty"),
        ("#### 26", 0, "no step"),
        ("26", 0, "#### number"),
        ("There are 13 eggs.\n#### 13", 0, "sub-question ** sentence"),
        (GOOD.replace(" ** She", "** She"), 1, "sub-question ** sentence"),
        ("How many? ** \n#### 13", 0, "sub-question ** sentence"),
        (" ** 13 eggs.\n#### 13", 0, "sub-question ** sentence"),
        ("How many? ** **13** eggs\n#### 13", 0, "more than one '**'"),
        (GOOD.removesuffix("\n#### 26"), 1, "#### number"),
        (GOOD + "\nHow many? ** 4", 2, "after '####'"),
        (GOOD + "\n#### 26", 2, "after '####'"),
        (GOOD + " dollars", 2, "#### number"),
        (GOOD.replace("#### 26", "####26"), 2, "#### number"),
        (GOOD.replace("#### 26", "#### $26"), 2, "#### number"),
        (GOOD.replace("#### 26", "#### 26."), 2, "#### number"),
        (GOOD.replace("13>>", "13>"), 0, "not whole"),
        (GOOD.replace("<<13*", "13*"), 1, "not whole"),
        (GOOD.replace("<<16-3=13>>", "<<16-3=<<13>>"), 0, "not whole"),
        (GOOD.replace("16-3=13>>", "16-3>>"), 0, "expression=number"),
        (GOOD.replace("=13>>", "=>>"), 0, "expression=number"),
        (GOOD.replace(">>13 eggs", ">> eggs"), 0, "no number follows"),
        ("a ** b\n\nno separator\n#### 3", 2, "sub-question ** sentence"),
    ],
)
def test_first_fault_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    found = format_error(text, style="socratic")
    assert found is not None
    assert found.line == line
    assert reason in found.reason


def test_plain_style_needs_no_sub_questions() -> None:
    plain = "She has 16 - 3 = <<16-3=13>>13 left.\n#### 13"
    assert format_error(plain, style="plain") is None
    assert format_error(plain, style="socratic") is not None
    assert format_error("#### 13", style="plain") is not None
    assert format_error(plain.replace("13>>13", "13>>"), style="plain") is not None


def test_calculator_slip_is_not_a_format_error() -> None:
    assert format_error(GOOD.replace("=13>>13", "=14>>15"), style="socratic") is None


def test_reason_quotes_a_short_piece_of_a_long_line() -> None:
    found = format_error("x" * 10_000, style="socratic")
    assert found is not None
    assert len(found.reason) < 200


@given(st.text(), st.sampled_from(["socratic", "plain"]))
def test_error_points_at_a_line_that_exists(text: str, style: str) -> None:
    found = format_error(text, style=style)
    assert found is None or 0 <= found.line <= text.count("\n")


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("style", ["socratic", "plain"])
def test_gold_answers_of_gsm8k_are_well_formed(shared_data, style: str, split: str) -> None:
    name = {"socratic": f"{split}_socratic.jsonl", "plain": f"{split}.jsonl"}[style]
    path = shared_data / "gsm8k" / (name + (".gz" if split == "train" else ""))
    rows = read_jsonl(path)
    faulty = {i for i, row in enumerate(rows) if format_error(row["answer"], style=style)}
    assert faulty == (BLANK_STEPS[split] if style == "socratic" else set())
