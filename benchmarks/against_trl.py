"""Decide whether leadline is worth having: the quickstart's cells, beside the ordinary way.

    python -m benchmarks.against_trl [--sizes 0,100,500] [--ways leadline,trl] [--repeats 2]

Every way gets the same base, examples, epochs, batch sizes, learning rate and schedule, problems,
stop tokens and token limit, and its responses are graded by the same grader. The ways:

leadline    `leadline run` on the study, as a user types it: planning, training, generating,
            grading, fitting, page.
trl         TRL's SFTTrainer as it comes (its defaults: bf16 autocast, gradient checkpointing), then
            `model.generate` with left padding, 32 prompts at a time; a fresh process a cell, one
            after the other, all cores in each.
trl-plain   The same without what does not suit a small model: float32, no checkpointing.
trl-tuned   By hand: precision, attention and threads that measured best for each batch size
            (see `TUNED`), length-grouped batches, prompts sorted by length and 128 at a time, two
            one-thread processes at once, largest cell first.

Ways take turns, so that a machine that slows down slows all of them. Wall time is that of the
whole ladder from the first process's start to the last one's end.
"""

import argparse
import dataclasses
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import trl_cell, watch
from benchmarks.results import RESULTS, provenance, table, write_section
from benchmarks.ways import WAYS, Way, spec_of
from leadline import supply
from leadline.ladder import find_study
from leadline.records import Cell, Generation
from leadline.store import Store
from leadline.study import Study

TITLE = "Against TRL and transformers: the quickstart's ladder"
MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Result:
    """One way's ladder, once. By size: seconds of training and generating, rate right."""

    seconds: float
    peak_bytes: int
    train: dict[int, float]
    generate: dict[int, float]
    correct: dict[int, float]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The study, and a folder to work in."""

    study: Study
    study_file: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self, way: str) -> Result:
        """The whole ladder, one way."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            if way == "leadline":
                return self._leadline(Path(folder) / "run")
            return self._trl(WAYS[way], Path(folder))

    def _leadline(self, root: Path) -> Result:
        leadline = str(Path(sys.executable).with_name("leadline"))
        command = [leadline, "run", str(self.study_file)]
        done = watch.run([*command, "--out", str(root)], env=self.environment)
        store = Store(root)
        train, generate, correct = {}, {}, {}
        for size in self.study.sizes:
            cell = next(c for c in _cells(root) if c.n_examples == size)
            checkpoint = store.checkpoint(cell)
            assert checkpoint is not None
            train[size] = checkpoint.seconds
            files = [store.folder(cell) / f for f in ("train.json", "generations.jsonl")]
            generate[size] = files[1].stat().st_mtime - files[0].stat().st_mtime
            verdicts = [j for j in store.judgements(cell) if j.question == "correct"]
            correct[size] = _share([j.verdict for j in verdicts])
        return Result(
            seconds=done.seconds,
            peak_bytes=done.peak_bytes,
            train=train,
            generate=generate,
            correct=correct,
        )

    def _trl(self, way: Way, folder: Path) -> Result:
        began = time.monotonic()
        largest_first = sorted(self.study.sizes, reverse=True)
        with ThreadPoolExecutor(way.workers) as pool:
            cells = list(pool.map(lambda n: self._trl_cell(way, n, folder), largest_first))
        seconds = time.monotonic() - began
        done = {size: cell for size, (cell, _) in zip(largest_first, cells, strict=True)}
        peaks = sorted((peak for _, peak in cells), reverse=True)
        return Result(
            seconds=seconds,
            peak_bytes=sum(peaks[: way.workers]),
            train={n: done[n].train_seconds if n else 0.0 for n in done},
            generate={n: done[n].generate_seconds for n in done},
            correct={n: self._grade(n, done[n]) for n in done},
        )

    def _trl_cell(self, way: Way, size: int, folder: Path) -> tuple[trl_cell.Done, int]:
        paths = [folder / f"{size}-{name}.json" for name in ("spec", "done")]
        spec = spec_of(self.study, way, size)
        paths[0].write_text(json.dumps(dataclasses.asdict(spec)), encoding="utf-8")
        threads = {"OMP_NUM_THREADS": str(way.threads)}
        command = [sys.executable, "-m", "benchmarks.trl_cell", *map(str, paths)]
        done = watch.run(command, env={**self.environment, **threads})
        return trl_cell.Done(**json.loads(paths[1].read_text("utf-8"))), done.peak_bytes

    def _grade(self, size: int, done: trl_cell.Done) -> float:
        task, model = self.study.tasks[0], self.study.models[0]
        cell = Cell(model=model.name, task=task.name, method="trl", n_examples=size, seed=0)
        verdicts = []
        for problem, (text, n, ended) in zip(supply.problems(task), done.responses, strict=True):
            row = Generation(
                cell=cell,
                problem_id=problem.id,
                sample=0,
                text=text,
                stopped="stop" if ended else "length",
                n_tokens=n,
            )
            verdicts += [j.verdict for j in task.grade(problem, row) if j.question == "correct"]
        return _share(verdicts)


def _cells(root: Path) -> list[Cell]:
    return [Cell(**row) for row in Store(root).study()["cells"]]


def _share(verdicts: Sequence[str]) -> float:
    decided = [v for v in verdicts if v != "undecided"]
    return decided.count("yes") / len(decided)


def study_file(folder: Path, *, sizes: Sequence[int], base: str | None, n: int | None) -> Path:
    """The quickstart with other sizes, base or number of problems, as a file that leadline runs."""
    lines = [
        "from dataclasses import replace",
        "from leadline.catalog import find_model",
        "from leadline.studies.quickstart import study",
        f"study = replace(study, sizes={tuple(sizes)!r})",
    ]
    if base:
        lines.append(f"study = replace(study, models=(find_model({base!r}),))")
    if n:
        lines.append(f"study = replace(study, tasks=(replace(study.tasks[0], n_problems={n}),))")
    path = folder / "study.py"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def report(study: Study, results: dict[str, list[Result]], *, command: str) -> str:
    """Totals, then every size: medians over the repeats, ranges where there are several."""
    base = results.get("leadline")
    unit = statistics.median(r.seconds for r in base) if base else None
    rows = []
    for way, runs in results.items():
        seconds = [r.seconds for r in runs]
        times = f"{statistics.median(seconds) / unit:.1f}×" if unit else ""
        rows.append(
            [
                way,
                _spread(seconds),
                times,
                _spread([sum(r.train.values()) for r in runs]),
                _spread([sum(r.generate.values()) for r in runs]),
                f"{max(r.peak_bytes for r in runs) / MIB:.0f}",
            ]
        )
    head = ["way", "ladder, s", "of leadline", "all training, s", "all generation, s", "peak, MiB"]
    n_problems = len(supply.problems(study.tasks[0]))
    words = [f"- {name}: {way.words}" for name, way in WAYS.items() if name in results]
    return "\n\n".join(
        [
            provenance(command),
            f"{study.models[0].name}, {n_problems} problems, at most "
            f"{study.sampling.max_new_tokens} tokens, greedy; {len(next(iter(results.values())))} "
            "repeats, the ways in turns. The ladder's time is wall time of everything, the parts "
            "are summed over cells (two cells may run at once).",
            "\n".join(words),
            table(head, rows),
            table(["right, %", *results], _by_size(study, results, "correct", 100, 1)),
            table(["training, s", *results], _by_size(study, results, "train", 1, 2)),
            table(["generation, s", *results], _by_size(study, results, "generate", 1, 2)),
        ]
    )


def _by_size(
    study: Study, results: dict[str, list[Result]], what: str, scale: float, digits: int
) -> list[list[str]]:
    return [
        [
            f"n = {size:,}",
            *(
                _spread([scale * getattr(r, what)[size] for r in runs], digits)
                for runs in results.values()
            ),
        ]
        for size in study.sizes
    ]


def _spread(values: Sequence[float], digits: int = 1) -> str:
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def main() -> None:
    """Run the ways in turns and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="", help="with commas [the quickstart's]")
    parser.add_argument("--ways", default="leadline," + ",".join(WAYS), help="with commas")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--base", help="another base: a folder, or miniature/NAME")
    parser.add_argument("--problems", type=int, help="fewer problems")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write to")
    flags = parser.parse_args()
    sizes = [int(size) for size in flags.sizes.split(",") if size] or quickstart_sizes()
    with tempfile.TemporaryDirectory() as name:
        file = study_file(Path(name), sizes=sizes, base=flags.base, n=flags.problems)
        bench = Bench(study=find_study(str(file)), study_file=file, folder=Path(name))
        results: dict[str, list[Result]] = {way: [] for way in flags.ways.split(",")}
        for turn in range(flags.repeats):
            for way in results:
                results[way].append(bench.run(way))
                print(f"turn {turn + 1}, {way}: {results[way][-1].seconds:.1f} s", flush=True)
        command = " ".join(["python -m benchmarks.against_trl", *sys.argv[1:]])
        write_section(TITLE, report(bench.study, results, command=command), path=flags.results)


def quickstart_sizes() -> list[int]:
    """The sizes of the shipped study."""
    return list(find_study("quickstart").sizes)


if __name__ == "__main__":
    main()
