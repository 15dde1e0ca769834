"""The drop from originals to variants, from graded files: planted verdicts, and files that lie."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leadline.errors import BadData, BadStudy
from leadline.records import Problem
from leadline.responses.drops import drops_of_files, find_sets


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(problem_id: object, verdict: str, **more: object) -> dict[str, object]:
    return {"problem_id": problem_id, "question": "correct", "verdict": verdict, **more}


@dataclass(frozen=True)
class Variants:
    """Two variants of each of a hundred originals, as a shifted set has them."""

    name: str = "gsm-symbolic"

    def problems(self) -> list[Problem]:
        return [
            Problem(id=f"symbolic-{i:04d}-{k}", prompt="?", reference="", group=str(7 * i))
            for k in range(2)
            for i in range(100)
        ]


SETS: Any = Variants()


def test_a_planted_drop_is_found_pair_by_pair(tmp_path: Path) -> None:
    """All originals right; of each one's two variants the first right, the second wrong."""
    problems = SETS.problems()
    before = [row(int(p.group), "yes") for p in problems[:100]] + [row(99999, "no")]
    after = [row(p.id, "yes" if p.id.endswith("-0") else "no") for p in problems]
    after[0]["verdict"] = "undecided"
    original, variant = write(tmp_path / "o", before), write(tmp_path / "v", after)
    (found,) = drops_of_files(original, [(SETS, variant)])
    assert found.drop.n_originals == 100
    assert found.drop.n_variants == 199
    assert found.drop.original == 1.0
    assert found.drop.drop == pytest.approx(0.505)  # 99 pairs of 1/2, and one of 1
    assert found.drop.n_undecided == 1


def test_only_models_of_both_files_are_compared(tmp_path: Path) -> None:
    problem = SETS.problems()[0]
    before = [row(int(problem.group), "yes", model=model) for model in ("a", "b")]
    original = write(tmp_path / "o", before)
    variant = write(tmp_path / "v", [row(problem.id, "no", model="b")])
    assert [d.model for d in drops_of_files(original, [(SETS, variant)])] == ["b"]
    stranger = write(tmp_path / "s", [row(problem.id, "no", model="c")])
    with pytest.raises(BadData, match="no model in common"):
        drops_of_files(original, [(SETS, stranger)])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"problem_id": "symbolic-0000-0", "response": "x"}], "no verdict on the question"),
        ([row("symbolic-0000-9", "yes")], "1 of its problems are not of gsm-symbolic"),
        ([row("0", "yes")], "not of gsm-symbolic"),
        ([row("symbolic-0000-0", "maybe")], "line 1: not a verdict"),
        ([row(None, "yes")], "line 1: not a verdict"),
        ([row("symbolic-0000-0", "undecided")], "no drop to measure"),
    ],
)
def test_files_that_cannot_be_compared_are_refused(
    rows: list[dict[str, object]], said: str, tmp_path: Path
) -> None:
    original = write(tmp_path / "o", [row(i, "yes") for i in range(1319)])
    with pytest.raises(BadData, match=said):
        drops_of_files(original, [(SETS, write(tmp_path / "v", rows))])


def test_an_unknown_set_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadStudy, match="Did you mean gsm-symbolic"):
        find_sets(["gsm-symbolc"], data=None)
    with pytest.raises(BadStudy, match="twice"):
        find_sets(["svamp", "svamp"], data=None)
