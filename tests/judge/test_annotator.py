"""A judge is asked about wrong responses only, each verdict is a row that says whose it is, and
nothing that was paid for is asked again."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fault_server import MODEL, Asked, FaultServer
from judging import CELL, Maths, graded

from leadline.errors import BadData, BadStudy, Stopped
from leadline.executors import Inline
from leadline.generate.scripted import ScriptedEngine
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.answer import LONGEST
from leadline.judge.budget import Budget
from leadline.judge.endpoint import Endpoint
from leadline.judge.kinds import EVERY, KINDS
from leadline.miniature.bases import miniature
from leadline.pipeline import run_study
from leadline.progress import Watcher
from leadline.protocols import GradedResponse, Runtime
from leadline.records import Judgement, Problem
from leadline.settings import describe
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.miniature_recall import MiniatureRecall
from leadline.tasks.only import Only
from leadline.tasks.trained_on import TrainedOn
from leadline.train.planted import Planted

GOLD = Problem(id="0", prompt="What is half of 48?", reference="48/2=24\n#### 24")
RESPONSES = [
    graded(GOLD, "all well but the answer", named="fine"),
    graded(GOLD, "bad arithmetic", named="slip"),
    graded(GOLD, "bad reasoning and bad arithmetic", named="both"),
    graded(GOLD, "bad reasoning", named="lucky", correct="yes"),
]
TRUTH = {
    ("fine", "arithmetic"): "no",
    ("fine", "reasoning"): "no",
    ("slip", "arithmetic"): "yes",
    ("slip", "reasoning"): "no",
    ("both", "arithmetic"): "yes",
    ("both", "reasoning"): "yes",
}


def reads_marks(asked: Asked) -> str:
    """The stand-in: a response has the errors that it owns up to."""
    described = set(asked.labels.values())
    (kind,) = [kind for kind in KINDS if {kind.error, kind.fine} == described]
    bad = f"bad {kind.kind}" in asked.material("Response")
    return asked.label(kind.error if bad else kind.fine)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(judge=reads_marks) as server:
        yield server


def judge(server: FaultServer, **settings: object) -> JudgeAnnotator:
    return JudgeAnnotator(endpoint=Endpoint(model="stand-in", url=server.url), **settings)  # type: ignore[arg-type]


def run(
    annotator: JudgeAnnotator,
    responses: Sequence[GradedResponse] = RESPONSES,
    *,
    runtime: Runtime | None = None,
) -> list[Judgement]:
    batches = annotator.annotate(
        Maths(), responses, kinds=annotator.kinds(Maths()), runtime=runtime or Runtime()
    )
    return [row for rows in batches for row in rows]


def verdicts(rows: Sequence[Judgement]) -> dict[tuple[str, str], str]:
    found = {(row.problem_id, row.question): row.verdict for row in rows}
    assert len(found) == len(rows)
    return dict(found)


def test_wrong_responses_are_asked_about_each_kind_and_right_ones_not_at_all(
    server: FaultServer,
) -> None:
    assert verdicts(run(judge(server))) == TRUTH
    assert len(server.calls) == len(TRUTH)


def test_right_responses_are_asked_about_on_request(server: FaultServer) -> None:
    found = verdicts(run(judge(server, only_wrong=False)))
    right = {("lucky", "arithmetic"): "no", ("lucky", "reasoning"): "yes"}
    assert found == TRUTH | right


def test_a_row_says_which_judge_prompt_seed_and_snapshot_gave_it(server: FaultServer) -> None:
    annotator = judge(server, only=("reasoning",))
    rows = run(annotator)
    reasoning = next(k for k in KINDS if (k.family, k.kind) == ("maths", "reasoning"))
    asked = reasoning.of(GOLD, RESPONSES[0].generation, key="k")
    expected = f"{annotator.name} prompt {asked.prompt_hash[:8]} seed 0 model {MODEL}"
    assert {row.by for row in rows} == {expected}
    assert {row.cell for row in rows} == {CELL}
    assert {row.reason for row in rows} == {"I looked at it."}


def test_a_finished_annotation_runs_again_without_its_endpoint(tmp_path: Path) -> None:
    store = tmp_path / "verdicts.jsonl"
    with FaultServer(judge=reads_marks) as server:
        annotator = judge(server, store=store)
        before = run(annotator)
    again = run(annotator)  # the server is gone
    assert sorted(map(str, again)) == sorted(map(str, before))


def test_the_runtime_s_folder_keeps_verdicts_where_no_store_is_named(
    server: FaultServer, tmp_path: Path
) -> None:
    runtime = Runtime(keep=tmp_path / "judge")
    assert run(judge(server), runtime=runtime)
    run(judge(server), runtime=runtime)
    assert len(server.calls) == len(TRUTH)


def test_what_could_not_be_had_is_undecided_with_its_cause_and_asked_again(tmp_path: Path) -> None:
    store, silenced = tmp_path / "verdicts.jsonl", [True]

    def moody(asked: Asked) -> str | None:
        mute = silenced[0] and "bad reasoning" in asked.material("Response")
        return None if mute else reads_marks(asked)

    with FaultServer(judge=moody) as server:
        annotator = judge(server, store=store)
        rows = run(annotator)
        undecided = [row for row in rows if row.verdict == "undecided"]
        assert {row.problem_id for row in undecided} == {"both"}
        assert all(row.reason.startswith("unparsed: ") for row in undecided)
        n_calls, silenced[0] = len(server.calls), False
        assert verdicts(run(annotator)) == TRUTH
        assert len(server.calls) == n_calls + len(undecided)


def test_a_spent_budget_ends_cleanly_and_a_higher_one_pays_only_for_the_rest(
    server: FaultServer, tmp_path: Path
) -> None:
    store = tmp_path / "verdicts.jsonl"
    poor = judge(server, store=store, budget=Budget(requests=4))
    rows: list[Judgement] = []
    with pytest.raises(Stopped, match=r"2 of 6 .*higher cap"):
        rows.extend(
            row
            for some in poor.annotate(
                Maths(), RESPONSES, kinds=poor.kinds(Maths()), runtime=Runtime()
            )
            for row in some
        )
    unpaid = [row.reason for row in rows if row.verdict == "undecided"]
    assert (len(rows), unpaid) == (6, ["unpaid: the budget is spent"] * 2)
    assert verdicts(run(dataclasses.replace(poor, budget=Budget(requests=6)))) == TRUTH
    assert len(server.calls) == 6


def test_a_problem_without_gold_is_refused_before_anything_is_paid(server: FaultServer) -> None:
    bare = graded(dataclasses.replace(GOLD, id="7", reference=""), "x", named="7")
    with pytest.raises(BadData, match="'7' has no gold solution"):
        run(judge(server), [*RESPONSES, bare])
    assert server.calls == []


def test_failed_and_endless_responses_are_undecided_and_nobody_is_asked(
    server: FaultServer,
) -> None:
    failed = graded(GOLD, "", named="failed", correct="undecided")
    generation = dataclasses.replace(failed.generation, stopped="failed")
    failed = dataclasses.replace(failed, generation=generation)
    endless = graded(GOLD, "so " * LONGEST, named="endless")
    rows = run(judge(server, only_wrong=False, only=("reasoning",)), [failed, endless])
    assert {row.verdict for row in rows} == {"undecided"}
    assert [row.reason for row in rows] == [
        "the generation failed",
        "over the 20,000 characters that a judge is shown",
    ]
    assert server.calls == []


def test_a_run_that_is_asked_to_stop_stops() -> None:
    many = [graded(GOLD, f"bad reasoning {n}", named=str(n)) for n in range(200)]
    with FaultServer(judge=reads_marks, delay=0.2) as server:
        with pytest.raises(Stopped):
            run(judge(server), many, runtime=Runtime(stop=lambda: True))
        assert len(server.calls) < 100


def test_progress_tells_how_many_are_answered_and_the_tokens(server: FaultServer) -> None:
    seen: list[tuple[str, int, int, int]] = []
    budget = Budget(price_in=1e6, price_out=0.0)
    annotator = judge(server, budget=budget)
    run(annotator, runtime=Runtime(progress=lambda *what: seen.append(what)))
    stage, done, total, tokens = seen[-1]
    assert (done, total, tokens) == (6, 6, server.spent()[1])
    assert "cost" in stage


def test_kinds_go_by_the_family_under_whatever_a_task_is_wrapped_in(server: FaultServer) -> None:
    maths = MiniatureMaths(n_problems=3)
    few = Only(task=maths, ids=("test-00000",), name="one")
    on_chat = TrainedOn(task=few, train=MiniatureMaths(n_examples=5))
    assert judge(server).kinds(on_chat) == ("arithmetic", "reasoning")  # format is graded
    assert judge(server, only=EVERY).kinds(on_chat) == ("format", "arithmetic", "reasoning")
    assert judge(server).kinds(MiniatureRecall()) == ("hallucination", "reasoning")


def test_a_task_of_no_family_has_no_kinds(server: FaultServer) -> None:
    class Poem(Maths):
        family = "poetry"

    assert judge(server, only=EVERY).kinds(Poem()) == ()


def test_an_unknown_kind_is_refused_with_the_nearest(server: FaultServer) -> None:
    with pytest.raises(BadStudy, match="Did you mean arithmetic"):
        judge(server, only=("aritmetic",))


def test_what_makes_a_verdict_makes_the_version_and_the_address_does_not() -> None:
    endpoint = Endpoint(model="m", url="http://localhost:1/v1")
    one = JudgeAnnotator(endpoint=endpoint)
    moved = dataclasses.replace(endpoint, url="http://elsewhere:2/v1", concurrency=1)
    same = JudgeAnnotator(endpoint=moved, budget=Budget(requests=1), store=Path("x"))
    assert (one.name, one.version) == (same.name, same.version)
    assert describe(one) == describe(same)
    warm = dataclasses.replace(endpoint, temperature=1.0)
    assert JudgeAnnotator(endpoint=warm).version != one.version
    assert dataclasses.replace(one, only_wrong=False).version != one.version


def test_a_study_annotates_by_a_judge_and_pays_once(server: FaultServer, tmp_path: Path) -> None:
    study = Study(
        name="judged",
        models=(miniature("llama-0.4m"),),
        tasks=(MiniatureMaths(n_problems=12, n_examples=200),),
        methods=(Planted(a=0.3, b=9),),
        engine=ScriptedEngine(),
        sizes=(0, 100),
        annotators=(judge(server),),
    )
    inline = Inline(watcher=Watcher(), runtime=Runtime())
    store = run_study(study, tmp_path / "run", inline)
    for cell in store.cells():
        rows = store.annotations(cell)
        wrong = [
            row.problem_id
            for row in store.judgements(cell)
            if (row.question, row.verdict) == ("correct", "no")
        ]
        assert [row.problem_id for row in rows if row.question == "reasoning"] == wrong
    n_calls = len(server.calls)
    assert n_calls
    for cell in store.cells():
        (store.folder(cell) / "annotations.jsonl").unlink()
        store.begin(cell, "annotate", {"another": "version"})
    run_study(study, tmp_path / "run", inline)
    assert len(server.calls) == n_calls
