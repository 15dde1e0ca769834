"""One program through the layers, from its text to its outcome."""

import contextlib
import functools
import marshal
import math
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from signal import SIGKILL, SIGXCPU
from typing import TYPE_CHECKING, BinaryIO, cast

from leadline.errors import LeadlineError
from leadline.sandbox import bubblewrap, scratch
from leadline.sandbox.child import Child, Live, python
from leadline.sandbox.inside.names import CHANNEL, OWN_ROOT, OWN_SCRATCH, PROGRAM_BESIDE
from leadline.sandbox.limits import How, Limits, Outcome, Program
from leadline.sandbox.visible import Imports, visible

if TYPE_CHECKING:
    from leadline.sandbox.inside.order import Order

FLAGS = ("-s", "-P", "-X", "utf8")  # and an environment of ours: as isolated as with -I
ENVIRONMENT = {
    "LEADLINE_CHANNEL": str(CHANNEL),
    "PYTHONHASHSEED": "0",  # sets have the same order every time: same program, same verdict
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
CANNOT = "the sandbox could not start a program: "


class CannotStart(LeadlineError):
    """A layer could not be applied; the program did not run."""


@dataclass(frozen=True, kw_only=True)
class Runner:
    """How programs are run: with which limits, layers and imports."""

    limits: Limits
    layers: tuple[str, ...]
    imports: Imports

    def run(
        self,
        program: Program,
        *,
        live: Live,
        enough: Callable[[bytearray], bool] | None = None,
    ) -> Outcome:
        """Run to the end, or until `enough`, asked with the channel so far, says so. Raises
        CannotStart if it did not get to run."""
        with contextlib.ExitStack() as stack:
            own_root = OWN_ROOT & set(self.layers)
            place = None if own_root else stack.enter_context(scratch.folder())
            order = stack.enter_context(_file(marshal.dumps(dict(self._order(program, place)))))
            stdin = stack.enter_context(_file(program.stdin))
            prefix, passed = [], []
            if "bubblewrap" in self.layers:
                text = stack.enter_context(_file(_encoded(program)))
                passed = [text.fileno()]
                prefix = bubblewrap.command(
                    visible(self.imports),
                    program=passed[0],
                    scratch_bytes=self.limits.file_bytes,
                )
            child = Child(order, stdin=stdin, prefix=prefix, pass_fds=passed)
            with contextlib.closing(child), live.holding(child):
                reason = child.read(
                    wall_seconds=self.limits.wall_seconds,
                    most=self.limits.output_bytes,
                    watch=self._watch(child, place, enough),
                )
                ended = time.monotonic()
        return _outcome(child, reason, ended, self.limits)

    def _order(self, program: Program, place: Path | None) -> "Order":
        seen, limits = visible(self.imports), self.limits
        source = _encoded(program)
        if place:
            (place / "scratch").mkdir()
            (place / f"scratch{PROGRAM_BESIDE}").write_bytes(source)
        folder = str(place / "scratch") if place else ""
        return {
            "parent": 0 if "bubblewrap" in self.layers else os.getpid(),
            "layers": list(self.layers),
            "command": [python(), *FLAGS, *(() if self.imports == "installed" else ("-S",))],
            "arguments": list(program.arguments),
            "environment": {**ENVIRONMENT, "HOME": folder or OWN_SCRATCH},
            "program": source,
            "files": _checked(program.files),
            "readable": list(seen.paths),
            "links": list(seen.links),
            "base": tempfile.gettempdir(),
            "scratch": folder,
            "wall_seconds": limits.wall_seconds,
            "cpu_seconds": math.ceil(limits.cpu_seconds),
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.file_bytes,
            "processes": limits.processes,
        }

    def _watch(
        self, child: Child, place: Path | None, enough: Callable[[bytearray], bool] | None
    ) -> Callable[[], str | None] | None:
        if enough is None:
            return functools.partial(self._too_many_files, place) if place else None

        def asked() -> str | None:
            reason = self._too_many_files(place) if place else None
            return reason or ("enough" if enough(child.data["channel"]) else None)

        return asked

    def _too_many_files(self, place: Path) -> str | None:
        return "files" if scratch.holds_more_than(place, self.limits.file_bytes) else None


def _encoded(program: Program) -> bytes:
    return program.source.encode("utf-8", "surrogatepass")


def _file(data: bytes) -> BinaryIO:
    """A file that can only be read, and lies nowhere."""
    if not data:
        return Path(os.devnull).open("rb")
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return Path(file.name).open("rb")


def _checked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{name!r} is not a path below the scratch folder")
    return {name: bytes(content) for name, content in files.items()}


def _outcome(child: Child, reason: str | None, ended: float, limits: Limits) -> Outcome:
    code, cpu = None, None
    for word, *rest in child.status():
        if word == "error":
            raise CannotStart(f"{CANNOT}{rest[0]}")
        if word == "stopped":
            reason = reason or rest[0]
        if word == "ended" and reason is None:
            kind, number, seconds = rest[0].split()
            code, cpu = int(number) * (1 if kind == "exit" else -1), float(seconds)
    if child.began is None:
        said = child.data["stderr"].decode("utf-8", "replace").strip().splitlines()
        raise CannotStart(f"{CANNOT}its launcher gave no answer {said[-1:]}")
    return Outcome(
        how=_how(code, cpu, reason, bytes(child.data["stderr"][-200:]), limits),
        exit_code=code,
        stdout=bytes(child.data["stdout"][: limits.output_bytes]),
        stderr=bytes(child.data["stderr"][: limits.output_bytes]),
        channel=bytes(child.data["channel"][: limits.output_bytes]),
        seconds=ended - child.began,
        cpu_seconds=cpu,
    )


def _how(
    code: int | None, cpu: float | None, reason: str | None, said: bytes, limits: Limits
) -> How:
    if reason is not None:
        return cast("How", reason)
    if code is None or cpu is None:
        return "killed"
    used_up = cpu >= limits.cpu_seconds
    if code == -SIGXCPU or (code == -SIGKILL and used_up):
        return "timeout"
    if code < 0:
        return "killed"
    last = said.rstrip().rpartition(b"\n")[2]
    return "memory" if code and last.startswith(b"MemoryError") else "exited"
