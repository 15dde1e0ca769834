"""What a study will cost, before anything runs: tokens, time and disk, cell by cell.

Training costs 6 floating-point operations a parameter and token, generation 2. How many a second
the machine makes is taken from finished cells of the same study where there are any, else from a
matmul probe of a tenth of a second: a rough figure, and the table says which it is.
"""

import time
from dataclasses import dataclass

import numpy as np
from rich.console import Group
from rich.table import Table

from leadline.executors import placement
from leadline.plan import Job, plan
from leadline.preflight import disk_need, lengths
from leadline.store import Store
from leadline.study import Study
from leadline.supply import problems

SHARE_OF_PEAK = 0.35  # of the probe's rate, what small models reached in benchmarks/RESULTS.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One cell's work. seconds: on one worker."""

    job: Job
    steps: int
    train_tokens: int
    generated_tokens: int
    seconds: float
    done: bool


def costs(study: Study, store: Store) -> tuple[list[Cost], str]:
    """Every cell's cost, and what the seconds are based on."""
    jobs = plan(study)
    rate, basis = _rate(store, study)
    return [_cost(job, store, rate) for job in jobs], basis


def plan_table(study: Study, store: Store) -> Group:
    """The plan as people read it."""
    found, basis = costs(study, store)
    table = Table(title=f"Plan of {study.name}", box=None, pad_edge=False)
    table.add_column("cell", no_wrap=True)
    for name in ("steps", "tokens\ntrained", "tokens made\nat most", "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    for cost in found:
        table.add_row(
            cost.job.cell.address,
            f"{cost.steps:,}",
            f"{cost.train_tokens:,}",
            f"{cost.generated_tokens:,}",
            "done" if cost.done else f"{cost.seconds:,.0f}",
        )
    return Group(table, _summary(study, found, basis))


def _summary(study: Study, found: list[Cost], basis: str) -> str:
    todo = [cost for cost in found if not cost.done]
    workers, _ = placement(max(model.parameters for model in study.models))
    longest = max((cost.seconds for cost in todo), default=0.0)
    seconds = max(longest, sum(cost.seconds for cost in todo) / workers)
    return (
        f"{len(found)} cells, {len(found) - len(todo)} done. To do: "
        f"{sum(cost.train_tokens for cost in todo):,} training tokens, about "
        f"{_duration(seconds)} with {workers} cells at once ({basis}), and up to "
        f"{disk_need(study) / 1e9:.2f} GB of disk. Nothing was run."
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _cost(job: Job, store: Store, rate: float) -> Cost:
    n, found = job.cell.n_examples, lengths(job.model, job.task)
    asked = len(problems(job.task)) * job.sampling.n_samples
    epochs = job.method.epochs if n else 0
    train = int(n * epochs * found.example)
    generated = asked * job.sampling.max_new_tokens
    flop = job.model.parameters * (6 * train + 2 * (generated + asked * found.prompt))
    return Cost(
        job=job,
        steps=epochs * -(-n // job.method.batch_size(n)) if n else 0,
        train_tokens=train,
        generated_tokens=generated,
        seconds=flop / rate,
        done=store.done(job.cell, job.stages()),
    )


def _rate(store: Store, study: Study) -> tuple[float, str]:
    """(floating-point operations a second on one worker, where the figure comes from)."""
    parameters = {model.name: model.parameters for model in study.models}
    trained = [c for cell in store.cells() if (c := store.checkpoint(cell)) and c.seconds > 1]
    known = [c for c in trained if parameters.get(c.cell.model)]
    if known:
        flop = sum(6 * parameters[c.cell.model] * c.tokens_seen for c in known)
        return flop / sum(c.seconds for c in known), "from the finished cells"
    return SHARE_OF_PEAK * _probe(), "rough: from a matmul probe of the processor"


def _probe(side: int = 384) -> float:
    """float32 matmul operations a second with numpy's threads."""
    a = np.ones((side, side), dtype=np.float32)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < 0.1:
        a @ a
        done += 1
    return 2.0 * side**3 * done / (time.perf_counter() - began)
