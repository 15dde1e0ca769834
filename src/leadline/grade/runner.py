"""The program that runs a model's function inside the sandbox, and sends out what it returned.

It decides nothing: it has the inputs and no expected outputs, and whoever reads the channel takes
each message as data from hostile code, which shares this process. So it need not defend itself,
only be faithful: a function sees what it would see under EvalPlus 0.3.1 (unsafe_execute).

A message is a line `kind seconds cpu_seconds length` and that many bytes: a value (packing.py says
of which kinds), or what ended the run: `raised`, `late`, or `broken`, code that did not load.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # `signal` is slow to load
import gc
import io
import marshal
import os
import sys
import time

from leadline.grade.packing import encode

TYPE_CHECKING = False  # as in typing, which is slow to load
if TYPE_CHECKING:
    from typing import Any

# Below a function, beyond our own: EvalPlus calls it from so deep, and recursion is counted.
FRAMES = 25
TAKEN_AWAY = """
    chmod chown chroot fchdir fchmod fchown fork forkpty getcwd chdir kill killpg lchflags lchmod
    lchown putenv remove removedirs rename renames replace rmdir setuid system truncate unlink
"""
PATIENCE = 4.0  # times the CPU time that a program may take by the wall clock
HIDDEN = ("ipdb", "joblib", "resource", "psutil", "tkinter")


class TimeUp(Exception):
    """Raised in the function itself, as EvalPlus does: it may catch it."""


class WriteOnly(io.StringIO):
    """What a function prints to, and cannot read from."""

    def read(self, *_: Any, **__: Any) -> str:
        raise OSError("no input")

    readline = readlines = read  # type: ignore[assignment]

    def readable(self) -> bool:
        return False


def silenced() -> None:
    """A fresh place for what is printed, so that the memory of the last is given back."""
    sys.stdin = sys.stdout = sys.stderr = WriteOnly()


class Sender:
    """The channel, with its own hold on what a function could replace."""

    def __init__(self, channel: int) -> None:
        self.channel, self.write = channel, os.write
        self.wall, self.cpu = time.perf_counter, time.process_time

    def begin(self) -> None:
        self.began = self.wall(), self.cpu()

    def end(self) -> None:
        self.took = self.wall() - self.began[0], self.cpu() - self.began[1]

    def send(self, kind: str, content: bytes) -> None:
        wall, cpu = self.took
        data = b"%s %.6f %.6f %d\n%s" % (kind.encode(), wall, cpu, len(content), content)
        done = 0
        while done < len(data):
            done += self.write(self.channel, memoryview(data)[done : done + (1 << 20)])

    def send_error(self, kind: str, error: BaseException) -> None:
        try:
            text = f"{type(error).__name__}: {error}"
        except BaseException as worse:  # an error that cannot even be written down
            text = type(worse).__name__
        self.send(kind, text[:300].encode("utf-8", "replace"))


def take_away() -> None:
    """What EvalPlus's `reliability_guard` takes away: no protection, but programs that use it fail
    there, and so they fail here."""
    import builtins

    for name in ("exit", "quit", "open", "help"):
        setattr(builtins, name, None)
    for name in TAKEN_AWAY.split():
        setattr(os, name, None)
    for name in HIDDEN:
        sys.modules[name] = None  # type: ignore[assignment]


class Alarm:
    """The limit of time: raises TimeUp in whatever runs. Holds on to what it needs, as `Sender`."""

    def __init__(self, clock: str) -> None:
        self.timer, self.handle = signal.setitimer, signal.signal
        self.by_cpu, self.cpu, self.until = clock == "cpu", time.process_time, 0.0
        self.clear()

    def set(self, seconds: float) -> None:
        """By the wall clock; or by CPU time, and then as much more by the wall as a busy machine
        may need. 0 clears it."""
        self.until = self.cpu() + seconds
        self.timer(signal.ITIMER_REAL, seconds * (PATIENCE if self.by_cpu else 1))
        self.timer(signal.ITIMER_PROF, seconds if self.by_cpu else 0)
        self.handle(signal.SIGALRM, self.ring)
        self.handle(signal.SIGPROF, self.ring)

    def clear(self) -> None:
        self.set(0)

    def ring(self, number: int, _: object) -> None:
        left = self.until - self.cpu()
        if number == signal.SIGPROF and left > 0.01:  # that timer counts whole ticks, and too many
            self.timer(signal.ITIMER_PROF, left)
        else:
            raise TimeUp("Timed out!")


def run(order: dict[str, Any], channel: int) -> None:
    """Load the code, call its entry point on each input, send what comes back; end at the first
    that raises. order: code, entry_point, inputs, limits (seconds an input), whole (seconds for
    all together), 0 being none, and clock ("wall" or "cpu")."""
    sender, alarm = Sender(channel), Alarm(order["clock"])
    own, inputs = (encode, isinstance), marshal.loads(order["inputs"])
    sender.begin()
    try:
        silenced()
        alarm.set(order["whole"])
        names: dict[str, Any] = {}
        exec(order["code"], names)
        function = names[order["entry_point"]]
    except BaseException as error:
        alarm.clear()
        sender.end()
        return sender.send_error("late" if own[1](error, TimeUp) else "broken", error)
    for given, limit in zip(inputs, order["limits"], strict=True):
        sender.begin()
        try:
            silenced()
            if limit:
                alarm.set(limit)
            value = function(*given)
            if limit:
                alarm.clear()
            sender.end()
            collects = gc.isenabled()
            gc.disable()  # it would look through a large value again and again while it is packed
            sender.send(*own[0](value))
            if collects:
                gc.enable()
        except BaseException as error:
            alarm.clear()
            sender.end()
            return sender.send_error("late" if own[1](error, TimeUp) else "raised", error)
    return None


def call_from(depth: int, order: dict[str, Any], channel: int) -> None:
    """`run` with so many frames below it."""
    if depth:
        call_from(depth - 1, order, channel)
    else:
        run(order, channel)


def main() -> None:
    channel = int(os.environ.pop("LEADLINE_CHANNEL"))
    order = marshal.loads(sys.stdin.buffer.read())
    leave = os._exit
    if "numpy" in order["code"]:
        import numpy  # noqa: F401  (EvalPlus has it loaded before it takes away what loads it)
    take_away()
    try:
        call_from(FRAMES, order, channel)
    finally:
        leave(0)  # a thread that goes on must not keep the process


if __name__ == "__main__":
    main()
