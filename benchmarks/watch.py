"""Run a command in a fresh process and measure it: wall time, and the most memory it ever held.

Memory is the proportional set size (shared pages are shared out) of the command and all its
descendants, summed, looked at twice a second (looking costs the one looked at, too); so two workers
at once count as two. Linux tells; elsewhere it is 0.
"""

import contextlib
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.5  # seconds


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a command cost."""

    seconds: float
    peak_bytes: int
    output: str


def run(command: Sequence[str], *, env: Mapping[str, str]) -> Run:
    """Run to the end. Raises RuntimeError with the end of its output if it fails."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_look, args=(process, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.monotonic() - began
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{output[-3000:]}")
    return Run(seconds=seconds, peak_bytes=peak[0], output=output)


def _look(process: subprocess.Popen[str], peak: list[int]) -> None:
    while process.poll() is None:
        family = _family(process.pid)
        peak[0] = max(peak[0], sum(_bytes(pid) for pid in family))
        time.sleep(INTERVAL)


def _family(root: int) -> list[int]:
    """The process and all its descendants."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(child) for child in children.read_text().split()]
    return found


def _bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
