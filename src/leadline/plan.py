"""Turn a study into cells, each with the settings that its numbers depend on.

The base model (n = 0) is one cell per model and task, shared by all methods and seeds.
"""

from dataclasses import dataclass

from leadline import supply
from leadline.protocols import Engine, Method, Task
from leadline.records import Cell, Model, Sampling
from leadline.settings import Settings, describe, fingerprint
from leadline.study import Study

BASE = "base"  # the method column of the n = 0 cell


@dataclass(frozen=True, kw_only=True)
class Job:
    """A cell with the plug-ins that make it: what a worker is handed."""

    cell: Cell
    model: Model
    task: Task
    method: Method
    engine: Engine
    sampling: Sampling
    on_leak: str
    keep_checkpoint: bool
    digests: tuple[str, str, str]  # of the model, the cell's examples in order, the problems

    def stages(self) -> dict[str, Settings]:
        """The settings of each stage, chained: train ← data, generate ← train, grade ← generate."""
        model, examples, problems = self.digests
        trained = self.cell.n_examples > 0
        train = {
            "model": model,
            "learning_rate": self.model.learning_rate if trained else None,
            "task": self.task.name,
            "examples": examples,
            "n_examples": self.cell.n_examples,
            "seed": self.cell.seed,
            "method": describe(self.method) if trained else BASE,
        }
        generate = {
            "train": fingerprint(train),
            "engine": describe(self.engine),
            "sampling": describe(self.sampling),
            "problems": problems,
        }
        grade = {"generate": fingerprint(generate), "grader": self.task.grader_version}
        return {"train": train, "generate": generate, "grade": grade}


def cells(study: Study) -> list[tuple[Cell, Model, Task, Method]]:
    """The grid, largest cells first: the longest cell should never be the last one started."""
    found: dict[Cell, tuple[Cell, Model, Task, Method]] = {}
    for model in study.models:
        for task in study.tasks:
            for method in study.methods:
                for size in study.sizes:
                    for seed in study.seeds if size else (0,):
                        name = method.name if size else BASE
                        cell = Cell(
                            model=model.name,
                            task=task.name,
                            method=name,
                            n_examples=size,
                            seed=seed,
                        )
                        found.setdefault(cell, (cell, model, task, method))
    return sorted(found.values(), key=lambda job: (-job[0].n_examples, job[0].address))


def plan(study: Study) -> list[Job]:
    """Every cell of the study, ready to run. Loads the data; raises BadStudy on sizes above it."""
    supply.check_sizes(study.tasks, max(study.sizes), on_leak=study.on_leak)
    return [
        Job(
            cell=cell,
            model=model,
            task=task,
            method=method,
            engine=study.engine,
            sampling=study.sampling,
            on_leak=study.on_leak,
            keep_checkpoint=study.keep_checkpoints,
            digests=(
                supply.model_digest(model),
                supply.examples_digest(task, cell.n_examples, cell.seed, study.on_leak),
                supply.problems_digest(task),
            ),
        )
        for cell, model, task, method in cells(study)
    ]
