"""Values from the sandbox: plain ones come back as they were, hostile ones do no harm."""

import contextlib
import json
import math
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadline.grade import packing
from leadline.grade.outputs import (
    Items,
    Message,
    NotAValue,
    Unknown,
    decoded,
    encoded,
    read_messages,
)

NUMBERS = st.one_of(
    st.booleans(), st.integers(), st.integers(min_value=-(10**400), max_value=10**400), st.floats()
)
HASHABLE = st.one_of(
    st.none(), NUMBERS, st.text(st.characters()), st.binary(max_size=20), st.complex_numbers()
)
VALUES = st.recursive(
    HASHABLE,
    lambda below: st.one_of(
        st.lists(below, max_size=4),
        st.tuples(below, below),
        st.dictionaries(HASHABLE, below, max_size=3),
        st.sets(HASHABLE, max_size=3),
        st.frozensets(HASHABLE, max_size=3),
    ),
    max_leaves=20,
)


def as_written(value: Any) -> str:
    """repr tells types and NaN; sets are in no order, so theirs is sorted."""
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}({sorted(map(as_written, value))})"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({[as_written(item) for item in value]})"
    if isinstance(value, dict):
        return f"{ {as_written(k): as_written(v) for k, v in value.items()} }"
    return f"{type(value).__name__} {hex(value) if type(value) is int else repr(value)}"


@settings(max_examples=150, deadline=None)
@given(VALUES)
@example([0.1] * 2000)
@example([1, 2.5] * 1000)
@example([10**30] * 2000)
@example([math.nan] * 2000)
@example("a" * 60_000)
def test_plain_value_comes_back_as_it_was(value: Any) -> None:
    back = decoded(encoded(value))
    if encoded(value).kind == "numbers":
        assert back == value  # which of them were ints is not sent
    else:
        assert as_written(back) == as_written(value)


@settings(max_examples=100, deadline=None)
@given(VALUES, VALUES)
def test_equal_bytes_are_equal_values(a: Any, b: Any) -> None:
    first, second = encoded(a), encoded(b)
    if (first.kind, first.content) == (second.kind, second.content) and b"NaN" not in first.content:
        assert a == b


KINDS = st.sampled_from(
    [*"ab", "int", "set", "dict", "numpy", "like", "items", "complex", "Decimal", "bytes"]
)
NONSENSE = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=5)),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(KINDS, below, max_size=2)),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["json", "floats", "numbers", "digest", "raised"]),
    st.one_of(st.binary(max_size=60), st.builds(lambda v: json.dumps(v).encode(), NONSENSE)),
)
def test_anything_else_is_refused_in_one_way(kind: str, content: bytes) -> None:
    with contextlib.suppress(NotAValue):
        decoded(Message(kind, 0.0, 0.0, content))


def test_deep_and_long_nonsense_is_refused() -> None:
    for content in (b"[" * 100_000, b"9" * 100_000, b'{"int": ' * 5000, b'{"Decimal": "1e"}'):
        try:
            decoded(Message("json", 0.0, 0.0, content))
        except NotAValue:
            continue
        raise AssertionError(content[:20])


@given(st.binary(max_size=200))
def test_messages_end_at_the_first_that_is_none(data: bytes) -> None:
    good = encoded([1, "a"])
    stream = good.line() + good.content
    assert [m.content for m in read_messages(stream + b"?" + data)] == [good.content]


def test_numpy_values_are_what_they_were() -> None:
    for value in (np.float32(0.1), np.int8(-3), np.bool_(True), np.complex128(1 + 2j)):
        back = decoded(encoded(value))
        assert (type(back), back) == (type(value), value)
    table = np.arange(6, dtype=np.float32).reshape(2, 3)
    back = decoded(encoded(table))
    assert back.dtype == table.dtype
    assert (back == table).all()


def test_object_of_its_own_type_is_equal_to_nothing() -> None:
    class Sly:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    back = decoded(encoded(Sly()))
    assert isinstance(back, Unknown)
    assert not any(back == other for other in (1, None, "Sly", back))


def test_iterator_gives_its_items_and_is_equal_to_no_list() -> None:
    back = decoded(encoded(filter(None, [0, 1, 2])))
    assert isinstance(back, Items)
    assert list(back) == [1, 2]
    assert back != [1, 2]


def test_subtype_is_equal_as_its_base_and_of_another_type() -> None:
    class Celsius(float):
        pass

    back = decoded(encoded(Celsius(1.5)))
    assert back == 1.5
    assert type(back) is not float


def test_long_text_and_large_lists_are_sent_as_digests() -> None:
    rows = [("x" * 50, i) for i in range(200_000)]
    assert encoded(rows).kind == "digest"
    assert encoded(rows) == encoded(list(rows))
    assert encoded(rows) != encoded([*rows[:-1], ("x" * 50, 0)])
    assert encoded("a" * packing.LARGE_TEXT).kind == "digest"
    assert encoded("a" * packing.LARGE_TEXT) != encoded("a" * (packing.LARGE_TEXT + 1))
