"""Tables of cells, from files or from rows in memory, each row with a place to name in a message.

What a file is, its content decides: Parquet, JSON Lines, or text separated by commas, semicolons,
tabs or bars; gzip-compressed or not. Cells stay as they were written. A file is read whole or
refused; a line without a single filled cell is no row.
"""

import csv
import dataclasses
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from leadline.curves.columns import is_known
from leadline.errors import BadData

LARGEST_FILE = 1 << 30  # bytes after decompression: a small .gz may hold a bomb
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
FOREIGN = {
    b"PK\x03\x04": "a zip archive or an Excel workbook; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"SQLite format 3": "an SQLite data base; export the table as CSV",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
}
FORMATS = "CSV (or TSV), JSON Lines or Parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, each row as long as `columns`; `places` counts lines or rows from 1."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    places: Sequence[int]
    counted: Literal["line", "row"] = "line"
    notes: tuple[str, ...] = ()

    def place(self, row: int) -> str:
        """Where a row lies, in words."""
        return f"{self.name}, {self.counted} {self.places[row]}"


def read_table(path: Path) -> Table:
    """The table in a file. Raises BadData, with the line, when it cannot be read as one."""
    raw = _bytes(path)
    if raw[:4] == b"PAR1":
        return _parquet(path, raw)
    text = _text(path, raw)
    if not text.strip():
        raise BadData(f"{path} is empty: expected a table as {FORMATS}.")
    if text.lstrip().startswith("{"):
        return _json_lines(path, text)
    if text.lstrip().startswith("["):
        raise BadData(f"{path} is one JSON array. Write one JSON object a line (JSON Lines).")
    return _separated(path, text)


def table_of_rows(rows: Any, *, name: str = "rows") -> Table:
    """The table of a polars or pandas data frame, or of mappings and records (dataclasses).

    Raises BadData if there are no rows, or if one of them is something else.
    """
    if isinstance(rows, str | bytes | Path):
        raise BadData(f"{rows!r} is a path, not rows: read it with read_curves([{rows!r}]).")
    if not isinstance(rows, Iterable):
        raise BadData(f"{rows!r} is no table: give rows as mappings, records or a data frame.")
    for method, options in (("iter_rows", {}), ("itertuples", {"index": False, "name": None})):
        if hasattr(rows, method) and hasattr(rows, "columns"):
            cells = list(getattr(rows, method)(**options))
            columns = tuple(str(column) for column in rows.columns)
            return _filled(name, columns, cells, range(1, len(cells) + 1), counted="row")
    return _of_objects(name, [(i, _mapping(name, i, row)) for i, row in enumerate(rows, start=1)])


def _mapping(name: str, number: int, row: object) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    if dataclasses.is_dataclass(row) and not isinstance(row, type):
        return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    raise BadData(
        f"{name}, row {number} is a {type(row).__name__}: give mappings, records such as "
        "Measurement, or a polars or pandas data frame."
    )


def _of_objects(
    name: str,
    objects: Sequence[tuple[int, Mapping[str, Any]]],
    *,
    counted: Literal["line", "row"] = "row",
) -> Table:
    columns = tuple(dict.fromkeys(key for _, row in objects for key in row))
    rows = [[row.get(column) for column in columns] for _, row in objects]
    names = tuple(str(column) for column in columns)
    return _filled(name, names, rows, [number for number, _ in objects], counted=counted)


def _filled(
    name: str,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    places: Sequence[int],
    *,
    counted: Literal["line", "row"],
    notes: tuple[str, ...] = (),
) -> Table:
    if not rows:
        found = f" Its columns: {', '.join(columns)}." if columns else ""
        raise BadData(f"{name} has no rows, so there is no curve to read.{found}")
    return Table(name=name, columns=columns, rows=rows, places=places, counted=counted, notes=notes)


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise BadData(f"{path} is a folder: name the files in it, e.g. {path / '*.csv'}.")
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as file:
                raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise BadData(f"no such file: {path}. Check the path.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadData(f"{path} cannot be read: {error}. Is it complete?") from error
    if len(raw) > LARGEST_FILE:
        raise BadData(f"{path} holds more than {LARGEST_FILE} bytes: give its rows in parts.")
    return raw


def _text(path: Path, raw: bytes) -> str:
    for start, what in FOREIGN.items():
        if raw.startswith(start):
            raise BadData(f"{path} is {what}.")
    if b"\x00" in raw:
        line = raw[: raw.index(b"\x00")].count(b"\n") + 1
        raise BadData(f"{path}, line {line}: a zero byte, so this is no text. Give {FORMATS}.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadData(
            f"{path}, line {line}: byte 0x{raw[error.start]:02x} is not UTF-8 text. Save the file "
            "as UTF-8 (in a spreadsheet: CSV UTF-8), or give Parquet."
        ) from error


def _parquet(path: Path, raw: bytes) -> Table:
    import polars  # here, because a CSV is read without it

    try:
        frame = polars.read_parquet(io.BytesIO(raw))
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
        raise BadData(f"{path} begins as Parquet and cannot be read as such: {error}") from error
    rows = frame.rows()
    return _filled(str(path), tuple(frame.columns), rows, range(1, len(rows) + 1), counted="row")


def _json_lines(path: Path, text: str) -> Table:
    numbered = enumerate(text.split("\n"), start=1)
    objects = [(n, _json_object(path, n, line)) for n, line in numbered if line.strip()]
    return _of_objects(str(path), objects, counted="line")


def _json_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)  # NaN and Infinity are read here and judged by their column
    except (ValueError, RecursionError) as error:
        raise BadData(
            f"{path}, line {number}: not JSON ({error}). The line begins {line[:60].strip()!r}. "
            "Every line must be one JSON object."
        ) from error
    if not isinstance(row, dict):
        raise BadData(f"{path}, line {number}: {type(row).__name__} instead of a JSON object.")
    return row


def _separated(path: Path, text: str) -> Table:
    separator = _separator(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    cells, places = _numbered(path, lines)
    header, rows = tuple(name.strip() for name in cells[0]), cells[1:]
    for number, row in zip(places[1:], rows, strict=True):
        if len(row) != len(header):
            raise BadData(
                f"{path}, line {number}: {len(row)} cells under {len(header)} column names "
                f"({', '.join(header)}); they are separated by {SEPARATORS[separator]}. Put a cell "
                "that holds the separator in double quotes."
            )
    notes = () if separator in ",\t" else (f"{path}: cells are separated by {separator!r}.",)
    return _filled(str(path), header, rows, places[1:], counted="line", notes=notes)


def _separator(text: str) -> str:
    """The one that makes most known columns of the first line; a comma when none does."""
    first = next(line for line in text.splitlines() if line.strip())
    return max(SEPARATORS, key=lambda s: sum(is_known(cell.strip(' "')) for cell in first.split(s)))


def _numbered(path: Path, lines: Any) -> tuple[list[list[str]], list[int]]:
    """The filled rows and the number of the line on which each begins."""
    rows: list[list[str]] = []
    places: list[int] = []
    begins = 1
    try:
        for row in lines:
            if any(cell.strip() for cell in row):
                rows.append(row)
                places.append(begins)
            begins = lines.line_num + 1
    except csv.Error as error:
        raise BadData(
            f"{path}, line {begins}: {error}. Is a double quote left open, or one cell too long?"
        ) from error
    return rows, places
