"""What is said of a study's responses once they are graded: why the wrong ones are wrong, and which
of two are better.

Both stages come after the cells, in one process, so that one cap holds for all that a judge is
paid. Stored responses are enough: nothing is trained or generated again for another annotator.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, combinations

from leadline import supply
from leadline.errors import BadStudy, LeadlineError
from leadline.interrupt import ctrl_c
from leadline.plan import Job
from leadline.protocols import (
    Annotator,
    GradedResponse,
    Pair,
    PairJudge,
    Progress,
    Runtime,
    Task,
    silent,
)
from leadline.records import Comparison, Generation, Judgement
from leadline.settings import Settings, describe, fingerprint
from leadline.store import Store
from leadline.study import Study

Watch = Callable[[], AbstractContextManager[Progress]]  # shows progress for the block


@contextmanager
def unwatched() -> Iterator[Progress]:
    """Progress that nobody watches."""
    yield silent


def check_judging(study: Study, jobs: Sequence[Job], store: Store) -> list[str]:
    """Before anything runs. Returns notes for the page; raises BadStudy on a judge that would have
    nothing to judge or, while there are cells to run, that cannot be asked."""
    if study.judges and not rivals(study, jobs):
        raise BadStudy(
            f"{study.name}: its judges compare cells that differ only in what they were trained "
            "on, and no two of its tasks share their problems. Add a TrainedOn(task=…, train=…), "
            "and a size above 0, or leave the judges out."
        )
    if not all(store.done(job.cell, job.stages()) for job in jobs):
        asked = [one for task in study.tasks for one, _ in _shares(study.annotators, task)]
        for annotator in dict.fromkeys(asked):
            annotator.check()
        for judge in study.judges:
            judge.check()
    return [note for task in study.tasks for note in _idle(study.annotators, task)]


def _idle(annotators: Sequence[Annotator], task: Task) -> list[str]:
    """Which annotators have nothing to say of a task, and why."""
    asked = [annotator.name for annotator, _ in _shares(annotators, task)]
    why = {
        False: f"cannot tell the errors of {task.name}: none are shown for it",
        True: f"is not asked about {task.name}: all the errors that it can tell are told already",
    }
    return [f"{a.name} {why[bool(a.kinds(task))]}" for a in annotators if a.name not in asked]


def judge_study(study: Study, jobs: Sequence[Job], store: Store, *, watch: Watch) -> None:
    """Annotate every cell and compare every pair of cells, as far as that is missing. Raises
    Stopped on Ctrl-C or a spent budget, with everything that was paid for stored."""
    with ctrl_c() as asked, watch() as progress:
        runtime = Runtime(progress=progress, stop=asked.is_set, keep=store.root / "judge")
        for job in reversed(jobs):
            if not asked.is_set():
                annotate_cell(study.annotators, job, store, runtime=runtime)
        for judge in study.judges:
            if not asked.is_set():
                compare_cells(judge, rivals(study, jobs), store, runtime=runtime)


def annotate_cell(
    annotators: Sequence[Annotator], job: Job, store: Store, *, runtime: Runtime
) -> None:
    """Say of the cell's responses which errors they have. What its own grader says is not asked
    again; of two annotators that know a kind, the first is asked. Verdicts that a judge left
    undecided are asked for again."""
    kinds_of = _shares(annotators, job.task)
    settings: Settings = {
        "generate": fingerprint(job.stages()["generate"]),
        "grader": job.task.grader_version,
        "annotators": [
            {"name": a.name, "version": a.version, "kinds": list(kinds)} for a, kinds in kinds_of
        ],
    }
    stored = store.annotations(job.cell)
    again = {kind for annotator, kinds in kinds_of if annotator.asks_again for kind in kinds}
    open_rows = [r for r in stored if r.verdict == "undecided" and r.question in again]
    if store.settings(job.cell, "annotate") == settings and not open_rows:
        return
    if not (kinds_of or stored):
        return
    responses = _graded(job, store)
    order = {(r.generation.problem_id, r.generation.sample): i for i, r in enumerate(responses)}
    rows: list[Judgement] = []
    for annotator, kinds in kinds_of:
        asked = annotator.annotate(job.task, responses, kinds=kinds, runtime=runtime)
        rows += chain.from_iterable(asked)
    if runtime.stop():
        return
    if len({(r.problem_id, r.sample, r.question) for r in rows}) != len(rows):
        raise LeadlineError(f"{job.task.name}: an annotator gave two verdicts on one question")
    rows.sort(key=lambda row: (order[row.problem_id, row.sample], row.question))
    store.write_annotations(job.cell, rows)
    store.begin(job.cell, "annotate", settings)


def _shares(annotators: Sequence[Annotator], task: Task) -> list[tuple[Annotator, tuple[str, ...]]]:
    """Who is asked about which kinds of error; nobody about what the task's own grader tells."""
    taken = set(task.questions)
    shares = []
    for annotator in annotators:
        kinds = tuple(kind for kind in annotator.kinds(task) if kind not in taken)
        taken |= set(kinds)
        if kinds:
            shares.append((annotator, kinds))
    return shares


def _graded(job: Job, store: Store) -> list[GradedResponse]:
    problems = {problem.id: problem for problem in supply.problems(job.task)}
    correct = {
        (row.problem_id, row.sample): row.verdict
        for row in store.judgements(job.cell)
        if row.question == job.task.questions[0]
    }
    return [
        GradedResponse(
            problem=problems[g.problem_id], generation=g, correct=correct[g.problem_id, g.sample]
        )
        for g in store.generations(job.cell)
    ]


def rivals(study: Study, jobs: Sequence[Job]) -> list[tuple[Job, Job]]:
    """The cells that differ in nothing but what they were trained on: the same model, method, size
    and seed, and the same problems. The task that the study names first is a."""
    place = {task.name: i for i, task in enumerate(study.tasks)}
    groups: dict[tuple[str, str, int, int, str], list[Job]] = {}
    for job in sorted(jobs, key=lambda job: (job.cell.n_examples, place[job.cell.task])):
        cell = job.cell
        if cell.n_examples:
            key = (cell.model, cell.method, cell.n_examples, cell.seed, job.digests[2])
            groups.setdefault(key, []).append(job)
    return [pair for group in groups.values() for pair in combinations(group, 2)]


def compare_cells(
    judge: PairJudge, matches: Sequence[tuple[Job, Job]], store: Store, *, runtime: Runtime
) -> None:
    """Ask the judge which of two cells' responses is better, problem by problem."""
    settings: Settings = {
        "judge": describe(judge),
        "version": judge.version,
        "cells": [[fingerprint(job.stages()["generate"]) for job in match] for match in matches],
    }
    open_rows = [c for c in store.comparisons(judge.name) if c.winner == "undecided"]
    if store.compared(judge.name) == settings and not (judge.asks_again and open_rows):
        return
    rows: list[Comparison] = []
    for a, b in matches:
        for some in judge.compare(list(_pairs(a, b, store)), runtime=runtime):
            rows += some
    if not runtime.stop():
        store.write_comparisons(judge.name, sorted(rows, key=_place), settings)


def _pairs(a: Job, b: Job, store: Store) -> Iterator[Pair]:
    problems = {problem.id: problem for problem in supply.problems(a.task)}
    of_b: dict[tuple[str, int], Generation] = {
        (g.problem_id, g.sample): g for g in store.generations(b.cell)
    }
    for g in store.generations(a.cell):
        yield Pair(problem=problems[g.problem_id], a=g, b=of_b[g.problem_id, g.sample])


def _place(row: Comparison) -> tuple[str, str, str, int, str]:
    return (row.cell_a.address, row.cell_b.address, row.problem_id, row.sample, row.shown_first)
