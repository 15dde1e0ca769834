"""All that descends from this process: how many threads it has, and its end."""

# pathlib takes milliseconds to load, for every program:
# ruff: noqa: PTH208

import _signal as signal  # type: ignore[import-not-found]  # `signal` is slow to load
import os
import stat
import time

PATIENCE = 5.0  # seconds to kill what makes ever new processes


def open_proc() -> int | None:
    """A descriptor of /proc, which a new root folder does not have."""
    try:
        return os.open("/proc", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def members(proc: int | None) -> dict[int, int]:
    """Every descendant that is alive → its number of threads; empty where /proc does not tell."""
    found: dict[int, int] = {}
    waiting = [os.getpid()]
    while waiting and proc is not None:
        pid = waiting.pop()
        tasks = _list(proc, f"{pid}/task")
        if pid != os.getpid():
            found[pid] = len(tasks)
        for task in tasks:
            children = _read(proc, f"{pid}/task/{task}/children").split()
            waiting += [int(child) for child in children if int(child) not in found]
    return found


def n_threads(proc: int | None) -> int:
    """Threads of all descendants."""
    return sum(members(proc).values())


def held_bytes(proc: int | None) -> int:
    """Bytes on disk of files that descendants hold open and that nobody else can find."""
    total = 0
    for pid in members(proc):
        for name in _list(proc, f"{pid}/fd"):
            try:
                file = os.stat(f"{pid}/fd/{name}", dir_fd=proc)
            except OSError:
                continue
            if file.st_nlink == 0 and stat.S_ISREG(file.st_mode):
                total += file.st_blocks * 512
    return total


def _list(proc: int | None, path: str) -> list[str]:
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
    except OSError:
        return []
    try:
        return os.listdir(folder)
    except OSError:
        return []
    finally:
        os.close(folder)


def _read(proc: int, path: str) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    except OSError:
        return b""
    try:
        return os.read(file, 1 << 20)
    except OSError:
        return b""
    finally:
        os.close(file)


def end_all(proc: int | None) -> None:
    """Kill every descendant. As the launcher is their reaper, none gets away by forking twice."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for pid in members(proc):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)
