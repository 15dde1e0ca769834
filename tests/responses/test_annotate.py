"""An annotation of a file goes on where it was stopped, and keeps what was decided and no more."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from leadline.annotate.rules import Rules
from leadline.errors import BadStudy, Stopped
from leadline.protocols import GradedResponse, Runtime, Task
from leadline.records import Judgement
from leadline.responses.annotate import annotate_file
from leadline.responses.findings import findings
from leadline.responses.match import Asked
from leadline.tasks.miniature_maths import MiniatureMaths

TASK = "miniature-maths"


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """The rules, stopped after so many responses; unsure of every fifth the first time."""

    after: int
    hesitant: bool = False
    seen: list[int] = field(default_factory=list)
    name: str = "stopping"
    version: str = "1"
    asks_again: bool = True

    def check(self) -> None:
        """Nothing is needed."""

    def kinds(self, task: Task) -> tuple[str, ...]:
        return Rules().kinds(task)

    def annotate(
        self,
        task: Task,
        responses: Sequence[GradedResponse],
        *,
        kinds: Sequence[str],
        runtime: Runtime,
    ) -> Iterator[list[Judgement]]:
        self.seen.append(len(responses))
        found = Rules().annotate(task, responses, kinds=kinds, runtime=runtime)
        for n, rows in enumerate(found):
            if n == self.after:
                raise Stopped("enough")
            unsure = self.hesitant and n % 5 == 0
            yield [replace(row, verdict="undecided") if unsure else row for row in rows]


def responses(path: Path) -> Path:
    rows = [{"problem_id": p.id, "response": p.reference} for p in MiniatureMaths().problems()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_stopped_annotation_goes_on_and_ends_as_if_it_never_stopped(tmp_path: Path) -> None:
    file, out, whole = (responses(tmp_path / "r"), tmp_path / "out", tmp_path / "whole")
    annotate_file(TASK, file, annotator=Stopping(after=10**6), out=whole)
    first, second = Stopping(after=120, hesitant=True), Stopping(after=10**6)
    with pytest.raises(Stopped):
        annotate_file(TASK, file, annotator=first, out=out)
    assert not out.exists()
    annotate_file(TASK, file, annotator=second, out=out)
    assert first.seen + second.seen == [500, 500 - 120 * 4 // 5]  # the undecided are asked again
    assert out.read_bytes() == whole.read_bytes()
    assert not (tmp_path / "out.part").exists()


def test_what_another_annotator_left_is_not_taken(tmp_path: Path) -> None:
    file, out = responses(tmp_path / "r"), tmp_path / "out"
    with pytest.raises(Stopped):
        annotate_file(TASK, file, annotator=Stopping(after=60), out=out)
    with pytest.raises(BadStudy, match="another"):
        annotate_file(TASK, file, annotator=Stopping(after=60, version="2"), out=out)


def test_models_and_samples_are_told_apart_whatever_their_names(tmp_path: Path) -> None:
    """A model called as the nameless one is, and a sample 0 beside one without a number."""
    gold = MiniatureMaths().problems()[0]
    wrong = f"{gold.reference}0"
    rows: list[dict[str, Any]] = [
        {"problem_id": gold.id, "response": gold.reference},
        {"problem_id": gold.id, "response": wrong, "model": "responses"},
        {"problem_id": gold.id, "response": wrong, "sample": 0},
        {"problem_id": gold.id, "response": gold.reference, "model": "responses", "sample": 0},
    ]
    file, out = tmp_path / "r.jsonl", tmp_path / "out"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    annotate_file(TASK, file, annotator=Rules(), out=out)
    kept = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    verdicts = {
        (row.get("model"), row.get("sample")): row["verdict"]
        for row in kept
        if row["problem_id"] == gold.id and row["question"] == "correct"
    }
    assert verdicts == {
        (None, None): "yes",
        ("responses", None): "no",
        (None, 0): "no",
        ("responses", 0): "yes",
    }


def test_findings_count_errors_of_wrong_responses_and_why_others_are_undecided() -> None:
    problem = MiniatureMaths().problems()[0]
    asked = Asked(problem=problem, given_id="0", model=None, sample=None, response=None)

    def rows(*verdicts: str, reason: str = "") -> list[dict[str, Any]]:
        named = zip(("correct", "arithmetic", "reasoning"), verdicts, strict=True)
        return [{"question": q, "verdict": v, "reason": reason} for q, v in named]

    found = findings(
        [
            (asked, rows("no", "yes", "yes")),
            (asked, rows("no", "no", "no")),
            (asked, rows("no", "no", "undecided", reason="line 7 of 'this'")),
            (asked, rows("no", "no", "undecided", reason="line 9 of 'that'")),
            (asked, rows("yes", "yes", "no")),
            (asked, rows("undecided", "yes", "yes")),
        ],
        first="correct",
    )
    counts = {m.metric: (m.n_yes, m.n_no, m.n_undecided) for m in found.errors}
    assert counts == {"arithmetic_error": (1, 3, 0), "reasoning_error": (1, 1, 2)}
    assert {m.metric: m.n_yes for m in found.right} == {"arithmetic_error": 1, "reasoning_error": 0}
    assert found.no_error == {None: 1}
    assert [(why.kind, why.reason, why.n) for why in found.undecided] == [
        ("reasoning", "line … of …", 2)
    ]
