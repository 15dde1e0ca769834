"""Curves from anyone's rows: what is read, what is inferred and said, and what is refused."""

import csv
import gzip
import io
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from curve_files import Write, only, pairs, refused, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.analyse.measure import curves as measured_curves
from leadline.analyse.measure import to_csv
from leadline.curves.checks import refuse_unfit
from leadline.curves.read import curves_from_rows, read_curves
from leadline.errors import BadData
from leadline.records import Measurement


def measurement(n: int, value: float, **changes: Any) -> Measurement:
    row: dict[str, Any] = {
        "model": "m",
        "task": "t",
        "method": "sft" if n else "base",
        "n_examples": n,
        "seed": 0,
        "metric": "accuracy",
        "value": value,
        "standard_error": math.sqrt(value * (1 - value) / 499),
        "n_problems": 500,
        "n_undecided": 0,
        "n_truncated": 0,
    }
    return Measurement(**{**row, **changes})


class TestSharedCurves:
    def test_all_public_curves_are_read(self, shared_data: Path) -> None:
        read = read_curves(sorted((shared_data / "laws").glob("*.csv")))
        assert len(read.curves) == 237
        assert all(len({p.n_examples for p in c.points if p.n_examples}) >= 6 for c in read.curves)
        assert [c.kind for c in read.curves].count("loss") == 48

    def test_every_value_is_that_of_the_file(self, shared_data: Path) -> None:
        for path in (shared_data / "laws").glob("*.csv"):
            expected = defaultdict(list)
            with path.open(newline="") as file:
                for row in csv.DictReader(file):
                    point = (float(row["D"]), row["seed"], float(row["value"]), row["n_correct"])
                    expected[row["curve_id"]].append(point)
            found = {
                c.id: [
                    (p.n_examples, p.seed, p.value, "" if p.n_correct is None else str(p.n_correct))
                    for p in c.points
                ]
                for c in read_curves([path]).curves
            }
            assert found == {k: sorted(v) for k, v in expected.items()}


class TestLeadlineFiles:
    def test_curves_are_those_of_the_analysis(self, tmp_path: Path) -> None:
        rows = [measurement(0, 0.1, model=m) for m in "ab"]
        rows += [
            measurement(n, value, model=m, method=method, seed=seed)
            for m in "ab"
            for method in ("sft", "dpo")
            for n, value in ((200, 0.5), (100, 0.25), (400, 0.625))
            for seed in (0, 1)
        ]
        rows += [measurement(100, 0.5, metric="format_error")]
        to_csv(rows, tmp_path / "measurements.csv")
        read = read_curves([tmp_path / "measurements.csv"])
        expected = {
            f"{c.model}/{c.task}/{c.method}": [(p.n_examples, p.value) for p in c.points]
            for c in measured_curves(rows)
        }
        assert {c.id: pairs(c) for c in read.curves} == expected
        assert len(expected) == 4
        assert said(read, "format_error")
        assert curves_from_rows(rows).curves == read.curves

    def test_undecided_items_are_not_tested_items(self) -> None:
        se = math.sqrt(0.25 * 0.75 / 399)
        rows = [measurement(n, 0.25, n_undecided=100, standard_error=se) for n in (1, 2, 4)]
        points = only(curves_from_rows(rows)).points
        assert [(p.n_test, p.n_correct) for p in points] == [(400, 100)] * 3

    def test_an_error_kind_falls_as_it_gets_better(self) -> None:
        rows = [measurement(n, v, metric="format_error") for n, v in ((100, 0.5), (200, 0.25))]
        curve = only(curves_from_rows(rows, metric="format_error"))
        assert (curve.metric, curve.higher_is_better) == ("error", False)
        assert curve.coordinates["metric"] == "format_error"
        assert [p.n_correct for p in curve.points] == [250, 375]  # right answers, not errors

    def test_clustered_standard_errors_stand_for_counts(self) -> None:
        rows = [measurement(n, 0.5, standard_error=0.07) for n in (100, 200, 400)]
        read = curves_from_rows(rows)
        points = only(read).points
        assert [(p.n_test, p.n_correct, p.standard_error) for p in points] == [
            (None, None, 0.07)
        ] * 3
        assert said(read, "not independent")

    def test_nothing_decided_is_named(self) -> None:
        rows = [measurement(100, math.nan, standard_error=math.nan, n_undecided=500)]
        with pytest.raises(BadData, match="row 1, column n_problems: 0 decided"):
            curves_from_rows(rows)

    def test_without_accuracy_the_metrics_there_are_named(self) -> None:
        with pytest.raises(BadData, match=r"no row has the metric accuracy.*format_error"):
            curves_from_rows([measurement(100, 0.5, metric="format_error")])


class TestFormats:
    ROWS = ((100, 0.25, 0), (200, 0.5, 0), (400, 0.625, 0), (400, 0.75, 1))

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.ROWS, schema=["n_examples", "value", "seed"], orient="row")

    @pytest.mark.parametrize(
        "form", ["csv", "crlf", "bom", "semicolon", "tab", "gz", "jsonl", "jsonl.gz", "parquet"]
    )
    def test_every_form_gives_the_same_curve(self, form: str, write: Write) -> None:
        text = self.frame().write_csv()
        lines = self.frame().write_ndjson()
        parquet = io.BytesIO()
        self.frame().write_parquet(parquet)
        content: dict[str, bytes] = {
            "csv": text.encode(),
            "crlf": text.replace("\n", "\r\n").encode(),
            "bom": text.encode("utf-8-sig"),
            "semicolon": text.replace(",", ";").encode(),
            "tab": text.replace(",", "\t").encode(),
            "gz": gzip.compress(text.encode()),
            "jsonl": lines.encode(),
            "jsonl.gz": gzip.compress(lines.encode()),
            "parquet": parquet.getvalue(),
        }
        points = only(read_curves([write(content[form], f"results.{form}")])).points
        assert [(int(p.n_examples), p.value, int(p.seed)) for p in points] == list(self.ROWS)

    def test_frames_and_rows_in_memory_give_the_same(self) -> None:
        frame = self.frame()
        expected = curves_from_rows(frame.to_dicts()).curves
        assert curves_from_rows(frame).curves == expected
        assert [p.seed for p in expected[0].points] == ["0", "0", "0", "1"]

    def test_a_pandas_frame_is_read(self) -> None:
        pd = pytest.importorskip("pandas")
        frame = pd.DataFrame(self.frame().to_dicts())
        frame.loc[0, "seed"] = None  # pandas makes the column float
        points = only(curves_from_rows(frame)).points
        assert [p.seed for p in points] == ["", "0", "0", "1"]
        frame["seed"] = frame["seed"].astype("Int64")  # and here it has a mark of its own
        assert only(curves_from_rows(frame)).points == points

    def test_rows_of_one_curve_may_lie_in_several_files(self, write: Write) -> None:
        a = write("model,D,value\nm,100,0.25\n", "a.csv")
        b = write('{"model": "m", "D": 200, "value": 0.5}\n', "b.jsonl")
        assert pairs(only(read_curves([b, a]))) == [(100, 0.25), (200, 0.5)]

    def test_files_without_names_are_curves_of_their_own(self, write: Write) -> None:
        files = [write("n,value\n1,0.25\n2,0.5\n", name) for name in ("one.csv", "two.csv")]
        assert [c.id for c in read_curves(files).curves] == ["one", "two"]


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\u0085"),
    min_size=1,
    max_size=8,
).filter(lambda s: s.strip() == s and s.isprintable())  # others are shown escaped


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of a few curves with every size and seed once, in any order."""
    rows: list[dict[str, Any]] = []
    for model in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
        keys = st.tuples(st.integers(0, 10**9), st.integers(0, 5))
        for n, seed in draw(st.lists(keys, min_size=1, max_size=6, unique=True)):
            value = draw(st.floats(0, 1))
            rows.append({"model": model, "D": n, "seed": seed, "value": value, "metric": "f1"})
    return draw(st.permutations(rows))


class TestRoundTrip:
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows=tables(), form=st.sampled_from(["csv", "jsonl", "parquet", "rows"]))
    def test_what_is_written_is_read(
        self, rows: list[dict[str, Any]], form: str, tmp_path: Path
    ) -> None:
        frame, path = pl.DataFrame(rows), tmp_path / f"results.{form}"
        if form == "csv":
            frame.write_csv(path)
        elif form == "jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        elif form == "parquet":
            frame.write_parquet(path)
        read = curves_from_rows(rows) if form == "rows" else read_curves([path])
        found = [
            (c.coordinates["model"], p.n_examples, int(p.seed), p.value)
            for c in read.curves
            for p in c.points
        ]
        expected = [(row["model"], row["D"], row["seed"], row["value"]) for row in rows]
        assert sorted(found) == sorted(expected)
        assert all(list(c.points) == sorted(c.points, key=order) for c in read.curves)


def order(point: Any) -> tuple[float, int]:
    return point.n_examples, int(point.seed)


class TestCurves:
    def test_the_same_point_twice_is_refused_with_both_places(self, write: Write) -> None:
        words = ["line 4", "line 2", "size 1, seed 3", "0.25", "0.5"]
        refused(write("D,value,seed\n1,0.25,3\n2,0.5,3\n1,0.5,3\n"), words)

    def test_a_column_that_would_tell_rows_apart_is_named(self, write: Write) -> None:
        path = write("D,value,prompt\n1,0.25,a\n1,0.5,b\n")
        refused(path, ["'prompt'", "curve_by"])
        assert [c.id for c in read_curves([path], curve_by=["prompt"]).curves] == ["a", "b"]

    def test_the_same_file_twice_is_refused(self, write: Write) -> None:
        path = write("D,value\n1,0.5\n")
        with pytest.raises(BadData, match="given twice"):
            read_curves([path, path])

    def test_mixed_metrics_of_one_id_are_refused_unless_one_is_asked_for(
        self, write: Write
    ) -> None:
        path = write("curve_id,D,metric,value\na,1,accuracy,0.5\na,1,loss,2\n")
        refused(path, ["line 3", "'loss'", "accuracy", "line 2", "--metric"])
        assert pairs(only(read_curves([path], metric="loss"))) == [(1, 2.0)]
        refused(path, ["no row has the metric f1", "accuracy, loss"], metric="f1")

    def test_metrics_without_an_id_are_curves_of_their_own(self, write: Write) -> None:
        path = write("model,D,metric,value\nm,1,acc,0.5\nm,1,loss,2\nm,2,accuracy,0.5\n")
        assert [(c.id, len(c.points)) for c in read_curves([path]).curves] == [
            ("m/accuracy", 2),
            ("m/loss", 1),
        ]

    def test_chance_must_be_one(self, write: Write) -> None:
        refused(
            write("D,value,chance\n1,0.5,0.25\n2,0.5,0.5\n"), ["line 3", "0.5", "0.25", "line 2"]
        )

    def test_ids_that_would_read_the_same_are_told_apart(self) -> None:
        rows = [
            {"model": "a/b", "task": "c", "D": 1, "value": 0.5},
            {"model": "a", "task": "b/c", "D": 1, "value": 0.5},
        ]
        assert len({c.id for c in curves_from_rows(rows).curves}) == 2

    def test_curves_of_one_size_are_named(self, write: Write) -> None:
        read = read_curves([write("model,D,value\nm100,100,0.5\nm200,200,0.5\n")])
        assert said(read, "m100, m200", "one size", "curve_by")

    def test_fewer_than_three_sizes_cannot_be_fitted(self) -> None:
        rows = [{"D": n, "value": 0.5} for n in (0, 100, 200)]
        with pytest.raises(BadData, match=r"2 sizes above 0 \(100, 200\).*at least 3"):
            refuse_unfit(only(curves_from_rows(rows)))
        refuse_unfit(only(curves_from_rows([*rows, {"D": 400, "value": 0.5}])))
