"""What lies outside a sandbox: things to steal, to break and to talk to; and whether they were."""

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECRET = "hush-" + os.urandom(8).hex()
PRELUDE = """
import ctypes, os, sys
token, canary, tcp, udp, parent = sys.argv[1:]
tcp, udp, parent, channel = int(tcp), int(udp), int(parent), int(os.environ['LEADLINE_CHANNEL'])
def attempt(function, *arguments):
    try: result = function(*arguments)
    except BaseException: return
    print('ESCAPED', function, arguments, result, flush=True)
def attempt_quietly(function, *arguments):
    try: return function(*arguments)
    except Exception: return None
def system_call(*arguments):
    return ctypes.CDLL(None).syscall(*arguments)
def attempt_call(*arguments):
    if os.uname().machine == 'x86_64' and system_call(*arguments) != -1:
        print('ESCAPED', arguments, flush=True)
"""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A folder with a secret, sockets that listen, and a mark by which programs are known."""

    folder: Path
    token: str
    sockets: tuple[socket.socket, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        ports = [str(s.getsockname()[1]) for s in self.sockets[:2]]
        return (self.token, str(self.folder), *ports, str(os.getpid()))

    def heard(self) -> list[str]:
        """Which sockets somebody spoke to."""
        return [str(s.getsockname()) for s in self.sockets if _heard(s)]

    def left_running(self, *, patience: float = 0.0) -> list[str]:
        """Processes that carry the token, and children of ours."""
        end = time.monotonic() + patience
        while (found := self._running()) and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def _running(self) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                said = process.joinpath("cmdline").read_bytes()
                status = process.joinpath("status").read_text()
                ours = f"PPid:\t{os.getpid()}\n" in status
                if self.token.encode() in said or (ours and b"launcher" in said):
                    found.append(f"{process.name}: {said!r}")
        return found


def _heard(s: socket.socket) -> bool:
    try:
        if s.type == socket.SOCK_DGRAM:
            return bool(s.recv(1))
        s.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def outside() -> Iterator[Outside]:
    """Everything there, for a while. Short paths, as those of sockets must be."""
    token = os.urandom(8).hex()
    with tempfile.TemporaryDirectory(prefix="canary-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "secret").write_text(SECRET)
        (folder / "secret").chmod(0o644)
        (folder / "inner").mkdir()
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")),
            (socket.AF_UNIX, socket.SOCK_DGRAM, str(folder / "datagrams")),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0leadline-{token}"),
        ]
        sockets = []
        for family, kind, address in addresses:
            s = stack.enter_context(socket.socket(family, kind))
            s.bind(address)
            s.setblocking(False)
            if kind == socket.SOCK_STREAM:
                s.listen()
            sockets.append(s)
        yield Outside(folder=folder, token=token, sockets=tuple(sockets))


def picture(folder: Path) -> dict[str, object]:
    """All there is to know about what lies in a folder, and about it."""
    found: dict[str, object] = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        s = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (s.st_mode, s.st_uid, s.st_gid, s.st_mtime_ns, s.st_nlink, content)
    return found
