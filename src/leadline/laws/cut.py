"""Where a curve is cut to test forecasts: its smaller half is known, the rest is to be foretold."""

import math

MIN_SIZES = 6  # sizes above 0 that a curve must have
MIN_KNOWN = 4


def cut_of(n_sizes: int) -> int:
    """How many of the smallest sizes are known: max(4, half of them, rounded up)."""
    return max(MIN_KNOWN, math.ceil(n_sizes / 2))
