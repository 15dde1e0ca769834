"""Wrong rows and wrong wishes: exit code 2, one line that says what, why and the way out."""

from pathlib import Path

import pytest
from law_commands import leadline, refused, table, truth
from law_curves import MANY_SIZES, PAPER_SIZES, drawn, tidy


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return table(tmp_path / "results.csv", tidy(drawn(truth, PAPER_SIZES, seed=31)))


HEADER = "n_examples,value\n"
GOOD = HEADER + "100,0.3\n500,0.4\n1000,0.45\n5000,0.5\n"
BAD_FILES: dict[str, tuple[str, str]] = {
    "two sizes": (HEADER + "0,0.1\n100,0.3\n500,0.4\n", "needs at least 3"),
    "value above 100": (HEADER + "100,30\n500,40\n1000,101\n", "outside the range"),
    "value below 0": (HEADER + "100,-0.1\n500,0.2\n1000,0.3\n", "outside the range"),
    "scales mixed": (HEADER + "100,0.3\n500,40\n1000,50\n", "per cent and fractions mixed"),
    "more right than asked": ("n_examples,n_correct,n_test\n1,2,3\n2,9,3\n3,1,3\n", "n_correct"),
    "nan": (HEADER + "100,0.3\n500,nan\n1000,0.5\n", "line 3"),
    "inf": (HEADER + "100,0.3\n500,inf\n1000,0.5\n", "not finite"),
    "empty file": ("", "empty"),
    "header alone": (HEADER, "no row"),
    "no size": ("steps,value\n1,0.2\n", "n_examples"),
    "no value": ("n_examples,speed\n1,0.2\n", "value"),
    "twice": (HEADER + "100,0.3\n500,0.4\n500,0.41\n1000,0.5\n", "there already"),
    "metrics mixed": (
        "curve_id,metric,n_examples,value\nc,accuracy,1,.2\nc,f1,2,.3\nc,accuracy,3,.4\n",
        "metric",
    ),
    "negative size": (HEADER + "-100,0.3\n500,0.4\n1000,0.5\n", "negative"),
    "binary": ("\x00\x01\x02", "results.csv"),
}


@pytest.mark.parametrize("command", [["fit"], ["forecast", "--at", "9000"]], ids=lambda c: c[0])
@pytest.mark.parametrize(("content", "words"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_rows_are_answered_in_one_line(
    content: str, words: str, command: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    path.write_text(content, encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    refused(leadline(*command, path), words)
    assert sorted(tmp_path.iterdir()) == before
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forecast"], "say what to forecast"),
        (["forecast", "--at", "0"], "a size is a number above 0"),
        (["forecast", "--at", "-5"], "n = -5"),
        (["forecast", "--at", "nan"], "n = nan"),
        (["forecast", "--at", "inf"], "n = inf"),
        (["forecast", "--at", "9e9"], "--force"),
        (["forecast", "--factor", "101"], "--force"),
        (["forecast", "--factor", "two"], "--factor 'two'"),
        (["forecast", "--factor", ""], "--factor ''"),
        (["forecast", "--factor", ","], "--factor ','"),
        (["forecast", "--at", "9000", "--level", "0"], "level 0 %"),
        (["forecast", "--at", "9000", "--level", "100"], "level 100 %"),
        (["forecast", "--at", "9000", "--level", "120"], "level 120 %"),
        (["forecast", "--at", "9000", "--level", "nan"], "level nan"),
        (["forecast", "--at", "9000", "--level", "0.8"], "--level 80"),
        (["forecast", "--at", "9000", "--level", ","], "--level ','"),
        (["forecast", "--at", "9000", "--of", "medium"], "mean, measurement"),
        (["forecast", "--target", "140"], "target 140.0 %"),
        (["forecast", "--target", "-1"], "between 0 and 100 %"),
        (["forecast", "--target", "nan"], "target nan"),
        (["forecast", "--target", "30"], "target 30.0 % is measured already"),
        (["forecast", "--target", "0.75"], "target 0.8 % is measured already"),
        (["forecast", "--target", "75", "--level", "200"], "level 200 %"),
        (["forecast", "--target", "75", "--budget", "10"], "go together"),
        (["forecast", "--at", "9000", "--budget", "1", "--cost-per-example", "1"], "--target"),
        (["forecast", "--target", "75", "--budget", "0", "--cost-per-example", "1"], "above 0"),
        (["forecast", "--target", "75", "--budget", "inf", "--cost-per-example", "1"], "above 0"),
        (["forecast", "--at", "9000", "--prior", "publik"], "prior 'publik'"),
        (["forecast", "--at", "9000", "--setting", "banana"], "--setting 'banana'"),
        (["forecast", "--at", "9000", "--drift", "maybe"], "--drift 'maybe'"),
        (["forecast", "--at", "9000", "--percent", "maybe"], "--percent 'maybe'"),
        (["forecast", "--at", "9000", "--column", "value"], "OURS=THEIRS"),
        (["forecast", "--at", "9000", "--column", "value=nosuch"], "nosuch"),
        (["forecast", "--at", "9000", "--curve-by", "nosuch"], "nosuch"),
        (["forecast", "--at", "9000", "--metric", "f1"], "f1"),
        (["fit", "--law", "papr"], "law 'papr' is not known"),
        (["fit", "--plot", "figure.xyz"], ".svg, .png or .pdf"),
        (["backtest", "--method", "papr"], "'papr'"),
        (["backtest"], "none of the 1 curves has 6 sizes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_wishes_are_answered_in_one_line(
    arguments: list[str], words: str, results: Path
) -> None:
    if arguments[:2] == ["backtest", "--method"]:
        table(results, tidy(drawn(truth, MANY_SIZES, seed=1)))
    refused(leadline(arguments[0], results, *arguments[1:]), words)


@pytest.mark.parametrize("command", [["fit"], ["forecast", "--at", "9000"], ["backtest"]])
def test_missing_file_is_named(command: list[str], tmp_path: Path) -> None:
    found = leadline(*command, tmp_path / "nosuch.csv")
    assert found.exit_code == 2
    assert "nosuch.csv" in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.parametrize(
    "options", [["fit", "--law", "paper", "--json"], ["forecast", "--at", "9000", "--json"]]
)
def test_path_that_cannot_be_written_is_named(
    options: list[str], results: Path, tmp_path: Path
) -> None:
    found = leadline(options[0], results, *options[1:], tmp_path)  # a folder
    assert found.exit_code == 2, found.output
    assert isinstance(found.exception, SystemExit)
    assert str(tmp_path) in found.stderr.replace("\n", "")
