"""`leadline judge check` end to end: the real client, a real server, a stand-in for the judge."""

import json
from pathlib import Path
from typing import Any

import pytest
from fault_server import Asked, FaultServer
from typer.testing import CliRunner, Result

from leadline.cli import app
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.check.record import NEVER_CHECKED, find, said_of
from leadline.judge.endpoint import Endpoint
from leadline.judge.pairwise import EndpointPairs

KEY = "sk-this-key-must-stay-in-the-environment"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEADLINE_JUDGES", str(tmp_path / "judges"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def longer(asked: Asked) -> str:
    """The stand-in that prefers the longer."""
    a, b = (len(asked.material(f"Response {side}")) for side in "AB")
    return asked.label("neither" if a == b else f"Response {'A' if a > b else 'B'} is")


def adds(asked: Asked) -> str:
    """The stand-in that can add: the first step whose sum is wrong."""
    for title, text in asked.materials:
        if title.startswith("step "):
            left, right = text.split(" = ")
            if sum(map(int, left.split(" + "))) != int(right):
                return asked.label(f"{title} is the first")
    return asked.label("no step is wrong")


def pair_rows(n: int) -> list[dict[str, Any]]:
    """Every third answer that people prefer is the shorter one; each fifth pair is as long."""
    rows = []
    for i in range(n):
        better, worse = ("short", "a longer answer") if i % 3 == 0 else ("a longer answer", "short")
        worse = better[::-1] if i % 5 == 0 else worse
        first, second = (better, worse) if i % 2 else (worse, better)
        subset = "one" if i < n // 2 else "[red]two[/red]\x1b[2J"
        row = {"input": f"request {i}", "output_1": first, "output_2": second}
        rows.append({**row, "label": 1 if i % 2 else 2, "subset": subset})
    return rows


def step_rows(n: int) -> list[dict[str, Any]]:
    rows = []
    for i in range(n):
        wrong = i % 4 - 1  # -1: none
        steps = [f"{i} + {k} = {i + k + (k >= wrong >= 0)}" for k in range(3)]
        rows.append({"problem": f"add {i}", "steps": steps, "label": wrong, "generator": "g"})
    return rows


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["judge", "check", *map(str, arguments)])


def asking(server: FaultServer, *sets: Path) -> list[object]:
    named = [word for path in sets for word in ("--against", path)]
    return [*named, "--judge-url", server.url, "--judge-model", "stand-in"]


def figures(result: Result, *, of: int = 0) -> dict[str, float]:
    check = json.loads(result.stdout)["checks"][of]
    return {f["name"]: f["value"] for f in check["figures"] if not f["subset"]}


def test_a_judge_behind_an_endpoint_is_found_out_and_known_from_then_on(place: Path) -> None:
    pairs, steps = (
        written(place / "p.jsonl", pair_rows(60)),
        written(place / "s.jsonl", step_rows(24)),
    )

    def judge(asked: Asked) -> str:
        return longer(asked) if "Response A" in dict(asked.materials) else adds(asked)

    with FaultServer(judge=judge) as server:
        result = run(*asking(server, pairs, steps), "--json")
        assert result.exit_code == 0, result.output
        assert len(server.calls) == 2 * 60 + 24
        # of 60: 12 as long (neither, so wrong), of the other 48 a third preferred the shorter
        assert figures(result)["accuracy"] == pytest.approx(32 / 60)
        assert figures(result)["prefers_longer"] == 1.0
        assert figures(result)["flip_rate"] == 0.0
        assert figures(result)["prefers_first"] == 0.5
        assert {figures(result, of=1)[n] for n in ("first_step", "processbench_f1")} == {1.0}

        endpoint = Endpoint(model="stand-in", url=server.url)
        assert said_of(EndpointPairs(endpoint=endpoint)).startswith("accuracy 53 % (")
        assert "first wrong step named in 100 %" in said_of(JudgeAnnotator(endpoint=endpoint))
        warmer = Endpoint(model="stand-in", url=server.url, temperature=1.0)
        assert said_of(EndpointPairs(endpoint=warmer)) == NEVER_CHECKED
        assert said_of(JudgeAnnotator(endpoint=warmer)) == NEVER_CHECKED

        again = run(*asking(server, pairs, steps), "--json")
        assert len(server.calls) == 2 * 60 + 24, "a finished check was paid for again"
        assert json.loads(again.stdout) == json.loads(result.stdout)


def test_the_snapshot_the_prompt_and_the_seed_are_recorded_and_the_key_nowhere(place: Path) -> None:
    pairs = written(place / "p.jsonl", pair_rows(10))
    with FaultServer(judge=longer, model="stand-in-2026-01", echoes_key=True) as server:
        result = run(*asking(server, pairs))
    assert result.exit_code == 0, result.output
    files = [path for path in place.rglob("*") if path.is_file()]
    stored = "".join(path.read_text() for path in files)
    assert KEY not in stored + result.output
    assert "seed 0 model stand-in-2026-01" in stored
    assert {path.parent.name for path in files} >= {"judge-check"}


def test_a_spent_budget_stops_cleanly_and_the_rest_is_asked_later(place: Path) -> None:
    pairs = written(place / "p.jsonl", pair_rows(30))
    with FaultServer(judge=longer) as server:
        stopped = run(*asking(server, pairs), "--max-requests", 20)
        assert stopped.exit_code == 130
        assert "budget is spent" in stopped.output
        assert len(server.calls) == 20
        assert not (place / "judges").exists(), "half a check was recorded"
        result = run(*asking(server, pairs), "--json")
        assert len(server.calls) == 60
    assert figures(result)["prefers_longer"] == 1.0


def test_faults_leave_undecided_items_and_change_no_verdict(place: Path) -> None:
    rows = step_rows(60)
    faults = ("500", "refusal", "prose", "outside", "half", "invalid json", "empty choice", "down")
    with FaultServer(judge=adds, faults=faults, rate=0.3, seed=3) as server:
        result = run(*asking(server, written(place / "s.jsonl", rows)), "--json")
    assert result.exit_code == 0, result.output
    check = json.loads(result.stdout)["checks"][0]
    n_decided = check["n_items"] - check["n_undecided"]
    assert sum(n for _, n in check["causes"]) == check["n_undecided"]
    assert n_decided > 45
    assert figures(result)["solution_accuracy"] == 1.0
    assert figures(result)["first_step"] == 1.0
    assert check["bounds"] == [n_decided / 60, 1.0]


def test_a_judge_that_only_refuses_is_not_recorded(place: Path) -> None:
    with FaultServer(judge=adds, faults=("refusal",), rate=1.0) as server:
        result = run(*asking(server, written(place / "s.jsonl", step_rows(8))))
    assert result.exit_code == 1
    assert "Nothing was decided on s.jsonl: not recorded" in result.output
    assert not (place / "judges").exists()


def test_the_table_shows_subsets_and_names_from_files_do_no_harm(place: Path) -> None:
    pairs = written(place / "p.jsonl", pair_rows(30))
    result = run("--against", pairs, "--judge", "length", "--out", "verdicts")
    assert result.exit_code == 0, result.output
    assert "[red]two[/red]\\x1b[2J" in result.stdout
    assert "\x1b" not in result.stdout
    assert "without confidences" in result.stdout
    (kept,) = (place / "verdicts").rglob("*.jsonl")
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    assert len(rows) == 30
    assert {row["outcome"] for row in rows} == {"a", "b", "neither"}
    assert find("length length-1") is not None


def test_a_part_of_a_set_is_asked_and_said_to_be_one(place: Path) -> None:
    pairs = written(place / "p.jsonl", pair_rows(30))
    result = run("--against", pairs, "--judge", "style", "--limit", 7)
    assert "7 of 30 pairs" in result.stdout
    found = find("style style-1")
    assert found is not None
    assert found.line().endswith("7 of its items")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--judge", "rules"], "holds pairs of answers"),
        (["--judge", "stlye"], "Did you mean style"),
        ([], "There is no default judge"),
        (["--judge", "length", "--judge-url", "http://localhost:1/v1"], "leave one out"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_way_out(
    place: Path, arguments: list[str], said: str
) -> None:
    pairs = written(place / "p.jsonl", pair_rows(4))
    result = run("--against", pairs, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (place / "judges").exists()
