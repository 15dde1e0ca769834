"""Cells, files and tables that cannot be: each is refused in words, with its place."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from curve_files import Write, only, pairs, refused, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.curves.read import curves_from_rows, read_curves
from leadline.errors import BadData


class TestBadCells:
    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ("-5,0.5", ["column D: '-5'", "negative"]),
            ("1.5,0.5", ["column D: '1.5'", "whole"]),
            ("full,0.5", ["column D: 'full'", "not a number"]),
            ("1.000,0.5", ["column D: '1.000'", "two ways"]),
            ("1" + "0" * 400 + ",0.5", ["too large"]),
            ("1" + "0" * 20 + ",0.5", ["9007199254740992"]),
            (",0.5", ["column D", "no size"]),
            ("1,NaN", ["value: 'NaN'", "never skipped"]),
            ("1,inf", ["value: 'inf'", "finite"]),
            ("1,", ["value: nothing"]),
            ("1,half", ["value: 'half'", "not a number"]),
            ('1,"0,5"', ["decimal comma"]),
            ("1,50%", ["per cent sign"]),
            ("1_0,0.5", ["'1_0'"]),
            ("1,0.5,7", ["3 cells under 2"]),
            ("1", ["1 cells under 2"]),
            ('"1,0.5', ["line 2", "quote"]),
        ],
    )
    def test_a_cell_that_cannot_be_is_named(
        self, cells: str, words: list[str], write: Write
    ) -> None:
        refused(write(f"D,value\n{cells}\n"), ["line 2", *words])

    def test_the_line_is_that_of_the_file(self, write: Write) -> None:
        refused(write('D,value,model\n1,0.5,"a\nb"\n\n2,x,c\n'), ["line 5", "'x'"])

    def test_sizes_as_people_write_them(self, write: Write) -> None:
        read = read_curves([write('D,value\n1k,0.25\n"10,000",0.5\n1.1M,0.5\n')])
        assert [n for n, _ in pairs(only(read))] == [1_000, 10_000, 1_100_000]
        assert said(read, "1k is read as 1000")

    def test_sizes_in_another_unit_may_be_fractions(self, write: Write) -> None:
        curve = only(read_curves([write("D,value\n1.5,0.5\n")], unit="billion tokens"))
        assert (curve.unit, pairs(curve)) == ("billion tokens", [(1.5, 0.5)])

    def test_seeds_may_be_floats_or_names(self, write: Write) -> None:
        path = write("D,value,seed\n1,0.5,b\n1,0.5,10.0\n1,0.5,2\n")
        assert [p.seed for p in only(read_curves([path])).points] == ["2", "10", "b"]
        refused(write("D,value,seed\n1,0.5,1.5\n"), ["seed: '1.5'"])


class TestBadFiles:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", ["empty"]),
            (b"\n \n", ["empty"]),
            (b"D,value\n", ["no rows", "D, value"]),
            (b"D,value\n1,caf\xe9\n", ["line 2", "0xe9", "UTF-8"]),
            ("D,value\n".encode("utf-16"), ["UTF-16"]),
            (b"PK\x03\x04rest", ["Excel"]),
            (bytes(range(256)), ["no text"]),
            (gzip.compress(b"D,value\n1,0.5\n")[:-9], ["complete"]),
            (b"PAR1 is not enough", ["Parquet"]),
            (b'{"D": 1, "value": 0.5}\n{"D"', ["line 2", "not JSON"]),
            (b'{"D": 1, "value": 0.5}\n3\n', ["line 2", "int"]),
            (b'{"D": 1, "value": NaN}\n', ["line 1", "nan"]),
            (b'{"D": true, "value": 0.5}\n', ["True", "bool"]),
            (b'{"D": [1], "value": 0.5}\n', ["list"]),
            (b'{"D": 1' + b"0" * 5000 + b', "value": 0.5}\n', ["line 1", "limit"]),
            (b'{"a":' * 100_000, ["line 1", "recursion"]),
            (b'[{"D": 1}]', ["JSON Lines"]),
        ],
    )
    def test_a_file_that_is_no_table_says_why(
        self, content: bytes, words: list[str], write: Write
    ) -> None:
        refused(write(content), words)

    def test_a_folder_and_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(BadData, match="is a folder"):
            read_curves([tmp_path])
        with pytest.raises(BadData, match="no such file"):
            read_curves([tmp_path / "none.csv"])

    @pytest.mark.parametrize("rows", [None, [], [3], "results.csv", {"D": [1], "value": [0.5]}])
    def test_what_is_no_table_in_memory(self, rows: Any) -> None:
        with pytest.raises(BadData):
            curves_from_rows(rows)


class TestRubbish:
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused_in_words(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "results.csv"
        path.write_bytes(content)
        with pytest.raises(BadData, match=r"results\.csv"):
            read_curves([path])

    @settings(max_examples=150)
    @given(
        cell=st.one_of(
            st.text(max_size=12),
            st.integers(),
            st.floats(),
            st.booleans(),
            st.none(),
            st.lists(st.integers()),
        ),
        column=st.sampled_from(["D", "value", "seed", "stderr", "n_test", "n_correct", "model"]),
    )
    def test_any_cell_is_read_or_refused_in_words(self, cell: Any, column: str) -> None:
        row = {"D": 100, "value": 0.5, "n_test": 10, "n_correct": 5, column: cell}
        try:
            points = only(curves_from_rows([row])).points
        except BadData:
            return
        assert all(0 <= p.value <= 1 and 0 <= p.n_examples < 1e16 for p in points)
