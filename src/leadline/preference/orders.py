"""The two rows of a pair: each response was shown first once."""

from typing import Literal, get_args

from leadline.protocols import Pair
from leadline.records import Comparison, Winner

Side = Literal["a", "b"]
SIDES: tuple[Side, ...] = get_args(Side)


def row(pair: Pair, shown_first: Side, winner: Winner, *, by: str, reason: str = "") -> Comparison:
    """The verdict on a pair in one order."""
    return Comparison(
        cell_a=pair.a.cell,
        cell_b=pair.b.cell,
        problem_id=pair.problem.id,
        sample=pair.a.sample,
        shown_first=shown_first,
        winner=winner,
        by=by,
        reason=reason,
    )


def both(pair: Pair, winner: Winner, *, by: str, reason: str = "") -> list[Comparison]:
    """The same verdict in both orders: a rule does not see which comes first."""
    return [row(pair, side, winner, by=by, reason=reason) for side in SIDES]


def missing(pair: Pair) -> str:
    """Why a pair cannot be compared; "" if it can. An empty response is one."""
    failed = [
        side for side, g in zip(SIDES, (pair.a, pair.b), strict=True) if g.stopped == "failed"
    ]
    return f"no response of {' and '.join(failed)}" if failed else ""
