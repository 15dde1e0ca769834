"""Published data sets, pinned: which revision on the Hub, and what its rows must be.

The check is a digest of the rows themselves, so that a local copy in another file format and the
Hub's file are held to the same content, and a number never depends on where the data lay.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leadline.data import Row, content_digest, read_jsonl
from leadline.errors import BadData


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One file of one data set. `digest` is `content_digest` of the rows, each as the list of its
    `fields`; `local` is the file's place in a data folder, `file` its place on the Hub. Copies of a
    set that is not `ordered` lie in different orders, and are read in one: that of the rows' text.
    An empty digest: no copy could be had to pin, and only the number of rows is held; 0 is
    not known either, and the revision must be a commit."""

    repo: str
    revision: str
    file: str
    local: str
    fields: tuple[str, ...]
    n_rows: int
    digest: str
    ordered: bool = True


Shape = Callable[[Row], Row | None]


def as_it_is(row: Row) -> Row:
    """The shape of a set whose copies all have the pinned fields."""
    return row


def load(pin: Pin, *, folder: str | Path | None = None, shape: Shape = as_it_is) -> list[Row]:
    """The rows of a pinned file: from `folder` if one is named; else from the folder that the
    environment variable LEADLINE_DATA names, if it has the file; else from the Hub at the pinned
    revision. `shape` brings a row of another copy into the pinned fields; a row that it makes None
    is no part of the set. Raises BadData if it is nowhere, or has other rows than were pinned.
    """
    path = _find(pin, folder) or _download(pin)
    rows = _read(path, pin.fields, shape)
    contents = [[row[name] for name in pin.fields] for row in rows]
    if not pin.ordered:
        order = sorted(range(len(rows)), key=lambda i: json.dumps(contents[i], sort_keys=True))
        rows, contents = [rows[i] for i in order], [contents[i] for i in order]
    found = content_digest(contents)
    if found != (pin.digest or found) or len(rows) != (pin.n_rows or len(rows)):
        raise BadData(
            f"{path} is not {pin.repo} at revision {pin.revision[:12]}: it has {len(rows)} rows "
            f"with digest {found[:12]}, and {pin.n_rows} rows with digest "
            f"{pin.digest[:12] or 'unknown'} were expected. Get the file again, or use it as a "
            "custom data set under another name."
        )
    return rows


def _find(pin: Pin, folder: str | Path | None) -> Path | None:
    named = folder if folder is not None else os.environ.get("LEADLINE_DATA")
    if not named:
        return None
    for path in (Path(named) / pin.local, Path(named) / pin.file):
        if path.is_file():
            return path
    if folder is None:
        return None  # LEADLINE_DATA may hold other data sets only
    raise BadData(
        f"{folder} has no {pin.repo}: looked for {pin.local} and {pin.file} in it. Name another "
        "folder with --data, or leave --data out to get the data from the Hugging Face Hub."
    )


def _download(pin: Pin) -> Path:
    ways = (
        f"Ways out: name a folder that has {pin.local} with --data or LEADLINE_DATA; "
        "pip install huggingface-hub; or, on a machine with a network, "
        f"hf download --repo-type dataset {pin.repo} {pin.file} --revision {pin.revision}."
    )
    try:
        from huggingface_hub import hf_hub_download
    except ImportError:
        raise BadData(
            f"{pin.repo} is in no folder and huggingface_hub is missing. {ways}"
        ) from None
    try:
        found = hf_hub_download(pin.repo, pin.file, repo_type="dataset", revision=pin.revision)
    except Exception as error:  # its client, HTTP and cache errors share no base class
        reason = str(error).strip().partition("\n")[0]
        raise BadData(f"{pin.repo} cannot be had from the Hub: {reason} {ways}") from error
    return Path(found)


def _read(path: Path, fields: tuple[str, ...], shape: Shape) -> list[Row]:
    rows = []
    raw = _read_parquet(path) if path.suffix == ".parquet" else read_jsonl(path)
    for number, row in enumerate(raw):
        shaped = shape(row)
        if shaped is None:
            continue
        missing = [name for name in fields if shaped.get(name) is None]
        if missing:
            raise BadData(f"{path}, row {number}: nothing in the field {missing[0]!r}.")
        rows.append(shaped)
    return rows


def _read_parquet(path: Path) -> list[Row]:
    import polars as pl  # a second to import; only this needs it

    try:
        return pl.read_parquet(path).to_dicts()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadData(f"{path} is not a readable Parquet file: {error}") from error
