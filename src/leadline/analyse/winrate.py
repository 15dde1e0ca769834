"""Turn verdicts on pairs into win rates with honest intervals.

Both orders of every pair are needed. A pair is won or lost if both orders name the same response;
orders that disagree make it *neither*, and a flip. One undecided order makes the pair undecided: it
leaves the rates, is counted, and both bounds (all such pairs lost, all won) are given. All is told
from a's side. Several seeds of the same two cells are pooled; pairs that share a problem (samples,
seeds, groups) are one cluster of the bootstrap.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from leadline.analyse.length_control import LengthControlled, length_controlled
from leadline.analyse.measure import Interval
from leadline.analyse.resample import Rate, cluster_index, resampled
from leadline.protocols import Floats
from leadline.records import Cell, Comparison, Generation, Winner

Outcome = Literal["win", "lose", "neither", "undecided"]
Lengths = Mapping[tuple[Cell, str, int], int]  # characters of a cell's response to problem, sample


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """What both orders say of one pair. named: orders that name a response; first: of these, how
    many name the one that was shown first."""

    row: Comparison  # of the order in which a came first
    outcome: Outcome
    flipped: bool
    named: int
    first: int
    cause: str  # why it is undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class WinRate:
    """win + lose + neither + undecided = pairs. Rates are 0–1: `win`, `lose`, `neither`, `score`
    (win + neither / 2) and `flips` (orders that disagree) over the decided pairs, `shown_first`
    over single verdicts that name a response (0.5: the place does not matter), `longer` over pairs
    won or lost by responses of different length (nan if no lengths were given)."""

    by: str
    n_pairs: int
    n_win: int
    n_lose: int
    n_neither: int
    n_undecided: int
    n_flipped: int
    win: Rate
    lose: Rate
    neither: Rate
    score: Rate
    flips: Rate
    shown_first: Rate
    longer: Rate
    bounds: Interval  # of the score
    length_controlled: LengthControlled | None  # None: no lengths were given
    causes: tuple[tuple[str, int], ...]  # of the undecided

    def to_row(self) -> dict[str, Any]:
        """Plain values, for JSON; nan is null."""
        return {key: _plain(value) for key, value in dataclasses.asdict(self).items()}


def outcome_of(shown_first: Winner, shown_second: Winner) -> tuple[Outcome, bool]:
    """What two orders say of a together, and whether they disagree. Both verdicts name a, b,
    neither or undecided; the first was given with a shown first."""
    if "undecided" in (shown_first, shown_second):
        return "undecided", False
    if shown_first != shown_second:
        return "neither", True
    return ("win" if shown_first == "a" else "lose" if shown_first == "b" else "neither"), False


def paired(comparisons: Iterable[Comparison]) -> list[ComparedPair]:
    """One row a pair, in the order of first appearance. Raises ValueError unless each pair has
    exactly one verdict in each order."""
    orders: dict[tuple[Cell, Cell, str, int], dict[str, Comparison]] = {}
    for row in comparisons:
        pair = orders.setdefault((row.cell_a, row.cell_b, row.problem_id, row.sample), {})
        if row.shown_first in pair:
            raise ValueError(f"{row.problem_id!r} was judged twice with {row.shown_first} first")
        pair[row.shown_first] = row
    half = [key[2] for key, pair in orders.items() if len(pair) < 2]
    if half:
        raise ValueError(f"{len(half)} pairs were judged in one order only, such as {half[0]!r}")
    return [_pair(pair["a"], pair["b"]) for pair in orders.values()]


def _pair(a_first: Comparison, b_first: Comparison) -> ComparedPair:
    outcome, flipped = outcome_of(a_first.winner, b_first.winner)
    verdicts = [row for row in (a_first, b_first) if row.winner in ("a", "b")]
    causes = [row.reason for row in (a_first, b_first) if row.winner == "undecided"]
    return ComparedPair(
        row=a_first,
        outcome=outcome,
        flipped=flipped,
        named=len(verdicts),
        first=sum(row.winner == row.shown_first for row in verdicts),
        cause=(causes[0] or "no cause given") if causes else "",
    )


def lengths(generations: Iterable[Generation]) -> dict[tuple[Cell, str, int], int]:
    """Characters of each response."""
    return {(g.cell, g.problem_id, g.sample): len(g.text) for g in generations}


def win_rates(
    comparisons: Iterable[Comparison],
    *,
    lengths: Lengths | None = None,
    groups: Mapping[str, str] | None = None,
) -> WinRate:
    """The win rate of side a by one judge. lengths: of every response, for what length has to do
    with it; groups: a problem's group, where problems share a source.

    Raises ValueError without comparisons, with those of several judges or of cells that differ in
    more than the seed, with a pair that lacks an order, or with a response that lacks its length.
    """
    rows = list(comparisons)
    by = _one_judge(rows)
    pairs = paired(rows)
    counts = Counter(pair.outcome for pair in pairs)
    n, won = len(pairs), counts["win"] + counts["neither"] / 2
    assert counts.total() == n
    grouped = groups or {}
    index_N = cluster_index([_cluster(p.row.problem_id, grouped) for p in pairs])
    longer_N = None if lengths is None else _longer(pairs, lengths)
    rates = resampled(_parts(pairs, longer_N), index_N)
    decided_N = np.array([pair.outcome != "undecided" for pair in pairs])
    controlled = None
    if longer_N is not None:
        controlled = length_controlled(
            _worth(pairs)[decided_N],
            longer_N[decided_N],
            np.unique(index_N[decided_N], return_inverse=True)[1],
            raw=rates["score"],
        )
    return WinRate(
        by=by,
        n_pairs=n,
        n_win=counts["win"],
        n_lose=counts["lose"],
        n_neither=counts["neither"],
        n_undecided=counts["undecided"],
        n_flipped=sum(pair.flipped for pair in pairs),
        bounds=Interval(won / n, (won + counts["undecided"]) / n),
        length_controlled=controlled,
        causes=tuple(Counter(pair.cause for pair in pairs if pair.cause).most_common()),
        **rates,
    )


def by_cells(comparisons: Iterable[Comparison]) -> dict[tuple[Cell, Cell, str], list[Comparison]]:
    """The rows that belong to one win rate: by both cells, their seeds set to 0, and the judge."""
    found: dict[tuple[Cell, Cell, str], list[Comparison]] = {}
    for row in comparisons:
        a, b = (dataclasses.replace(cell, seed=0) for cell in (row.cell_a, row.cell_b))
        found.setdefault((a, b, row.by), []).append(row)
    return found


def _one_judge(rows: Sequence[Comparison]) -> str:
    if not rows:
        raise ValueError("no comparisons, so no win rate")
    kinds = list(by_cells(rows))
    if len(kinds) > 1:
        shown = [f"{a.address} against {b.address} by {by}" for a, b, by in kinds[:3]]
        raise ValueError(f"one win rate of several comparisons: {'; '.join(shown)}")
    return kinds[0][2]


def _cluster(problem_id: str, groups: Mapping[str, str]) -> str:
    group = groups.get(problem_id)
    return f"group {group}" if group else f"id {problem_id}"


def _longer(pairs: Sequence[ComparedPair], lengths: Lengths) -> Floats:
    """(N,): the characters that a's response has more than b's."""
    keys = [
        [(cell, p.row.problem_id, p.row.sample) for cell in (p.row.cell_a, p.row.cell_b)]
        for p in pairs
    ]
    missing = [key[1] for pair in keys for key in pair if key not in lengths]
    if missing:
        raise ValueError(f"{len(missing)} responses lack a length, such as to {missing[0]!r}")
    return np.array([lengths[a] - lengths[b] for a, b in keys], dtype=np.float64)


def _worth(pairs: Sequence[ComparedPair]) -> Floats:
    worth = {"win": 1.0, "neither": 0.5, "lose": 0.0, "undecided": np.nan}
    return np.array([worth[pair.outcome] for pair in pairs])


def _parts(
    pairs: Sequence[ComparedPair], longer_N: Floats | None
) -> dict[str, tuple[Floats, Floats]]:
    """The numerator and denominator of each rate, (N,) each."""
    is_N = {o: np.array([p.outcome == o for p in pairs], float) for o in ("win", "lose", "neither")}
    decided_N = np.sum(list(is_N.values()), axis=0)
    parts = {outcome: (own_N, decided_N) for outcome, own_N in is_N.items()}
    parts["score"] = (is_N["win"] + is_N["neither"] / 2, decided_N)
    parts["flips"] = (np.array([p.flipped for p in pairs], float), decided_N)
    numbers = np.array([(p.first, p.named) for p in pairs], float)
    parts["shown_first"] = (numbers[:, 0], numbers[:, 1])
    sign_N = np.zeros(len(pairs)) if longer_N is None else np.sign(longer_N)
    ahead_N = (is_N["win"] - is_N["lose"]) * sign_N
    parts["longer"] = ((ahead_N > 0).astype(float), np.abs(ahead_N))
    return parts


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        names = getattr(value, "_fields", None)
        items = [_plain(item) for item in value]
        return dict(zip(names, items, strict=True)) if names else items
    return None if value != value else value
