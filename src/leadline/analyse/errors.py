"""Count what went wrong in one cell. Every response is right, wrong or undecided; a wrong one may
have several kinds of error or none that was found, and a kind that could not be told is undecided,
never absent (the paper's Figure 3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadline.analyse.measure import ERROR_KINDS, PRIMARY, of_cell
from leadline.records import Cell, Generation, Judgement, Verdict

KINDS = ("format", "arithmetic", "reasoning", "hallucination")  # from the surface downwards
assert set(KINDS) == ERROR_KINDS
Response = tuple[str, int]  # problem id and sample
Verdicts = Mapping[str, Mapping[Response, Verdict]]  # by question


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCounts:
    """Responses of one cell with one kind of error. Among all that were asked about it: errors +
    none + undecided = asked; among the wrong: errors + none + undecided = the cell's `n_wrong`, a
    wrong response that was not asked about being undecided."""

    kind: str
    n_asked: int
    n_errors: int
    n_undecided: int
    n_errors_wrong: int
    n_undecided_wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCounts:
    """Counts of responses of one cell; right + wrong + undecided = asked. `kinds` holds those that
    somebody was asked about, in the order of `KINDS`."""

    cell: Cell
    n_asked: int
    n_right: int
    n_wrong: int
    n_undecided: int
    n_truncated: int
    kinds: tuple[KindCounts, ...]
    n_none_found: int  # wrong, and free of every kind
    n_not_known: int  # wrong, of no kind for certain, and undecided in at least one

    def of(self, kind: str) -> KindCounts | None:
        """The counts of one kind; None if nobody was asked about it."""
        return next((found for found in self.kinds if found.kind == kind), None)

    @property
    def format_error_share(self) -> float | None:
        """Format errors as a share (0–1) of all that were asked."""
        found = self.of("format")
        return found.n_errors / found.n_asked if found else None


def count_errors(
    cell: Cell, judgements: Iterable[Judgement], generations: Iterable[Generation]
) -> ErrorCounts:
    """The counts of one cell. Raises ValueError when a row is another cell's."""
    verdicts = by_question(of_cell(cell, judgements))
    primary = verdicts.get(primary_question(verdicts), {})
    of = list(primary.values())
    wrong = {response for response, verdict in primary.items() if verdict == "no"}
    kinds = [kind for kind in KINDS if kind in verdicts]
    blamed = {r for kind in kinds for r in wrong if verdicts[kind].get(r) == "yes"}
    cleared = {r for r in wrong if all(verdicts[kind].get(r) == "no" for kind in kinds)}
    counts = ErrorCounts(
        cell=cell,
        n_asked=len(of),
        n_right=of.count("yes"),
        n_wrong=len(wrong),
        n_undecided=of.count("undecided"),
        n_truncated=sum(row.stopped == "length" for row in of_cell(cell, generations)),
        kinds=tuple(_kind(kind, verdicts[kind], wrong) for kind in kinds),
        n_none_found=len(cleared),
        n_not_known=len(wrong - blamed - cleared),
    )
    assert counts.n_right + counts.n_wrong + counts.n_undecided == counts.n_asked
    return counts


def by_question(judgements: Iterable[Judgement]) -> dict[str, dict[Response, Verdict]]:
    """The verdicts of one cell: question → response → verdict."""
    found: dict[str, dict[Response, Verdict]] = {}
    for row in judgements:
        found.setdefault(row.question, {})[row.problem_id, row.sample] = row.verdict
    return found


def primary_question(verdicts: Iterable[str]) -> str:
    """The one question of `PRIMARY` that was asked, whose yes means right; "" if none was."""
    return next((question for question in PRIMARY if question in set(verdicts)), "")


def _kind(kind: str, of: Mapping[Response, Verdict], wrong: set[Response]) -> KindCounts:
    all_verdicts = list(of.values())
    of_wrong = [of.get(response, "undecided") for response in wrong]
    return KindCounts(
        kind=kind,
        n_asked=len(all_verdicts),
        n_errors=all_verdicts.count("yes"),
        n_undecided=all_verdicts.count("undecided"),
        n_errors_wrong=of_wrong.count("yes"),
        n_undecided_wrong=of_wrong.count("undecided"),
    )
