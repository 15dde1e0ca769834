"""Human labels are read from every release of the sets, or refused with the faulty rows."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars
import pytest

from leadline.errors import BadData, BadStudy
from leadline.judge.check.labels import LabelledSolution
from leadline.judge.check.sets import WORDS, find_path, find_sets, read_set

Write = Callable[..., Path]
PAIR = {"input": "Hi?", "output_1": "Hello.", "output_2": "Go away.", "label": 1}
PANDA = {
    "instruction": "Rewrite.",
    "input": "It is I.",
    "response1": "It's me.",
    "response2": "",
    "annotator1": 1,
    "annotator2": 0,
    "annotator3": 1,
}
MR_GSM8K = {
    "question": "1 + 1 + 1?",
    "question_type": "original",
    "model_output_steps": ["Step 1: 1 + 1 = 2\r", "Step 2: 2 + 1 = 4", "Step 3: #### 4"],
    "model_output_solution_correctness": "wrong",
    "model_output_solution_first_error_step": 2,
    "model_output_solution_first_error_reason": "计算错误，2 + 1 = 3",
}
MR_BEN = {
    "Question": "Which?",
    "Options": "A: 1\nB: 2",
    "Subject": "maths",
    "Sampled_Model": "m",
    "Model_Solution_Steps": [
        "Step 1: Look at A:",
        "- it is 1",
        "Step 2: Look at B:",
        "- it is 3",
        "Solution: Choice_B",
    ],
    "Model_Solution_Correctness": "incorrect",
    "Model_Solution_First_Error_Step": "2",
}
PROCESS = {"id": "x-0", "generator": "g", "problem": "?", "steps": ["a", "b"], "label": 1}
MISTAKE = {"input": "1 + 1 =", "steps": ["1 + 1 = 3"], "target": "2", "mistake_index": 0}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*rows: dict[str, Any], name: str = "labels.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


def solution(path: Path) -> LabelledSolution:
    (one,) = read_set(path).solutions
    return one


def test_labels_of_pairs_become_votes(write: Write) -> None:
    one, other = read_set(write(PAIR, {**PAIR, "label": "2", "subset": "Natural"})).pairs
    assert (one.votes, one.groups, one.majority) == (("a",), (), "a")
    assert (other.votes, other.groups) == (("b",), (("subset", "Natural"),))


def test_every_person_of_pandalm_has_a_vote_and_ties_are_kept(write: Write) -> None:
    (one,) = read_set(write(PANDA)).pairs
    assert one.votes == ("a", "neither", "a")
    assert one.majority == "a"
    assert one.groups == (("people who agree", "2 of 3"),)
    assert one.request == "Rewrite.\n\nIt is I."


def test_wrong_steps_are_counted_from_0_whatever_the_set_counts_from(write: Write) -> None:
    assert solution(write(MR_GSM8K)).first_error == 1
    assert solution(write(PROCESS)).first_error == 1
    assert solution(write(MISTAKE)).first_error == 0
    assert solution(write(MR_BEN)).first_error == 1


def test_numbers_of_steps_are_taken_off_and_lines_without_one_join_their_step(write: Write) -> None:
    assert solution(write(MR_GSM8K)).steps == ("1 + 1 = 2", "2 + 1 = 4", "#### 4")
    assert solution(write(MR_BEN)).steps == (
        "Look at A:\n- it is 1",
        "Look at B:\n- it is 3\nSolution: Choice_B",
    )
    assert solution(write(MR_GSM8K)).groups == (
        ("question type", "original"),
        ("kind", "calculation"),
    )


def test_words_before_the_first_numbered_step_do_not_move_the_others(write: Write) -> None:
    lines = ["Here is an analysis:", *MR_BEN["Model_Solution_Steps"]]
    one = solution(write({**MR_BEN, "Model_Solution_Steps": lines}))
    assert len(one.steps) == 2
    assert one.steps[1].startswith("Look at B:")
    assert one.first_error == 1


def test_a_program_is_judged_by_its_lines(write: Write) -> None:
    program = "def f(x):\n    # add one\n\n    return x - 1\n"
    row = {**MR_BEN, "Model_Solution_Steps": program, "Options": None}
    one = solution(write({**row, "Model_Solution_First_Error_Step": "    return x - 1"}))
    assert one.steps == ("def f(x):", "    # add one", "    return x - 1")
    assert one.first_error == 2
    elsewhere = solution(write({**row, "Model_Solution_First_Error_Step": "import math"}))
    assert (elsewhere.wrong, elsewhere.first_error) == (True, None)


def test_a_deeply_nested_row_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.jsonl"
    for depth in range(900, 1000, 5):
        deep = "[" * depth + "]" * depth
        path.write_text(json.dumps(PAIR)[:-1] + f', "more": {deep}}}' + "\n")
        try:
            read_set(path)
        except BadData:
            continue


@pytest.mark.parametrize(
    "row",
    [
        {
            **MR_GSM8K,
            "model_output_solution_correctness": "correct",
            "model_output_solution_first_error_step": "N/A",
        },
        {
            **MR_BEN,
            "Model_Solution_Correctness": "correct",
            "Model_Solution_First_Error_Step": "N/A",
        },
        {**PROCESS, "label": -1},
        {**MISTAKE, "mistake_index": None},
    ],
)
def test_a_right_solution_has_no_wrong_step(write: Write, row: dict[str, Any]) -> None:
    one = solution(write(row))
    assert not one.wrong
    assert one.first_error is None


def test_a_wrong_solution_may_lack_its_step(write: Write) -> None:
    one = solution(write({**MR_GSM8K, "model_output_solution_first_error_step": "N/A"}))
    assert one.wrong
    assert one.first_error is None


def test_every_container_of_a_release_reads_the_same(write: Write, tmp_path: Path) -> None:
    rows = [PROCESS, {**PROCESS, "id": "x-1", "label": -1}]
    known = read_set(write(*rows))
    whole = tmp_path / "list.json"
    whole.write_text(json.dumps(rows, indent=2))
    one_line = tmp_path / "line.json"
    one_line.write_text(json.dumps(rows))
    by_id = tmp_path / "by_id.json"
    by_id.write_text(json.dumps({row["id"]: [row] for row in rows}, indent=1))
    by_id_line = tmp_path / "by_id_line.json"
    by_id_line.write_text(json.dumps({row["id"]: [row] for row in rows}))
    packed = tmp_path / "labels.jsonl.gz"
    packed.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    table = tmp_path / "table.parquet"
    polars.DataFrame(rows).write_parquet(table)
    for path in (whole, one_line, by_id, by_id_line, packed, table):
        assert read_set(path).solutions == known.solutions, path.name


def test_the_file_s_name_says_nothing(write: Write) -> None:
    assert read_set(write(MISTAKE, name="llmbar.jsonl")).name == "BIG-Bench-Mistake"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({**PAIR, "label": 3}, "'label' must be 1 or 2, and is 3"),
        ({**PAIR, "output_1": None}, "'output_1' must be text, and is None"),
        ({k: v for k, v in PAIR.items() if k != "input"}, "input is missing"),
        ({**PAIR, "label": True}, "whole number"),
    ],
)
def test_a_faulty_row_is_named_by_its_line(write: Write, row: dict[str, Any], why: str) -> None:
    with pytest.raises(BadData, match=why) as found:
        read_set(write(PAIR, {**PAIR, "input": "another"}, row))
    assert "line 3: " in str(found.value)
    assert "1 of 3 rows" in str(found.value)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({**PANDA, "annotator2": 3}, "'annotator2' must be 0"),
        ({**PANDA, "annotator3": None}, "'annotator3' must be 0"),
        ({**MR_GSM8K, "model_output_solution_first_error_step": 4}, "there are 3 steps"),
        ({**MR_GSM8K, "model_output_solution_correctness": "correct"}, "said to be right"),
        (
            {**MR_GSM8K, "model_output_solution_correctness": "maybe"},
            "right or wrong, and is 'maybe'",
        ),
        ({**PROCESS, "label": -2}, "from 0, or -1"),
        ({**PROCESS, "steps": []}, "list of texts"),
        ({**PROCESS, "steps": ["a", 1]}, "list of texts"),
        ({**MISTAKE, "mistake_index": 1}, "there are 1 steps"),
    ],
)
def test_labels_that_cannot_be_are_refused(write: Write, row: dict[str, Any], why: str) -> None:
    with pytest.raises(BadData, match=why):
        read_set(write(row))


def test_an_unknown_format_is_answered_with_the_known_ones(write: Write) -> None:
    with pytest.raises(BadData, match=r"'question', 'answer'.*") as found:
        read_set(write({"question": "?", "answer": "!"}))
    assert "ProcessBench: problem, steps, label" in str(found.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"[]", b"{}", b"[1]", b'[{"a": 1}', b'[{"a": "\\ud800"}]', b"\xff\xfe[", b"{\n"],
)
def test_files_that_hold_no_labels_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(content)
    with pytest.raises(BadData, match=r"labels\.json"):
        read_set(path)


@pytest.mark.parametrize("name", ["none.jsonl", "none.json", "none.parquet", "none.jsonl.gz"])
def test_a_missing_file_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadData, match=name):
        read_set(tmp_path / name)


def test_a_larger_limit_holds_a_smaller_one_and_the_ids_stay(write: Write) -> None:
    path = write(*({**PAIR, "input": f"{i}"} for i in range(50)))
    whole, some, more = read_set(path), read_set(path, limit=10), read_set(path, limit=20)
    ids = [{pair.id for pair in s.pairs} for s in (some, more, whole)]
    assert [len(i) for i in ids] == [10, 20, 50]
    assert ids[0] < ids[1] < ids[2]
    assert (some.n_in_set, some.digest == whole.digest) == (50, False)


def test_repeats_of_a_row_are_items_of_their_own(write: Write) -> None:
    labels = read_set(write(PAIR, PAIR, PAIR))
    assert len({pair.id for pair in labels.pairs}) == 3


def test_a_set_is_found_by_its_word_and_named_once(shared_data: Path) -> None:
    with pytest.raises(BadStudy, match="Did you mean llmbar"):
        find_path("lmbar")
    with pytest.raises(BadStudy, match="twice"):
        find_sets(
            ["llmbar", str(find_path("llmbar", data=str(shared_data)))], data=str(shared_data)
        )


def test_the_real_sets_have_the_sizes_that_their_readme_says(shared_data: Path) -> None:
    sets = find_sets(list(WORDS), data=str(shared_data))
    sizes = {s.name: s.n_in_set for s in sets}
    assert sizes == {
        "LLMBar": 209,
        "MT-Bench, FairEval and LLMEval^2": 239,
        "PandaLM": 492,
        "MR-GSM8K": 313,
        "ProcessBench": 197,
        "MR-Ben": 459,
        "BIG-Bench-Mistake": 150,
    }
    by_name = {s.name: s for s in sets}
    assert sum(s.wrong for s in by_name["MR-GSM8K"].solutions) == 313
    assert sum(not s.wrong for s in by_name["ProcessBench"].solutions) == 85
    assert sum(not s.wrong for s in by_name["MR-Ben"].solutions) == 82
    assert sum(not s.wrong for s in by_name["BIG-Bench-Mistake"].solutions) == 34
