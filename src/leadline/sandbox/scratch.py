"""The folder that a program may write to, where it has no file system of its own.

Whatever hostile code made of it (links, deep trees, folders that nobody may enter), it is measured
and removed without following a link and without deep recursion.
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

LOOKED_AT = 20_000  # files at most, when measuring


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A fresh folder, removed at the end."""
    path = Path(tempfile.mkdtemp(prefix="leadline-sandbox-"))
    try:
        yield path
    finally:
        remove(path)


def n_bytes(path: Path) -> int:
    """Bytes on disk below a folder; of the first 20,000 entries, as more is too much anyway."""
    total, waiting, seen = 0, [str(path)], 0
    while waiting and seen < LOOKED_AT:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                with contextlib.suppress(OSError):
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    return total


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
