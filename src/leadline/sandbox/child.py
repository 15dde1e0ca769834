"""The launcher's process, seen from outside: started, read with limits, and surely ended.

Everything comes over pipes that are read as they fill; one that brings more than it may ends the
program. When the launcher is gone, all that it started is gone.
"""

import contextlib
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from leadline.errors import Stopped

HERE = str(Path(__file__).parent)
START = "import sys; sys.path.insert(0, sys.argv[1]); from inside.launcher import main; main"
STREAMS = ("stdout", "stderr", "channel", "status")
BLOCK = 2**16
LOOK = 0.1  # seconds
START_SECONDS = 60.0  # for the layers; a loaded machine is slow, not hostile
GRACE = 10.0  # seconds for the launcher to kill what it started


def python() -> str:
    """The interpreter that runs this."""
    return sys.executable


class Live:
    """The children that are running, so that another thread can end them all."""

    def __init__(self) -> None:
        """None is running."""
        self._lock, self._children, self._ended = threading.Lock(), set[Child](), False

    @contextlib.contextmanager
    def holding(self, child: "Child") -> Iterator[None]:
        """Count it among them. Raises Stopped if all were ended already."""
        with self._lock:
            self._children.add(child)
            ended = self._ended
        try:
            if ended:
                raise Stopped("the sandbox was asked to end")
            yield
        finally:
            with self._lock:
                self._children.discard(child)

    def end(self) -> None:
        """End all, and whatever comes later."""
        with self._lock:
            self._ended = True
            for child in self._children:
                child.end()


class Child:
    """One launcher and its pipes. `close()` ends it and all that it started."""

    def __init__(
        self,
        order: BinaryIO,
        *,
        stdin: BinaryIO,
        prefix: Sequence[str] = (),
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start a launcher that carries out the order in a file; behind the words and descriptors
        of another command, if there is one."""
        pipes = {name: os.pipe() for name in STREAMS}
        self._ends = {name: read for name, (read, _) in pipes.items()}
        self.data = {name: bytearray() for name in STREAMS}
        self.began: float | None = None  # when the program itself started
        self._over = False  # the launcher is gone
        self._lock = threading.Lock()
        write = {name: end for name, (_, end) in pipes.items()}
        stop, alive = os.pipe()  # the launcher ends all when our end of it is closed
        self._alive: int | None = alive
        passed = (order.fileno(), write["channel"], write["status"], stop)
        launch = f"{START}({', '.join(map(str, passed))})"
        try:
            self._process = subprocess.Popen(
                [*prefix, python(), "-I", "-S", "-c", launch, HERE],
                stdin=stdin,
                stdout=write["stdout"],
                stderr=write["stderr"],
                pass_fds=(*passed, *pass_fds),
                env={},
                start_new_session=True,
            )
        except BaseException:
            self._close_ends()
            raise
        finally:
            for end in (*write.values(), stop):
                os.close(end)

    def read(
        self, *, wall_seconds: float, most: int, watch: Callable[[], str | None] | None = None
    ) -> str | None:
        """Collect all output until the end. Returns why it was cut short ("timeout", "output", or
        what `watch` says, which is asked ten times a second), None if it was not."""
        with selectors.DefaultSelector() as selector:
            for name, end in self._ends.items():
                os.set_blocking(end, False)
                selector.register(end, selectors.EVENT_READ, name)
            deadline = time.monotonic() + START_SECONDS
            while not self._over:
                left = deadline - time.monotonic()
                if left <= 0:
                    return "timeout"
                for key, _ in selector.select(min(left, LOOK) if watch else left):
                    if self._take(key.data) == "end":
                        selector.unregister(key.fd)
                if self.began is None and self.data["status"].startswith(b"started"):
                    self.began = time.monotonic()
                    deadline = self.began + wall_seconds
                if self._too_much(most):
                    return "output"
                if watch and (reason := watch()):
                    return reason
        for name in STREAMS[:3]:
            while self._take(name) == "more" and not self._too_much(most):
                pass
        return "output" if self._too_much(most) else None

    def _too_much(self, most: int) -> bool:
        return any(len(self.data[name]) > most for name in STREAMS[:3])

    def _take(self, name: str) -> Literal["more", "empty", "end"]:
        try:
            block = os.read(self._ends[name], BLOCK)
        except BlockingIOError:
            return "empty"
        self.data[name] += block
        self._over |= name == "status" and not block
        return "more" if block else "end"

    def status(self) -> list[list[str]]:
        """What the launcher said: the words of each of its lines."""
        return [
            line.split(maxsplit=1)
            for line in self.data["status"].decode("utf-8", "replace").splitlines()
        ]

    def end(self) -> None:
        """Ask the launcher to end everything. From any thread; does not wait."""
        with self._lock:
            if self._alive is not None:
                os.close(self._alive)
                self._alive = None

    def close(self) -> None:
        """End it and all that it started; give back every descriptor."""
        try:
            self.end()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._take("status")
        finally:
            self._close_ends()

    def _close_ends(self) -> None:
        self.end()
        for end in self._ends.values():
            os.close(end)
        self._ends.clear()
