"""The process that asks: killed, interrupted or run for long, it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from sandbox.outside import Outside

from leadline.sandbox import Layers, Sandbox, probe
from leadline.sandbox.scratch import folder, holds_more_than

CALLER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from leadline.sandbox import Layers, Program, Sandbox
token, layers, way = sys.argv[2:]
layers = Layers(active=tuple(layers.split()))
sandbox = Sandbox(layers=layers, unsandboxed='allow', imports='standard')
sleep = 'import sys, time; open("began", "w").close(); time.sleep(300)'
if way == 'one': sandbox.run(sleep, arguments=(token,))
job = Program(source=sleep, arguments=(token,))
list(sandbox.run_all([job] * 6, workers=3))
"""
KINDS = ["all", "landlock seccomp", "mount pid", "none"]


def _layers(kind: str) -> Layers:
    return probe() if kind == "all" else probe().only(*kind.split())


def start(world: Outside, place: Path, kind: str, way: str) -> subprocess.Popen[bytes]:
    """A caller whose programs run."""
    layers = " ".join(_layers(kind).active)
    command = [sys.executable, "-c", CALLER, str(place), world.token, layers, way]
    caller = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    wanted = 1 if way == "one" else 3
    end = time.monotonic() + 60
    while len(programs(world)) < wanted:
        assert time.monotonic() < end
        assert caller.poll() is None
        time.sleep(0.02)
    return caller


def programs(world: Outside) -> list[str]:
    """The running programs that carry the token: not the caller, not a launcher."""
    return [line for line in world.left_running() if "-P" in line]


def test_programs_are_found_by_their_token(world: Outside, tmp_path: Path) -> None:
    """Or else an empty list would show nothing."""
    caller = start(world, tmp_path, "all", "one")
    assert programs(world)
    caller.kill()
    caller.communicate()


@pytest.mark.parametrize("kind", KINDS)
def test_killed_caller_leaves_nothing_running(kind: str, world: Outside, tmp_path: Path) -> None:
    caller = start(world, tmp_path, kind, "many")
    caller.kill()
    caller.communicate()
    assert world.left_running(patience=10) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["one", "many"])
def test_interrupted_caller_leaves_nothing(
    kind: str, way: str, world: Outside, tmp_path: Path
) -> None:
    caller = start(world, tmp_path, kind, way)
    caller.send_signal(signal.SIGINT)
    _, said = caller.communicate(timeout=60)
    assert said.rstrip().endswith(b"KeyboardInterrupt")
    assert world.left_running() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_many_runs_leak_nothing(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sandbox = Sandbox(layers=_layers(kind), unsandboxed="allow", imports="standard")
    before = _state()
    for _ in range(12):
        assert sandbox.run("print(1)", stdin=b"x", files={"a": b"b"}).stdout == b"1\n"
    assert _state() == before
    assert list(tmp_path.iterdir()) == []


def _state() -> tuple[list[str], int, list[str]]:
    """Open descriptors, threads, and child processes (those that ended and wait included)."""
    held = [str(fd.readlink()) for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()]
    tasks = [task / "children" for task in Path("/proc/self/task").iterdir()]
    children = [pid for file in tasks if file.exists() for pid in file.read_text().split()]
    open_files = sorted(h for h in held if not h.startswith("/proc/"))
    return open_files, threading.active_count(), sorted(children)


@pytest.mark.slow
def test_a_thousand_runs_leak_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sandbox, before = Sandbox(imports="standard"), _state()
    for _ in range(1000):
        assert sandbox.run("print(1)").stdout == b"1\n"
    assert _state() == before
    assert list(tmp_path.iterdir()) == []


def test_a_failed_start_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sandbox, before = Sandbox(imports="standard", layers=Layers(active=())), _state()
    with pytest.raises(ValueError, match="scratch folder"):
        Sandbox(imports="standard", layers=Layers(active=()), unsandboxed="allow").run(
            "", files={"/x": b""}
        )
    assert sandbox.layers is not None
    assert _state() == before
    assert list(tmp_path.iterdir()) == []


def test_hostile_trees_are_removed_and_links_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    with folder() as place:
        here = os.open(place, os.O_RDONLY)
        for _ in range(300):  # deeper than a path can be long
            os.mkdir("folder" * 10, dir_fd=here)
            inner = os.open("folder" * 10, os.O_RDONLY, dir_fd=here)
            os.symlink(outside, "link", dir_fd=here)
            os.close(here)
            here = inner
        os.close(here)
        (place / "closed").mkdir()
        (place / "closed" / "file").write_text("x")
        (place / "closed").chmod(0)
        assert holds_more_than(place, 2**40)  # so many folders are more than enough
    assert not place.exists()
    assert (outside / "kept").read_text() == "kept"


def test_measuring_counts_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(bytes(10**6))
    assert holds_more_than(tmp_path, 900_000)
    assert not holds_more_than(tmp_path, 1_200_000)
