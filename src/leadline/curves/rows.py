"""Rows of a table as numbers and names: one `Row` for each measured value that is asked for.

Every cell that cannot be what its column says is refused with its file, line, column and value.
Rows of a metric that is not asked for are passed over unread.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from leadline.curves.columns import COORDINATES, Layout, layout
from leadline.curves.metrics import named
from leadline.curves.numbers import is_abbreviated, label, number, seed_label, size, whole
from leadline.curves.tables import Table
from leadline.errors import BadData

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Row:
    """One measured value on its way into a curve; the scale of its numbers is not yet settled."""

    table: Table
    index: int
    columns: Mapping[str, str]  # our name → the column's name in this table
    curve: tuple[str, ...]  # the names that make its curve, the metric apart
    coordinates: Mapping[str, str]
    metric: str  # as the row says it, acc and accuracy being one
    size: float
    seed: str
    unit: str
    cell: Any  # the value as written; None where only counts are given
    value: float  # nan until it is taken from the counts
    full: float = 1.0  # what everything right is in the scale of the cell: 1, or 100 per cent
    stderr: float | None = None
    chance: float | None = None
    n_test: int | None = None
    n_correct: int | None = None
    recipe: Mapping[str, str] = field(default_factory=dict)
    is_measurement: bool = False  # one of leadline's own

    @property
    def curve_name(self) -> str:
        """Its curve's names in one line."""
        return "/".join(part for part in self.curve if part) or "curve"

    @property
    def place(self) -> str:
        """Where the row lies, in words."""
        return self.table.place(self.index)

    def fault(self, name: str, cell: object, reason: str) -> BadData:
        """An error about one of the row's cells; `name` is our name of its column."""
        return _fault(self.table, self.index, self.columns.get(name, name), cell, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is read of a table. `columns` maps our names to its columns, `curve_by` names the
    columns that together make a curve, `unit` is that of the sizes where said."""

    metric: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    curve_by: Sequence[str] = ()
    unit: str | None = None

    def takes(self, metric: str) -> bool:
        """Whether rows of this metric are asked for."""
        if self.metric is None:
            return True
        return named(self.metric) == metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows asked for, the metrics that were passed over, and what must be said of both."""

    rows: tuple[Row, ...]
    other_metrics: tuple[str, ...]
    notes: tuple[str, ...]


def rows_of(table: Table, wanted: Wanted) -> Rows:
    """Read a table. Raises BadData for the first cell that is not what its column says."""
    said = dict(wanted.columns)
    plan = layout(table.name, table.columns, said=said, metric=wanted.metric)
    if plan.is_measurements and wanted.metric is None:
        wanted = Wanted(metric="accuracy", columns=said, curve_by=wanted.curve_by, unit=wanted.unit)
    reader = _Reader(table, plan, wanted)
    rows = tuple(reader.rows())
    notes = [*table.notes, *plan.notes, *reader.notes]
    if reader.abbreviated:
        notes.append(f"{table.name}: sizes are abbreviated; {reader.abbreviated}.")
    return Rows(rows=rows, other_metrics=tuple(reader.passed_over), notes=tuple(notes))


class _Reader:
    """Reads the rows of one table in order; keeps what was passed over and what must be said."""

    def __init__(self, table: Table, plan: Layout, wanted: Wanted) -> None:
        self.table, self.plan, self.wanted = table, plan, wanted
        self.columns = {ours: table.columns[i] for ours, i in plan.at.items()}
        self.passed_over: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self.abbreviated = ""
        self.shots_at = plan.at.get("n_shot")
        self.curve_at = _curve_columns(table, plan, wanted.curve_by)

    def rows(self) -> Iterator[Row]:
        for index, cells in enumerate(self.table.rows):
            metric = self._metric(index, cells)
            if self.wanted.takes(metric):
                yield self._row(index, cells, metric)
            else:
                self.passed_over[metric] = None

    def _metric(self, index: int, cells: Sequence[Any]) -> str:
        said = self._cell(index, cells, "metric", label) or self.plan.named_metric
        if said:
            return named(said)
        taken = named(self.wanted.metric or "accuracy")
        self.notes[f"{self.table.name}: no metric is said; the values are read as {taken}."] = None
        return taken

    def _row(self, index: int, cells: Sequence[Any], metric: str) -> Row:
        unit = self.wanted.unit or self._cell(index, cells, "unit", label) or "examples"
        n_test = self._count(index, cells, "n_test")
        n_undecided = self._count(index, cells, "n_undecided")
        if n_test is not None and n_undecided is not None:
            n_test -= n_undecided
        row = Row(
            table=self.table,
            index=index,
            columns=self.columns,
            curve=self._curve(index, cells),
            coordinates=self._coordinates(index, cells),
            metric=metric,
            size=self._size(index, cells, unit),
            seed=self._cell(index, cells, "seed", seed_label) or "",
            unit=unit,
            cell=cells[self.plan.at["value"]] if "value" in self.plan.at else None,
            value=math.nan,
            stderr=self._known(index, cells, "stderr"),
            chance=self._known(index, cells, "chance"),
            n_test=n_test,
            n_correct=self._count(index, cells, "n_correct"),
            is_measurement=self.plan.is_measurements,
        )
        row.value = self._value(row)
        if self.plan.recipe:
            row.recipe = self._recipe(index, cells)
        return row

    def _cell(
        self, index: int, cells: Sequence[Any], name: str, read: Callable[[Any], T]
    ) -> T | None:
        at = self.plan.at.get(name)
        if at is None:
            return None
        try:
            return read(cells[at])
        except ValueError as error:
            raise _fault(self.table, index, self.columns[name], cells[at], str(error)) from None

    def _known(self, index: int, cells: Sequence[Any], name: str) -> float | None:
        value = self._cell(index, cells, name, number)
        return None if value is None or math.isnan(value) else value

    def _count(self, index: int, cells: Sequence[Any], name: str) -> int | None:
        value = self._cell(index, cells, name, whole)
        return None if value is None or math.isnan(value) else int(value)

    def _size(self, index: int, cells: Sequence[Any], unit: str) -> float:
        counted = unit.startswith("examples")
        value = self._cell(index, cells, "n_examples", lambda cell: size(cell, counted=counted))
        cell, column = cells[self.plan.at["n_examples"]], self.columns["n_examples"]
        if value is None or math.isnan(value):
            raise _fault(self.table, index, column, cell, "is no size: give the number itself")
        if is_abbreviated(cell):
            self.abbreviated = self.abbreviated or f"{cell.strip()} is read as {value:.0f}"
        return value

    def _value(self, row: Row) -> float:
        """The value as written, or nan where counts stand for it."""
        value = self._cell(row.index, self.table.rows[row.index], "value", number)
        if row.n_test == 0:
            raise row.fault("n_test", 0, "decided items leave no value: remove or repair the row")
        if value is not None and math.isnan(value):
            raise row.fault(
                "value",
                row.cell,
                "is no value: repair the row, or take it out yourself if the "
                "run failed; rows are never skipped",
            )
        if value is None and (row.n_correct is None or row.n_test is None):
            raise row.fault(
                "value",
                row.cell,
                "is empty, and n_correct with n_test do not stand for it: "
                "repair the row, or take it out yourself; rows are never skipped",
            )
        if value is None:
            row.cell = None
        return math.nan if value is None else value

    def _curve(self, index: int, cells: Sequence[Any]) -> tuple[str, ...]:
        labels = [(self._label(index, cells, at), at == self.shots_at) for at in self.curve_at]
        names = tuple(f"{name}-shot" if name and shots else name for name, shots in labels)
        if "curve_id" in self.plan.at and not self.wanted.curve_by and not names[0]:
            column = self.columns["curve_id"]
            raise _fault(self.table, index, column, names[0], "is empty: name the row's curve")
        return names or (Path(self.table.name).stem,)

    def _coordinates(self, index: int, cells: Sequence[Any]) -> dict[str, str]:
        found = {name: self._cell(index, cells, name, label) for name in COORDINATES}
        return {name: value for name, value in found.items() if value}

    def _recipe(self, index: int, cells: Sequence[Any]) -> dict[str, str]:
        found = {name: self._label(index, cells, at) for name, at in self.plan.recipe.items()}
        return {name: value for name, value in found.items() if value}

    def _label(self, index: int, cells: Sequence[Any], at: int) -> str:
        try:
            return label(cells[at])
        except ValueError as error:
            column = self.table.columns[at]
            raise _fault(self.table, index, column, cells[at], str(error)) from None


def _curve_columns(table: Table, plan: Layout, curve_by: Sequence[str]) -> list[int]:
    """Positions of the columns that make a curve: those asked for, curve_id, or the coordinates."""
    for name in curve_by:
        if name not in table.columns:
            found = ", ".join(table.columns)
            raise BadData(f"{table.name} has no column {name!r} to tell curves by. Found: {found}.")
    if curve_by:
        return [table.columns.index(name) for name in curve_by]
    if "curve_id" in plan.at:
        return [plan.at["curve_id"]]
    return [plan.at[name] for name in COORDINATES if name in plan.at]


def _fault(table: Table, index: int, column: str, cell: object, reason: str) -> BadData:
    return BadData(f"{table.place(index)}, column {column}: {_shown(cell)} {reason}.")


def _shown(cell: object) -> str:
    if isinstance(cell, int) and cell.bit_length() > 200:
        return f"an integer of {cell.bit_length()} bits"
    text = "nothing" if cell is None or (isinstance(cell, str) and not cell) else repr(cell)
    return text if len(text) <= 60 else f"{text[:57]}…"
