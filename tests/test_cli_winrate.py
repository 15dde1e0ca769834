"""`leadline winrate`: what a user types, sees and gets, right and wrong."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fault_server import Asked, FaultServer
from typer.testing import CliRunner, Result

from leadline.analyse.winrate import win_rates
from leadline.cli import app
from leadline.data import read_jsonl
from leadline.records import Comparison
from leadline.tasks.miniature_maths import MiniatureMaths

TASK = "miniature-maths"
RUN = "from leadline.cli import app; app()"
KEY = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def _own_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever judges were checked on this machine: none was."""
    monkeypatch.setenv("LEADLINE_JUDGES", str(tmp_path / "judges"))


def leadline(*arguments: object, width: int = 100) -> Result:
    environment = {"COLUMNS": str(width), "LEADLINE_DATA": None, "OPENAI_API_KEY": KEY}
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment)


def said(result: Result) -> str:
    return " ".join(result.output.split())


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def problems() -> list[Any]:
    return MiniatureMaths().problems()[:60]


@pytest.fixture
def files(tmp_path: Path, problems: list[Any]) -> tuple[Path, Path]:
    """Friendly chat against gold answers."""
    chat = "Of course! I would love to help you with that. Let me think about it. I hope it helps!"
    a = [{"problem_id": p.id, "response": chat, "model": "chatty"} for p in problems]
    b = [{"problem_id": p.id, "response": p.reference, "model": "solid"} for p in problems]
    return write(tmp_path / "a.jsonl", a), write(tmp_path / "b.jsonl", b)


def correct_judge(asked: Asked) -> str:
    """Prefers the response that solves the problem: it has a final answer."""
    solved = "####" in asked.material("Response A")
    return asked.label("Response A is" if solved else "Response B is")


def asking(server: FaultServer) -> tuple[str, ...]:
    return ("--judge-url", server.url, "--judge-model", "chatty")


def test_rules_stand_beside_each_other_and_the_accuracies(files: tuple[Path, Path]) -> None:
    result = leadline("winrate", *files, "--task", TASK, "--judge", "style")
    assert result.exit_code == 0, result.output
    text = said(result)
    assert "a: chatty b: solid miniature-maths, 60 pairs" in text
    assert "style alone length alone" in text
    assert "accuracy of these responses, % ± s.e.: a 0.0 ± 0.0, b 100.0 ± 0.0" in text
    assert "never checked" in text
    assert "not kept" in text


def test_accuracies_are_by_the_protocol_that_is_named(
    files: tuple[Path, Path], tmp_path: Path, problems: list[Any]
) -> None:
    plain = [{"problem_id": p.id, "response": p.reference.replace("####", "A:")} for p in problems]
    other = write(tmp_path / "plain.jsonl", plain)
    for protocol, right in ((), 0.0), (("--protocol", "numeric"), 1.0):
        run = leadline(
            "winrate", files[0], other, "--task", TASK, "--judge", "style", "--json", *protocol
        )
        assert json.loads(run.output)["b"]["accuracy"]["value"] == right
    wrong = leadline("winrate", *files, "--task", TASK, "--judge", "style", "--protocol", "numbers")
    assert wrong.exit_code == 2
    assert "numeric" in said(wrong)


def test_json_holds_every_identity(files: tuple[Path, Path]) -> None:
    result = leadline("winrate", *files, "--task", TASK, "--judge", "length", "--json")
    found = json.loads(result.stdout)
    assert [judge["name"] for judge in found["judges"]] == ["length", "style"]
    for judge in found["judges"]:
        counts = [judge[f"n_{name}"] for name in ("win", "lose", "neither", "undecided")]
        assert sum(counts) == judge["n_pairs"] == 60
        assert judge["n_flipped"] == 0
    longer = found["judges"][0]
    assert longer["longer"]["value"] == 1.0
    assert longer["length_controlled"]["controlled"] is False
    assert "length alone separates" in longer["length_controlled"]["why"]


def test_judge_is_asked_once_and_replayed_without_its_server(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "comparisons.jsonl"
    with FaultServer(judge=correct_judge) as server:
        options = ("--task", TASK, *asking(server), "--out", out)
        first = leadline("winrate", *files, *options)
        assert first.exit_code == 0, first.output
        assert len(server.calls) == 120
        assert all(call.authorization == f"Bearer {KEY}" for call in server.calls)
    rows = [Comparison.from_row(row) for row in read_jsonl(out)]
    assert {row.winner for row in rows} == {"b"}
    assert win_rates(rows).n_lose == 60
    assert "chatty_" in said(first)
    assert "the judge chatty judges itself" in said(first)
    again = leadline("winrate", *files, *options)
    assert again.exit_code == 2
    assert "exists" in said(again)
    again = leadline("winrate", *files, *options, "--overwrite")  # the server is gone
    assert again.output == first.output
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()
    assert KEY not in first.output


def test_without_an_out_a_judges_comparisons_lie_beside_the_first_file(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    with FaultServer(judge=correct_judge) as server:
        for _ in range(2):
            run = leadline("winrate", *files, "--task", TASK, *asking(server))
            assert run.exit_code == 0, run.output
        assert len(server.calls) == 120
    (rows,) = tmp_path.glob("a-b.*_*.jsonl")
    assert len(read_jsonl(rows)) == 120
    assert (tmp_path / "a-b.jsonl.answers").exists()


def test_spent_budget_stops_cleanly_and_goes_on(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "comparisons.jsonl"
    with FaultServer(judge=correct_judge) as server:
        options = ("--task", TASK, *asking(server), "--out", out)
        result = leadline("winrate", *files, *options, "--max-requests", 50)
        assert result.exit_code == 130
        assert "budget is spent: 70 of 120" in said(result)
        assert not out.exists()
        assert leadline("winrate", *files, *options).exit_code == 0
        assert len(server.calls) == 120


@pytest.mark.parametrize(
    "how", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGKILL]
)
def test_stopped_comparison_goes_on_and_pays_again_for_nothing_it_kept(
    files: tuple[Path, Path], tmp_path: Path, how: signal.Signals
) -> None:
    out = tmp_path / "comparisons.jsonl"
    with FaultServer(judge=correct_judge, delay=0.05) as server:
        options = ["winrate", *files, "--task", TASK, *asking(server), "--concurrency", 4]
        command = [sys.executable, "-c", RUN, *map(str, [*options, "--out", out])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while len(server.calls) < 20 and process.poll() is None:
                time.sleep(0.02)
            process.send_signal(how)
            assert process.wait(30) == (130 if how == signal.SIGINT else -how)
        assert not out.exists()
        assert len(server.calls) < 100
        assert leadline(*options, "--out", out).exit_code == 0
        in_flight = 4 if how == signal.SIGKILL else 0
        assert 120 <= len(server.calls) <= 120 + in_flight
    assert len(read_jsonl(out)) == 120


def test_files_that_differ_are_compared_on_what_both_answered(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    a, b = files
    rows = [*read_jsonl(b)[3:], {"problem_id": "nosuch", "response": "x", "model": "solid"}]
    rows[0]["response"] = None
    result = leadline(
        "winrate", a, write(tmp_path / "c.jsonl", rows), "--task", TASK, "--judge", "length"
    )
    text = said(result)
    assert result.exit_code == 1  # a response to no known problem
    assert "57 pairs" in text
    assert "3 responses stand in" in text
    assert "'test-00000', 'test-00001', 'test-00002'" in text
    assert "'nosuch'" in text
    assert "Undecided, 1: no response of b" in text


def test_same_file_twice_is_all_ties(files: tuple[Path, Path]) -> None:
    result = leadline("winrate", files[0], files[0], "--task", TASK, "--judge", "style", "--json")
    found = json.loads(result.stdout)
    assert [judge["n_neither"] for judge in found["judges"]] == [60, 60]
    score = found["judges"][0]["score"]
    assert score["low"] < score["value"] == 0.5 < score["high"]  # other problems might differ
    assert any("same responses" in note for note in found["notes"])


def test_prompts_of_ones_own(tmp_path: Path) -> None:
    prompts = [{"problem_id": f"p{i}", "prompt": f"Say {i}"} for i in range(5)]
    a = [{"problem_id": f"p{i}", "response": "x" * i} for i in range(5)]
    b = [{"problem_id": f"p{i}", "response": "yy"} for i in range(5)]
    paths = [
        write(tmp_path / name, rows)
        for name, rows in (("a.jsonl", a), ("b.jsonl", b), ("q.jsonl", prompts))
    ]
    result = leadline("winrate", *paths[:2], "--prompts", paths[2], "--judge", "length", "--json")
    length = json.loads(result.stdout)["judges"][0]
    assert (length["n_win"], length["n_neither"], length["n_lose"]) == (2, 1, 2)


def test_hostile_names_and_texts_are_shown_harmlessly(tmp_path: Path) -> None:
    hostile = "[red]\x1b[31m\u202e<script>"
    prompts = write(tmp_path / "q.jsonl", [{"problem_id": hostile, "prompt": hostile}])
    sides = [
        write(tmp_path / f"{s}.jsonl", [{"problem_id": hostile, "response": t, "model": hostile}])
        for s, t in (("a", hostile), ("b", "[/red]"))
    ]
    result = leadline("winrate", *sides, "--prompts", prompts, "--judge", "style")
    assert result.exit_code == 0, result.output
    assert "\x1b[31m" not in result.output
    assert "\u202e" not in result.output
    assert "[red]\\x1b[31m\\u202e<script> (a)" in said(result)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--task", TASK], "a judge needs --judge-url"),
        (
            ["--task", TASK, "--judge", "style", "--judge-url", "http://x/v1"],
            "--judge style asks no server",
        ),
        (["--task", TASK, "--judge", "lenght"], "Did you mean length"),
        (["--judge", "length"], "name either a --task, or --prompts"),
        (["--task", "no-such-task", "--judge", "length"], "--task 'no-such-task' is not known"),
        (["--task", TASK, "--judge", "length", "--model-a", "chaty"], "Did you mean chatty"),
    ],
)
def test_what_cannot_be_done_says_the_way_out(
    files: tuple[Path, Path], options: list[str], message: str
) -> None:
    result = leadline("winrate", *files, *options)
    assert result.exit_code == 2
    assert message in said(result)


def test_files_to_compare_are_never_written_over(files: tuple[Path, Path]) -> None:
    before = files[1].read_bytes()
    options = ("--task", TASK, "--judge", "length", "--out", files[1], "--overwrite")
    assert "is the file of responses itself" in said(leadline("winrate", *files, *options))
    assert files[1].read_bytes() == before


def test_no_common_problem_is_refused_before_anything_is_paid(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = read_jsonl(files[1])
    a, b = write(tmp_path / "x.jsonl", rows[:9]), write(tmp_path / "y.jsonl", rows[9:])
    with FaultServer(judge=correct_judge) as server:
        out = ("--out", tmp_path / "o.jsonl")
        result = leadline("winrate", a, b, "--task", TASK, *asking(server), *out)
        assert server.calls == []
    assert result.exit_code == 2
    assert "no problem in common" in said(result)


@pytest.mark.parametrize("width", [50, 80])
def test_no_rate_is_cut_off_in_a_narrow_terminal(files: tuple[Path, Path], width: int) -> None:
    result = leadline("winrate", *files, "--task", TASK, "--judge", "style", width=width)
    assert result.exit_code == 0, result.output
    assert "…" not in result.output.replace("… at", "").replace("… win", "")
