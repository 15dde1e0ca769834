"""A file of responses is read row by row: a faulty line is named, and nothing else is lost."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import BadData
from leadline.responses.rows import Response, ResponsesFile, read_responses

GOOD = {"problem_id": "0", "response": "#### 18"}


def read(path: Path, *lines: object) -> ResponsesFile:
    parts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(parts) + b"\n")
    return read_responses(path)


def one(path: Path, row: object) -> Response:
    (response,) = read(path, row).responses
    return response


def test_rows_carry_model_and_sample(tmp_path: Path) -> None:
    row = {"problem_id": 7, "response": "x", "model": "m", "sample": 2}
    found = one(tmp_path / "r.jsonl", row)
    assert (found.problem_id, found.given_id, found.model, found.sample) == ("7", 7, "m", 2)


@pytest.mark.parametrize(
    ("row", "problem_id", "text", "continues"),
    [
        ({"problem_id": "a", "response": ""}, "a", "", False),
        ({"problem_id": 3.0, "response": "x"}, "3", "x", False),
        ({"problem_id": "a", "response": None}, "a", None, False),
        ({"problem_id": "a", "text": "x"}, "a", "x", False),
        ({"key": 1000, "prompt": "?", "response": "x"}, "1000", "x", False),
        ({"task_id": "HumanEval/0", "solution": "x"}, "HumanEval/0", "x", False),
        ({"task_id": "HumanEval/0", "completion": "x"}, "HumanEval/0", "x", True),
        ({"doc_id": 5, "doc": {"question": "?"}, "resps": [["x"]]}, "5", "x", False),
        ({"doc_id": 5, "doc": {"key": 1000}, "resps": [["x"]]}, "1000", "x", False),
        ({"task_id": 2, "text": "the task", "response": "x"}, "2", "x", False),
    ],
)
def test_the_field_names_of_other_tools_are_read(
    row: object, problem_id: str, text: str | None, continues: bool, tmp_path: Path
) -> None:
    found = one(tmp_path / "r.jsonl", row)
    assert (found.problem_id, found.text, found.continues) == (problem_id, text, continues)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{not json", "not JSON"),
        (b'{"problem_id": "1", "response": "half', "not JSON"),
        (b"\xff\xfe\x00\x01", "not UTF-8"),
        (b'{"problem_id": "1", "response": "\\ud800"}', "surrogate"),
        (b"[" * 100_000, "not JSON"),
        ([1], "a list instead of a JSON object"),
        ({"response": "x"}, "the problem's id is missing"),
        ({"problem_id": "1"}, "a response is missing"),
        ({"problem_id": "1", "response": 18}, "must be text or null, and is a number (18)"),
        ({"problem_id": "1", "response": ["x"]}, "must be text or null, and is a list"),
        ({"problem_id": True, "response": "x"}, "is a truth value"),
        ({"problem_id": 1.5, "response": "x"}, "is a number (1.5)"),
        ({"problem_id": "1", "response": "x", "model": 3}, "'model' must be text"),
        ({"problem_id": "1", "response": "x", "sample": -1}, "'sample' must be a whole number"),
        ({"doc_id": 1, "resps": "x"}, "'resps' must be a list"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_faulty_line_is_named_and_the_others_are_read(
    line: object, why: str, tmp_path: Path
) -> None:
    found = read(tmp_path / "r.jsonl", GOOD, line, {**GOOD, "problem_id": "2"})
    assert [response.line for response in found.responses] == [1, 3]
    assert [fault.line for fault in found.faults] == [2]
    assert why in found.faults[0].why
    assert len(found.faults[0].why) < 400


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x00\x9f" * 1000, b"[1]\n2\n"])
def test_a_file_without_a_response_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadData, match="no response in it"):
        read_responses(path)


def test_samples_are_numbered_only_where_repeated_rows_mean_samples(tmp_path: Path) -> None:
    code = {"task_id": "HumanEval/0", "solution": "x"}
    found = read(tmp_path / "a.jsonl", code, code, {**code, "task_id": "HumanEval/1"})
    assert [response.sample for response in found.responses] == [0, 1, None]
    found = read(tmp_path / "b.jsonl", GOOD, GOOD)
    assert [response.sample for response in found.responses] == [None, None]


def test_a_response_that_lm_eval_logs_once_a_filter_is_one_response(tmp_path: Path) -> None:
    row = {"doc_id": 0, "doc": {}, "resps": [["a"], ["b"]], "filter": "strict-match"}
    found = read(tmp_path / "r.jsonl", row, {**row, "filter": "flexible-extract"})
    assert [(r.text, r.sample) for r in found.responses] == [("a", 0), ("b", 1)]


def test_compressed_files_are_read_and_torn_ones_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(GOOD).encode()))
    assert len(read_responses(path).responses) == 1
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BadData, match="cannot be read"):
        read_responses(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.jsonl"
        path.write_bytes(json.dumps(GOOD).encode() + b"\n" + content)
        found = read_responses(path)
    assert found.responses[0].problem_id == "0"
