"""Train one cell on several devices: start torchrun, relay its progress, pass on a wish to stop.

The ranks are processes of their own; they speak with us through small files in `into/ranks/`:
job.json (what to do), progress.json, stop (please), result.json (done) or error.json.
"""

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from leadline import errors
from leadline.errors import LeadlineError
from leadline.files import read_json, write_json, write_text
from leadline.protocols import Runtime
from leadline.records import Cell, Checkpoint, Example, Model
from leadline.train.sft import SFT

POLL = 0.2  # seconds


def train_on_ranks(
    sft: SFT,
    cell: Cell,
    model: Model,
    examples: Sequence[Example],
    *,
    into: Path,
    runtime: Runtime,
) -> Checkpoint:
    """`SFT.train` with one process a device. Raises what the ranks raised."""
    desk = into.resolve() / "ranks"
    desk.mkdir(parents=True, exist_ok=True)
    for name in ("stop", "progress.json", "result.json", "error.json"):
        (desk / name).unlink(missing_ok=True)
    job = {
        "sft": dataclasses.asdict(sft),
        "cell": dataclasses.asdict(cell),
        "model": dataclasses.asdict(model),
        "examples": [dataclasses.asdict(example) for example in examples],
        "into": str(into.resolve()),
        "device": runtime.device,
        "threads": runtime.threads,
    }
    write_json(desk / "job.json", job)
    with (desk / "log.txt").open("wb") as log:
        ranks = subprocess.Popen(
            _command(desk, n_ranks=runtime.n_gpus),
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "OMP_NUM_THREADS": str(runtime.threads)},
        )
        try:
            while ranks.poll() is None:
                _relay(desk, runtime)
                time.sleep(POLL)
        finally:
            if ranks.poll() is None:  # we are being torn down: the ranks must not outlive us
                ranks.terminate()
                ranks.wait(timeout=60)
    return _result(desk)


def _command(desk: Path, *, n_ranks: int) -> list[str]:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    return [*torchrun, f"--nproc-per-node={n_ranks}", "-m", "leadline.train.worker", str(desk)]


def _relay(desk: Path, runtime: Runtime) -> None:
    if runtime.stop():
        (desk / "stop").touch()
    try:
        step, steps, tokens = read_json(desk / "progress.json")
    except (OSError, ValueError):
        return
    runtime.progress("train", step, steps, tokens)


def _result(desk: Path) -> Checkpoint:
    """The checkpoint that rank 0 reported, or its error raised here."""
    if (desk / "result.json").exists():
        row = read_json(desk / "result.json")
        return Checkpoint.from_row({**row, "stop_ids": tuple(row["stop_ids"])})
    try:
        kind, message = read_json(desk / "error.json")
    except (OSError, ValueError):
        tail = (desk / "log.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise LeadlineError(
            f"The training processes ended without a result; the end of {desk / 'log.txt'}:\n{tail}"
        ) from None
    raise getattr(errors, kind, LeadlineError)(message)


def report(desk: Path, name: str, value: object) -> None:
    """What a rank tells: small, whole or not at all; progress need not survive a power cut."""
    if name == "progress.json":
        new = desk / ".progress.new"
        new.write_text(json.dumps(value), encoding="utf-8")
        new.replace(desk / name)
    else:
        write_text(desk / name, json.dumps(value))
