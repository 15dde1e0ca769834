"""A value as it leaves the sandbox: JSON with tags, or long numbers as they lie in memory.

Its text is a part of the program that runs there (runner.py), so it loads little. Kinds: `json` a
value, tagged (grade/outputs.py reads it) · `floats`, `numbers` a long list as doubles · `digest` of
a value of megabytes, which tells no more than whether it is exactly the expected one.
"""

from __future__ import annotations

import marshal
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
ITEMS = 1 << 22  # of a value in JSON: one that holds itself twice over and over has no end
ITERABLE = """
    chain deque dict_items dict_keys dict_values enumerate filter generator islice list_iterator
    map range reversed zip
"""
COUNTED = (list, tuple, dict, set, frozenset)
BASES = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


# As json.dumps, of the C part alone: the module takes milliseconds to load.
_as_json = make_encoder(None, str, encode_basestring_ascii, None, ":", ",", False, False, True)


_left = [ITEMS]  # that `pack` may still go through


def pack(value: Any) -> Any:
    """A value as JSON can hold it: what is not None, bool, int, float, str or list is an object
    with one key, its kind. Of what has no such form, only the type's name is left."""
    kind = type(value)
    if value is None or kind is bool or kind is str or kind is float:
        return value
    if kind is int:
        return value if -SMALL < value < SMALL else {"int": hex(value)}
    if kind in COUNTED:
        _left[0] -= len(value)
        if _left[0] < 0:
            raise OverflowError("an output of too many items")
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
    _left[0] = ITEMS
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
    _left[0] = ITEMS
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
