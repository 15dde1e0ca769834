"""The program that runs a model's function inside the sandbox, and sends out what it returned.

It decides nothing: it has the inputs and no expected outputs, and whoever reads the channel takes
each message as data from hostile code, which shares this process. So it need not defend itself,
only be faithful: a function sees what it would see under EvalPlus 0.3.1 (unsafe_execute).

A message is a line `kind seconds cpu_seconds length` and that many bytes. Kinds: `json` a value,
tagged (grade/outputs.py reads it) · `floats`, `numbers` a long list as doubles · `digest` of a
value of megabytes, which tells no more than whether it is exactly the expected one · `raised` and
`late` end the run, with a reason · `broken` the code did not load.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # `signal` is slow to load
import io
import marshal
import os
import sys
import time
from _json import encode_basestring_ascii, make_encoder
from array import array

TYPE_CHECKING = False  # as in typing, which is slow to load
if TYPE_CHECKING:
    from typing import Any

LONG = 1000  # items of a flat list of numbers, from which it is sent as it lies in memory
LARGE = 1 << 23  # bytes that a list would take, from which only its digest is sent
LARGE_TEXT = 1 << 16  # characters of a text, likewise: texts are equal exactly or not at all
SMALL = 1 << 63  # an int beyond it is sent in hexadecimal, which takes linear time
ENDLESS = 1_000_000  # items that an iterator may give
# Below a function, beyond our own: EvalPlus calls it from so deep, and recursion is counted.
FRAMES = 25
TAKEN_AWAY = """
    chmod chown chroot fchdir fchmod fchown fork forkpty getcwd chdir kill killpg lchflags lchmod
    lchown putenv remove removedirs rename renames replace rmdir setuid system truncate unlink
"""
PATIENCE = 4.0  # times the CPU time that a program may take by the wall clock
HIDDEN = ("ipdb", "joblib", "resource", "psutil", "tkinter")
ITERABLE = """
    chain deque dict_items dict_keys dict_values enumerate filter generator islice list_iterator
    map range reversed zip
"""
BASES = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


# As json.dumps, of the C part alone: the module takes milliseconds to load.
_as_json = make_encoder(None, str, encode_basestring_ascii, None, ":", ",", False, False, True)


class TimeUp(Exception):
    """Raised in the function itself, as EvalPlus does: it may catch it."""


def pack(value: Any) -> Any:
    """A value as JSON can hold it: what is not None, bool, int, float, str or list is an object
    with one key, its kind. Of what has no such form, only the type's name is left."""
    kind = type(value)
    if value is None or kind is bool or kind is str or kind is float:
        return value
    if kind is int:
        return value if -SMALL < value < SMALL else {"int": hex(value)}
    if kind is list:
        return [pack(item) for item in value]
    if kind is dict:
        return {"dict": [[pack(key), pack(item)] for key, item in value.items()]}
    if kind in (tuple, set, frozenset):
        return {kind.__name__: [pack(item) for item in value]}
    return _pack_rare(value, kind)


def _pack_rare(value: Any, kind: type) -> Any:
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is bytes or kind is bytearray:
        return {kind.__name__: value.hex()}
    name = f"{kind.__module__}.{kind.__qualname__}"[:100]
    if kind.__module__ == "numpy" and hasattr(value, "dtype"):
        return _pack_numpy(value, name)
    if name in ("decimal.Decimal", "fractions.Fraction"):
        return {kind.__name__: str(value)}
    for base in BASES:
        if issubclass(kind, base):
            return {"like": [name, pack(base(value))]}
    if kind.__name__ in ITERABLE.split():
        return {
            "items": [name, [pack(item) for item, _ in zip(value, range(ENDLESS), strict=False)]]
        }
    return {"object": name}


def _pack_numpy(value: Any, name: str) -> Any:
    if value.dtype.kind not in "biufc":
        return {"like": [name, str(value)]} if isinstance(value, str) else {"object": name}
    plain = value.tolist()
    return {"numpy": [name.rpartition(".")[2], value.dtype.str, list(value.shape), pack(plain)]}


def encode(value: Any) -> tuple[str, bytes]:
    """(kind of message, its bytes) for a value. Equal bytes mean equal values, but for NaN."""
    kind = type(value)
    found = None
    if kind is str and len(value) >= LARGE_TEXT:
        found = _digest([value])
    elif kind is list and len(value) >= LONG:
        found = _encode_numbers(value) if type(value[0]) in (int, float) else _encode_large(value)
    if found:
        return found
    return "json", "".join(_as_json(pack(value), 0)).encode()


def _encode_numbers(value: list[Any]) -> tuple[str, bytes] | None:
    kinds = set(map(type, value))
    if kinds == {float}:
        return "floats", array("d", value).tobytes()
    if kinds <= {int, float}:
        try:
            doubles = array("d", value)
        except OverflowError:
            return None
        if doubles.tolist() == value:  # no int lost a digit; no NaN
            return "numbers", doubles.tobytes()
    return None


def _encode_large(value: list[Any]) -> tuple[str, bytes] | None:
    first = len("".join(_as_json(pack(value[:100]), 0)))
    if first * len(value) < LARGE * 100:
        return None
    return _digest(value[i : i + LONG] for i in range(0, len(value), LONG))


def _digest(pieces: Any) -> tuple[str, bytes] | None:
    """Of values by type and content. None if there are others than Python's own plain types."""
    import hashlib

    digest = hashlib.sha256()
    try:
        for piece in pieces:
            digest.update(marshal.dumps(piece, 2))  # this version has no regard to sharing
    except ValueError:
        return None
    return "digest", digest.hexdigest().encode()


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
    """The limit of time: raises TimeUp in whatever runs. Held on to as `Sender` is."""

    def __init__(self, clock: str) -> None:
        self.timer, self.handle, self.cpu = signal.setitimer, signal.signal, clock == "cpu"
        self.clear()

    def set(self, seconds: float) -> None:
        """By the wall clock; or by CPU time, and then as much more by the wall as a busy machine
        may need. 0 clears it."""
        self.timer(signal.ITIMER_REAL, seconds * (PATIENCE if self.cpu else 1))
        self.timer(signal.ITIMER_PROF, seconds if self.cpu else 0)
        self.handle(signal.SIGALRM, self.ring)
        self.handle(signal.SIGPROF, self.ring)

    def clear(self) -> None:
        self.set(0)

    def ring(self, *_: object) -> None:
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
            sender.send(*own[0](value))
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
