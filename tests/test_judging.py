"""Annotations and comparisons come after the cells, from stored responses, and only once."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from leadline.errors import BadStudy
from leadline.executors import Inline
from leadline.generate.scripted import ScriptedEngine
from leadline.miniature.bases import miniature
from leadline.miniature.chatter import MiniatureChat
from leadline.pipeline import run_study
from leadline.progress import Watcher
from leadline.protocols import GradedResponse, Pair, Runtime, Task
from leadline.records import Comparison, Judgement
from leadline.report.publish import collect
from leadline.store import Store
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.trained_on import TrainedOn
from leadline.train.planted import Planted


@dataclass(frozen=True)
class Strict:
    """Wrong responses have reasoning errors; it speaks of format too, which is graded already."""

    name: str = "strict"
    version: str = "1"
    calls: ClassVar[list[str]] = []

    def kinds(self, task: Task) -> tuple[str, ...]:
        return ("format", "reasoning")

    def annotate(
        self, task: Task, responses: Sequence[GradedResponse], *, runtime: Runtime
    ) -> Iterator[list[Judgement]]:
        self.calls.append(responses[0].generation.cell.address)
        for response in reversed(responses):
            g = response.generation
            yield [
                Judgement(
                    cell=g.cell,
                    problem_id=g.problem_id,
                    sample=g.sample,
                    question=kind,
                    verdict="yes" if response.correct == "no" else "no",
                    by=self.version,
                )
                for kind in self.kinds(task)
            ]


@dataclass(frozen=True)
class Alphabet:
    """The response that comes first in the alphabet is better."""

    name: str = "alphabet"
    version: str = "1"

    def compare(self, pairs: Sequence[Pair], *, runtime: Runtime) -> Iterator[list[Comparison]]:
        for pair in pairs:
            yield [
                Comparison(
                    cell_a=pair.a.cell,
                    cell_b=pair.b.cell,
                    problem_id=pair.problem.id,
                    sample=pair.a.sample,
                    shown_first=first,
                    winner="a" if pair.a.text < pair.b.text else "b",
                    by=self.version,
                )
                for first in ("a", "b")
            ]


TASK = MiniatureMaths(n_problems=20)
STUDY = Study(
    name="judging",
    models=(miniature("llama-0.4m"),),
    tasks=(TASK, TrainedOn(task=TASK, train=MiniatureChat(n_examples=400))),
    methods=(Planted(a=0.3, b=9),),
    engine=ScriptedEngine(),
    sizes=(0, 100, 300),
    seeds=(0,),
    annotators=(Strict(),),
    judges=(Alphabet(),),
)


INLINE = Inline(watcher=Watcher(), runtime=Runtime())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    Strict.calls.clear()
    return run_study(STUDY, tmp_path / "run", INLINE)


def test_each_wrong_response_of_each_cell_is_annotated_in_the_order_of_the_problems(
    store: Store,
) -> None:
    for cell in store.cells():
        wrong = [r.problem_id for r in store.judgements(cell) if _wrong(r)]
        rows = store.annotations(cell)
        assert [r.problem_id for r in rows if r.verdict == "yes"] == wrong
        assert {r.question for r in rows} == {"reasoning"}  # format is the grader's
        assert len(rows) == TASK.n_problems


def _wrong(row: Judgement) -> bool:
    return row.question == "correct" and row.verdict == "no"


def test_annotations_stand_beside_the_verdicts_where_results_are_collected(store: Store) -> None:
    metrics = {m.metric for m in collect(store).measurements}
    assert {"accuracy", "format_error", "reasoning_error"} <= metrics


def test_an_annotator_is_asked_once_and_again_only_in_a_new_version(store: Store) -> None:
    n_cells = len(store.cells())
    run_study(STUDY, store.root, INLINE)
    assert len(Strict.calls) == n_cells
    newer = dataclasses.replace(STUDY, annotators=(Strict(version="2"),))
    run_study(newer, store.root, INLINE)
    assert len(Strict.calls) == 2 * n_cells
    assert {r.by for cell in store.cells() for r in store.annotations(cell)} == {"2"}


def test_without_annotators_their_rows_go(store: Store) -> None:
    run_study(dataclasses.replace(STUDY, annotators=()), store.root, INLINE)
    assert [store.annotations(cell) for cell in store.cells()] == [[]] * len(store.cells())


def test_cells_that_differ_only_in_their_training_set_are_compared_in_both_orders(
    store: Store,
) -> None:
    rows = store.comparisons()
    assert {(r.cell_a.task, r.cell_b.task) for r in rows} == {
        ("miniature-maths", "miniature-maths-on-miniature-chat")
    }
    assert {(r.cell_a.n_examples, r.cell_b.n_examples) for r in rows} == {(100, 100), (300, 300)}
    assert len(rows) == 2 * 2 * TASK.n_problems
    texts = {
        cell: {g.problem_id: g.text for g in store.generations(cell)} for cell in store.cells()
    }
    for row in rows:
        better = texts[row.cell_a][row.problem_id] < texts[row.cell_b][row.problem_id]
        assert row.winner == ("a" if better else "b")


def test_a_comparison_survives_its_own_row(store: Store) -> None:
    row = store.comparisons()[0]
    assert Comparison.from_row(row.to_row()) == row
    assert row.to_row()["a_model"] == "llama-0.4m"


def test_a_judge_with_nothing_to_compare_is_refused_before_anything_runs(tmp_path: Path) -> None:
    alone = dataclasses.replace(STUDY, tasks=(TASK,))
    with pytest.raises(BadStudy, match="no two of its tasks share their problems"):
        run_study(alone, tmp_path / "alone", INLINE)
    assert not (tmp_path / "alone").exists()


def test_an_annotator_that_knows_nothing_of_a_task_is_noted(tmp_path: Path) -> None:
    silent = dataclasses.replace(STUDY, annotators=(Mute(name="mute"),), judges=())
    store = run_study(silent, tmp_path / "mute", INLINE)
    assert any(note.startswith("mute cannot tell the errors of") for note in store.study()["notes"])


class Mute(Strict):
    """Has no rule for anything."""

    def kinds(self, task: Task) -> tuple[str, ...]:
        return ()
