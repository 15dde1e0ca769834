"""What the tasks of the miniature world share: splits, sizes, seeds, and the check of the gold.

Truth is generated, so there is nothing to download and no limit but what a pool holds. Fewer
problems or examples are always the first of more.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from leadline.errors import BadStudy
from leadline.grade.readings import Reading
from leadline.records import Generation


@dataclass(frozen=True, kw_only=True)
class MiniatureTask:
    """`n_examples` drawn examples and `n_problems` different problems.

    split: "test" for reported numbers, "validation" for choosing recipes and rates. seed: of both
    draws. Raises BadStudy on what cannot be drawn.
    """

    n_problems: int = 500
    split: Literal["test", "validation"] = "test"
    n_examples: int = 10_000
    seed: int = 0
    most_problems: ClassVar[int] = 5_000  # that a split has without two that are the same

    def __post_init__(self) -> None:
        if self.split not in ("test", "validation"):
            raise BadStudy(f"split={self.split!r}: choose 'test' or 'validation'.")
        if not 1 <= self.n_problems <= self.most_problems:
            raise BadStudy(
                f"n_problems={self.n_problems}: ask for 1 to {self.most_problems:,}, which a split "
                "has without two that are the same up to renaming."
            )
        if self.n_examples < 0 or self.seed < 0:
            raise BadStudy(
                f"n_examples={self.n_examples}, seed={self.seed}: neither can be negative."
            )


def form(fault: str, generation: Generation) -> Reading:
    """The reading of `format`, where yes means an error: a fault of the text, or no end to it."""
    if fault:
        return Reading("yes", reason=fault)
    if generation.stopped == "length":
        return Reading("yes", reason="cut off at the token limit")
    return Reading("no")
