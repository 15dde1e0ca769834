"""GSM8K as a task: pinned rows, gold answers, and where the data may lie."""

import gzip
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from leadline import settings
from leadline.errors import BadData, BadStudy
from leadline.grade.gold import gold_generation
from leadline.tasks.gsm8k import BLANK_STEPS, GSM8K, SYSTEM, pin

# data set card of openai/gsm8k: num_bytes of each split (UTF-8 text + 4 bytes a string)
CARD_BYTES = {
    ("plain", "train"): 3963202,
    ("plain", "test"): 713732,
    ("socratic", "train"): 5198108,
    ("socratic", "test"): 936859,
}


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> str:
    return str(shared_data)


@pytest.mark.parametrize("style", ["socratic", "plain"])
def test_gold_answers_grade_yes(folder: str, style: str) -> None:
    GSM8K(style=style, data=folder).check()


@pytest.mark.parametrize("style", ["socratic", "plain"])
def test_rows_have_the_size_that_the_hub_states(folder: str, style: str) -> None:
    task = GSM8K(style=style, data=folder)
    texts = {
        "train": [(e.prompt, e.response) for e in task.examples()],
        "test": [(p.prompt, p.reference) for p in task.problems()],
    }
    assert {split: len(rows) for split, rows in texts.items()} == {"train": 7473, "test": 1319}
    for split, rows in texts.items():
        size = sum(4 + len(text.encode()) for row in rows for text in row)
        assert size == CARD_BYTES[style, split]


def test_both_styles_are_the_same_problems(folder: str) -> None:
    plain, socratic = (GSM8K(style=style, data=folder) for style in ("plain", "socratic"))
    for a, b in zip(plain.problems(), socratic.problems(), strict=True):
        assert (a.id, a.prompt) == (b.id, b.prompt)
        assert a.reference.rpartition("\n")[2] == b.reference.rpartition("\n")[2]


def test_problem_id_is_the_row_of_the_test_file(folder: str) -> None:
    problems = GSM8K(data=folder).problems()
    assert [p.id for p in problems] == [str(i) for i in range(1319)]
    assert problems[0].prompt.startswith("Janet’s ducks lay 16 eggs per day.")
    assert {p.system for p in problems} == {SYSTEM}


def test_fewer_problems_are_a_part_of_more(folder: str) -> None:
    few, more = (GSM8K(data=folder, n_problems=n).problems() for n in (50, 200))
    assert len(few) == 50
    assert {p.id for p in few} < {p.id for p in more}
    assert [int(p.id) for p in more] == sorted(int(p.id) for p in more)


@pytest.mark.parametrize("n", [0, -1, 1320])
def test_impossible_number_of_problems_is_refused(folder: str, n: int) -> None:
    with pytest.raises(BadStudy, match="1319"):
        GSM8K(data=folder, n_problems=n).problems()


def test_verdicts_come_for_every_question(folder: str) -> None:
    task = GSM8K(data=folder)
    problem = task.problems()[0]
    rows = task.grade(problem, gold_generation(problem, "#### 18"))
    assert tuple(row.question for row in rows) == task.questions
    assert [row.verdict for row in rows] == ["yes", "yes", "yes", "yes"]  # the last: format error
    assert rows[-1].reason == "no step before the final answer"


def test_data_folder_is_no_part_of_the_identity() -> None:
    here, there = GSM8K(data="here"), GSM8K(data="there")
    assert settings.describe(here) == settings.describe(there)
    assert settings.describe(here) != settings.describe(GSM8K(style="plain"))


def test_hub_parquet_in_a_folder_is_the_same_data(folder: str, tmp_path: Path) -> None:
    for split in ("train", "test"):
        pinned = pin("socratic", split)
        raw = (Path(folder) / pinned.local).read_bytes()
        text = gzip.decompress(raw) if pinned.local.endswith(".gz") else raw
        rows = [json.loads(line) for line in text.splitlines()]
        (tmp_path / pinned.file).parent.mkdir(exist_ok=True)
        pl.DataFrame(rows).write_parquet(tmp_path / pinned.file)
    assert GSM8K(data=str(tmp_path)).problems() == GSM8K(data=folder).problems()
    assert GSM8K(data=str(tmp_path)).examples() == GSM8K(data=folder).examples()


def test_altered_copy_is_refused(folder: str, tmp_path: Path) -> None:
    local = pin("socratic", "test").local
    (tmp_path / "gsm8k").mkdir()
    text = (Path(folder) / local).read_text(encoding="utf-8")
    (tmp_path / local).write_text(text.replace("#### 18", "#### 19", 1), encoding="utf-8")
    with pytest.raises(BadData, match="1319 rows with digest"):
        GSM8K(data=str(tmp_path)).problems()


def test_folder_without_the_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"test_socratic\.jsonl.*--data"):
        GSM8K(data=str(tmp_path)).problems()


def test_environment_variable_names_the_folder(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_DATA", folder)
    assert len(GSM8K(n_problems=3).problems()) == 3


def test_without_folder_and_network_the_ways_out_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub")
    from huggingface_hub import constants

    monkeypatch.setenv("LEADLINE_DATA", str(tmp_path))  # a folder with other data
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(BadData, match="openai/gsm8k cannot be had from the Hub") as caught:
        GSM8K().problems()
    assert "--data" in str(caught.value)
    assert "hf download" in str(caught.value)


def test_hub_cache_serves_the_pinned_revision(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub")
    from huggingface_hub import constants

    pinned = pin("plain", "test")
    snapshot = tmp_path / "datasets--openai--gsm8k" / "snapshots" / pinned.revision / pinned.file
    snapshot.parent.mkdir(parents=True)
    with (Path(folder) / pinned.local).open(encoding="utf-8") as file:
        pl.DataFrame([json.loads(line) for line in file]).write_parquet(snapshot)
    monkeypatch.delenv("LEADLINE_DATA", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert GSM8K(style="plain").problems() == GSM8K(style="plain", data=folder).problems()


def test_truncated_archive_is_refused(folder: str, tmp_path: Path) -> None:
    local = pin("socratic", "train").local
    (tmp_path / "gsm8k").mkdir()
    shutil.copy(Path(folder) / local, tmp_path / local)
    whole = (tmp_path / local).read_bytes()
    (tmp_path / local).chmod(0o644)
    (tmp_path / local).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadData, match="cannot be read after line"):
        GSM8K(data=str(tmp_path)).examples()


def test_faulty_gold_rows_really_are_faulty(folder: str) -> None:
    task = GSM8K(data=folder)
    for problem in task.problems():
        if int(problem.id) in BLANK_STEPS["test"]:
            assert any(line.endswith("** ") for line in problem.reference.split("\n"))
