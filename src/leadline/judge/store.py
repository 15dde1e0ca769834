"""Where a judge's answers live: append-only JSON Lines, two lines a call. The first is written
before the call is sent, the second before its answer is used. So a kill loses no verdict that
arrived, and whatever was in flight then is known, and counted at its worst.

One file may hold several judges' answers: a verdict belongs to (judge, what was asked). Calls
without a verdict are kept for their cost and cause, and are never an answer.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from leadline.errors import BadStudy
from leadline.files import cut_torn_line, read_rows
from leadline.judge.answer import Cause
from leadline.judge.budget import NOTHING, Spent

HEADER = {"leadline": "judge answers", "version": 1}
_HEAD = (json.dumps(HEADER) + "\n").encode()
_SYNC_EVERY = 1.0  # seconds between waits for the disk: what a power cut may lose


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one call. Without a verdict `meaning` is None and `cause` says why; `cost`
    is what it spent."""

    call: int
    identity: str
    content: str
    key: str
    prompt_hash: str
    attempt: int
    form: str
    seed: int
    meaning: str | None = None
    cause: Cause = ""
    label: str = ""
    reason: str = ""
    reply: str = ""
    model: str = ""
    seconds: float = 0.0
    cost: Spent = NOTHING


@dataclass
class Kept:
    """What a store holds about one judge."""

    verdicts: dict[str, Outcome] = field(default_factory=dict)  # by content
    attempts: dict[str, int] = field(default_factory=dict)  # by content: replies without a verdict
    model: str | None = None  # the snapshot that gave the verdicts
    spent: Spent = NOTHING
    calls: int = 0  # of all judges: the next call's number


def read_store(path: Path | None, *, identity: str) -> Kept:
    """What `path` holds of one judge; nothing if there is no such file. Raises BadStudy if it is
    something else."""
    kept = Kept()
    if path is None or not path.exists():
        return kept
    try:
        header, *rows = read_rows(path) or [HEADER]
        torn = path.read_bytes()[: len(_HEAD)]  # all there is, if the first line is not whole
        if header != HEADER or not _HEAD.startswith(torn):
            raise ValueError("its first line is not that of a store")
        sent: dict[int, Spent] = {}
        for row in rows:
            _take(row, kept, sent, identity=identity)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadStudy(
            f"{path} is not a store of judge's answers ({error}). Move it away, or name another."
        ) from None
    for worst in sent.values():
        kept.spent += worst
    return kept


def _take(row: dict[str, Any], kept: Kept, sent: dict[int, Spent], *, identity: str) -> None:
    kept.calls = max(kept.calls, int(row["call"]) + 1)
    if row["identity"] != identity:
        return
    if "worst" in row:
        sent[row["call"]] = Spent(**row["worst"])
        return
    outcome = Outcome(**{**row, "cost": Spent(**row["cost"]), "reply": ""})  # none needs it
    sent.pop(outcome.call, None)
    kept.spent += outcome.cost
    if outcome.meaning is not None:
        kept.verdicts[outcome.content] = outcome
        kept.model = kept.model if kept.model is not None else outcome.model
    elif outcome.cause != "failed":
        kept.attempts[outcome.content] = outcome.attempt + 1


class Writer:
    """Appends to a store that is locked; `file` None: nothing is kept."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file, self._synced = file, time.monotonic()

    def sent(self, call: int, *, identity: str, worst: Spent) -> None:
        """A call is about to be sent that may cost `worst`."""
        self._write({"call": call, "identity": identity, "worst": asdict(worst)})

    def ended(self, outcome: Outcome) -> None:
        """It is over. On return a kill can no longer lose it."""
        self._write(asdict(outcome))

    def _write(self, row: dict[str, Any]) -> None:
        if self._file is None:
            return
        self._file.write((json.dumps(row, allow_nan=False) + "\n").encode())
        self._file.flush()
        if time.monotonic() - self._synced > _SYNC_EVERY:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()


@contextmanager
def writing(path: Path | None) -> Iterator[Writer]:
    """Hold the store for the block. Raises BadStudy if another process does."""
    if path is None:
        yield Writer(None)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with its process
        except OSError:
            raise BadStudy(
                f"{path} is being written by another process. Wait for it, or name another store."
            ) from None
        cut_torn_line(file)
        writer = Writer(file)
        if file.seek(0, os.SEEK_END) == 0:
            file.write(_HEAD)
            file.flush()
        yield writer
        os.fsync(file.fileno())
