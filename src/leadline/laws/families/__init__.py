"""The families of laws: every one an error that falls, q(n) = e + drop · f(n; θ)."""

from leadline.laws.families.base import Axis, Box, Family, Frame, frame_of
from leadline.laws.families.lines import Constant, LogitLinear, LogLinear
from leadline.laws.families.paper import PAPER, PAPER_ML, Paper
from leadline.laws.families.powers import OffsetPower, OneBreak, Power3, Rectified, Sigmoid

DEFAULT = OffsetPower()
FAMILIES: tuple[Family, ...] = (
    PAPER,
    PAPER_ML,
    Power3(),
    DEFAULT,
    Rectified(),
    Sigmoid(),
    LogLinear(),
    LogitLinear(),
    Constant(),
    OneBreak(),
)

__all__ = [
    "DEFAULT",
    "FAMILIES",
    "PAPER",
    "PAPER_ML",
    "Axis",
    "Box",
    "Constant",
    "Family",
    "Frame",
    "LogLinear",
    "LogitLinear",
    "OffsetPower",
    "OneBreak",
    "Paper",
    "Power3",
    "Rectified",
    "Sigmoid",
    "family",
    "frame_of",
]


def family(name: str) -> Family:
    """The family of that name. Raises BadData with the names there are."""
    from leadline.errors import BadData

    for one in FAMILIES:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in FAMILIES)
    raise BadData(f"there is no law {name!r}; the laws are {names}.")
