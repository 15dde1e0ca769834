"""When an output equals the expected one: EvalPlus 0.3.1's rule (eval/__init__.py)."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

TOLERANCE = 1e-6  # of floats, from the first input that expects some, if no tolerance is set


class Call(NamedTuple):
    """One call of a function: what it was given, returned, and should have; and how close."""

    inputs: Sequence[Any]
    out: Any
    exp: Any
    atol: float


Rule = Callable[[Call], bool]  # right or not; what it raises means wrong


def close(call: Call) -> bool:
    """Equal; or, where there is a tolerance, of one type and length and close."""
    _, out, exp, atol = call
    if out == exp:
        return True
    if atol == 0 or type(out) is not type(exp):
        return False
    if isinstance(exp, (list, tuple)) and len(out) != len(exp):
        return False
    return bool(np.allclose(out, exp, rtol=1e-07, atol=atol))


def is_floats(value: Any) -> bool:
    """EvalPlus's idea of floats: one, or a flat list or tuple or array of them."""
    if isinstance(value, (list, tuple)) and value:
        return all(isinstance(item, float) for item in value)
    if isinstance(value, np.ndarray):
        return bool(value.dtype == np.float64 or value.dtype == np.float32)
    return isinstance(value, float)
