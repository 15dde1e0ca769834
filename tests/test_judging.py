"""Annotations and comparisons come after the cells, from stored responses, and only once."""

import dataclasses
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from fault_server import Asked, FaultServer

from leadline.cli.studies import run_quietly
from leadline.errors import BadStudy, Stopped
from leadline.executors import Inline
from leadline.generate.scripted import ScriptedEngine
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.budget import Budget
from leadline.judge.endpoint import Endpoint
from leadline.ladder import judged_by
from leadline.miniature.bases import miniature
from leadline.miniature.chatter import MiniatureChat
from leadline.pipeline import run_study
from leadline.progress import Watcher
from leadline.protocols import GradedResponse, Pair, Runtime, Task
from leadline.records import Comparison, Judgement
from leadline.report.publish import collect
from leadline.store import Store
from leadline.study import Study
from leadline.tasks.miniature_code import MiniatureCode
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.trained_on import TrainedOn
from leadline.train.planted import Planted


@dataclass(frozen=True)
class Strict:
    """Wrong responses have reasoning errors; it speaks of format too, which is graded already."""

    name: str = "strict"
    version: str = "1"
    asks_again: bool = False
    calls: ClassVar[list[str]] = []

    def kinds(self, task: Task) -> tuple[str, ...]:
        return ("format", "reasoning")

    def annotate(
        self,
        task: Task,
        responses: Sequence[GradedResponse],
        *,
        kinds: Sequence[str],
        runtime: Runtime,
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
                for kind in kinds
            ]

    def check(self) -> None:
        """Nothing is needed."""


@dataclass(frozen=True)
class Alphabet:
    """The response that comes first in the alphabet is better."""

    name: str = "alphabet"
    version: str = "1"
    asks_again: bool = False

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

    def check(self) -> None:
        """Nothing is needed."""


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


def first_label(asked: Asked) -> str:
    """Whatever is listed first."""
    return next(iter(asked.labels))


def test_an_endpoint_that_does_not_answer_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    judged = judged_by(STUDY, Endpoint(model="m", url=url), Budget())
    with pytest.raises(BadStudy, match="nothing answers at"):
        run_study(judged, tmp_path / "s", INLINE)
    assert not (tmp_path / "s").exists()


def test_a_model_judges_a_study_once_and_is_not_needed_again(tmp_path: Path) -> None:
    with FaultServer(judge=first_label) as server:
        judged = judged_by(STUDY, Endpoint(model="m", url=server.url), Budget())
        store = run_study(judged, tmp_path / "s", INLINE)
    n_rows = len(store.comparisons())
    stored = store.compared(judged.judges[0].name) or {}
    assert stored["judge"]["endpoint"]["model"] == "m"
    names = {row.by.split()[0] for row in store.comparisons()}
    assert names == {judged.judges[0].name, "1"}
    rerun = run_study(judged, tmp_path / "s", INLINE)  # the server is gone
    assert len(rerun.comparisons()) == n_rows


def test_a_study_without_pairs_is_annotated_by_the_model_instead() -> None:
    endpoint = Endpoint(model="m", url="http://localhost:1/v1")
    alone = dataclasses.replace(STUDY, tasks=(TASK,), judges=())
    (annotator,) = judged_by(alone, endpoint, Budget()).annotators
    assert annotator.kinds(TASK) == ("arithmetic", "reasoning")  # format is the grader's
    code = dataclasses.replace(alone, tasks=(MiniatureCode(n_problems=5),))
    with pytest.raises(BadStudy, match="leaves nothing for a judge"):
        judged_by(code, endpoint, Budget())


def test_what_a_judge_left_undecided_is_asked_again_by_the_same_command(tmp_path: Path) -> None:
    alone = dataclasses.replace(STUDY, tasks=(TASK,), judges=(), sizes=(0,))
    with FaultServer(judge=first_label, faults=("refusal",), rate=0.5) as moody:
        judged = judged_by(alone, Endpoint(model="m", url=moody.url), Budget())
        first = annotations(run_study(judged, tmp_path / "s", INLINE))
    with FaultServer(judge=first_label) as willing:
        judged = judged_by(alone, Endpoint(model="m", url=willing.url), Budget())
        second = annotations(run_study(judged, tmp_path / "s", INLINE))
    left = {key for key, verdict in first.items() if verdict == "undecided"}
    assert left
    assert len(willing.calls) == len(left)
    assert "undecided" not in second.values()
    assert {k: v for k, v in second.items() if k not in left} == {
        k: v for k, v in first.items() if k not in left
    }


def test_a_spent_budget_is_said_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    small = dataclasses.replace(STUDY, sizes=(0, 100))
    with FaultServer(judge=first_label) as server:
        endpoint = Endpoint(model="m", url=server.url, concurrency=2)
        poor = judged_by(small, endpoint, Budget(requests=3))
        with pytest.raises(Stopped, match=r"budget is spent.*higher cap"):
            run_quietly(poor, out=tmp_path / "s", workers=1, again="the same command")
        assert len(server.calls) == 3
        assert collect(Store(tmp_path / "s")).findings.rivals == ()
        rich = judged_by(small, endpoint, Budget(requests=500))
        store = Store(run_quietly(rich, out=tmp_path / "s", workers=1, again="the same command"))
        n_asked = len({call.asked.text for call in server.calls})
        assert len(server.calls) == n_asked
    assert len(store.comparisons()) == 2 * 2 * TASK.n_problems


def annotations(store: Store) -> dict[tuple[str, str, str], str]:
    return {
        (cell.address, row.problem_id, row.question): row.verdict
        for cell in store.cells()
        for row in store.annotations(cell)
    }


def test_a_judge_is_paid_for_nothing_that_rules_tell(tmp_path: Path) -> None:
    with FaultServer(judge=first_label) as server:
        judge = JudgeAnnotator(endpoint=Endpoint(model="m", url=server.url))
        both = dataclasses.replace(STUDY, annotators=(Strict(), judge), judges=(), sizes=(0, 100))
        store = run_study(both, tmp_path / "s", INLINE)
        rows = [row for cell in store.cells() for row in store.annotations(cell)]
        judged = [row for row in rows if row.by.startswith("judge-m")]
    assert {row.question for row in judged} == {"arithmetic"}  # reasoning is told by Strict
    assert 0 < len(server.calls) <= len(judged)  # equal contents are asked once


def test_an_annotator_to_which_others_leave_nothing_is_noted_and_not_needed(tmp_path: Path) -> None:
    nobody = Endpoint(model="m", url="http://127.0.0.1:9/v1")
    both = (Strict(), JudgeAnnotator(endpoint=nobody, only=("reasoning",)))
    alone = dataclasses.replace(STUDY, tasks=(TASK,), annotators=both, judges=(), sizes=(0,))
    store = run_study(alone, tmp_path / "s", INLINE)
    assert any("is not asked about miniature-maths" in note for note in store.study()["notes"])
