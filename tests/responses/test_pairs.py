"""Two files of responses become pairs of what both answered, and the rest is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from leadline.errors import BadData, BadStudy
from leadline.records import Problem
from leadline.responses.pairs import pair_up, read_problems

PROBLEMS = [Problem(id=f"p{i}", prompt=f"Question {i}?", reference="") for i in range(4)]


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(name: str, text: str | None, **more: Any) -> dict[str, Any]:
    return {"problem_id": name, "response": text, **more}


def test_only_what_both_answered_is_compared_and_the_rest_is_named(tmp_path: Path) -> None:
    a = write(tmp_path / "a.jsonl", [row("p0", "x"), row("p1", "y"), row("nosuch", "z")])
    b = write(tmp_path / "b.jsonl", [row("p3", "v"), row("p1", "w"), row("p2", "u")])
    found = pair_up(a, b, PROBLEMS, task="t")
    assert [(p.problem.id, p.a.text, p.b.text) for p in found.pairs] == [("p1", "y", "w")]
    assert [asked.problem.id for asked in found.a.asked + found.b.asked] == ["p1", "p1"]
    (alone_a, alone_b) = found.notes
    assert "a.jsonl alone" in alone_a
    assert "'p0'" in alone_a
    assert "2 responses" in alone_b
    assert "'p2', 'p3'" in alone_b
    (fault,) = found.faults
    assert "'nosuch'" in fault
    assert fault.startswith(str(a))


def test_samples_are_paired_by_their_number(tmp_path: Path) -> None:
    a = write(tmp_path / "a.jsonl", [row("p0", f"a{s}", sample=s) for s in (0, 1, 2)])
    b = write(tmp_path / "b.jsonl", [row("p0", f"b{s}", sample=s) for s in (2, 0, 5)])
    found = pair_up(a, b, PROBLEMS, task="t")
    assert [(p.a.text, p.b.text) for p in found.pairs] == [("a0", "b0"), ("a2", "b2")]
    assert [p.a.sample for p in found.pairs] == [0, 2]


def test_null_response_is_a_pair_that_failed(tmp_path: Path) -> None:
    a = write(tmp_path / "a.jsonl", [row("p0", None), row("p1", "")])
    b = write(tmp_path / "b.jsonl", [row("p0", "x"), row("p1", "y")])
    failed, empty = pair_up(a, b, PROBLEMS, task="t").pairs
    assert (failed.a.stopped, failed.b.stopped) == ("failed", "stop")
    assert (empty.a.stopped, empty.a.text) == ("stop", "")


def test_no_common_problem_is_refused(tmp_path: Path) -> None:
    a = write(tmp_path / "a.jsonl", [row("p0", "x")])
    b = write(tmp_path / "b.jsonl", [row("p1", "x")])
    with pytest.raises(BadData, match=r"no problem in common.*'p0'.*'p1'"):
        pair_up(a, b, PROBLEMS, task="t")
    with pytest.raises(BadData, match="none of its 1 responses"):
        pair_up(a, write(tmp_path / "c.jsonl", [row("zz", "x")]), PROBLEMS, task="t")


def test_several_models_need_a_name(tmp_path: Path) -> None:
    both = write(
        tmp_path / "ab.jsonl",
        [row("p0", "one", model="small"), row("p0", "two", model="large")],
    )
    with pytest.raises(BadData, match=r"2 models \('small', 'large'\).*--model-a"):
        pair_up(both, both, PROBLEMS, task="t")
    with pytest.raises(BadStudy, match="smal"):
        pair_up(both, both, PROBLEMS, task="t", model_a="smal", model_b="large")
    found = pair_up(both, both, PROBLEMS, task="t", model_a="small", model_b="large")
    assert [(p.a.text, p.b.text) for p in found.pairs] == [("one", "two")]
    assert (found.a.cell.model, found.b.cell.model) == ("small", "large")
    assert found.notes == ()
    nameless = write(tmp_path / "c.jsonl", [row("p0", "x")])
    with pytest.raises(BadData, match="names no model"):
        pair_up(nameless, both, PROBLEMS, task="t", model_a="small", model_b="large")


def test_same_file_twice_is_said_and_its_sides_stay_apart(tmp_path: Path) -> None:
    a = write(tmp_path / "a.jsonl", [row("p0", "x")])
    found = pair_up(a, a, PROBLEMS, task="t")
    assert "same responses" in found.notes[0]
    assert (found.a.cell.model, found.b.cell.model) == ("a.jsonl (a)", "a.jsonl (b)")


def test_prompts_are_read_as_leadline_problems_writes_them(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", [{"problem_id": 7, "system": "", "prompt": "Why?"}])
    assert [(p.id, p.prompt) for p in read_problems(path)] == [("7", "Why?")]
    for wrong in ({"problem_id": "x"}, {"prompt": "y"}, {"problem_id": True, "prompt": "y"}):
        with pytest.raises(BadData, match="line 1: expected"):
            read_problems(write(tmp_path / "w.jsonl", [wrong]))
    twice = [{"problem_id": "x", "prompt": "y"}] * 2
    with pytest.raises(BadData, match="line 2: 'x' stands there twice"):
        read_problems(write(tmp_path / "t.jsonl", twice))
