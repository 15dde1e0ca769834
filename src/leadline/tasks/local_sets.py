"""Published sets that are on no Hub: one file in the user's data folder, held to a digest."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from leadline.data import Row, content_digest, read_jsonl
from leadline.errors import BadData


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSet:
    """One JSON Lines file. `digest` is `content_digest` of the rows, each as the list of its
    `fields` (None where a row lacks one); `local` its place in a data folder; `source` says where
    a user gets it; `numbers`: see `read_jsonl`."""

    name: str
    local: str
    fields: tuple[str, ...]
    n_rows: int
    digest: str
    source: str
    numbers: Literal["json", "python"] = "json"


def load_local(wanted: LocalSet, *, folder: str | Path | None = None) -> list[Row]:
    """The rows, from `folder` or else from the folder that LEADLINE_DATA names. Raises BadData if
    the file is not there, or has other rows than were pinned."""
    named = folder if folder is not None else os.environ.get("LEADLINE_DATA")
    way_out = (
        f"Get it from {wanted.source} and put it at {wanted.local} in a data folder, which --data "
        "or the environment variable LEADLINE_DATA names."
    )
    if not named:
        raise BadData(f"{wanted.name}: no data folder is named. {way_out}")
    path = Path(named) / wanted.local
    if not path.is_file():
        raise BadData(f"{named} has no {wanted.name}: looked for {wanted.local} in it. {way_out}")
    rows = read_jsonl(path, numbers=wanted.numbers)
    found = content_digest([[row.get(name) for name in wanted.fields] for row in rows])
    if found != wanted.digest:
        raise BadData(
            f"{path} is not the {wanted.name} that leadline knows: it has {len(rows)} rows with "
            f"digest {found[:12]}, and {wanted.n_rows} rows with digest {wanted.digest[:12]} were "
            f"expected. {way_out}"
        )
    return rows
