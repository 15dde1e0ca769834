"""Files appear whole or not at all: written beside their place, then moved into it. The one
exception is an append-only log, whose last line may be torn by a kill: readers drop a torn line,
and the next append cuts it off first.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`; a reader sees the old file or the new one, never half.

    Raises OSError when the disk is full or the folder cannot be written; the old file then stays.
    """
    write_lines(path, [text])


def write_lines(path: Path, pieces: Iterable[str]) -> None:
    """Write the pieces one after the other, whole or not at all (see `write_text`)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write one JSON value, readable, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """The JSON value in `path`. Raises OSError or ValueError."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write JSON Lines, one object a line, whole or not at all."""
    write_lines(path, map(_line, rows))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file; none if there is no file. A last line without its newline was
    torn by a kill and is left out; a broken line anywhere else raises ValueError."""
    if not path.exists():
        return []
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in whole.split(b"\n") if line]


def append_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Append rows to a log and wait until they are on the disk. A torn last line is cut off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        cut_torn_line(file)
        file.write("".join(map(_line, rows)).encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def cut_torn_line(file: BinaryIO) -> None:
    """Drop what a kill left after the last newline of a log, opened to be read and written."""
    end = file.seek(0, os.SEEK_END)
    if end:
        file.seek(end - 1)
        if file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, allow_nan=False) + "\n"
