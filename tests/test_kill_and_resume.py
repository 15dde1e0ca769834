"""A run that is killed at any moment and started again ends with the rows of an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadline.seeding import rng

STUDY = """
from leadline.generate.local import LocalEngine
from leadline.miniature.bases import miniature
from leadline.records import Sampling
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.sft import SFT

study = Study(
    name="killed",
    models=(miniature("llama-0.4m"),),
    tasks=(MiniatureMaths(n_problems=40),),
    methods=(SFT(),),
    engine=LocalEngine(),
    sizes=(0, 40, 300),
    sampling=Sampling(max_new_tokens=60),
)
"""


def command(folder: Path, text: str = STUDY) -> list[str]:
    (folder.parent / "killed_study.py").write_text(text)
    program = "from leadline.cli import app; app()"
    study = str(folder.parent / "killed_study.py")
    return [sys.executable, "-c", program, "run", study, "--out", str(folder), "--workers", "2"]


def rows(folder: Path) -> dict[str, bytes]:
    names = ("generations.jsonl", "judgements.jsonl", "measurements.csv")
    found = {str(p.relative_to(folder)): p for name in names for p in folder.rglob(name)}
    return {name: path.read_bytes() for name, path in sorted(found.items())}


def run_and_kill(folder: Path, *, after: float, whom: str) -> int:
    """Start the run in a session of its own, kill it after a while; returns the session."""
    process = subprocess.Popen(
        command(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        kill = os.killpg if whom == "everyone" else os.kill
        kill(process.pid, signal.SIGKILL)
        process.wait()
    return process.pid


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    folder = tmp_path_factory.mktemp("undisturbed") / "killed"
    began = time.monotonic()
    subprocess.run(command(folder), check=True, capture_output=True)
    return folder, time.monotonic() - began


def resume_after_kills(folder: Path, *, kills: int, seconds: float) -> None:
    draw = rng(0, "moments of death")
    sessions = []
    for k in range(kills):
        whom = "everyone" if k % 2 else "parent"
        after = float(draw.uniform(0.3, 1.0)) * seconds
        sessions.append(run_and_kill(folder, after=after, whom=whom))
    subprocess.run(command(folder), check=True, capture_output=True)
    for session in sessions:
        assert_nothing_is_left(session)


def test_a_killed_run_resumes_to_the_same_rows(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    whole, seconds = undisturbed
    resume_after_kills(tmp_path / "killed", kills=2, seconds=0.7 * seconds)
    assert len(rows(whole)) == 7
    assert rows(tmp_path / "killed") == rows(whole)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_twenty_kills_at_random_moments_change_nothing(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    whole, seconds = undisturbed
    for k in range(4):
        folder = tmp_path / str(k) / "killed"
        folder.parent.mkdir()
        resume_after_kills(folder, kills=5, seconds=seconds)
        assert rows(folder) == rows(whole)


SLOW = """
import time
from dataclasses import dataclass
from leadline.generate.scripted import ScriptedEngine
from leadline.miniature.bases import miniature
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.planted import Planted

@dataclass(frozen=True, kw_only=True)
class Slow(Planted):
    def train(self, cell, model, examples, *, into, runtime):
        time.sleep(600 if len(examples) == 20 else 0)
        return super().train(cell, model, examples, into=into, runtime=runtime)

study = Study(
    name="killed", models=(miniature("llama-0.4m"),), tasks=(MiniatureMaths(n_problems=20),),
    methods=(Slow(a=0.3, b=9),), engine=ScriptedEngine(), sizes=(10, 20),
)
"""


def test_no_worker_outlives_its_parent_be_it_idle_or_deaf(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = subprocess.Popen(command(folder, SLOW), start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(folder.rglob("judgements.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(_alive(process.pid)) >= 3  # the parent, one worker idle, one at work
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert_nothing_is_left(process.pid)


def assert_nothing_is_left(session: int) -> None:
    deadline = time.monotonic() + 20
    while _alive(session) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _alive(session) == []


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    whole, seconds = undisturbed
    folder = tmp_path / "killed"
    process = subprocess.Popen(
        command(folder), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 10 * seconds
    while not list(folder.rglob("state")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert "To go on: leadline run" in said
    assert "Traceback" not in said
    assert list(folder.rglob("lease.json")) == []
    subprocess.run(command(folder), check=True, capture_output=True)
    assert rows(folder) == rows(whole)


def _alive(session: int) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "sid,stat,args"], capture_output=True, text=True)
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()[1:]]
    return [row[2] for row in rows if int(row[0]) == session and row[1][0] != "Z"]
