"""`leadline fit`, `forecast`, `backtest` and `import lm-eval`: what a user types, sees and gets."""

import csv
import io
import json
from pathlib import Path

import pytest
from law_commands import leadline, refused, said, table, truth
from law_curves import MANY_SIZES, PAPER_SIZES, drawn, tidy
from lm_eval_files import ladder

import leadline as package
from leadline.cli.laws import beside
from leadline.curves.read import read_curves
from leadline.laws.wording import visible

HOSTILE = "[red]x[/red]\x1b[31m\r\nforged: 99 % [bold]\u202e"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return table(tmp_path / "results.csv", tidy(drawn(truth, PAPER_SIZES, seed=31)))


def test_fit_shows_all_laws_plain_words_and_a_figure(results: Path) -> None:
    found = leadline("fit", results)
    assert found.exit_code == 0, found.output
    words = said(found)
    for law in ("pow3", "offset", "rectified", "loglinear", "constant", "paper"):
        assert law in words
    assert "2 times the data (n = 14,946)" in words
    assert "prior: public" in words
    figure = results.with_name("results.laws.svg")
    assert figure.read_text(encoding="utf-8").lstrip().startswith("<?xml")
    assert str(figure) in words.replace(" ", "")


def test_figures_of_two_tables_do_not_overwrite_each_other() -> None:
    names = ["results.csv", "results.v1.csv", "results.v2.csv", "a/runs.jsonl.gz"]
    found = [str(beside(Path(name), ".laws.svg")) for name in names]
    assert found == ["results.laws.svg", "results.v1.laws.svg", "results.v2.laws.svg",
                     "a/runs.laws.svg"]  # fmt: skip


def test_fit_of_one_law_is_written_as_json(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "fit.json"
    found = leadline("fit", results, "--law", "paper", "--json", out)
    assert found.exit_code == 0, found.output
    (curve,) = json.loads(out.read_text(encoding="utf-8"))
    (law,) = curve["laws"]
    assert (law["law"], curve["prior"]) == ("paper", "public")
    a, b = law["parameters"]["a"], law["parameters"]["b"]
    assert f"{100 * a:.5g}" in said(found)
    assert a * 1000 ** (1 / b) == pytest.approx(truth(1000), abs=0.1)
    assert [f["n_examples"] for f in curve["forecasts"]] == [14_946.0] * 2 + [74_730.0] * 2
    assert not list(tmp_path.glob("*.svg"))


def test_checklist_is_printed_on_request(results: Path) -> None:
    found = leadline("fit", results, "--checklist", "--law", "paper")
    assert found.exit_code == 0, found.output
    for item in (
        "The law",
        "The training",
        "The fitting",
        "The validation",
        "starts and tolerance",
    ):
        assert item in found.output


@pytest.mark.parametrize(
    ("options", "sizes", "levels"),
    [
        (["--at", "5000", "--at", "20000"], ["5,000", "20,000"], ["80 %", "95 %"]),
        (["--factor", "2,10", "--level", "50,99"], ["14,946", "74,730"], ["50 %", "99 %"]),
        (["--at", "9000", "--of", "measurement", "--level", "80"], ["9,000"], ["80 %"]),
    ],
)
def test_forecast_shows_sizes_and_levels(
    results: Path, options: list[str], sizes: list[str], levels: list[str]
) -> None:
    found = leadline("forecast", results, *options)
    assert found.exit_code == 0, found.output
    for word in [*sizes, *(f"{level} interval" for level in levels)]:
        assert word in said(found)
    of = "a measurement" if "measurement" in options else "the mean"
    assert f"Forecasts of {of}" in said(found)


def test_forecast_says_what_python_says(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.json"
    assert leadline("forecast", results, "--factor", "3", "--json", out).exit_code == 0
    wanted = package.fit(results).forecast(factor=[3])
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [row["median"] for row in rows] == [row.median for row in wanted]
    assert [row["low"] for row in rows] == [row.low for row in wanted]


def test_target_shows_what_it_needs_and_what_a_budget_buys(results: Path) -> None:
    priced = ["--cost-per-example", "1.5", "--budget", "4000"]
    found = leadline("forecast", results, "--target", "75", *priced)
    assert found.exit_code == 0, found.output
    words = said(found)
    assert "75.0 % needs" in words
    assert "the budget buys 2,666 more examples, 10,139 in total" in words
    assert "chance that the limit of the laws lies beyond it" in words


def test_what_is_out_of_reach_is_said_and_is_null_in_json(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "t.json"
    found = leadline("forecast", results, "--target", "99.9", "--json", out)
    assert found.exit_code == 0, found.output
    assert "not reachable" in said(found)

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    (row,) = json.loads(out.read_text(encoding="utf-8"), parse_constant=refuse)
    assert row["high"] is None


def test_curve_that_is_there_already_does_not_hide_the_others(tmp_path: Path) -> None:
    rows = tidy(drawn(truth, PAPER_SIZES, seed=1, name="weak"))
    rows += tidy(drawn(lambda n: truth(n) + 0.2, PAPER_SIZES, seed=2, name="strong"))
    path = table(tmp_path / "two.csv", rows)
    found = leadline("forecast", path, "--target", "80")
    assert found.exit_code == 0, found.output
    assert "weak: 80.0 % needs" in said(found)
    assert "strong: target 80.0 % is measured already" in said(found)
    both = leadline("forecast", path, "--target", "40")
    assert both.exit_code == 2


def test_options_of_the_prior_and_the_drift_are_taken(results: Path) -> None:
    for options in (["--prior", "flat"], ["--setting", "from scratch"], ["--drift", "off"]):
        found = leadline("forecast", results, "--at", "9000", *options)
        assert found.exit_code == 0, found.output


def test_backtest_writes_a_row_for_each_curve_method_and_point(tmp_path: Path) -> None:
    paths = [
        table(
            tmp_path / f"{i}.csv",
            tidy(drawn(truth, MANY_SIZES, seed=i, task=f"t{i}", name=f"c{i}")),
        )
        for i in range(3)
    ]
    out = tmp_path / "out.csv"
    found = leadline("backtest", *paths, "--rows", out, "--method", "leadline", "--method", "paper")
    assert found.exit_code == 0, found.output
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    keys = {(row["curve_id"], row["method"], row["at"], row["n_examples"]) for row in rows}
    assert keys == {
        (f"c{i}", method, at, n)
        for i in range(3)
        for method in ("leadline", "paper")
        for at, n in (("next", "3000.0"), ("last", "30000.0"))
    }
    wanted = ["observed", "predicted", "low80", "high80", "low95", "high95"]
    assert all(row[name] for row in rows for name in wanted)
    assert "At the largest size" in said(found)
    assert "Note: prior: public" in said(found)


def test_results_of_the_harness_become_rows_on_standard_output(tmp_path: Path) -> None:
    ladder(tmp_path / "evals")
    found = leadline("import", "lm-eval", tmp_path / "evals", "--n-examples-from", r"(?:-n(\d+))?$")
    assert found.exit_code == 0, found.output
    path = tmp_path / "results.csv"
    path.write_text(found.stdout, encoding="utf-8")
    (curve,) = [c for c in read_curves([path], metric="acc").curves if "mc" in c.id]
    assert [p.n_examples for p in curve.points] == [0, 100, 200, 400]


@pytest.mark.parametrize(
    "command", [["fit"], ["forecast", "--at", "9000", "--target", "75"], ["backtest"]]
)
def test_hostile_names_cannot_speak_to_the_terminal(command: list[str], tmp_path: Path) -> None:
    rows = tidy(drawn(truth, MANY_SIZES, seed=1, name=HOSTILE))
    names = {"source": HOSTILE, "task": HOSTILE, "batch_size": HOSTILE, "metric": HOSTILE}
    rows = [{**row, **names, HOSTILE: 1} for row in rows]
    rows[0]["batch_size"] = "2"
    found = leadline(command[0], table(tmp_path / "r.csv", rows), *command[1:])
    assert found.exit_code == 0, found.output
    assert "[red]x[/red]" in found.output  # shown as it is, not as a colour
    for char in "\x1b\r\u202e":
        assert char not in found.output
    assert not [line for line in found.output.splitlines() if line.startswith("forged")]


def test_hostile_names_in_errors_stay_in_one_line(tmp_path: Path) -> None:
    rows = tidy(drawn(truth, (100, 1000), seed=1, name=HOSTILE))
    found = leadline("fit", table(tmp_path / "r.csv", rows))
    refused(found, "needs at least 3")
    assert "\x1b" not in found.output
    found = leadline("fit", table(tmp_path / "c.csv", [{HOSTILE: 1, "other": 2}]))
    assert found.exit_code == 2
    assert "\x1b" not in found.output


def test_only_what_a_terminal_would_obey_is_written_out() -> None:
    assert visible("llama-3 · Ünïcode 日本語 100 %") == "llama-3 · Ünïcode 日本語 100 %"
    assert visible("a\x1b[2Jb\tc\u202ed\x9b") == "a\\x1b[2Jb\\tc\\u202ed\\x9b"
    assert visible("two\nlines") == "two\\nlines"
    assert visible("two\nlines", keep="\n") == "two\nlines"
