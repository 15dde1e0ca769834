"""Two processes never hold one cell; a dead holder never blocks one."""

import json
import multiprocessing
import os
import signal
import socket
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from leadline import lease as leases
from leadline.lease import holder, lease


def _hold(folder: Path, held: Event) -> None:
    with lease(folder, lock=folder.parent / ".lock"):
        held.set()
        time.sleep(60)


def _grab(folder: Path, wins: Path) -> None:
    with lease(folder, lock=folder.parent / ".lock") as ours:
        if ours:
            with wins.open("a") as file:
                file.write(f"{os.getpid()}\n")
            time.sleep(0.5)


def test_a_held_cell_is_not_ours(tmp_path: Path) -> None:
    cell, lock = tmp_path / "cell", tmp_path / ".lock"
    with lease(cell, lock=lock) as first, lease(cell, lock=lock) as second:
        assert (first, second) == (True, False)
    assert holder(cell) is None


def test_the_lease_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(tmp_path / "cell", held))
    process.start()
    assert held.wait(30)
    assert str(process.pid) in (holder(tmp_path / "cell") or "")
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    with lease(tmp_path / "cell", lock=tmp_path / ".lock") as ours:
        assert ours


def test_a_lease_of_another_host_ends_when_it_is_not_refreshed(tmp_path: Path) -> None:
    cell = tmp_path / "cell"
    cell.mkdir()
    path = cell / leases.FILE
    path.write_text(json.dumps({"host": "elsewhere", "pid": 1, "born": "5"}))
    assert holder(cell) == "process 1 on elsewhere"
    long_ago = time.time() - leases.EXPIRES - 1
    os.utime(path, (long_ago, long_ago))
    assert holder(cell) is None


def test_a_process_number_used_again_is_not_the_holder(tmp_path: Path) -> None:
    cell = tmp_path / "cell"
    cell.mkdir()
    mine = {"host": socket.gethostname(), "pid": os.getpid(), "born": "another time"}
    (cell / leases.FILE).write_text(json.dumps(mine))
    assert holder(cell) is None


def test_a_lease_cut_off_by_a_kill_is_nobodys(tmp_path: Path) -> None:
    cell = tmp_path / "cell"
    cell.mkdir()
    (cell / leases.FILE).write_text('{"host": "els')
    assert holder(cell) is None


def test_of_many_processes_one_takes_an_expired_lease(tmp_path: Path) -> None:
    cell, wins = tmp_path / "cell", tmp_path / "wins"
    cell.mkdir()
    (cell / leases.FILE).write_text(
        json.dumps({"host": socket.gethostname(), "pid": 1, "born": "0"})
    )
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_grab, args=(cell, wins)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(wins.read_text().splitlines()) == 1
