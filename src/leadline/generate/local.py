"""Generate on this machine, with transformers' models and leadline's own loop. Imports no torch
by itself.

What a response is depends on the checkpoint, the problem, the sample and the sampling, nothing
else: every sampling field comes from the study (never from a model's generation_config.json), stop
ids come from the checkpoint, and in float32 neither the batch nor an interruption changes a token.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from leadline.protocols import Runtime
from leadline.records import Checkpoint, Generation, Problem, Sampling


@dataclass(frozen=True, kw_only=True)
class LocalEngine:
    """`precision` auto: float32 on a CPU, so that nothing depends on the batch; bf16 on a GPU,
    where no such promise can be made."""

    name: str = "local"
    precision: Literal["auto", "float32", "bf16"] = "auto"

    def generate(
        self,
        checkpoint: Checkpoint,
        problems: Sequence[tuple[Problem, int]],
        sampling: Sampling,
        *,
        runtime: Runtime,
    ) -> Iterator[list[Generation]]:
        """Responses in groups as they finish; a prompt that fills the model's context has failed.

        Raises BadData or BadStudy for a model that cannot be used, Stopped when asked to stop.
        """
        from leadline.generate.run import respond

        yield from respond(
            checkpoint, problems, sampling, precision=self.precision, runtime=runtime
        )
