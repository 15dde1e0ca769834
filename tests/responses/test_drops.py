"""The drop from originals to variants, from graded files: planted verdicts, and files that lie."""

import json
from pathlib import Path

import pytest

from leadline.errors import BadData, BadStudy
from leadline.responses.drops import drops_of_files, find_sets


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(problem_id: object, verdict: str, **more: object) -> dict[str, object]:
    return {"problem_id": problem_id, "question": "correct", "verdict": verdict, **more}


@pytest.fixture(scope="module")
def symbolic(shared_data: Path):  # type: ignore[no-untyped-def]
    (task,) = find_sets(["gsm_symbolic"], data=str(shared_data), n_variants=2)
    return task


def test_a_planted_drop_is_found_pair_by_pair(symbolic, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """All originals right; of each one's two variants the first right, the second wrong."""
    problems = symbolic.problems()
    before = [row(int(p.group), "yes") for p in problems[:100]] + [row(99999, "no")]
    after = [row(p.id, "yes" if p.id.endswith("-0") else "no") for p in problems]
    after[0]["verdict"] = "undecided"
    original, variant = write(tmp_path / "o", before), write(tmp_path / "v", after)
    (found,) = drops_of_files(original, [(symbolic, variant)])
    assert found.drop.n_originals == 100
    assert found.drop.n_variants == 199
    assert found.drop.original == 1.0
    assert found.drop.drop == pytest.approx(0.505)  # 99 pairs of 1/2, and one of 1
    assert found.drop.n_undecided == 1


def test_only_models_of_both_files_are_compared(symbolic, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    problem = symbolic.problems()[0]
    before = [row(int(problem.group), "yes", model=model) for model in ("a", "b")]
    original = write(tmp_path / "o", before)
    variant = write(tmp_path / "v", [row(problem.id, "no", model="b")])
    assert [d.model for d in drops_of_files(original, [(symbolic, variant)])] == ["b"]
    stranger = write(tmp_path / "s", [row(problem.id, "no", model="c")])
    with pytest.raises(BadData, match="no model in common"):
        drops_of_files(original, [(symbolic, stranger)])


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
def test_files_that_cannot_be_compared_are_refused(  # type: ignore[no-untyped-def]
    rows: list[dict[str, object]], said: str, symbolic, tmp_path: Path
) -> None:
    original = write(tmp_path / "o", [row(i, "yes") for i in range(1319)])
    with pytest.raises(BadData, match=said):
        drops_of_files(original, [(symbolic, write(tmp_path / "v", rows))])


def test_an_unknown_set_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadStudy, match="Did you mean gsm-symbolic"):
        find_sets(["gsm-symbolc"], data=None)
    with pytest.raises(BadStudy, match="twice"):
        find_sets(["svamp", "svamp"], data=None)
