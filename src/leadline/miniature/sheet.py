"""What the two kinds of corruption make: the lines of a solution, and what is wrong with them."""

from dataclasses import dataclass


class Unusable(Exception):
    """A draw that does not work out: another one is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The lines of a solution in its proper form, the answer's last. wrong: the first wrong line of
    each kind that was planted; ways: how."""

    lines: list[str]
    wrong: dict[str, int]
    ways: tuple[str, ...]
