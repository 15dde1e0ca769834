"""Learning curves from anyone's rows: leadline's measurements.csv, or tables of other trainers.

Every value ends as a fraction of 1 or a loss above 0, with what is known of its noise. Nothing is
dropped or guessed: what can be read in two ways is refused, and what was decided is in the notes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadline.curves import checks, counts, scale
from leadline.curves.metrics import canonical
from leadline.curves.points import LearningCurve, Point
from leadline.curves.rows import Row, Rows, Wanted, rows_of
from leadline.curves.scale import Percent
from leadline.curves.tables import Table, read_table, table_of_rows
from leadline.errors import BadData
from leadline.laws.wording import visible

Key = tuple[tuple[str, ...], str]  # the curve's names, and its metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The curves, in the order of their first rows, and what a reader must know of how they were
    read: inferred scales and metrics, columns that look misspelt, metrics passed over."""

    curves: tuple[LearningCurve, ...]
    notes: tuple[str, ...] = ()


def read_curves(
    paths: Sequence[str | Path],
    *,
    metric: str | None = None,
    percent: Percent = "infer",
    unit: str | None = None,
    columns: Mapping[str, str] | None = None,
    curve_by: Sequence[str] = (),
) -> Read:
    """Curves from files of CSV, JSON Lines or Parquet; rows of one curve may lie in several files.

    `metric` takes the rows of one metric only (of leadline's own measurements: accuracy unless
    said). `percent` says the scale of rates. `unit` says what the sizes count; examples are whole
    numbers. `columns` maps our names to the files' (`{"n_examples": "rows_used"}`), and `curve_by`
    names the columns that tell curves apart, instead of curve_id, or source, model, task, method
    and filter. Raises BadData, with file, line, column and value, for whatever cannot be so.
    """
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    if not paths:
        raise BadData("no file was given: name at least one table of results.")
    wanted = Wanted(metric=metric, columns=columns or {}, curve_by=tuple(curve_by), unit=unit)
    return _curves([read_table(Path(path)) for path in paths], wanted, percent)


def curves_from_rows(
    rows: Iterable[Any],
    *,
    metric: str | None = None,
    percent: Percent = "infer",
    unit: str | None = None,
    columns: Mapping[str, str] | None = None,
    curve_by: Sequence[str] = (),
) -> Read:
    """As `read_curves`, from mappings, Measurement records, or a polars or pandas data frame."""
    wanted = Wanted(metric=metric, columns=columns or {}, curve_by=tuple(curve_by), unit=unit)
    return _curves([table_of_rows(rows)], wanted, percent)


def _curves(tables: Sequence[Table], wanted: Wanted, percent: Percent) -> Read:
    if percent not in ("infer", "yes", "no"):
        raise BadData(f"percent is {percent!r}; it can be infer, yes or no.")
    found = [rows_of(table, wanted) for table in tables]
    notes = dict.fromkeys(note for one in found for note in one.notes)
    others = dict.fromkeys(name for one in found for name in one.other_metrics)
    if not any(one.rows for one in found):
        asked = wanted.metric or "accuracy"
        raise BadData(
            f"{', '.join(t.name for t in tables)}: no row has the metric {asked}. "
            f"There are {', '.join(others)}: say which, e.g. metric={next(iter(others))!r}."
        )
    if others and wanted.metric is None:
        notes[f"also there, and read with --metric: {', '.join(others)}."] = None
    notes |= dict.fromkeys(_settle_scales(found, percent))
    groups = _grouped([row for one in found for row in one.rows])
    names = _ids(groups)
    curves = []
    of_curves: dict[str, list[str]] = {}
    for key, rows in groups.items():
        for note in counts.settle(rows):
            of_curves.setdefault(note, []).append(names[key])
        curves.append(_curve(names[key], rows))
    notes |= dict.fromkeys(f"{checks.listed(ids)}: {note}" for note, ids in of_curves.items())
    said = map(visible, (*notes, *checks.one_size_note(curves)))
    return Read(curves=tuple(curves), notes=tuple(said))


def _settle_scales(found: Sequence[Rows], percent: Percent) -> list[str]:
    notes = []
    for one in found:
        by_metric: dict[str, list[Row]] = {}
        for row in one.rows:
            by_metric.setdefault(row.metric, []).append(row)
        notes += [scale.settle(rows, percent=percent) for rows in by_metric.values()]
    return [note for note in notes if note]


def _grouped(rows: Sequence[Row]) -> dict[Key, list[Row]]:
    """Rows of one curve together. The base at n = 0 belongs to every method of its model and task,
    as in `analyse.measure.curves`."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault((row.curve, row.metric), []).append(row)
    by_id: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if "curve_id" in row.columns:
            by_id.setdefault(row.curve, []).append(row)
    for of_one_id in by_id.values():
        checks.refuse_mixed_metrics(of_one_id)
    return _share_bases(groups)


def _share_bases(groups: dict[Key, list[Row]]) -> dict[Key, list[Row]]:
    methods: dict[tuple[Any, ...], list[Key]] = {}
    bases: dict[tuple[Any, ...], Key] = {}
    for key, rows in groups.items():
        place = _place(rows[0])
        if rows[0].coordinates.get("method") == "base" and all(row.size == 0 for row in rows):
            bases[place] = key
        else:
            methods.setdefault(place, []).append(key)
    for place, key in bases.items():
        if place in methods:
            base = groups.pop(key)
            for method in methods[place]:
                groups[method] = [*base, *groups[method]]
    return groups


def _place(row: Row) -> tuple[Any, ...]:
    """What the methods of one model and task share; a curve with its own id stands alone."""
    if "curve_id" in row.columns:
        return row.curve
    return (row.metric, *((k, v) for k, v in row.coordinates.items() if k != "method"))


def _ids(groups: Mapping[Key, Sequence[Row]]) -> dict[Key, str]:
    """A readable name for each curve; the metric is in it where several share the rest."""
    shared = Counter(curve for curve, _ in groups)
    names = {}
    for curve, metric in groups:
        name = visible("/".join(part for part in curve if part)) or "curve"
        names[curve, metric] = f"{name}/{visible(metric)}" if shared[curve] > 1 else name
    taken = Counter(names.values())
    # a/b + c and a + b/c read the same: then every part is told apart.
    return {
        key: name if taken[name] == 1 else visible(" · ".join((*key[0], key[1])))
        for key, name in names.items()
    }


def _curve(name: str, rows: Sequence[Row]) -> LearningCurve:
    checks.refuse_duplicates(rows)
    chance = checks.one_value(rows, "chance", lambda row: row.chance)
    unit = checks.one_value(rows, "unit", lambda row: row.unit)
    ordered = sorted(rows, key=_order)
    return LearningCurve(
        id=name,
        metric=visible(canonical(rows[0].metric)),
        points=tuple(_point(row) for row in ordered),
        chance=None if chance is None else float(chance),
        unit=str(unit),
        coordinates=_coordinates(rows),
    )


def _order(row: Row) -> tuple[float, bool, int, str]:
    is_number = row.seed.isascii() and row.seed.isdigit() and len(row.seed) < 20
    return row.size, not is_number, int(row.seed) if is_number else 0, row.seed


def _coordinates(rows: Sequence[Row]) -> dict[str, str]:
    """What all rows agree on, the shared base apart, and the metric's own name if it has one."""
    own = [row for row in rows if row.coordinates.get("method") != "base"] or rows
    first = own[0].coordinates
    found = {
        name: visible(value)
        for name, value in first.items()
        if all(row.coordinates.get(name) == value for row in own)
    }
    metric = rows[0].metric
    return found if canonical(metric) == metric else {**found, "metric": visible(metric)}


def _point(row: Row) -> Point:
    return Point(
        n_examples=row.size,
        value=row.value,
        seed=row.seed,
        standard_error=row.stderr,
        n_test=row.n_test,
        n_correct=row.n_correct,
        recipe={name: visible(value) for name, value in row.recipe.items()},
    )
