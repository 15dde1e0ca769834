"""Decide whether grading programs costs more than with EvalPlus's own code, and agrees with it.

    python -m benchmarks.code_grading [--data ../shared/data] [--workers 2] [--rounds 3]

The 164 published solutions of starcoder2-15b-instruct go through evalplus 0.3.1 and through
leadline, in turns, each in a fresh process with the same number of workers and the same limits
(4 s a call), once before anything counts, so that both have their expected outputs in a cache of
their own. Seconds are of the whole process; CPU seconds those of all processes it started.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import RESULTS, provenance, table, write_section
from leadline.executors import count_cores
from leadline.grade.gold import gold_generation
from leadline.tasks.humaneval_plus import HumanEvalPlus

SOLUTIONS = "code_verdicts/starcoder2_15b_instruct_humaneval.jsonl"
SET = "humaneval_plus/HumanEvalPlus.jsonl.gz"
EVALPLUS = """
import sys
from evalplus.evaluate import evaluate
evaluate("humaneval", sys.argv[1], parallel=int(sys.argv[2]), min_time_limit=4.0)
"""
Statuses = dict[str, list[str]]  # task id → [base, plus]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One run of one grader."""

    seconds: float
    cpu_seconds: float
    statuses: Statuses


def own(data: Path, workers: int) -> Statuses:
    """leadline's statuses, in this process."""
    task = HumanEvalPlus(data=str(data))
    problems = {problem.id: problem for problem in task.problems()}
    rows = read(data / SOLUTIONS)
    asked = [problems[row["task_id"]] for row in rows]
    given = [gold_generation(p, row["solution"]) for p, row in zip(asked, rows, strict=True)]
    found: Statuses = {}
    for place, judgements in task.grade_many(asked, given, workers=workers):
        status = {row.question: row.extracted for row in judgements}
        found[asked[place].id] = [status["base"], status["plus"]]
    return found


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def turn(name: str, data: Path, workers: int, cache: Path) -> Turn:
    """One run of "leadline" or "evalplus" in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples.jsonl"
        samples.write_bytes((data / SOLUTIONS).read_bytes())
        if name == "evalplus":
            command = [sys.executable, "-c", EVALPLUS, str(samples), str(workers)]
        else:
            command = [
                sys.executable,
                "-m",
                "benchmarks.code_grading",
                "--own",
                "--data",
                str(data),
            ]
            command += ["--workers", str(workers)]
        settings = {"XDG_CACHE_HOME": str(cache), "HUMANEVAL_OVERRIDE_PATH": str(data / SET)}
        before, began = _cpu(), time.perf_counter()
        done = subprocess.run(
            command, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )
        seconds, cpu = time.perf_counter() - began, _cpu() - before
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
        if name == "leadline":
            return Turn(seconds=seconds, cpu_seconds=cpu, statuses=json.loads(done.stdout))
        results = json.loads((Path(folder) / "samples_eval_results.json").read_text())["eval"]
    statuses = {t: [r[0]["base_status"], r[0]["plus_status"]] for t, r in results.items()}
    return Turn(seconds=seconds, cpu_seconds=cpu, statuses=statuses)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def report(turns: dict[str, list[Turn]], published: Statuses) -> str:
    """A table of medians and ranges, and every status in which any two differ."""
    rows = []
    for name, found in turns.items():
        seconds = sorted(one.seconds for one in found)
        cpu = sorted(one.cpu_seconds for one in found)
        middle = len(found) // 2
        rows.append(
            [
                name,
                f"{seconds[middle]:.1f}",
                f"{seconds[0]:.1f}–{seconds[-1]:.1f}",
                *(f"{cpu[middle]:.1f}", f"{164 / seconds[middle]:.1f}"),
            ]
        )
    head = ["", "seconds, median", "range", "CPU seconds, median", "programs a second"]
    lines = [table(head, rows), ""]
    for task_id, there in published.items():
        seen = {
            f"{name} {'/'.join(one.statuses[task_id])}"
            for name, found in turns.items()
            for one in found
            if one.statuses[task_id] != there
        }
        if seen:
            lines.append(f"- {task_id}: published {'/'.join(there)}; {', '.join(sorted(seen))}")
    return "\n".join(
        [*lines, "", "Every other base and plus status is as published, in every run."]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--workers", type=int, default=count_cores())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--own", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.own:
        print(json.dumps(own(given.data, given.workers)))
        return
    rows = read(given.data / SOLUTIONS)
    published = {row["task_id"]: [row["base_status"], row["plus_status"]] for row in rows}
    turns: dict[str, list[Turn]] = {"evalplus": [], "leadline": []}
    with tempfile.TemporaryDirectory() as cache:
        for number in range(given.rounds + 1):
            for name, found in turns.items():
                one = turn(name, given.data.absolute(), given.workers, Path(cache))
                print(f"{name}: {one.seconds:.1f} s, CPU {one.cpu_seconds:.1f} s", flush=True)
                if number:  # the first fills the caches
                    found.append(one)
    title = f"Grading 164 HumanEval+ programs, {given.workers} workers"
    body = f"{provenance('python -m benchmarks.code_grading')}\n\n{report(turns, published)}"
    write_section(title, body, path=given.results)


if __name__ == "__main__":
    main()
