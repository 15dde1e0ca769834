"""`leadline annotate`: what a user types, sees and gets, right and wrong."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fault_server import Asked, FaultServer
from typer.testing import CliRunner, Result

from leadline.cli import app
from leadline.data import read_jsonl
from leadline.judge.kinds import KINDS
from leadline.tasks.miniature_maths import MiniatureMaths

TASK = "miniature-maths"
SOMEWHERE = ("--judge-url", "http://x/v1", "--judge-model", "m")
COLUMNS = ["problem_id", "question", "verdict", "extracted", "reason", "by"]


def leadline(*arguments: object, width: int = 200) -> Result:
    environment = {
        "COLUMNS": str(width),
        "LEADLINE_DATA": None,
        "LEADLINE_JUDGE_URL": None,
        "LEADLINE_JUDGE_MODEL": None,
    }
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment)


def said(result: Result) -> str:
    return " ".join(result.output.split())


def write(path: Path, rows: list[Any]) -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


@functools.cache
def gold() -> list[dict[str, Any]]:
    return [{"problem_id": p.id, "response": p.reference} for p in MiniatureMaths().problems()]


def spoilt(n: int) -> list[dict[str, Any]]:
    """Gold answers, of which the first n state one number too many."""
    return [
        {**row, "response": f"{row['response']}0"} if i < n else row for i, row in enumerate(gold())
    ]


def test_gold_answers_have_no_errors(tmp_path: Path) -> None:
    out = tmp_path / "errors.jsonl"
    result = leadline("annotate", TASK, write(tmp_path / "r.jsonl", gold()), "--out", out)
    assert result.exit_code == 0, result.output
    assert "500 responses: 500 right, 0 wrong, 0 undecided" in said(result)
    rows = read_jsonl(out)
    assert all(list(row) == COLUMNS for row in rows)
    assert [row["question"] for row in rows[:4]] == ["correct", "format", "arithmetic", "reasoning"]
    assert len(rows) == 4 * 500
    assert {row["verdict"] for row in rows if row["question"] != "correct"} == {"no"}


def test_wrong_answers_are_counted_by_kind_as_the_rows_say(tmp_path: Path) -> None:
    out = tmp_path / "errors.jsonl"
    responses = write(tmp_path / "r.jsonl", spoilt(40)[:450])
    result = leadline("annotate", TASK, responses, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    rows = read_jsonl(out)
    wrong = {r["problem_id"] for r in rows if (r["question"], r["verdict"]) == ("correct", "no")}
    assert len(wrong) == 40
    (graded,) = summary["graded"]
    assert (graded["correct"], graded["incorrect"], graded["undecided"]) == (410, 40, 50)
    for metric in summary["errors_in_wrong"]:
        kind = metric["metric"].removesuffix("_error")
        of_kind = [r["verdict"] for r in rows if r["question"] == kind and r["problem_id"] in wrong]
        counts = [metric[name] for name in ("found", "absent", "undecided", "asked")]
        assert counts == [*(of_kind.count(v) for v in ("yes", "no", "undecided")), 40]
        low, high = metric["interval"]
        assert 0 <= low <= metric["value"] <= high <= 1
    assert {m["metric"] for m in summary["errors_in_wrong"]} == {
        "format_error",
        "arithmetic_error",
        "reasoning_error",
    }


def test_text_needs_no_task_and_no_id(tmp_path: Path) -> None:
    rows = [
        {"text": "so 6*7 = 42 and 5% of 200 = 10"},
        {"text": "so 6*7 = 43", "model": "m"},
        {"response": "no sum here", "problem_id": "named"},
        {"response": None},
        b"{broken",
    ]
    out = tmp_path / "errors.jsonl"
    result = leadline("annotate", "text", write(tmp_path / "r.jsonl", rows), "--out", out)
    assert result.exit_code == 1  # one line could not be used
    assert "1 lines could not be used: line 5: not JSON" in said(result)
    assert "1 responses are null or failed" in said(result)
    kept = read_jsonl(out)
    assert [row["problem_id"] for row in kept] == ["line 1", "line 2", "named", "line 4"]
    assert [row["verdict"] for row in kept] == ["no", "yes", "undecided", "undecided"]
    assert kept[1]["model"] == "m"
    assert kept[1]["extracted"] == "0"
    assert "42" in kept[1]["reason"]
    assert kept[3]["reason"] == "the response is null"
    assert {row["question"] for row in kept} == {"arithmetic"}


def test_what_cannot_be_used_is_listed_and_the_rest_annotated(tmp_path: Path) -> None:
    rows = [*gold()[:3], b"\xff", {"problem_id": "nosuch", "response": "x"}, gold()[0]]
    result = leadline("annotate", TASK, write(tmp_path / "r.jsonl", rows))
    assert result.exit_code == 1
    text = said(result)
    assert "line 4: not UTF-8 text" in text
    assert "'nosuch' (line 5)" in text
    assert "500 responses: 3 right, 0 wrong, 497 undecided" in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["annotate", "miniature-math", "R"], "Did you mean miniature-maths"),
        (["annotate", TASK, "R", "--by", "rule"], "Did you mean rules"),
        (["annotate", TASK, "nosuch.jsonl"], "no such file: nosuch.jsonl"),
        (["annotate", TASK, "R", "--out", "R"], "is the file of responses itself"),
        (["annotate", TASK, "R", "--protocol", "lm-eval"], "Did you mean lm_eval?"),
        (["annotate", TASK, "R", *SOMEWHERE], "--by rules asks no server"),
        (["annotate", TASK, "R", "--all"], "--all is a judge's"),
        (["annotate", "text", "R", "--protocol", "paper"], "leave it out"),
        (["annotate", "miniature-code", "R"], "It can for: gsm8k, gsm8k-plain"),
        (["annotate", TASK, "R", "--by", "judge"], "a judge needs --judge-url"),
        (["annotate", TASK, "R", "--by", "judge", *SOMEWHERE[:2]], "--judge-model"),
        (
            ["annotate", "text", "R", "--by", "judge", *SOMEWHERE, "--out", "new.jsonl"],
            "cannot say why a response to text is wrong",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words_are_answered_and_nothing_is_written(
    arguments: list[str], expected: str, tmp_path: Path
) -> None:
    responses = write(tmp_path / "r.jsonl", gold()[:1])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    result = leadline(*(responses if word == "R" else word for word in arguments))
    assert result.exit_code == 2, result.output
    assert expected in said(result)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def ends_on_nought(asked: Asked) -> str:
    """The stand-in judge: reasoning is wrong where the response ends on two noughts, and nothing
    else is."""
    described = set(asked.labels.values())
    (kind,) = [kind for kind in KINDS if {kind.error, kind.fine} == described]
    bad = kind.kind == "reasoning" and asked.material("Response").endswith("00")
    return asked.label(kind.error if bad else kind.fine)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(judge=ends_on_nought) as server:
        yield server


def by_judge(server: FaultServer, *arguments: object) -> Result:
    return leadline(
        *("annotate", TASK, *arguments, "--by", "judge"),
        *("--judge-url", server.url, "--judge-model", "stand-in"),
    )


def test_a_judge_is_asked_about_wrong_responses_only_and_replays(
    tmp_path: Path, server: FaultServer
) -> None:
    responses, out = write(tmp_path / "r.jsonl", spoilt(20)), tmp_path / "errors.jsonl"
    result = by_judge(server, responses, "--out", out)
    assert result.exit_code == 0, result.output
    assert "never checked on human labels" in said(result)
    rows = read_jsonl(out)
    asked = [row for row in rows if row["question"] != "correct"]
    assert len(asked) == 3 * 20 == len(server.calls)  # format too, which a rule could tell
    assert {row["question"] for row in asked} == {"format", "arithmetic", "reasoning"}
    assert all("judge-stand-in" in row["by"] and "prompt" in row["by"] for row in asked)
    answers = {row["problem_id"]: row["response"] for row in spoilt(20)}
    for row in asked:
        bad = row["question"] == "reasoning" and answers[row["problem_id"]].endswith("00")
        assert row["verdict"] == ("yes" if bad else "no")
    first = out.read_bytes()
    again = by_judge(server, responses, "--out", out, "--overwrite")
    assert again.exit_code == 0, again.output
    assert len(server.calls) == 3 * 20
    assert out.read_bytes() == first


def test_without_an_out_a_judges_rows_lie_beside_the_responses_and_replay(
    tmp_path: Path, server: FaultServer
) -> None:
    responses = write(tmp_path / "r.jsonl", spoilt(5))
    for _ in range(2):
        assert by_judge(server, responses).exit_code == 0
    assert len(server.calls) == 3 * 5
    (rows,) = tmp_path.glob("r.judge-stand-in*.jsonl")
    assert {row["verdict"] for row in read_jsonl(rows)} <= {"yes", "no", "undecided"}
    assert (tmp_path / "r.jsonl.answers").exists()


def test_the_protocol_decides_which_responses_are_wrong(tmp_path: Path) -> None:
    rows = [{**row, "response": row["response"].replace("####", "A:")} for row in gold()[:20]]
    responses = write(tmp_path / "r.jsonl", rows)
    for protocol, right in (("paper", 0), ("numeric", 20)):
        result = leadline("annotate", TASK, responses, "--protocol", protocol, "--json")
        (graded,) = json.loads(result.stdout)["graded"]
        assert graded["correct"] == right, result.output


def test_a_spent_budget_stops_cleanly_and_goes_on(tmp_path: Path, server: FaultServer) -> None:
    responses, out = write(tmp_path / "r.jsonl", spoilt(20)), tmp_path / "errors.jsonl"
    short = by_judge(server, responses, "--out", out, "--max-requests", "15")
    assert short.exit_code == 130
    assert "budget is spent" in said(short)
    assert not out.exists()
    assert len(server.calls) == 15
    result = by_judge(server, responses, "--out", out)
    assert result.exit_code == 0, result.output
    assert len(server.calls) == 3 * 20  # nothing is paid for twice
    assert not out.with_name("errors.jsonl.part").exists()
    assert all(row["verdict"] != "undecided" for row in read_jsonl(out))


def test_what_a_judge_fails_on_is_undecided_and_asked_again(tmp_path: Path) -> None:
    responses, out = write(tmp_path / "r.jsonl", spoilt(6)), tmp_path / "errors.jsonl"
    with FaultServer(judge=ends_on_nought, faults=("refusal",), rate=1.0) as refusing:
        result = by_judge(refusing, responses, "--out", out)
        assert result.exit_code == 0, result.output
        assert "undecided, reasoning: 6 × refused" in said(result)
    with FaultServer(judge=ends_on_nought) as willing:
        by_judge(willing, responses, "--out", out, "--overwrite")
        assert len(willing.calls) == 3 * 6
    assert all(row["verdict"] != "undecided" for row in read_jsonl(out))


def test_all_asks_about_right_responses_too(tmp_path: Path, server: FaultServer) -> None:
    responses = write(tmp_path / "r.jsonl", spoilt(2)[:4])
    result = by_judge(server, responses, "--out", tmp_path / "errors.jsonl", "--all")
    assert result.exit_code == 0, result.output
    assert len(server.calls) == 3 * 4  # not about the problems without a response


def test_a_judge_of_its_own_responses_is_flagged(tmp_path: Path, server: FaultServer) -> None:
    rows = [
        {**row, "model": "\x1b[31mstand-in" if i else "stand-in"}
        for i, row in enumerate(spoilt(2)[:2])
    ]
    result = by_judge(server, write(tmp_path / "r.jsonl", rows), "--out", tmp_path / "errors.jsonl")
    assert "the judge stand-in judges itself" in said(result)
    assert "\x1b[31m" not in result.output


def test_the_responses_are_never_written_over(tmp_path: Path) -> None:
    responses = write(tmp_path / "r.jsonl", spoilt(3))
    before = responses.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(responses)
    for out in (responses, tmp_path / "link.jsonl"):
        for command in ("annotate", "grade"):
            result = leadline(command, TASK, responses, "--out", out, "--overwrite")
            assert result.exit_code == 2
            assert "is the file of responses itself" in said(result)
    assert responses.read_bytes() == before


def test_no_share_is_cut_off_in_a_narrow_terminal(tmp_path: Path) -> None:
    result = leadline("annotate", TASK, write(tmp_path / "r.jsonl", spoilt(3)), width=60)
    assert result.exit_code == 0, result.output
    assert "…" not in result.output
    assert all(word in result.output.split() for word in ("arithmetic", "undecided"))


def test_what_no_response_decides_has_neither_share_nor_interval(tmp_path: Path) -> None:
    rows = [{**row, "response": "#### 1"} for row in gold()[:20]]
    rows += [{**row, "response": row["response"].splitlines()[-1]} for row in gold()[20:30]]
    out = said(leadline("annotate", TASK, write(tmp_path / "r.jsonl", rows)))
    assert "–––" not in out
    assert "arithmetic – 0 0 20 20 –" in out  # nor a count of right ones that nobody knows
