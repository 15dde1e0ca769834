"""Rows of a set of human labels, in any of the containers that these sets are released in: JSON
Lines, one JSON list, one JSON object of lists, Parquet. A file is read whole or refused, with the
places of its faulty rows.
"""

import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from leadline.data import Row, read_numbered_jsonl
from leadline.errors import BadData

Item = TypeVar("Item")
Placed = tuple[str, Row]  # where a row stands ("line 3"), and the row
_NAMED = 5  # faulty rows that an error names


class Faulty(Exception):
    """This row cannot be used."""


def read_placed_rows(path: Path) -> list[Placed]:
    """All rows of the file, each with its place. Raises BadData if it is missing, empty or not
    readable."""
    if path.suffix == ".parquet":
        return _numbered(_parquet(path))
    if path.is_file() and _first_line(path) in (b"[", b"{"):
        return _numbered(_whole(path))
    placed = [(f"line {n}", row) for n, row in read_numbered_jsonl(path)]
    return _numbered(_flat(placed[0][1], path)) if _is_of_lists(placed) else placed


def read_items(path: Path, rows: Iterable[Placed], read: Callable[[Row], Item]) -> list[Item]:
    """`read` of every row. Raises BadData that names the faulty rows: a row is never skipped."""
    items, faults = [], []
    for place, row in rows:
        try:
            items.append(read(row))
        except (Faulty, RecursionError) as fault:  # or it is nested too deeply
            faults.append(f"{place}: {fault}")
    if faults:
        more = f"\n  and {len(faults) - _NAMED:,} more" if len(faults) > _NAMED else ""
        raise BadData(
            f"{path}: {len(faults):,} of {len(faults) + len(items):,} rows cannot be used. Correct "
            "or delete them: rows are never skipped.\n  " + "\n  ".join(faults[:_NAMED]) + more
        )
    return items


def text_of(row: Row, field: str) -> str:
    """The text in a field. Raises Faulty if it is missing or not text."""
    value = row.get(field)
    if not isinstance(value, str):
        raise Faulty(f"{field!r} must be text, and is {shown(value)}")
    return value


def texts_of(row: Row, field: str) -> list[str]:
    """The texts in a field that lists them, one or more. Raises Faulty."""
    value = row.get(field)
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise Faulty(f"{field!r} must be a list of texts, and is {shown(value)}")
    return value


def number_of(value: Any, field: str) -> int | None:
    """A whole number, also as text or as a table program writes it; None for N/A, null and empty.
    Raises Faulty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    text = str(value).strip().removesuffix(".0")
    if text.casefold() in ("", "n/a", "na", "none", "null"):
        return None
    if isinstance(value, bool) or not text.removeprefix("-").isdecimal() or len(text) > 9:
        raise Faulty(f"{field!r} must be a whole number, and is {shown(value)}")
    return int(text)


def shown(value: Any) -> str:
    """A value as an error quotes it."""
    return ascii(value)[:60]


def _first_line(path: Path) -> bytes:
    """The first character of what is one JSON value over many lines; else empty."""
    try:
        with _open(path) as file:
            line = next((raw.strip() for raw in file if raw.strip()), b"")
    except (OSError, EOFError, zlib.error):
        return b""  # read again as JSON Lines, whose reader says what is wrong
    line = line.removeprefix(b"\xef\xbb\xbf")
    return b"[" if line.startswith(b"[") else line[:2]


def _open(path: Path) -> Any:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _whole(path: Path) -> list[Row]:
    try:
        with _open(path) as file:
            value = json.loads(file.read().decode("utf-8-sig"))
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except (ValueError, RecursionError, EOFError, zlib.error) as error:
        raise BadData(f"{path} is not JSON ({error}). Is it complete?") from error
    return _flat(value, path)


def _flat(value: Any, path: Path) -> list[Row]:
    """The rows of a JSON list, or of a JSON object whose values are lists of rows (MR-Ben)."""
    lists = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(rows, list) for rows in lists):
        raise BadData(f"{path} is one JSON object. Expected one object a line, or a list of them.")
    flat = [row for rows in lists for row in rows]
    wrong = [i for i, row in enumerate(flat, start=1) if not isinstance(row, dict)]
    if not flat or wrong:
        what = f"row {wrong[0]} is no object" if wrong else "it is empty"
        raise BadData(f"{path}: expected a list of JSON objects, and {what}.")
    return flat


def _is_of_lists(placed: Sequence[Placed]) -> bool:
    values = list(placed[0][1].values())
    rows = [row for value in values if isinstance(value, list) for row in value]
    return (
        len(placed) == 1
        and all(isinstance(value, list) for value in values)
        and bool(rows)
        and all(isinstance(row, dict) for row in rows)
    )


def _parquet(path: Path) -> list[Row]:
    import polars

    try:
        rows = polars.read_parquet(path).to_dicts()
    except (OSError, polars.exceptions.PolarsError) as error:
        raise BadData(f"{path} cannot be read: {error}. Check the path.") from error
    if not rows:
        raise BadData(f"{path} is empty: it has no rows.")
    return rows


def _numbered(rows: Iterable[Row]) -> list[Placed]:
    return [(f"row {n}", row) for n, row in enumerate(rows, start=1)]
