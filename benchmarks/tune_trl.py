"""Decide what "tuned by hand" means in against_trl.py: try TRL's and transformers' settings here.

    python -m benchmarks.tune_trl [--steps 60]

One thread, processor time (so that a busy machine matters less). Training: milliseconds a step for
each batch size, precision and attention. Generation: seconds for the quickstart's problems. The
best of each goes into `ways.TUNED` by hand.
"""

import argparse
import dataclasses
import json
import os
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks import watch
from benchmarks.results import RESULTS, provenance, table, write_section
from benchmarks.trl_cell import Done
from benchmarks.ways import TUNED, WAYS, spec_of
from leadline import supply
from leadline.protocols import Runtime
from leadline.records import Cell
from leadline.studies.quickstart import study

TITLE = "Tuning TRL by hand"
PRECISIONS = ("float32", "bf16 autocast", "bf16 weights")
BATCH_SIZES = {100: 2, 1_000: 8, 10_000: 16}  # by number of examples, as in the paper


def measure(folder: Path, *, size: int, steps: int, attention: str, **changes: Any) -> Done:
    """That many steps of a cell in a process of its own, with the tuned way's settings but for the
    changes."""
    way = dataclasses.replace(WAYS["trl-tuned"], attention=attention, threads=1)
    spec = spec_of(study, way, size)
    few = spec.examples[: steps * spec.batch_size]
    spec = dataclasses.replace(spec, **{"examples": few, "epochs": 1, **changes})
    paths = [folder / "spec.json", folder / "done.json"]
    paths[0].write_text(json.dumps(dataclasses.asdict(spec)), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.trl_cell", *map(str, paths)]
    watch.run(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return Done(**json.loads(paths[1].read_text(encoding="utf-8")))


def training(folder: Path, *, steps: int) -> list[list[str]]:
    """Milliseconds a step: a row for each precision, attention and grouping."""
    rows = []
    for precision, attention, grouped in product(PRECISIONS, ("sdpa", "eager"), (False, True)):
        cells = []
        for size in BATCH_SIZES:
            strategy = "group_by_length" if grouped else "random"
            trainer = {**TUNED, "bf16": precision == "bf16 autocast"}
            done = measure(
                folder,
                size=size,
                steps=steps,
                attention=attention,
                trainer=trainer | {"train_sampling_strategy": strategy},
                weights="bfloat16" if precision == "bf16 weights" else "float32",
                problems=[],
            )
            cells.append(f"{1000 * done.train_processor_seconds / steps:.1f}")
        words = [precision, attention, "by length" if grouped else "random"]
        rows.append([", ".join(words), *cells])
        print(*rows[-1], flush=True)
    return rows


def generation(folder: Path) -> list[list[str]]:
    """Seconds for all problems after 500 examples: a row for each precision and attention."""
    task, model = study.tasks[0], study.models[0]
    cell = Cell(model=model.name, task=task.name, method="sft", n_examples=500, seed=0)
    examples = supply.subset(task, 500, 0, study.on_leak)
    trained = study.methods[0].train(cell, model, examples, into=folder, runtime=Runtime())
    rows = []
    for precision, attention in product(("float32", "bfloat16"), ("sdpa", "eager")):
        cells = []
        for batch in (32, 128, 500):
            done = measure(
                folder,
                size=500,
                steps=0,
                attention=attention,
                model=trained.path,
                generation_batch=batch,
                generation_precision=precision,
            )
            cells.append(f"{done.generate_processor_seconds:.1f}")
        rows.append([f"{precision}, {attention}", *cells])
        print(*rows[-1], flush=True)
    return rows


def main() -> None:
    """Try everything and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60, help="of each training")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write to")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trained = training(Path(name), steps=flags.steps)
        generated = generation(Path(name))
    head = ["training, ms a step, one thread", *(f"batch {b}" for b in BATCH_SIZES.values())]
    command = " ".join(["python -m benchmarks.tune_trl", *sys.argv[1:]])
    parts = [
        provenance(command),
        table(head, trained),
        table(["generation, s, sorted prompts", "by 32", "by 128", "by 500"], generated),
    ]
    write_section(TITLE, "\n\n".join(parts), path=flags.results)


if __name__ == "__main__":
    main()
