"""An engine that answers rightly at the rate of a planted checkpoint, and never at n = 0."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.errors import Stopped
from leadline.files import read_json
from leadline.protocols import Runtime
from leadline.records import Checkpoint, Generation, Problem, Sampling
from leadline.seeding import rng
from leadline.train.planted import RATE_FILE

BATCH = 50


@dataclass(frozen=True, kw_only=True)
class ScriptedEngine:
    """Right: the problem's own reference. Wrong: a response without a number."""

    def generate(
        self,
        checkpoint: Checkpoint,
        problems: Sequence[tuple[Problem, int]],
        sampling: Sampling,
        *,
        runtime: Runtime,
    ) -> Iterator[list[Generation]]:
        """One batch of 50 after the other. The luck of a problem depends on nothing but itself."""
        path = Path(checkpoint.path) / RATE_FILE
        rate = read_json(path)["rate"] if path.exists() else 0.0
        for start in range(0, len(problems), BATCH):
            if runtime.stop():
                raise Stopped("stopped while generating")
            batch = problems[start : start + BATCH]
            yield [self._answer(checkpoint, p, k, rate=rate, seed=sampling.seed) for p, k in batch]
            runtime.progress("generate", start + len(batch), len(problems), 0)

    def _answer(
        self, checkpoint: Checkpoint, problem: Problem, sample: int, *, rate: float, seed: int
    ) -> Generation:
        cell = checkpoint.cell
        luck = rng(seed, f"{cell.address}/{problem.id}/{sample}").random()
        return Generation(
            cell=cell,
            problem_id=problem.id,
            sample=sample,
            text=problem.reference if luck < rate else "I do not know.",
            stopped="stop",
            n_tokens=1,
        )
