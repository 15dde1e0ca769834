"""The verdicts of a grading that is under way, beside its output: a header that says of what, then
one line a response. A kill at any moment loses what was not yet appended, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadline.errors import BadStudy
from leadline.files import append_rows, read_rows, write_rows

Row = dict[str, Any]
Rows = list[Row]  # of one response: one a question


@dataclass(frozen=True, kw_only=True)
class Log:
    """Where the verdicts so far are kept (path None: nowhere), and of what they are."""

    path: Path | None
    header: Row

    @classmethod
    def beside(cls, out: Path | None, *, header: Row) -> "Log":
        """The log of the output `out`; header: all that the verdicts depend on."""
        return cls(path=None if out is None else out.with_name(f"{out.name}.part"), header=header)

    def resume(self) -> dict[int, Rows]:
        """What an earlier, stopped run of the same grading left. Raises BadStudy if the log is of
        another one."""
        if self.path is None or not self.path.exists():
            return {}
        try:
            header, *rows = read_rows(self.path) or [self.header]
            found = {int(row["i"]): list(row["rows"]) for row in rows}
        except (ValueError, KeyError, TypeError):
            header, found = {}, {}
        if not found and header == self.header:
            self.path.unlink()  # torn before the first verdict was whole
        if header != self.header:
            raise BadStudy(
                f"{self.path} holds the verdicts of another grading that was stopped (other "
                "responses, task, protocol or version). Delete it, or name another --out."
            )
        return found

    def append(self, graded: Sequence[tuple[int, Rows]]) -> None:
        """Keep some finished responses; returns when they are on the disk."""
        if self.path is None or not graded:
            return
        rows: Rows = [{"i": i, "rows": rows} for i, rows in graded]
        append_rows(self.path, rows if self.path.exists() else [self.header, *rows])

    def finish(self, out: Path | None, rows: Rows) -> None:
        """Write the output, whole, and drop the log."""
        if out is not None and self.path is not None:
            write_rows(out, rows)
            self.path.unlink(missing_ok=True)
