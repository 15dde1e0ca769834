"""How many programs a second a core the sandbox runs, by the layers around them.

    python -m benchmarks.sandbox [--programs 200]

Trivial programs (print one number, compare outside), one worker a core, wall time from the first
to the last; beside it the CPU time that a program costs in all processes together, which a busy
machine does not change. The first row is a bare `python -s -P` in a subprocess, without anything
around it: the floor. Issue 4 asks for at least 8 a second a core.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.results import RESULTS, provenance, table, write_section
from leadline.executors import count_cores
from leadline.sandbox import Layers, Program, Sandbox, probe

TITLE = "Programs in the sandbox"
TRIVIAL = "print(6 * 7)"
WITH_NUMPY = "import numpy; print(int(numpy.arange(7)[6] * 7))"
KINDS = {
    "all layers": ("mount", "pid", "net", "ipc", "landlock", "seccomp"),
    "Landlock and seccomp": ("landlock", "seccomp"),
    "namespaces": ("mount", "pid", "net", "ipc"),
    "none (limits only)": (),
}


def bare(count: int, workers: int) -> None:
    """The same programs without a sandbox."""
    command = [sys.executable, "-s", "-P", "-c", TRIVIAL]
    with ThreadPoolExecutor(workers) as pool:
        runs = [pool.submit(subprocess.check_output, command) for _ in range(count)]
        assert all(run.result() == b"42\n" for run in runs)


def sandboxed(layers: Layers, source: str) -> Callable[[int, int], None]:
    """Something that runs so many programs at so many workers, and checks each."""
    sandbox = Sandbox(layers=layers, unsandboxed="allow")

    def run(count: int, workers: int) -> None:
        for _, outcome in sandbox.run_all([Program(source=source)] * count, workers=workers):
            assert outcome.stdout == b"42\n", outcome

    return run


def measure(run: Callable[[int, int], None], *, count: int, cores: int) -> list[str]:
    """Programs a second a core; CPU milliseconds a program; programs a CPU second."""
    run(cores, cores)  # caches
    began, before = time.perf_counter(), os.times()
    run(count, cores)
    wall, after = time.perf_counter() - began, os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    return [f"{count / wall / cores:.1f}", f"{cpu / count * 1e3:.1f}", f"{count / cpu:.1f}"]


def rows(count: int, cores: int) -> list[Sequence[str]]:
    """One row a way to run."""
    found: list[Sequence[str]] = [["bare subprocess", *measure(bare, count=count, cores=cores)]]
    for kind, names in KINDS.items():
        layers = probe().only(*names)
        if set(layers.active) == set(names):
            run = sandboxed(layers, TRIVIAL)
            found.append([kind, *measure(run, count=count, cores=cores)])
    run = sandboxed(probe(), WITH_NUMPY)
    found.append(["all that is active, with numpy", *measure(run, count=count // 4, cores=cores)])
    for row in found:
        print(*row, flush=True)
    return found


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=200, help="by each way")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write to")
    flags = parser.parse_args()
    cores = count_cores()
    head = ["around the program", "programs/s a core", "CPU ms a program", "a CPU second"]
    parts = [
        provenance(" ".join(["python -m benchmarks.sandbox", *sys.argv[1:]])),
        f"{flags.programs} trivial programs by each way, {cores} workers on {cores} cores.",
        table(head, rows(flags.programs, cores)),
        f"```\n{probe().words()}\n```",
    ]
    write_section(TITLE, "\n\n".join(parts), path=flags.results)


if __name__ == "__main__":
    main()
