"""Wrong input is answered before any training, in words, and leaves nothing behind."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from leadline.cli import app
from leadline.miniature.bases import miniature

MODEL = ["--model", "miniature/llama-0.4m"]
GOOD = {"prompt": "What is 2 and 2?", "response": "4"}


def leadline(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "LEADLINE_DATA": None})


def rows(path: Path, lines: list[object]) -> str:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "quickstat"], "Did you mean quickstart?"),
        (["run", "nosuch.py"], "there is no file nosuch.py"),
        (["report", "nosuch"], "holds no study"),
        (["status", "nosuch"], "holds no study"),
        (["pretrain", "llama-04m"], "Did you mean llama-0.4m"),
        (["ladder", "--model", "miniature/llama-04m", "--task", "miniature-maths"], "llama-0.4m"),
        (["ladder", "--model", "/no/such/model", "--task", "miniature-maths"], "no model folder"),
        (["ladder", *MODEL], "name a --task"),
        (["ladder", *MODEL, "--task", "gsm9k"], "Did you mean gsm8k"),
        (["ladder", *MODEL, "--task", "gsm8k", "--data", "/no/such"], "/no/such has no"),
        (["ladder", *MODEL, "--task", "miniature-maths", "--sizes", "0,x"], "'x' is not a number"),
        (["ladder", *MODEL, "--task", "miniature-maths", "--sizes", "-5"], "-5 is negative"),
        (["ladder", *MODEL, "--task", "miniature-maths", "--sizes", "20000"], "10000 examples"),
        (["ladder", *MODEL, "--train", "a.jsonl"], "--test is missing"),
        (["ladder", *MODEL, "--task", "miniature-maths", "--sampling", "hot"], "paper, greedy"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words_are_answered_with_the_way_out(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    out = [] if arguments[0] in {"report", "status"} else ["--out", str(tmp_path / "out")]
    result = leadline(*arguments, *out)
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("train", "said"),
    [
        ([GOOD, "{not json"], "line 2"),
        ([GOOD, {"prompt": "only"}], "response"),
        ([GOOD, {"prompt": "empty", "response": " "}], "line 2"),
        ([{**GOOD, "id": "a"}, {"id": "a", "prompt": "x", "response": "y"}], "'a'"),
        ([{"prompt": "What is 3 and 9?", "response": "12"}], "stand in 1 training examples"),
        ([{"prompt": "long " * 3000, "response": "4"}], "tokens"),
    ],
)
def test_faulty_files_are_found_before_any_training(
    train: list[object], said: str, tmp_path: Path
) -> None:
    test = rows(tmp_path / "test.jsonl", [{"prompt": "What is 3 and 9?", "response": "12"}])
    files = ["--train", rows(tmp_path / "train.jsonl", train), "--test", test]
    out = tmp_path / "out"
    result = leadline("ladder", *MODEL, *files, "--sizes", "0,1", "--out", str(out))
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.split())
    assert not list(out.rglob("train.json"))


def test_a_model_that_asks_for_remote_code_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "remote"
    folder.mkdir()
    for path in Path(miniature("llama-0.4m").source).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "evil.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    result = leadline("ladder", "--model", str(folder), "--task", "miniature-maths")
    assert result.exit_code == 2
    assert "asks for code" in " ".join(result.output.split())


def test_a_half_written_model_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "half"
    folder.mkdir()
    for path in Path(miniature("llama-0.4m").source).iterdir():
        whole = path.read_bytes()
        kept = whole[: len(whole) // 2] if path.suffix == ".safetensors" else whole
        (folder / path.name).write_bytes(kept)
    result = leadline("ladder", "--model", str(folder), "--task", "miniature-maths")
    assert result.exit_code == 2
    assert "half written" in " ".join(result.output.split())


def test_an_output_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    result = leadline("ladder", *MODEL, "--task", "miniature-maths", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_no_space_left_is_said_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    out = tmp_path / "out"
    result = leadline("ladder", *MODEL, "--task", "miniature-maths", "--out", str(out))
    assert result.exit_code == 2
    assert "no space left" in result.output
    assert not out.exists()


def test_plan_runs_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = leadline("plan", "quickstart", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "Nothing was run" in " ".join(result.output.split())
    assert not out.exists()


@pytest.mark.parametrize("command", ["run", "ladder", "plan", "status", "report", "pretrain"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = leadline(command, "--help")
    assert result.exit_code == 0
    assert f"leadline {command}" in " ".join(result.output.split())
