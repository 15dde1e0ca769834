"""Counts of right answers behind the values of a curve: checked, or found where they must be whole.

A value that disagrees with its counts is refused. Where only the number of test items is given and
every value of the curve is a whole number of them, the right answers are those.
"""

import math
from collections.abc import Sequence

from leadline.curves.metrics import canonical, has_counts, is_graded
from leadline.curves.numbers import half_unit
from leadline.curves.rows import Row

EXACT = 1e-9  # of a float that leadline wrote
SINGLE = 1e-6  # of a number that may have gone through single precision
COARSEST = 0.005  # a value is taken to be written to 2 decimals, or to whole per cent, at least


def settle(rows: Sequence[Row]) -> list[str]:
    """Fill in or take out counts and zero standard errors of one curve, in place; returns notes.

    Raises BadData when counts are impossible or disagree with a value.
    """
    notes = []
    for row in rows:
        _check(row)
    if any(row.n_correct is not None for row in rows) and is_graded(rows[0].metric):
        notes.append(f"{rows[0].metric} is no rate of right answers; n_correct is not read.")
        for row in rows:
            row.n_correct = None
    unit = _precision(rows)
    for row in rows:
        _agree(row, unit)
    _infer(rows, unit)
    if _is_clustered(rows):
        notes.append("items are not independent, so standard errors stand for the counts.")
        for row in rows:
            if 0.0 < row.value < 1.0:
                row.n_test = row.n_correct = None
    if any(row.stderr == 0.0 for row in rows):
        if any(row.stderr == 0.0 and 0.0 < row.value < 1.0 for row in rows):
            notes.append("a standard error of 0 is read as not known.")
        for row in rows:
            row.stderr = row.stderr or None
    return notes


def _check(row: Row) -> None:
    if row.n_test is not None and row.n_test < 0:
        raise row.fault("n_undecided", row.n_test, "items decided: more are undecided than asked")
    if row.n_correct is None:
        return
    if row.n_test is None:
        raise row.fault("n_correct", row.n_correct, "needs n_test beside it: add that column")
    if row.n_correct > row.n_test:
        raise row.fault("n_correct", row.n_correct, f"is more than n_test = {row.n_test}")


def rate(row: Row) -> float:
    """The value that the counts of a row give; an error rate counts the answers that are wrong."""
    assert row.n_correct is not None
    assert row.n_test
    right = row.n_correct / row.n_test
    return 1.0 - right if canonical(row.metric) == "error" else right


def _precision(rows: Sequence[Row]) -> float:
    """How far rounding may have moved a value: half the last digit of the longest one written."""
    if all(row.is_measurement for row in rows):
        return EXACT
    written = [row for row in rows if row.cell is not None]
    if not written or canonical(rows[0].metric) == "loss":
        return SINGLE
    return min(COARSEST, max(SINGLE, min(half_unit(row.cell) / row.full for row in written)))


def _agree(row: Row, precision: float) -> None:
    if row.n_correct is None:
        return
    assert row.n_test
    counted = rate(row)
    # Half an item: a mean over groups of items comes with the nearest whole number of them.
    allowed = max(precision, 0.5 / row.n_test) * 1.001
    if row.cell is None:
        row.value = counted
    elif abs(counted - row.value) > allowed:
        counts = f"n_correct / n_test = {row.n_correct} / {row.n_test}"
        raise row.fault(
            "value",
            row.cell,
            f"disagrees with {counts}, which makes {row.metric} {counted:.6g}: "
            "correct the one that is wrong, or leave the counts out",
        )


def _infer(rows: Sequence[Row], precision: float) -> None:
    if not has_counts(rows[0].metric):
        return
    found = [_whole(row, precision) for row in rows]
    if all(n is not None for n in found):
        for row, n in zip(rows, found, strict=True):
            row.n_correct = n


def _whole(row: Row, precision: float) -> int | None:
    """The number of right answers, if the value leaves exactly one."""
    if row.n_correct is not None or not row.n_test:
        return row.n_correct
    slack = precision * row.n_test * 1.001
    share = 1.0 - row.value if canonical(row.metric) == "error" else row.value
    nearest = round(share * row.n_test)
    return nearest if slack < 0.5 and abs(share * row.n_test - nearest) <= slack else None


def _is_clustered(rows: Sequence[Row]) -> bool:
    """Whether leadline's own standard errors are not those of independent items."""
    for row in rows:
        if row.is_measurement and row.stderr and row.n_test and 0.0 < row.value < 1.0:
            independent = math.sqrt(row.value * (1.0 - row.value) / max(row.n_test - 1, 1))
            if not math.isclose(row.stderr, independent, rel_tol=1e-6):
                return True
    return False
