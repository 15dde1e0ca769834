"""What annotated responses come to: how many wrong ones have each kind of error, how many have none
that was found, and why others are undecided."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.records import Verdict
from leadline.responses.log import Rows
from leadline.responses.match import Asked
from leadline.responses.summary import Metric, summarise

_DETAIL = re.compile(r"'[^']{0,80}'|[0-9][0-9.,]{0,20}")  # what a reason says of one response


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a kind of error is undecided in so many of one model's responses."""

    model: str | None
    kind: str
    reason: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """graded: the rate of right responses, where there is a task; errors: how many wrong responses
    (of `text`: of all) have each kind of error; right: the same of right ones, as far as they were
    looked at; no_error: wrong responses of each model in which every kind was looked for and none
    found; undecided: why, of wrong responses."""

    graded: tuple[Metric, ...]
    errors: tuple[Metric, ...]
    right: tuple[Metric, ...]
    no_error: dict[str | None, int]
    undecided: tuple[Why, ...]


def findings(annotated: Sequence[tuple[Asked, Rows]], *, first: str | None) -> Findings:
    """What the rows of responses come to. first: the question that says which are wrong; None:
    there is none, and errors are counted over all responses."""
    kinds = [(asked, [r for r in rows if r["question"] != first]) for asked, rows in annotated]
    verdicts = [_verdict(rows, first) for _, rows in annotated]
    wrong = [pair for pair, verdict in zip(kinds, verdicts, strict=True) if verdict == "no"]
    right = [pair for pair, verdict in zip(kinds, verdicts, strict=True) if verdict == "yes"]
    none = Counter(asked.model for asked, rows in wrong if rows and _all_no(rows))
    return Findings(
        graded=tuple(summarise([(a, rows[:1]) for a, rows in annotated])) if first else (),
        errors=tuple(summarise(wrong)),
        right=tuple(summarise(right)),
        no_error={model: none[model] for model in dict.fromkeys(a.model for a, _ in wrong)},
        undecided=tuple(_why(wrong)),
    )


def _verdict(rows: Rows, first: str | None) -> Verdict:
    """Whether a response is right. One to no task counts as wrong: its errors are counted."""
    if first is None:
        return "no"
    verdict: Verdict = rows[0]["verdict"]
    return verdict


def _all_no(rows: Rows) -> bool:
    return all(row["verdict"] == "no" for row in rows)


def _why(annotated: Sequence[tuple[Asked, Rows]]) -> list[Why]:
    """The reasons of undecided verdicts, most frequent first, whatever numbers stand in them."""
    counts = Counter(
        (asked.model, row["question"], _DETAIL.sub("…", row["reason"]))
        for asked, rows in annotated
        for row in rows
        if row["verdict"] == "undecided"
    )
    return [
        Why(model=model, kind=kind, reason=reason, n=n)
        for (model, kind, reason), n in counts.most_common()
    ]
