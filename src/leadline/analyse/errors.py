"""Count what went wrong, by size: every response is right, wrong or undecided, and format errors
and truncations are counted over all responses and among the wrong ones (the paper's Figure 3).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from leadline.analyse.measure import of_cell
from leadline.records import Cell, Generation, Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCounts:
    """Counts of responses of one cell; right + wrong + undecided = asked. `n_format_errors` is None
    when the task has no question `format`."""

    cell: Cell
    n_asked: int
    n_right: int
    n_wrong: int
    n_undecided: int
    n_truncated: int
    n_format_errors: int | None
    n_format_errors_wrong: int | None  # among the wrong responses

    @property
    def format_error_share(self) -> float | None:
        """Format errors as a share (0–1) of all that were asked."""
        return None if self.n_format_errors is None else self.n_format_errors / self.n_asked


def count_errors(
    cell: Cell, judgements: Iterable[Judgement], generations: Iterable[Generation]
) -> ErrorCounts:
    """The counts of one cell. Raises ValueError when a row is another cell's."""
    verdicts: dict[str, dict[tuple[str, int], str]] = {"correct": {}}
    for row in of_cell(cell, judgements):
        verdicts.setdefault(row.question, {})[row.problem_id, row.sample] = row.verdict
    of = list(verdicts["correct"].values())
    wrong = {key for key, verdict in verdicts["correct"].items() if verdict == "no"}
    malformed = None
    if "format" in verdicts:
        malformed = {key for key, verdict in verdicts["format"].items() if verdict == "yes"}
    counts = ErrorCounts(
        cell=cell,
        n_asked=len(of),
        n_right=of.count("yes"),
        n_wrong=len(wrong),
        n_undecided=of.count("undecided"),
        n_truncated=sum(row.stopped == "length" for row in of_cell(cell, generations)),
        n_format_errors=None if malformed is None else len(malformed),
        n_format_errors_wrong=None if malformed is None else len(malformed & wrong),
    )
    assert counts.n_right + counts.n_wrong + counts.n_undecided == counts.n_asked
    return counts
