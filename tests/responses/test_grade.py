"""Grading matches responses with problems, loses nothing, and goes on where it was stopped."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import BadData, BadStudy
from leadline.records import Example, Generation, Judgement, Problem
from leadline.responses.grade import Grader, grade_all
from leadline.responses.log import Log
from leadline.responses.match import Matched, match
from leadline.responses.rows import read_responses
from leadline.responses.summary import summarise
from leadline.tasks.catalog import find_task
from leadline.tasks.entry import PAPER, Protocol


@dataclass(frozen=True, kw_only=True)
class Echo:
    """Right if the response is the problem's own id; fails on purpose on "crash"."""

    n: int = 4
    name: str = "echo"
    questions: tuple[str, ...] = ("correct", "length")
    grader_version: str = "echo-1"

    def examples(self) -> list[Example]:
        return []

    def problems(self) -> list[Problem]:
        return [Problem(id=str(i), prompt=f"say {i}", reference=str(i)) for i in range(self.n)]

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        if generation.text == "crash":
            raise RecursionError("too deep")
        right = "yes" if generation.text == problem.reference else "no"
        return [
            Judgement(
                cell=generation.cell,
                problem_id=problem.id,
                sample=generation.sample,
                question=question,
                verdict="undecided" if generation.stopped == "failed" else right,
                by=self.grader_version,
                extracted=generation.text,
            )
            for question in self.questions
        ]

    def check(self) -> None:
        pass


def matched(path: Path, rows: list[object], *, n: int = 4) -> Matched:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return match(read_responses(path), Echo(n=n).problems())


def verdicts(found: Matched, **settings: object) -> list[tuple[object, str]]:
    grader = Grader(task=Echo(), protocol=Protocol(name="p", questions=("correct",)), **settings)  # type: ignore[arg-type]
    graded = grade_all(grader, found.asked, log=Log(path=None, header={}), show=lambda *_: None)
    return [(row["problem_id"], row["verdict"]) for rows in graded for row in rows]


def test_missing_and_null_are_undecided_empty_is_wrong(tmp_path: Path) -> None:
    rows = [
        {"problem_id": "0", "response": "0"},
        {"problem_id": "1", "response": ""},
        {"problem_id": "2", "response": None},
    ]
    found = matched(tmp_path / "r.jsonl", rows)
    assert verdicts(found) == [("0", "yes"), ("1", "no"), ("2", "undecided"), ("3", "undecided")]
    assert any("'3'" in note for note in found.notes)
    assert any("null" in note and "'2'" in note for note in found.notes)
    assert found.faults == ()


def test_unknown_and_duplicate_ids_are_listed_and_the_rest_graded(tmp_path: Path) -> None:
    rows = [{"problem_id": i, "response": str(i)} for i in (0, 1, 2, 3, 99)]
    found = matched(tmp_path / "r.jsonl", [*rows, {"problem_id": 1, "response": "other"}])
    assert verdicts(found) == [(i, "yes") for i in range(4)]  # ids as the file writes them
    unknown, twice = found.faults
    assert "'99' (line 5)" in unknown
    assert "'1' (line 6: another text than line 2)" in twice


def test_a_file_of_another_task_is_refused_with_both_kinds_of_ids(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"like 'HumanEval/0'.*like '0', '1', '2'"):
        matched(tmp_path / "r.jsonl", [{"problem_id": "HumanEval/0", "response": "x"}])


def test_every_model_was_asked_every_problem(tmp_path: Path) -> None:
    rows = [{"problem_id": i, "response": str(i), "model": "whole"} for i in range(4)]
    found = matched(tmp_path / "r.jsonl", [*rows, {**rows[0], "model": "half"}])
    assert len(found.asked) == 8
    assert [a.model for a in found.asked if a.response is None] == ["half"] * 3
    (note,) = found.notes
    assert "3 of 4 problems have no response of 'half'" in note


def test_a_grader_that_fails_leaves_one_response_undecided(tmp_path: Path) -> None:
    rows = [{"problem_id": 0, "response": "crash"}, {"problem_id": 1, "response": "1"}]
    found = matched(tmp_path / "r.jsonl", rows)
    grader = Grader(task=Echo(), protocol=PAPER)
    first, second, *_ = grade_all(
        grader, found.asked, log=Log(path=None, header={}), show=lambda *_: None
    )
    assert [row["verdict"] for row in first] == ["undecided"] * 2
    assert first[0]["reason"] == "the grader failed: RecursionError: too deep"
    assert [row["verdict"] for row in second] == ["yes"] * 2


def test_several_processes_give_the_same_rows(tmp_path: Path) -> None:
    from leadline.tasks.miniature_maths import MiniatureMaths

    task = MiniatureMaths(n_problems=60)
    rows = [{"problem_id": p.id, "response": p.reference} for p in task.problems()]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = match(read_responses(path), task.problems())
    one, two = (
        grade_all(
            Grader(task=task, protocol=PAPER, workers=workers),
            found.asked,
            log=Log(path=None, header={}),
            show=lambda *_: None,
        )
        for workers in (1, 2)
    )
    assert one == two
    assert {row["verdict"] for rows in one for row in rows if row["question"] == "correct"} == {
        "yes"
    }


def test_a_stopped_grading_goes_on_and_grades_nothing_twice(tmp_path: Path) -> None:
    rows = [{"problem_id": i, "response": str(i)} for i in range(4)]
    found = matched(tmp_path / "r.jsonl", rows)
    log = Log.beside(tmp_path / "out.jsonl", header={"of": "this"})
    asked_twice = iter([False, False, True, True, True, True])
    stopped = Grader(task=Echo(), protocol=PAPER, stop=lambda: next(asked_twice))
    begun = grade_all(stopped, found.asked, log=log, show=lambda *_: None)
    assert 0 < len(begun) < 4
    assert len(log.resume()) == len(begun)
    shown: list[int] = []
    whole = grade_all(
        Grader(task=Echo(), protocol=PAPER),
        found.asked,
        log=log,
        show=lambda done, _: shown.append(done),
    )
    assert shown[0] == len(begun)
    log.finish(tmp_path / "out.jsonl", [row for rows in whole for row in rows])
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["problem_id"] for row in written[::2]] == [0, 1, 2, 3]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "r.jsonl"]


def test_a_log_of_another_grading_is_refused(tmp_path: Path) -> None:
    log = Log.beside(tmp_path / "out.jsonl", header={"of": "this"})
    log.append([(0, [{"verdict": "yes"}])])
    with pytest.raises(BadStudy, match="another grading"):
        Log.beside(tmp_path / "out.jsonl", header={"of": "that"}).resume()
    assert log.resume() == {0: [{"verdict": "yes"}]}
    with log.path.open("ab") as file:  # type: ignore[union-attr]
        file.write(b'{"i": 1, "ro')  # torn by a kill
    assert list(log.resume()) == [0]


def test_a_completion_goes_on_from_its_prompt(shared_data: Path, tmp_path: Path) -> None:
    """EvalPlus's samples hold a `solution`, or a `completion` of the problem's own prompt."""
    task = find_task("humaneval_plus").task(data=str(shared_data), n_problems=1)
    (problem,) = task.problems()
    row = task.row(problem.id)  # type: ignore[attr-defined]
    samples = [
        {"task_id": problem.id, "completion": row["canonical_solution"]},
        {"task_id": problem.id, "solution": row["prompt"] + row["canonical_solution"]},
        {"task_id": problem.id, "solution": row["canonical_solution"]},
        {"task_id": problem.id, "solution": "\x00" * 1000},
    ]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    found = match(read_responses(path), [problem])
    grader = Grader(task=task, protocol=PAPER, workers=2)
    graded = grade_all(grader, found.asked, log=Log(path=None, header={}), show=lambda *_: None)
    verdicts = {(row["sample"], row["question"]): row["verdict"] for rows in graded for row in rows}
    assert [verdicts[k, "base"] for k in range(4)] == ["yes", "yes", "no", "no"]


ROWS = st.lists(
    st.fixed_dictionaries(
        {"problem_id": st.sampled_from([0, 1, "2", 3.0, "4", "x", None, [], ""])},
        optional={
            "response": st.sampled_from(["0", "1", "crash", "", None, 7, "\x1b[2J"]),
            "text": st.text(max_size=3),
            "model": st.sampled_from(["a", "b", None, 3]),
            "sample": st.sampled_from([0, 1, None, -1, "x"]),
        },
    ),
    max_size=12,
)


@given(ROWS)
def test_every_problem_is_asked_of_every_model_whatever_the_rows(rows: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = matched(Path(folder) / "r.jsonl", rows)
        except BadData:
            return
    grader = Grader(task=Echo(), protocol=PAPER)
    graded = grade_all(grader, found.asked, log=Log(path=None, header={}), show=lambda *_: None)
    models = {asked.model for asked in found.asked}
    assert {(a.model, a.problem.id) for a in found.asked} == {
        (model, str(i)) for model in models for i in range(4)
    }
    for metric in summarise(list(zip(found.asked, graded, strict=True))):
        assert metric.n_yes + metric.n_no + metric.n_undecided == metric.n_asked
        assert 0 <= metric.low <= metric.high <= 1
    json.dumps(graded, allow_nan=False)
