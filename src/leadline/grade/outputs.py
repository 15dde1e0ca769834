"""What a program in the sandbox sent out, read as data: values are rebuilt from plain parts only,
no type of the program's own exists here, and nothing it sent is ever run or unpickled.

`grade/packing.py` writes what this reads.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from leadline.grade import packing

VALUES = ("json", "floats", "numbers", "digest")
_HEADER = re.compile(
    rb"(json|floats|numbers|digest|raised|late|broken) "
    rb"(\d{1,9}\.\d{6}) (\d{1,9}\.\d{6}) (\d{1,12})\n"
)
_DTYPE = re.compile(r"[<>|=][biufc](1|2|4|8|16|32)")
_NUMERAL = re.compile(r"[-+0-9a-zA-Z./]{1,5000}")


class NotAValue(ValueError):
    """The message holds no value in the agreed form."""


class Unknown:
    """Stands for an object of a type that is not carried over: equal to nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Items(Unknown):
    """The items of an iterator or view: equal to nothing, and can be gone through."""

    def __init__(self, name: str, items: list[Any]) -> None:
        super().__init__(name)
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its kind, the wall and CPU time of the call, and its content."""

    kind: str
    seconds: float
    cpu_seconds: float
    content: bytes

    @property
    def text(self) -> str:
        """The reason that a message without a value gives, printable and short."""
        said = self.content[:300].decode("utf-8", "replace")
        return "".join(c if c.isprintable() else " " for c in said)

    def line(self) -> bytes:
        """As it came over the channel, of a call that took `seconds`."""
        return b"%s %.6f %.6f %d\n" % (
            self.kind.encode(), self.seconds, self.cpu_seconds, len(self.content),
        )  # fmt: skip


def next_message(data: bytes | bytearray, place: int) -> tuple[Message, int] | None:
    """The message that begins at a place of what came over a channel, and where it ends; None if
    there is no whole one."""
    found = _HEADER.match(data, place)
    if not found:
        return None
    start = found.end()
    end = start + int(found[4])
    if end > len(data):
        return None
    content = bytes(data[start:end])
    return Message(found[1].decode(), float(found[2]), float(found[3]), content), end


def read_messages(data: bytes) -> Iterator[Message]:
    """The whole messages at the beginning of what came over a channel; stops at anything else."""
    place = 0
    while found := next_message(data, place):
        message, place = found
        yield message


def encoded(value: Any, *, seconds: float = 0.0) -> Message:
    """The message that a function returning `value` sends."""
    kind, content = packing.encode(value)
    return Message(kind, seconds, 0.0, content)


def decoded(message: Message) -> Any:
    """The value of a message. Raises NotAValue."""
    try:
        if message.kind == "digest":
            return Unknown("large output")
        if message.kind == "floats":
            return np.frombuffer(message.content, np.float64).tolist()
        if message.kind == "numbers":
            return [_whole(x) for x in np.frombuffer(message.content, np.float64).tolist()]
        if message.kind == "json":
            return json.loads(message.content, object_hook=_untag)
    except NotAValue:
        raise
    except Exception as error:  # whatever the parts of a value do not allow
        raise NotAValue(f"{type(error).__name__}: {error}"[:200]) from error
    raise NotAValue(f"{message.kind} has no value")


def _whole(x: float) -> float:
    """Of a list with both, the ints come back as ints: which ones were is not sent."""
    return int(x) if x.is_integer() else x


def _untag(tagged: dict[str, Any]) -> Any:
    if len(tagged) != 1:
        raise NotAValue("an object must have one key, its kind")
    ((kind, content),) = tagged.items()
    read = _READ.get(kind)
    if read is None:
        raise NotAValue(f"no kind {kind[:40]!r}")
    return read(content)


def _dict(pairs: list[Any]) -> dict[Any, Any]:
    return {key: value for key, value in pairs}  # noqa: C416 (raises unless each is a pair)


def _like(content: list[Any]) -> Any:
    """Of a subtype (Counter, np.float64, an enumeration's number): equal as its base type is, but
    not of its type."""
    name, value = content
    base: Any = type(value)
    return _subtype(str(name)[:100], base)(value)


@lru_cache(maxsize=1000)
def _subtype(name: str, base: type) -> type:
    if base not in packing.BASES:
        raise NotAValue(f"nothing is like {base.__name__}")
    return type(name, (base,), {"__slots__": ()})


def _numpy(content: list[Any]) -> Any:
    name, dtype, shape, value = content
    if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
        raise NotAValue("no such dtype")
    found = np.array(value, dtype=dtype)
    if list(found.shape) != shape:
        raise NotAValue("another shape")
    return found if name == "ndarray" else found[()]


def _numeral(text: str) -> str:
    if not isinstance(text, str) or not _NUMERAL.fullmatch(text):
        raise NotAValue("no numeral")
    return text


_READ: dict[str, Any] = {
    "int": lambda text: int(text, 16),
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": _dict,
    "complex": lambda parts: complex(*parts),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "like": _like,
    "numpy": _numpy,
    "Decimal": lambda text: Decimal(_numeral(text)),
    "Fraction": lambda text: Fraction(_numeral(text)),
    "items": lambda content: Items(str(content[0])[:100], list(content[1])),
    "object": lambda name: Unknown(str(name)[:100]),
}
Outputs = Sequence[Message]
