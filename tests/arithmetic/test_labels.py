"""The checker against people's labels, and on GSM8K's own answers: what is promised of it."""

from pathlib import Path

import pytest

from leadline.arithmetic import check_steps, first_wrong
from leadline.arithmetic.gsm8k_faults import FAULTS
from leadline.data import read_jsonl
from leadline.judge.check.sets import read_set
from leadline.tasks.gsm8k import Style, pin

MISTAKES = "big_bench_mistake/multistep_arithmetic.jsonl"
PROCESSBENCH = "processbench_gsm8k/gsm8k.jsonl"
MR_GSM8K = "mr_gsm8k/mr_gsm8k_wrong.jsonl"
MR_BEN = "mr_ben_math/math.jsonl"
Steps = list[tuple[int | None, int | None]]  # first wrong step: as people said, as the checker says


def judge(path: Path) -> Steps:
    found = [(one, check_steps(one.steps).slip) for one in read_set(path).solutions]
    return [(one.first_error, None if slip is None else slip.line) for one, slip in found]


def rate(part: list[bool]) -> float:
    return sum(part) / len(part)


def test_the_first_wrong_step_is_the_one_that_people_named(shared_data: Path) -> None:
    judged = judge(shared_data / MISTAKES)
    assert rate([said == found for said, found in judged if said is not None]) >= 0.95


def test_solutions_are_told_right_or_wrong_as_people_did(shared_data: Path) -> None:
    """Of 150, 11 are labelled right though their answer is wrong and one wrong though nothing is,
    so that a faultless checker agrees on 138; without those 11 it must agree on 95 % and more."""
    rows = read_jsonl(shared_data / MISTAKES)
    judged = judge(shared_data / MISTAKES)
    same = [(said is None) == (found is None) for said, found in judged]
    odd = [r["mistake_index"] is None and r["answer"] != r["target"] for r in rows]
    assert sum(odd) == 11
    assert rate(same) >= 138 / 150
    assert rate([agreed for agreed, is_odd in zip(same, odd, strict=True) if not is_odd]) >= 0.98


@pytest.mark.parametrize("path", [PROCESSBENCH, MR_BEN])
def test_right_solutions_raise_no_alarm(shared_data: Path, path: str) -> None:
    judged = judge(shared_data / path)
    assert rate([found is not None for said, found in judged if said is None]) <= 0.02


@pytest.mark.parametrize("path", [MR_GSM8K, PROCESSBENCH])
def test_a_flagged_step_is_mostly_the_labelled_one(shared_data: Path, path: str) -> None:
    flagged = [(said, found) for said, found in judge(shared_data / path) if found is not None]
    assert len(flagged) > 10
    assert rate([said == found for said, found in flagged]) >= 0.8


def wrong_rows(folder: Path, style: Style, split: str) -> set[tuple[str, int]]:
    answers = read_jsonl(folder / pin(style, split).local)
    return {(split, i) for i, row in enumerate(answers) if first_wrong(row["answer"])}


@pytest.mark.parametrize("style", ["socratic", "plain"])
def test_gold_answers_of_the_test_split_are_right_but_for_listed_faults(
    shared_data: Path, style: Style
) -> None:
    listed = {place for place in FAULTS if place[0] == "test"}
    assert wrong_rows(shared_data, style, "test") == listed


@pytest.mark.slow
@pytest.mark.parametrize("style", ["socratic", "plain"])
def test_gold_answers_of_the_training_split_are_right_but_for_listed_faults(
    shared_data: Path, style: Style
) -> None:
    listed = {place for place in FAULTS if place[0] == "train"}
    assert wrong_rows(shared_data, style, "train") == listed
