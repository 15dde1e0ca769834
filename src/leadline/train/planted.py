"""A method whose accuracy follows a known law: what the whole laboratory must find again.

Nothing is trained. The "checkpoint" is the rate that the law gives for the cell's n; the scripted
engine answers rightly at that rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.files import write_json
from leadline.protocols import Runtime
from leadline.records import Cell, Checkpoint, Example, Model

RATE_FILE = "planted.json"


@dataclass(frozen=True, kw_only=True)
class Planted:
    """P = a · n^(1/b), a as a rate (paper §3.2), at most 1."""

    a: float
    b: float
    name: str = "planted"
    epochs: int = 1

    def batch_size(self, n_examples: int) -> int:
        """One step for everything."""
        return n_examples

    def check(self, model: Model, examples: Sequence[Example]) -> list[str]:
        """Anything can be planted on."""
        return []

    def train(
        self, cell: Cell, model: Model, examples: Sequence[Example], *, into: Path, runtime: Runtime
    ) -> Checkpoint:
        """Write the rate down where a checkpoint would lie."""
        runtime.progress("train", 1, 1, 0)
        rate = min(1.0, self.a * len(examples) ** (1 / self.b))
        write_json(into / RATE_FILE, {"rate": rate, "model": model.name})
        return Checkpoint(
            cell=cell,
            path=str(into),
            revision=None,
            n_examples_effective=len(examples),
            examples_seen=len(examples),
            tokens_seen=0,
            supervised_tokens=0,
            steps=1,
            final_loss=None,
            seconds=0.0,
            stop_ids=(),
        )
