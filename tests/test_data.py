"""Reading rows, naming every fault by its line; digests; nested subsets; seeds."""

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.data import content_digest, nested_subset, read_jsonl, read_numbered_jsonl
from leadline.errors import BadData, BadStudy
from leadline.pins import Pin, load
from leadline.seeding import rng

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def write(folder: Path, content: bytes, name: str = "rows.jsonl") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_rows_are_read_plain_and_compressed(tmp_path: Path) -> None:
    text = '\ufeff{"a": "é\u2028"}\r\n\n{"b": [1, null]}'.encode()
    rows = [{"a": "é\u2028"}, {"b": [1, None]}]
    assert read_jsonl(write(tmp_path, text)) == rows
    assert read_jsonl(str(write(tmp_path, gzip.compress(text), "rows.jsonl.gz"))) == rows
    assert [n for n, _ in read_numbered_jsonl(tmp_path / "rows.jsonl")] == [1, 3]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"a": 1', "line 3: not JSON"),
        (b'{"a": 1} {"b": 2}', "line 3: not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[1, 2]", "line 3: list instead of a JSON object"),
        (b'"text"', "line 3: str instead of a JSON object"),
        (b"3", "line 3: int instead of a JSON object"),
        (b'{"a": "\xff"}', "line 3: not UTF-8"),
        (b'{"a": "\\ud800"}', "line 3: not UTF-8"),
        (b"[" * 100_000, "line 3: not JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "line 3: not JSON"),
        (b"\x00\x01", "line 3: not JSON"),
    ],
)
def test_broken_line_is_named_by_its_number(tmp_path: Path, line: bytes, message: str) -> None:
    path = write(tmp_path, b'{"a": 1}\n\n' + line + b'\n{"b": 2}\n')
    with pytest.raises(BadData, match=message) as caught:
        read_jsonl(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_faults_of_whole_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="is empty"):
        read_jsonl(write(tmp_path, b"\n \n"))
    with pytest.raises(BadData, match=r"no such file.*in that folder: rows\.jsonl"):
        read_jsonl(tmp_path / "row.jsonl")
    with pytest.raises(BadData, match="no such file"):
        read_jsonl(tmp_path / "nowhere" / "row.jsonl")
    with pytest.raises(BadData, match="is a folder"):
        read_jsonl(tmp_path)
    with pytest.raises(BadData, match="cannot be read after line 0"):
        read_jsonl(write(tmp_path, b'{"a": 1}', "plain.jsonl.gz"))
    with pytest.raises(BadData, match="cannot be read after line"):
        read_jsonl(write(tmp_path, gzip.compress(b'{"a": 1}\n' * 9999)[:-9], "half.jsonl.gz"))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("raw")
    for name in ("a.jsonl", "a.jsonl.gz"):
        try:
            rows = read_jsonl(write(folder, raw, name))
        except BadData:
            continue
        assert all(isinstance(row, dict) for row in rows)


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=3), min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert read_jsonl(path) == rows


def test_digest_is_that_of_canonical_json_lines() -> None:
    rows = [{"b": 1, "a": "é"}, ["x", None]]
    canonical = '{"a":"é","b":1}\n["x",null]\n'.encode()
    assert content_digest(rows) == hashlib.sha256(canonical).hexdigest()
    assert content_digest(rows) != content_digest(rows[::-1])
    assert content_digest([["ab"]]) != content_digest([["a"], ["b"]])


@given(st.integers(0, 200), st.integers(0, 5), st.data())
def test_smaller_subset_is_contained_in_larger(size: int, seed: int, data: st.DataObject) -> None:
    pool = [f"e{i}" for i in range(size)]
    small = data.draw(st.integers(0, size))
    large = data.draw(st.integers(small, size))
    larger = nested_subset(pool, large, seed)
    assert larger[:small] == nested_subset(pool, small, seed)
    assert len(set(larger)) == large
    assert set(larger) <= set(pool)


def test_seeds_draw_different_subsets() -> None:
    pool = list(range(1000))
    draws = [tuple(nested_subset(pool, 100, seed)) for seed in range(5)]
    assert len(set(draws)) == 5
    assert nested_subset(pool, 1000, 0) != pool


@pytest.mark.parametrize("n", [11, -1])
def test_size_above_the_data_says_how_many_there_are(n: int) -> None:
    with pytest.raises(BadStudy, match=f"{n} examples were asked for, and there are 10"):
        nested_subset(list(range(10)), n, 0)


def test_draws_depend_on_seed_and_purpose_and_on_nothing_else() -> None:
    np.random.seed(3)  # noqa: NPY002  global state must make no difference
    assert rng(0, "subset").permutation(8).tolist() == [0, 7, 2, 3, 6, 5, 1, 4]
    draws = [rng(*key).random() for key in ((0, "a"), (0, "b"), (1, "a"), (0, "a"))]
    assert len(set(draws)) == 3
    assert draws[0] == draws[3]


def test_unreadable_parquet_and_missing_fields_are_named(tmp_path: Path) -> None:
    pin = Pin(
        repo="some/set",
        revision="0" * 40,
        file="a.parquet",
        local="a.jsonl",
        fields=("question",),
        n_rows=1,
        digest=content_digest([["q"]]),
    )
    write(tmp_path, b"PAR1 but not really", "a.parquet")
    with pytest.raises(BadData, match="not a readable Parquet file"):
        load(pin, folder=tmp_path)
    write(tmp_path, b'{"question": null}', "a.jsonl")
    with pytest.raises(BadData, match="row 0: nothing in the field 'question'"):
        load(pin, folder=tmp_path)
    write(tmp_path, b'{"question": "q", "more": 1}', "a.jsonl")
    assert load(pin, folder=tmp_path) == [{"question": "q", "more": 1}]
    with pytest.raises(BadData, match=r"no some/set: looked for a\.jsonl"):
        load(pin, folder=tmp_path / "elsewhere")
