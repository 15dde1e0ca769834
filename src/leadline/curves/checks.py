"""Checks of whole curves: rows that are there twice, facts that differ within one curve, and curves
that no law can be fitted to. Nothing is dropped: what cannot be is refused with its place.
"""

from collections.abc import Callable, Sequence

from leadline.curves.points import LearningCurve
from leadline.curves.rows import Row
from leadline.errors import BadData

SPLIT = (
    "If a name changes with the size, say by which columns curves are told apart: "
    'curve_by=["task", "method"].'
)
FEWEST_SIZES = 3  # a law with two parameters needs one more to be found wrong


def refuse_unfit(curve: LearningCurve) -> None:
    """Raise BadData unless the curve has at least 3 sizes above 0."""
    sizes = sorted({p.n_examples for p in curve.points if p.n_examples > 0})
    if len(sizes) < FEWEST_SIZES:
        there = ", ".join(f"{n:g}" for n in sizes) or "none"
        raise BadData(
            f"curve {curve.id} ({curve.metric}) has {len(sizes)} sizes above 0 ({there}); a law "
            f"needs at least {FEWEST_SIZES}. Measure more sizes. {SPLIT}"
        )


def one_size_note(curves: Sequence[LearningCurve]) -> list[str]:
    """What to say of curves whose points are all of one size, if there are any."""
    ids = [curve.id for curve in curves if len({p.n_examples for p in curve.points}) == 1]
    hint = f" {SPLIT}" if len(ids) > 1 else ""
    return [f"{listed(ids)}: all points are of one size.{hint}"] if ids else []


def listed(ids: Sequence[str]) -> str:
    """Curves by name, a few of them when they are many."""
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    return f"curve{'s' if len(ids) > 1 else ''} {', '.join(ids[:3])}{more}"


def refuse_duplicates(rows: Sequence[Row]) -> None:
    """Raise BadData if one size and seed of a curve was measured twice."""
    seen: dict[tuple[float, str], Row] = {}
    for row in rows:
        first = seen.setdefault((row.size, row.seed), row)
        if first is not row:
            seed = f", seed {row.seed}" if row.seed else ""
            raise BadData(
                f"{row.place}: curve {row.curve_name}, {row.metric}, size {row.size:g}{seed} "
                f"is there already ({first.place}), with the value {first.cell}; here it is "
                f"{row.cell}. {_way_out(first, row)}"
            )


def _way_out(first: Row, row: Row) -> str:
    if first.table is row.table:
        cells = zip(row.table.rows[first.index], row.table.rows[row.index], strict=True)
        names = row.table.columns
        differ = [name for name, (a, b) in zip(names, cells, strict=True) if repr(a) != repr(b)]
        differ = [name for name in differ if name not in row.columns.values()]
        if differ:
            return (
                f"They also differ in {', '.join(map(repr, differ[:5]))}: if that makes them two "
                f"curves, say so with curve_by=[…, {differ[0]!r}]; if they are two runs, give "
                "each a seed."
            )
    else:
        return "Were the same results given twice? If these are two runs, give each its seed."
    return "Give each run its seed, or delete the row that is wrong."


def one_value(
    rows: Sequence[Row], name: str, read: Callable[[Row], str | float | None]
) -> str | float | None:
    """What all rows of a curve say of `name`, where they say anything. Raises BadData on a second
    answer."""
    first: Row | None = None
    for row in rows:
        if read(row) is None:
            continue
        first = first or row
        if read(row) != read(first):
            raise row.fault(
                name,
                read(row),
                f"differs from {read(first)} in the same curve ({first.place}): "
                "one curve has one; make it the same, or give the rows two curve ids",
            )
    return read(first) if first else None


def refuse_mixed_metrics(rows: Sequence[Row]) -> None:
    """Raise BadData if a curve that is named by its id holds rows of two metrics."""
    first = rows[0]
    for row in rows:
        if row.metric != first.metric:
            raise row.fault(
                "metric",
                row.metric,
                f"stands in curve {row.curve_name}, whose metric is "
                f"{first.metric} ({first.place}): give each metric its own curve_id, or read one "
                f"of them with metric={first.metric!r} (--metric {first.metric})",
            )
