"""How much a program may use, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

How = Literal["exited", "timeout", "memory", "output", "files", "processes", "killed", "enough"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one program may use; above it, it is ended and the outcome says why.

    cpu_seconds: of all its threads together. wall_seconds: from its start, on the outside.
    memory_bytes: address space (EvalPlus allows 4 GiB). output_bytes: of stdout, of stderr and of
    the channel, each. file_bytes: in the scratch folder together. processes: threads alive at
    once, itself included; new processes are refused altogether where seccomp is active.
    """

    cpu_seconds: float = 30.0
    wall_seconds: float = 60.0
    memory_bytes: int = 4 * 2**30
    output_bytes: int = 16 * 2**20
    file_bytes: int = 64 * 2**20
    processes: int = 32


@dataclass(frozen=True, kw_only=True)
class Program:
    """A Python program to run: its text, what it reads from stdin, files laid into its scratch
    folder beforehand (relative path → content), and its arguments."""

    source: str
    stdin: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a program. `stdout`, `stderr`, `channel`, the exit code and the reason
    "memory" are hostile code's own words: data to be checked, never a verdict.

    how: "exited" by itself · "timeout" of CPU or wall time · "memory" ran out · "output",
    "files", "processes": too many, ended for it · "killed" by another signal: a crash, or -9 where
    the machine itself ran out of memory · "enough" was read, see `Sandbox.run`.
    exit_code: as subprocess gives it, -N for signal N; None if it was ended from outside.
    seconds: wall time from its start. cpu_seconds: None if it was ended from outside. attempts: 2
    if a time-out was run once more, alone.
    """

    how: How
    exit_code: int | None
    stdout: bytes
    stderr: bytes
    channel: bytes
    seconds: float
    cpu_seconds: float | None = None
    attempts: int = 1
