"""The cells of a study, from top to bottom: plan, data, train, generate, grade; then judge.

Every stage of every cell ends with one atomic write, so a run that stops at any moment goes on
where it was: finished cells are skipped, a stopped training resumes inside the cell, a stopped
generation keeps its finished batches.
"""

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from leadline import supply
from leadline.errors import LeadlineError
from leadline.judging import Watch, check_judging, judge_study, unwatched
from leadline.plan import Job, plan
from leadline.preflight import preflight
from leadline.protocols import Executor, Runtime
from leadline.records import Checkpoint, Generation
from leadline.settings import describe
from leadline.store import Store
from leadline.study import Study
from leadline.versions import versions

Say = Callable[[str], None]


def run_study(
    study: Study, root: Path, executor: Executor, *, say: Say = print, watch: Watch = unwatched
) -> Store:
    """Run what is missing of a study. Returns the store of its rows. watch: shows how far the
    judging is, which comes after the executor's cells.

    Raises LeadlineError before any training if something is wrong with the study, its data, its
    models or the folder; Stopped when asked to stop, with everything finished so far stored.
    """
    store = Store(root)
    store.refuse_other(_identity(study))
    if not store.complete():
        executor.warm(load_engines)
    notes = preflight(study, root)
    jobs = plan(study)
    notes += check_judging(study, jobs, store)
    for job in jobs:
        store.check(job.cell, job.stages())
    store.open({**_identity(study), **_description(study, jobs, notes)})
    for task in study.tasks:
        store.write_problems(task.name, supply.problems(task))
    _run_cells(jobs, store, executor, say=say)
    judge_study(study, jobs, store, watch=watch)
    return store


def _identity(study: Study) -> dict[str, object]:
    methods, tasks, models = study.methods, study.tasks, study.models
    curves = [[m.name, t.name, how.name] for m in models for t in tasks for how in methods]
    return {"name": study.name, "curves": curves}


def _description(study: Study, jobs: Sequence[Job], notes: list[str]) -> dict[str, object]:
    return {
        "study": describe(study, identity=False),
        "notes": notes,
        "cells": [dataclasses.asdict(job.cell) for job in reversed(jobs)],
        "first_prompts": [
            {"model": model.name, "task": task.name, **supply.first_prompt(model, task)}
            for model in study.models
            for task in study.tasks
        ],
        "batch_sizes": [
            {"method": method.name, "n_examples": n, "batch_size": method.batch_size(n)}
            for method in study.methods
            for n in study.sizes
            if n
        ],
        "versions": versions(),
    }


def _run_cells(jobs: Sequence[Job], store: Store, executor: Executor, *, say: Say) -> None:
    """Run until all are done. Cells that another process holds are waited for, then looked at
    again: it may have finished them, or died."""
    while todo := [job for job in jobs if not store.done(job.cell, job.stages())]:
        free = [job for job in todo if not store.holder(job.cell)]
        if free:
            executor.map(CellRunner(store.root), free)
            continue
        say(f"waiting for {store.holder(todo[0].cell)} to finish {todo[0].cell.address}")
        while any(store.holder(job.cell) for job in todo):
            time.sleep(1.0)


def load_engines() -> None:
    """What every worker needs and takes seconds to import."""
    import leadline.generate.run
    import leadline.train.run  # noqa: F401


class CellRunner:
    """Runs one cell: train, generate, grade. Small enough to be sent to another process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, job: Job, runtime: Runtime) -> None:
        store = Store(self.root)
        with store.lease(job.cell) as ours:
            if not ours or store.done(job.cell, job.stages()):
                return
            store.check(job.cell, job.stages())
            checkpoint = _train(job, store, runtime)
            _generate(job, checkpoint, store, runtime)
            _grade(job, store)
            if not job.keep_checkpoint:
                store.drop_weights(job.cell)


def _train(job: Job, store: Store, runtime: Runtime) -> Checkpoint:
    from leadline.train.base import base_checkpoint

    stored = store.checkpoint(job.cell)
    if stored and (store.generated(job.cell) or not job.cell.n_examples or _weights(stored)):
        return stored
    store.begin(job.cell, "train", job.stages()["train"])
    if job.cell.n_examples == 0:
        checkpoint = base_checkpoint(job.cell, job.model)
    else:
        examples = supply.subset(job.task, job.cell.n_examples, job.cell.seed, job.on_leak)
        into = store.folder(job.cell) / "train"
        checkpoint = job.method.train(job.cell, job.model, examples, into=into, runtime=runtime)
    store.write_checkpoint(checkpoint)
    return checkpoint


def _weights(checkpoint: Checkpoint) -> bool:
    return Path(checkpoint.path).exists()


def _generate(job: Job, checkpoint: Checkpoint, store: Store, runtime: Runtime) -> None:
    if store.generated(job.cell):
        return
    store.begin(job.cell, "generate", job.stages()["generate"])
    found = {(g.problem_id, g.sample): g for g in store.partial_generations(job.cell)}
    samples = range(job.sampling.n_samples)
    asked = [(problem, k) for problem in supply.problems(job.task) for k in samples]
    missing = [(problem, k) for problem, k in asked if (problem.id, k) not in found]
    if missing:
        for batch in job.engine.generate(checkpoint, missing, job.sampling, runtime=runtime):
            store.append_generations(job.cell, batch)
            found |= {(g.problem_id, g.sample): g for g in batch}
    ordered: list[Generation] = [found[problem.id, k] for problem, k in asked]
    store.finish_generations(job.cell, ordered)


def _grade(job: Job, store: Store) -> None:
    problems = {problem.id: problem for problem in supply.problems(job.task)}
    verdicts = [
        verdict
        for generation in store.generations(job.cell)
        for verdict in job.task.grade(problems[generation.problem_id], generation)
    ]
    if len({(v.problem_id, v.sample, v.question) for v in verdicts}) != len(verdicts):
        raise LeadlineError(f"{job.task.name}: its grader gave two verdicts on one question")
    store.write_judgements(job.cell, verdicts)
    store.begin(job.cell, "grade", job.stages()["grade"])
