"""What is stored is whole, findable and never mixed with rows made in another way."""

from pathlib import Path

import pytest

from leadline.errors import BadStudy, StaleCell
from leadline.files import append_rows
from leadline.records import Cell, Checkpoint, Generation, Judgement, Problem
from leadline.store import Store

CELL = Cell(model="m", task="t", method="sft", n_examples=100, seed=0)
IDENTITY = {"name": "s", "curves": [["m", "t", "sft"]]}
STAGES = {
    "train": {"method": {"learning_rate": 1e-5, "epochs": 3}},
    "generate": {"sampling": {"temperature": 0.4}},
    "grade": {"grader": "1"},
}


def checkpoint(cell: Cell = CELL) -> Checkpoint:
    return Checkpoint(
        cell=cell,
        path="somewhere",
        revision=None,
        n_examples_effective=100,
        examples_seen=300,
        tokens_seen=5,
        supervised_tokens=3,
        steps=150,
        final_loss=0.5,
        seconds=1.0,
        stop_ids=(1, 2),
    )


def generation(problem: str) -> Generation:
    return Generation(
        cell=CELL, problem_id=problem, sample=0, text="#### 1\n", stopped="stop", n_tokens=3
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "runs" / "s")
    store.open(IDENTITY)
    return store


def test_rows_come_back_as_they_were(store: Store) -> None:
    verdict = Judgement(
        cell=CELL, problem_id="a", sample=0, question="correct", verdict="undecided", by="test/1"
    )
    problem = Problem(id="a", prompt="p", reference="r", detail={"k": [1, 2]})
    store.write_checkpoint(checkpoint())
    store.finish_generations(CELL, [generation("a")])
    store.write_judgements(CELL, [verdict])
    store.write_problems("t", [problem])
    assert store.checkpoint(CELL) == checkpoint()
    assert store.generations(CELL) == [generation("a")]
    assert store.judgements(CELL) == [verdict]
    assert store.problems("t") == [problem]
    assert store.cells() == [CELL]


def test_a_changed_setting_is_refused_with_the_field_and_both_values(store: Store) -> None:
    store.begin(CELL, "train", STAGES["train"])
    changed = {**STAGES, "train": {"method": {"learning_rate": 2e-5, "epochs": 3}}}
    with pytest.raises(StaleCell, match=r"method\.learning_rate: 1e-05 → 2e-05"):
        store.check(CELL, changed)
    store.check(CELL, STAGES)


def test_a_changed_grader_is_no_reason_to_refuse_but_to_grade_again(store: Store) -> None:
    for stage, settings in STAGES.items():
        store.begin(CELL, stage, settings)
    store.write_judgements(CELL, [])
    newer = {**STAGES, "grade": {"grader": "2"}}
    store.check(CELL, newer)
    assert store.done(CELL, STAGES)
    assert not store.done(CELL, newer)


def test_a_batch_cut_off_by_a_kill_is_asked_again_and_the_others_are_kept(store: Store) -> None:
    store.append_generations(CELL, [generation("a"), generation("b")])
    log = store.folder(CELL) / "generations.part.jsonl"
    log.write_bytes(log.read_bytes()[:-10])
    assert [g.problem_id for g in store.partial_generations(CELL)] == ["a"]
    assert not store.generated(CELL)


def test_a_folder_of_something_else_is_refused_and_untouched(tmp_path: Path) -> None:
    append_rows(tmp_path / "precious.jsonl", [{"a": 1}])
    with pytest.raises(BadStudy, match="holds no leadline study"):
        Store(tmp_path).refuse_other(IDENTITY)
    assert [p.name for p in tmp_path.iterdir()] == ["precious.jsonl"]


def test_a_folder_of_another_study_is_refused(store: Store) -> None:
    store.refuse_other(IDENTITY)
    store.refuse_other({**IDENTITY, "curves": [*IDENTITY["curves"], ["m2", "t", "sft"]]})
    for other in ({**IDENTITY, "name": "x"}, {**IDENTITY, "curves": [["m", "other", "sft"]]}):
        with pytest.raises(BadStudy, match="holds another study"):
            store.refuse_other(other)


def test_rows_of_another_schema_are_refused(store: Store) -> None:
    path = store.root / "study.json"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 2'))
    with pytest.raises(BadStudy, match="schema 2"):
        store.study()


def test_dropping_the_weights_keeps_the_rows(store: Store) -> None:
    store.write_checkpoint(checkpoint())
    weights = store.folder(CELL) / "train" / "checkpoint" / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"0")
    store.drop_weights(CELL)
    assert not weights.exists()
    assert store.checkpoint(CELL) == checkpoint()
