"""Two processes never run the same cell: a lease is a file that its holder keeps fresh.

A lease ends when its holder drops it, when the holder's process is gone (same host), or when it was
not refreshed for `EXPIRES` seconds (any host). Taking one is guarded by a lock on the folder above,
which the system drops when a process dies, so an expired lease passes to one process only.
"""

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXPIRES = 60.0  # seconds without a refresh
REFRESH = 5.0
FILE = "lease.json"


@contextmanager
def lease(folder: Path, *, lock: Path) -> Iterator[bool]:
    """Hold `folder` for the block: True if it is ours, False if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _take(folder / FILE, lock):
        yield False
        return
    dropped = threading.Event()
    keeper = threading.Thread(target=_keep, args=(folder / FILE, dropped), daemon=True)
    keeper.start()
    try:
        yield True
    finally:
        dropped.set()
        keeper.join()
        (folder / FILE).unlink(missing_ok=True)


def holder(folder: Path) -> str | None:
    """Who holds the folder now, in words, or None."""
    return _alive(folder / FILE)


def _take(path: Path, lock: Path) -> bool:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if _alive(path):
            return False
        mine = {"host": socket.gethostname(), "pid": os.getpid(), "born": _born(os.getpid())}
        path.write_text(json.dumps(mine), encoding="utf-8")
        return True


def _alive(path: Path) -> str | None:
    try:
        age = time.time() - path.stat().st_mtime
        by: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, just dropped, or cut off by a kill: nobody's
        return None
    here = by.get("host") == socket.gethostname()
    gone = here and (by.get("born") is None or _born(int(by["pid"])) != by["born"])
    return None if gone or age > EXPIRES else f"process {by.get('pid')} on {by.get('host')}"


def _born(pid: int) -> str | None:
    """When a process started (a number may be used again), or None if it is gone."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return _signalable(pid)
    return None if status[0] == "Z" else status[19]


def _signalable(pid: int) -> str | None:
    """Where there is no /proc (macOS): whether the process can be found at all."""
    if Path("/proc/self").exists():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "unknown"


def _keep(path: Path, dropped: threading.Event) -> None:
    while not dropped.wait(REFRESH):
        try:
            os.utime(path)
        except FileNotFoundError:
            return
