"""One cell to one number, or a reason in words why it is none. Nothing is guessed: a decimal comma,
a per cent sign or `1.000` of a whole quantity is refused, because two readings are possible.

Sizes may be written as people write them: 10,000 and 10k are ten thousand.
"""

import math
import re
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
GROUPED = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
GROUPED_BY_POINTS = re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII)
SHORT = re.compile(r"(\d+\.?\d*|\.\d+)([kKmM])", re.ASCII)
SCALE = {"k": 1_000, "m": 1_000_000}
UNKNOWN = frozenset({"nan", "na", "n/a", "null", "none", "-", "?"})
MISSING = frozenset({"NAType", "NaTType"})  # pandas' own marks, known without importing it
LARGEST = 2.0**53  # beyond it a float no longer tells neighbouring whole numbers apart


def number(cell: Any) -> float | None:
    """The number in a cell; None where it is empty; nan where it says that nothing is known.

    Raises ValueError with the reason, worded to follow the cell: "is not a number".
    """
    if isinstance(cell, str):
        return _of_text(cell.strip())
    if cell is None or type(cell).__name__ in MISSING:
        return None
    if isinstance(cell, bool) or not hasattr(cell, "__float__"):
        raise ValueError(f"is not a number ({type(cell).__name__})")
    try:
        value = float(cell)
    except OverflowError:
        raise ValueError("is too large for a number here") from None
    except TypeError:  # an array
        raise ValueError(f"is not a number ({type(cell).__name__})") from None
    if math.isinf(value):
        raise ValueError("is not finite")
    return value


def _of_text(text: str) -> float | None:
    if NUMBER.fullmatch(text):
        value = float(text)
        if math.isinf(value):
            raise ValueError("is too large for a number here")
        return value
    if not text:
        return None
    if text.casefold() in UNKNOWN:
        return math.nan
    if text.casefold().lstrip("+-") in {"inf", "infinity"}:
        raise ValueError("is not finite")
    if text.endswith("%"):
        raise ValueError("ends with a per cent sign: write the number alone, all in per cent")
    if re.fullmatch(r"[+-]?\d*,\d+", text):
        raise ValueError("has a decimal comma: write a decimal point")
    raise ValueError("is not a number")


def whole(cell: Any) -> float | None:
    """As `number`, for a count: whole, from 0 up to 2^53, and never written as 1.000."""
    if isinstance(cell, str) and GROUPED_BY_POINTS.fullmatch(cell.strip()):
        raise ValueError("may be read in two ways: write 1000 for a thousand, 1 for one")
    value = number(cell)
    if value is not None and not math.isnan(value):
        _check_count(value)
        if value != int(value):
            raise ValueError("is not a whole number")
    return value


def size(cell: Any, *, counted: bool) -> float | None:
    """A size, at least 0: a whole number if `counted`, which examples are; 10,000 and 10k are
    read. Raises ValueError as `number`."""
    if isinstance(cell, str):
        text = cell.strip()
        if GROUPED.fullmatch(text) and not counted:
            raise ValueError("may be read in two ways: write the number without a comma")
        if GROUPED.fullmatch(text):
            cell = text.replace(",", "")
        elif short := SHORT.fullmatch(text):
            # Rounded, because 1.1 × 1000 is not 1100 in floating point.
            cell = round(float(short[1]) * SCALE[short[2].lower()], 6)
    if counted:
        return whole(cell)
    value = number(cell)
    if value is not None and not math.isnan(value):
        _check_count(value)
    return value


def is_abbreviated(cell: Any) -> bool:
    """Whether a size is written as 10,000 or 10k."""
    return isinstance(cell, str) and bool(
        GROUPED.fullmatch(cell.strip()) or SHORT.fullmatch(cell.strip())
    )


def _check_count(value: float) -> None:
    if value < 0:
        raise ValueError("is negative")
    if value > LARGEST:
        raise ValueError(f"is above {LARGEST:.0f}, the largest number that is exact here")


def half_unit(cell: Any) -> float:
    """Half of the last digit of a value as it is written: how far rounding may have moved it."""
    text = cell.strip() if isinstance(cell, str) else repr(float(cell))
    mantissa, _, exponent = text.lower().partition("e")
    # Cut, because a hostile exponent of thousands of digits is no integer to Python.
    decimals = len(mantissa.partition(".")[2]) - int(exponent[:6] or 0)
    return 0.5 * 10.0 ** min(-decimals, 300)


def label(cell: Any) -> str:
    """A name in a cell: text as it stands, 3 and 3.0 as "3", "" where nothing is known.

    Raises ValueError for a list or another nested value.
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or type(cell).__name__ in MISSING:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if not hasattr(cell, "__float__"):
        if isinstance(cell, list | tuple | dict):
            raise ValueError(f"is a {type(cell).__name__}, not a name")
        return str(cell)
    value = number(cell)
    if value is None or math.isnan(value):
        return ""
    return str(int(cell)) if value == int(value) else repr(value)


def seed_label(cell: Any) -> str:
    """A run's number or name: "0.0" (an integer column with gaps) is run 0; 1.5 is refused."""
    text = label(cell)
    if NUMBER.fullmatch(text):
        value = float(text)
        if not value.is_integer():
            raise ValueError("is not a whole number: a seed is one, or a name")
        return str(int(value)) if not text.isdigit() else text
    return "" if text.casefold() in UNKNOWN else text
