"""`leadline grade` and `leadline tasks`: what a user types, sees and gets, right and wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from leadline.cli import app
from leadline.data import read_jsonl
from leadline.tasks.catalog import find_task
from leadline.tasks.miniature_code import MiniatureCode
from leadline.tasks.miniature_maths import MiniatureMaths

TASK = "miniature-maths"


def leadline(*arguments: object, width: int = 200) -> Result:
    environment = {"COLUMNS": str(width), "LEADLINE_DATA": None}
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment)


def said(result: Result) -> str:
    return " ".join(result.output.split())


def write(path: Path, rows: list[Any]) -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def gold(n: int = 500) -> list[dict[str, str]]:
    problems = MiniatureMaths().problems()[:n]
    return [{"problem_id": p.id, "response": p.reference} for p in problems]


def test_gold_answers_are_right_and_kept_one_row_a_question(tmp_path: Path) -> None:
    out = tmp_path / "j.jsonl"
    result = leadline("grade", TASK, write(tmp_path / "r.jsonl", gold()), "--out", out)
    assert result.exit_code == 0, result.output
    assert "accuracy 100.00 ± 0.00 – 500 0 0 500" in said(result)
    rows = read_jsonl(out)
    assert len(rows) == 4 * 500
    columns = ["problem_id", "question", "verdict", "extracted", "reason", "by"]
    assert all(list(row) == columns for row in rows)
    assert [row["question"] for row in rows[:4]] == ["correct", "flexible", "numeric", "format"]
    assert {row["by"] for row in rows} == {"paper/final-answer-1"}


def test_a_protocol_asks_its_own_questions(tmp_path: Path) -> None:
    out = tmp_path / "j.jsonl"
    responses = write(tmp_path / "r.jsonl", gold())
    result = leadline("grade", TASK, responses, "--out", out, "--protocol", "lm_eval", "--json")
    assert {row["question"] for row in read_jsonl(out)} == {"correct", "flexible"}
    summary = json.loads(result.stdout)
    assert summary["by"] == "lm_eval/final-answer-1"
    for metric in summary["metrics"]:
        counts = [metric[name] for name in ("correct", "incorrect", "undecided")]
        assert sum(counts) == metric["asked"] == 500


def test_what_cannot_be_graded_is_listed_and_the_rest_graded(tmp_path: Path) -> None:
    rows: list[Any] = gold()[:490]
    rows[5] = {**rows[5], "response": None}
    rows[6] = {**rows[6], "response": ""}
    rows += [b"{broken", b"\xff\xfe", {"problem_id": "nosuch", "response": "x"}, rows[0]]
    out = tmp_path / "j.jsonl"
    result = leadline("grade", TASK, write(tmp_path / "r.jsonl", rows), "--out", out)
    assert result.exit_code == 1  # graded, but not all of the file
    text = said(result)
    assert "line 491: not JSON" in text
    assert "line 492: not UTF-8 text" in text
    assert "'nosuch' (line 493)" in text
    assert "(line 494: the same text as line 1)" in text
    assert "10 of 500 problems have no response" in text
    assert "1 responses are null or failed" in text
    graded = {row["problem_id"]: row for row in read_jsonl(out) if row["question"] == "correct"}
    verdicts = [graded[row["problem_id"]]["verdict"] for row in gold()]
    assert verdicts == ["yes"] * 5 + ["undecided", "no"] + ["yes"] * 483 + ["undecided"] * 10


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["grade", "miniature-math", "R"], "Did you mean miniature-maths"),
        (["grade", TASK, "R", "--protocol", "lm-eval"], "Did you mean lm_eval? There are: paper"),
        (["grade", TASK, "nosuch.jsonl"], "no such file: nosuch.jsonl"),
        (["grade", TASK, "."], "is a folder"),
        (["grade", TASK, "EMPTY"], "no response in it"),
        (["grade", TASK, "BINARY"], "not UTF-8"),
        (["grade", TASK, "OTHER"], "none of its 1 responses is to a problem of this task"),
        (["grade", TASK, "R", "--out", "R"], "is the file of responses itself"),
        (["grade", TASK, "R", "--out", "."], "is a folder; name a file in it"),
        (["grade", "gsm8k", "R", "--data", "."], "looked for gsm8k/test_socratic.jsonl"),
        (["grade", TASK, "R", "--workers", "0"], "--workers"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words_are_answered_and_nothing_is_written(
    arguments: list[str], expected: str, tmp_path: Path
) -> None:
    files = {
        "R": write(tmp_path / "r.jsonl", gold(1)),
        "EMPTY": write(tmp_path / "empty.jsonl", []),
        "BINARY": write(tmp_path / "binary.jsonl", [bytes(range(256)).replace(b"\n", b"")]),
        "OTHER": write(tmp_path / "other.jsonl", [{"problem_id": "x/1", "response": "x"}]),
    }
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    result = leadline(*(files.get(word, word) for word in arguments))
    assert result.exit_code == 2, result.output
    assert expected in said(result)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_overwrite_replaces(tmp_path: Path) -> None:
    responses, out = write(tmp_path / "r.jsonl", gold(1)), tmp_path / "j.jsonl"
    out.write_text("old")
    assert leadline("grade", TASK, responses, "--out", out, "--overwrite").exit_code == 0
    assert len(read_jsonl(out)) == 4 * 500


def test_hostile_text_is_shown_escaped_and_never_as_markup(tmp_path: Path) -> None:
    evil = "[bold red]x[/] \x1b[2J\u202e {{7*7}} [link=file:///etc/passwd]"
    rows = [{**row, "model": evil, "response": evil} for row in gold(2)]
    rows.append({"problem_id": evil, "response": evil, "model": evil})
    result = leadline("grade", TASK, write(tmp_path / "r.jsonl", rows))
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert "[bold red]x[/] \\x1b[2J\\u202e {{7*7}}" in said(result)
    machine = leadline("grade", TASK, tmp_path / "r.jsonl", "--json")
    assert machine.stdout.isascii()
    assert json.loads(machine.stdout)["metrics"][0]["model"] == evil


def test_ten_megabytes_are_graded(tmp_path: Path) -> None:
    rows = gold(2)
    rows[0]["response"] = "so 7 + 7 = <<7+7=14>>14\n" * 420_000
    out = tmp_path / "j.jsonl"
    result = leadline("grade", TASK, write(tmp_path / "r.jsonl", rows), "--out", out)
    assert result.exit_code == 0, result.output
    verdicts = [row["verdict"] for row in read_jsonl(out) if row["question"] == "correct"]
    assert verdicts[:2] == ["no", "yes"]
    assert out.stat().st_size < 1_000_000  # what was extracted is clipped


def test_models_and_samples_are_carried_through(tmp_path: Path) -> None:
    rows = [
        {**row, "model": model, "sample": sample}
        for model in ("a", "b")
        for row in gold(2)
        for sample in (0, 1)
    ]
    out = tmp_path / "j.jsonl"
    result = leadline("grade", TASK, write(tmp_path / "r.jsonl", rows), "--out", out)
    assert result.exit_code == 0, result.output
    graded = [row for row in read_jsonl(out) if row["question"] == "correct"]
    assert [(r["model"], r.get("sample")) for r in graded[:4]] == [("a", s) for s in (0, 1, 0, 1)]
    assert len(graded) == 2 * (4 + 498)


@pytest.mark.parametrize(("workers", "signalled"), [(1, signal.SIGINT), (2, signal.SIGKILL)])
def test_a_stopped_grading_keeps_its_verdicts_and_the_same_command_goes_on(
    workers: int, signalled: signal.Signals, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.py"  # the command itself, with a grader that takes its time
    slow.write_text(
        "import time\n"
        "from leadline.cli import app\n"
        "from leadline.tasks.miniature_maths import MiniatureMaths as Maths\n"
        "grade = Maths.grade\n"
        "Maths.grade = lambda *a: (time.sleep(0.02), grade(*a))[1]\n"
        "if __name__ == '__main__':\n"
        "    app()\n"
    )
    responses, out = write(tmp_path / "r.jsonl", gold()), tmp_path / "j.jsonl"
    command = [sys.executable, str(slow), "grade", TASK, str(responses), "--out", str(out)]
    command += ["--workers", str(workers)]
    part = tmp_path / "j.jsonl.part"
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not part.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(running.pid, signalled)
    _, stderr = running.communicate(timeout=60)  # ends when no worker holds the pipe any more
    if signalled == signal.SIGINT:
        assert running.returncode == 130, stderr
        assert "To go on: the same command" in " ".join(stderr.split())
    assert not out.exists()
    kept = part.read_text().count("\n") - 1
    assert 0 < kept < 500
    result = leadline("grade", TASK, responses, "--out", out)
    assert result.exit_code == 0, result.output
    assert not part.exists()
    whole = tmp_path / "whole.jsonl"
    leadline("grade", TASK, responses, "--out", whole)
    assert out.read_bytes() == whole.read_bytes()


def test_published_verdicts_on_gsm8k_are_reproduced(shared_data: Path, tmp_path: Path) -> None:
    """OpenAI's solutions end on `A: n`; a solution that was cut off has none, and is wrong."""
    solutions = read_jsonl(shared_data / "gsm8k_model_solutions" / "openai_example_solutions.jsonl")
    known = {
        (model, row["gsm8k_test_index"]): one
        for row in solutions
        for model, one in row["solutions"].items()
    }
    rows = [
        {"problem_id": i, "model": model, "response": one["solution"].replace("\nA: ", "\n#### ")}
        for (model, i), one in known.items()
    ]
    responses, out = write(tmp_path / "r.jsonl", rows), tmp_path / "j.jsonl"
    command = ["grade", "gsm8k", responses, "--data", shared_data, "--out", out]
    result = leadline(*command, "--protocol", "lm_eval", "--json")
    assert result.exit_code == 0, result.output
    graded = [row for row in read_jsonl(out) if row["question"] == "correct"]
    decided = [row for row in graded if row["verdict"] != "undecided"]
    assert len(graded) == 4 * 1319
    assert len(decided) == len(known) == 4 * 649
    assert all(
        (row["verdict"] == "yes") == known[row["model"], row["problem_id"]]["is_correct"]
        for row in decided
    )


def test_tasks_are_listed_for_readers_and_machines() -> None:
    result = leadline("tasks")
    assert result.exit_code == 0
    assert "miniature-maths" in result.output
    listed = {
        entry["task"]: entry for entry in json.loads(leadline("tasks", "--json").stdout)["tasks"]
    }
    assert listed["gsm8k"]["problems"] == 1319
    assert listed["gsm8k"]["licence"] == "MIT"


def test_problems_are_written_down_for_any_model_to_answer(tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"
    assert leadline("problems", TASK, "--out", out).exit_code == 0
    rows = read_jsonl(out)
    assert list(rows[0]) == ["problem_id", "system", "prompt"]
    assert len(rows) == 500
    again = leadline("problems", TASK, "--out", out)
    assert again.exit_code == 2
    assert "nothing was written" in said(again)


def test_contamination_is_read_from_two_graded_files(shared_data: Path, tmp_path: Path) -> None:
    sets = ["--data", shared_data, "--set", "svamp"]
    files = []
    for word in ("gsm8k", "svamp"):
        asked = tmp_path / f"{word}.jsonl"
        leadline("problems", word, "--data", shared_data, "--out", asked)
        rows = [
            {"problem_id": row["problem_id"], "response": "#### 8"} for row in read_jsonl(asked)
        ]
        files.append(tmp_path / f"{word}-judged.jsonl")
        responses = write(tmp_path / "r.jsonl", rows)
        leadline("grade", word, responses, "--data", shared_data, "--out", files[-1])
    command = ["contamination", "--task", "gsm8k", "--original", files[0], "--variant", files[1]]
    result = leadline(*command, *sets, "--json")
    assert result.exit_code == 0, result.output
    (drop,) = json.loads(result.stdout)["drops"]
    right = [
        sum(r["verdict"] == "yes" for r in read_jsonl(f) if r["question"] == "correct")
        for f in files
    ]
    assert drop["drop"] == pytest.approx(right[0] / 1319 - right[1] / 1000)
    assert drop["low"] < drop["drop"] < drop["high"]
    assert not drop["paired"]
    assert "svamp" in leadline(*command, *sets).output
    for wrong, expected in (
        (command[:3], "name either a --model"),
        (command[:5], "0 --variant files for 1 sets"),
        ([*command[:2], "gsm9k"], "Did you mean gsm8k"),
    ):
        result = leadline(*wrong, *sets)
        assert result.exit_code == 2
        assert expected in said(result)


@pytest.mark.parametrize("command", ["grade", "tasks", "problems", "contamination"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = leadline(command, "--help")
    assert result.exit_code == 0
    assert f"leadline {command}" in said(result)


def test_grading_never_loads_torch(tmp_path: Path) -> None:
    responses = write(tmp_path / "r.jsonl", gold(1))
    program = (
        "import sys; from leadline.cli import app;"
        f"app(['grade', {TASK!r}, {str(responses)!r}], standalone_mode=False);"
        "print([m for m in ('torch', 'transformers') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip().splitlines()[-1] == "[]"


def test_ifeval_prints_its_four_metrics_and_keeps_a_row_an_instruction(
    shared_data: Path, tmp_path: Path
) -> None:
    """Against the verdicts of Google's checker, one model of the published ones."""
    published = read_jsonl(shared_data / "ifeval_verdicts" / "verdicts.jsonl.gz")[:541]
    model = published[0]["model"]
    known = {row["key"]: row for row in published if row["model"] == model}
    rows = [{"problem_id": key, "response": row["response"]} for key, row in known.items()]
    responses, out = write(tmp_path / "r.jsonl", rows), tmp_path / "j.jsonl"
    result = leadline("grade", "ifeval", responses, "--data", shared_data, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    metrics = {metric["metric"]: metric for metric in json.loads(result.stdout)["metrics"]}
    assert {name: metric["asked"] for name, metric in metrics.items()} == {
        "prompt_level_strict": 541,
        "prompt_level_loose": 541,
        "inst_level_strict": 834,
        "inst_level_loose": 834,
    }
    graded = {(row["problem_id"], row["question"]): row["verdict"] for row in read_jsonl(out)}
    differing = [
        (key, f"{question}:{i}")
        for key, row in known.items()
        for question in ("strict", "loose")
        for i, followed in enumerate(row[question])
        if (graded[key, f"{question}:{i}"] == "yes") != followed
        and key not in (1122, 1129)  # the reference draws a random letter
    ]
    assert len(differing) <= 2, differing
    strict = [all(row["strict"]) for key, row in known.items() if key not in (1122, 1129)]
    assert metrics["prompt_level_strict"]["value"] == pytest.approx(
        sum(strict) / len(strict), abs=0.01
    )


def test_code_is_graded_with_pass_at_k(shared_data: Path, tmp_path: Path) -> None:
    """Right, wrong and hostile programs for one problem; the others have none."""
    published = read_jsonl(
        shared_data / "code_verdicts" / "starcoder2_15b_instruct_humaneval.jsonl"
    )
    solution = published[0]["solution"]
    hostile = "import os\nos.kill(os.getppid(), 9)\ndef has_close_elements(n, t):\n    return 0/0"
    rows = [
        {"task_id": "HumanEval/0", "solution": text} for text in (solution, hostile, "x", solution)
    ]
    responses, out = write(tmp_path / "r.jsonl", rows), tmp_path / "j.jsonl"
    command = ["grade", "humaneval_plus", responses, "--data", shared_data, "--out", out]
    result = leadline(*command, "--workers", "2", "--json")
    assert result.exit_code == 0, result.output
    metrics = {metric["metric"]: metric for metric in json.loads(result.stdout)["metrics"]}
    assert list(metrics) == ["plus_pass@1", "base_pass@1"]
    assert metrics["plus_pass@1"]["value"] == 0.5
    assert metrics["plus_pass@1"]["undecided"] == 163
    verdicts = [row["verdict"] for row in read_jsonl(out) if row["question"] == "plus"]
    assert verdicts[:4] == ["yes", "no", "no", "yes"]


def test_programs_are_not_run_where_nothing_holds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadline.sandbox import Layers

    monkeypatch.setattr("leadline.responses.run.probe", lambda: Layers(active=("pid",)))
    problem = MiniatureCode().problems()[0]
    rows = [{"problem_id": problem.id, "response": problem.reference}]
    out = tmp_path / "j.jsonl"
    command = ["grade", "miniature-code", write(tmp_path / "r.jsonl", rows), "--out", out]
    result = leadline(*command)
    assert result.exit_code == 2
    assert "nothing protects files" in said(result)
    assert not list(tmp_path.glob("j.jsonl*"))
    result = leadline(*command, "--allow-unsandboxed")
    assert "NOT protected: files" in said(result)


def test_whole_programs_are_no_completions(shared_data: Path, tmp_path: Path) -> None:
    responses = write(tmp_path / "r.jsonl", [{"task_id": "HumanEval/0", "solution": "x = 1"}])
    command = ["grade", "humaneval_plus", responses, "--data", shared_data]
    result = leadline(*command, "--protocol", "lm_eval")
    assert result.exit_code == 2
    assert "'solution' is a whole program" in said(result)


def test_ids_of_the_part_that_is_trained_on_are_explained(
    shared_data: Path, tmp_path: Path
) -> None:
    every, held_out = (
        find_task(word).task(data=str(shared_data)).problems()
        for word in ("two-hop-bamboogle-all", "bamboogle")
    )
    rows = [{"problem_id": p.id, "response": f"The final answer is: {p.reference}"} for p in every]
    responses = write(tmp_path / "r.jsonl", rows)
    result = leadline("grade", "bamboogle", responses, "--data", shared_data)
    assert result.exit_code == 1
    assert f"{len(every) - len(held_out)} responses are to no problem" in said(result)
    assert "two-hop-bamboogle-all asks all of it" in said(result)
    whole = leadline("grade", "bamboogle-all", responses, "--data", shared_data, "--json")
    assert whole.exit_code == 0
    assert json.loads(whole.stdout)["metrics"][0]["correct"] == len(every)
