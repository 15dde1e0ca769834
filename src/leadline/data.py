"""Rows from JSON Lines files, their digest, and nested subsets of them.

A file is read whole or refused: a row is never skipped, and every fault is named by its line.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from leadline.errors import BadData, BadStudy
from leadline.seeding import rng

T = TypeVar("T")
Row = dict[str, Any]


def read_jsonl(path: str | Path, *, numbers: Literal["json", "python"] = "json") -> list[Row]:
    """The objects of a JSON Lines file in UTF-8; a name ending in `.gz` is gzip-compressed.

    Blank lines are passed over. numbers: "python" also reads Infinity and NaN, as Python writes
    them. Raises BadData if the file is missing, empty or not readable as
    such, with the number of the faulty line, from 1.
    """
    return [row for _, row in read_numbered_jsonl(path, numbers=numbers)]


def read_numbered_jsonl(
    path: str | Path, *, numbers: Literal["json", "python"] = "json"
) -> list[tuple[int, Row]]:
    """As `read_jsonl`, each object with the number of its line, from 1."""
    path = Path(path)
    constants = _refuse_constant if numbers == "json" else float
    lines = _numbered_lines(path)
    rows = [(n, _parse(path, n, line, constants)) for n, line in lines if line.strip()]
    if not rows:
        raise BadData(f"{path} is empty: expected one JSON object a line.")
    return rows


def _numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.is_dir():
        raise BadData(f"{path} is a folder; name the JSON Lines file in it.")
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    except FileNotFoundError:
        raise BadData(_missing(path)) from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadData(
            f"{path} cannot be read after line {number}: {error}. Is it complete, and is only a "
            "gzip-compressed file named .gz?"
        ) from error


def _missing(path: Path) -> str:
    beside = sorted(p.name for p in path.parent.glob("*.jsonl*")) if path.parent.is_dir() else []
    hint = f"JSON Lines files in that folder: {', '.join(beside[:8])}." if beside else ""
    return f"no such file: {path}. {hint or 'Check the path.'}"


def _parse(path: Path, number: int, line: bytes, constants: Callable[[str], float]) -> Row:
    try:
        text = line.decode("utf-8")
        row = json.loads(text, parse_constant=constants)
        if "\\ud" in text.lower():
            json.dumps(row, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except UnicodeError as error:
        raise BadData(f"{path}, line {number}: not UTF-8 text ({error}).") from error
    except (ValueError, RecursionError) as error:
        shown = line[:60].decode("utf-8", "replace").strip()
        raise BadData(
            f"{path}, line {number}: not JSON ({error}). The line begins {shown!r}. "
            "Correct or delete it: rows are never skipped."
        ) from error
    if not isinstance(row, dict):
        raise BadData(
            f"{path}, line {number}: {type(row).__name__} instead of a JSON object. Every line "
            'must be like {"prompt": "…", "response": "…"}.'
        )
    return row


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def content_digest(rows: Iterable[Any]) -> str:
    """SHA-256 of rows of plain JSON, in their order: the same wherever and however they lie."""
    digest = hashlib.sha256()
    for row in rows:
        text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()


def nested_subset(examples: Sequence[T], n: int, seed: int) -> list[T]:
    """The first n of the seed's one permutation, so that a larger subset holds a smaller one.

    Raises BadStudy if there are fewer than n examples.
    """
    if not 0 <= n <= len(examples):
        raise BadStudy(
            f"{n} examples were asked for, and there are {len(examples)}. "
            f"Ask for at most {len(examples)}, or add examples."
        )
    order = rng(seed, "subset").permutation(len(examples))
    return [examples[i] for i in order[:n]]
