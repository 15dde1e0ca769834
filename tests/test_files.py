"""Logs of rows survive a kill at any byte."""

import json
from pathlib import Path

import pytest

from leadline.files import append_rows, read_rows, write_rows, write_text

ROWS = [{"id": 1, "text": "a"}, {"id": 2, "text": "line\nbreak"}, {"id": 3, "text": "é\u2028"}]


def test_a_log_cut_at_any_byte_loses_only_its_last_row(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jsonl"
    append_rows(whole, ROWS)
    raw = whole.read_bytes()
    for cut in range(len(raw) + 1):
        log = tmp_path / "cut.jsonl"
        log.write_bytes(raw[:cut])
        kept = raw[:cut].count(b"\n")
        assert read_rows(log) == ROWS[:kept]
        append_rows(log, ROWS[kept:])
        assert log.read_bytes() == raw


def test_reading_never_changes_a_log_that_another_process_writes(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"id": 1}\n{"id": 2')
    read_rows(log)
    assert log.read_bytes() == b'{"id": 1}\n{"id": 2'


def test_one_row_is_one_line_to_every_reader(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    write_rows(log, ROWS)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "value.json"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_log_is_no_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.jsonl") == []
