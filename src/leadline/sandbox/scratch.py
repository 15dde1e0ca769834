"""The folder that a program may write to, where it has no file system of its own.

Whatever hostile code made of it (links, deep trees, folders that nobody may enter), it is measured
and removed without following a link and without deep recursion.
"""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

N_FILES, DEPTH = 10_000, 100  # as many as in a file system of its own


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A fresh folder, removed at the end."""
    path = Path(tempfile.mkdtemp(prefix="leadline-sandbox-"))
    try:
        yield path
    finally:
        remove(path)


def holds_more_than(path: Path, n_bytes: int) -> bool:
    """Is there more below a folder than so many bytes on disk, 10,000 files, 100 folders one in
    the other, or a path too long to look at?"""
    total, seen, waiting = 0, 0, [(str(path), 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    seen += 1
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return True  # any other: it has just vanished, or was closed
        if total > n_bytes or seen > N_FILES or depth > DEPTH:
            return True
    return False


def remove(path: Path) -> None:
    """Remove a folder and all in it. A subfolder's own folders are first moved up to the top, so
    that no path gets long, however deep the tree."""
    n = 0
    while folders := _remove_files(path):
        for name in folders:
            below = path / name
            for inner in _remove_files(below):
                (below / inner).rename(path / f".{n}")
                n += 1
            below.rmdir()
    path.rmdir()


def _remove_files(path: Path) -> list[str]:
    """Remove all but the folders in a folder; returns their names."""
    path.chmod(stat.S_IRWXU)
    folders = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                (path / entry.name).chmod(stat.S_IRWXU)  # to be moved, it must be writable
                folders.append(entry.name)
            else:
                (path / entry.name).unlink()
    return folders
