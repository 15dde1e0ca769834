"""Whether values are per cent or fractions of 1, and whether they lie in the range of their metric.

One table gives one metric in one scale. Where nobody says which, a value above 1 means per cent,
and then a value between 0 and 1 could be either: that is asked, never guessed.
"""

from collections.abc import Sequence
from typing import Literal

from leadline.curves.metrics import canonical, is_signed
from leadline.curves.rows import Row

Percent = Literal["infer", "yes", "no"]
SLOP = 1.0 + 1e-9  # a fraction may come out of floating point a little above 1
SAY = 'say percent="yes" (--percent yes) if all of them are per cent'


def settle(rows: Sequence[Row], *, percent: Percent) -> str | None:
    """Bring the values, standard errors and chances of one table and metric to fractions of 1, in
    place. Returns what must be said of it. Raises BadData on a value outside its range, or where
    per cent and fractions seem mixed."""
    if canonical(rows[0].metric) == "loss":
        _check_losses(rows)
        return None
    if percent == "infer" and all(row.is_measurement for row in rows):
        percent = "no"  # leadline's own rates are fractions
    written = [row for row in rows if row.cell is not None]
    low = -1.0 if is_signed(rows[0].metric) else 0.0
    _check_range(written, low=low * 100.0, high=100.0)
    largest = max((abs(row.value) for row in written), default=0.0)
    per_cent = percent == "yes" or (percent == "infer" and largest > SLOP)
    if per_cent and percent == "infer":
        _check_not_mixed(written)
    if not per_cent:
        _check_range(written, low=low, high=1.0)
    for row in written:
        _to_fraction(row, 100.0 if per_cent else 1.0)
    _check_noise(rows, most=0.5 if low == 0.0 else 1.0)
    if not written or percent != "infer":
        return None
    words = "per cent" if per_cent else "fractions of 1"
    return f"{rows[0].table.name}: {rows[0].metric} is read as {words} (up to {largest:.4g})."


def _check_losses(rows: Sequence[Row]) -> None:
    for row in rows:
        if row.cell is None:
            raise row.fault("value", None, f"is empty, and counts give no {row.metric}: fill it in")
        if row.value <= 0:
            raise row.fault("value", row.cell, f"is outside the range of {row.metric}: above 0")
    _check_noise(rows, most=float("inf"))


def _check_range(rows: Sequence[Row], *, low: float, high: float) -> None:
    for row in rows:
        for name, value, cell in (
            ("value", row.value, row.cell),
            ("chance", row.chance, row.chance),
        ):
            least = low if name == "value" else 0.0
            if value is not None and not least * SLOP <= value <= high * SLOP:
                unit = f" per cent (or {least / 100:g} to 1)" if high > 1.0 else ""
                raise row.fault(
                    name, cell, f"is outside the range of {row.metric}: {least:g} to {high:g}{unit}"
                )


def _check_not_mixed(rows: Sequence[Row]) -> None:
    """Beside values above 1, a value or a chance rate in (0, 1] may be a fraction or per cent."""
    for small in rows:
        if 0.0 < abs(small.value) <= 1.0:
            large = max(rows, key=lambda row: (row.curve == small.curve, abs(row.value)))
            where = "in the same curve" if large.curve == small.curve else "in another curve"
            raise small.fault(
                "value",
                small.cell,
                f"stands beside {large.cell} {where} ({large.place}): are "
                f"per cent and fractions mixed, or is one of them a slip? Write all in one scale, "
                f"or {SAY}",
            )
        if small.chance is not None and 0.0 < small.chance <= 1.0:
            raise small.fault(
                "chance",
                small.chance,
                f"stands beside the value {small.cell}, which is per cent: "
                f"write the chance rate in per cent too, or {SAY}",
            )


def _to_fraction(row: Row, unit: float) -> None:
    row.full = unit
    row.value = max(-1.0, min(1.0, row.value / unit))
    if row.chance is not None:
        row.chance = min(1.0, row.chance / unit)
    if row.stderr is not None:
        _check_same_scale(row, unit)
        row.stderr /= unit


def _check_same_scale(row: Row, unit: float) -> None:
    """A standard error left a fraction beside a value in per cent would be 100 times too small."""
    assert row.stderr is not None
    if unit == 1.0 or not row.stderr or not row.n_test or not 0.0 < row.value < 1.0:
        return
    binomial = (row.value * (1.0 - row.value) / row.n_test) ** 0.5
    if row.stderr / unit < binomial / 30.0:
        raise row.fault(
            "stderr",
            row.stderr,
            f"is far too small for {row.cell} per cent of {row.n_test} items "
            "and seems to be a fraction: write it in per cent, as the value",
        )


def _check_noise(rows: Sequence[Row], *, most: float) -> None:
    for row in rows:
        if row.stderr is not None and not 0.0 <= row.stderr <= most:
            large = f"(as a fraction) is above {most:g}, the most there can be of {row.metric}: "
            large += "write it in the scale of the value"
            reason = "is negative" if row.stderr < 0 else large
            raise row.fault("stderr", row.stderr, reason)
