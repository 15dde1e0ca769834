"""Arithmetic errors in any text, found by rule: exact, and silent where it cannot be sure."""

from leadline.arithmetic.checker import (
    VERSION,
    Checked,
    Slip,
    check,
    check_steps,
    first_wrong,
    reading,
)

__all__ = ["VERSION", "Checked", "Slip", "check", "check_steps", "first_wrong", "reading"]
