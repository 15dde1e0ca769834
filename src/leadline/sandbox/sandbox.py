"""Run model-written code where it can do no harm.

Each program gets a fresh process, and every layer that the machine offers around it (`probe()`).
Whatever comes out of a program is data from hostile code: its stdout, stderr, exit code, and its
channel too. Keep the expected answers outside, compare outside, and read no verdict from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from leadline.sandbox.child import Live
from leadline.sandbox.layers import Layers, refuse_unprotected
from leadline.sandbox.limits import Limits, Outcome, Program
from leadline.sandbox.many import timeouts_again_alone
from leadline.sandbox.probe import probe
from leadline.sandbox.run import Runner
from leadline.sandbox.visible import Imports


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """A place to run Python programs in. Safe to use from several threads at once.

    unsandboxed: "refuse" raises LeadlineError where the layers leave files, network or processes
    open; "allow" runs even so, with what there is. imports: "installed" lets programs import what
    is installed for this interpreter, "standard" the standard library only. layers: those to use,
    None for all that `probe()` finds (others only to test some alone).
    """

    limits: Limits = field(default_factory=Limits)
    unsandboxed: Literal["refuse", "allow"] = "refuse"
    imports: Imports = "installed"
    layers: Layers | None = None

    def run(
        self,
        program: str,
        *,
        stdin: bytes = b"",
        files: Mapping[str, bytes] | None = None,
        arguments: tuple[str, ...] = (),
        live: Live | None = None,
        enough: Callable[[bytearray], bool] | None = None,
    ) -> Outcome:
        """Run a program's text to its end, once.

        files: laid into its scratch folder beforehand, relative path → content. What the program
        writes to the descriptor that its variable LEADLINE_CHANNEL names comes back as `channel`.
        live: where another thread can end it (`Live.end`); this then raises Stopped or returns.
        enough: asked, as the channel grows, with what came over it so far; True ends the program.
        Raises LeadlineError if the machine cannot hold it (see `unsandboxed`).
        """
        job = Program(source=program, stdin=stdin, files=files or {}, arguments=tuple(arguments))
        return self._runner().run(job, live=live or Live(), enough=enough)

    def run_all(
        self, programs: Iterable[Program], *, workers: int
    ) -> Iterator[tuple[int, Outcome]]:
        """Run many, `workers` at once, and yield (place in `programs`, outcome) as they finish.

        A time-out does not count yet: it is run once more at the end, alone on the machine, and
        that outcome is yielded, with `attempts` 2. Leaving the loop early ends what still runs.
        """
        live, runner, jobs = Live(), self._runner(), list(programs)
        found = timeouts_again_alone(
            partial(runner.run, live=live),
            jobs,
            workers=workers,
            again=lambda outcome: outcome.how == "timeout",
            stop=live.end,
        )
        for place, outcome, attempts in found:
            yield place, replace(outcome, attempts=attempts)

    def _runner(self) -> Runner:
        layers = self.layers or probe()
        if self.unsandboxed == "refuse":
            refuse_unprotected(layers)
        return Runner(limits=self.limits, layers=layers.active, imports=self.imports)
