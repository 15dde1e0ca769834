"""From flags to a task: shipped words, training sets, and a user's own files."""

import dataclasses
from pathlib import Path

import pytest

from leadline.errors import BadStudy
from leadline.ladder import Flags, build_ladder
from leadline.tasks.humaneval_plus import HumanEvalPlus
from leadline.tasks.trained_on import TrainedOn

FLAGS = Flags(
    model=["miniature/llama-0.4m"],
    task=None,
    train=None,
    test=None,
    grader="exact",
    data=None,
    n_problems=None,
    sizes="0,1",
    seeds=1,
    sampling="paper",
    max_new_tokens=None,
    learning_rate=None,
    epochs=3,
    max_length=None,
    on_overlength="refuse",
    on_leak="refuse",
    keep_checkpoints=False,
)


def task(**flags: object):  # type: ignore[no-untyped-def]
    (found,) = build_ladder(dataclasses.replace(FLAGS, **flags), name="t").tasks  # type: ignore[arg-type]
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"prompt": "a", "response": "b"}\n')
    return path


def test_a_task_is_trained_on_a_set_by_its_word() -> None:
    found = task(task="ifeval", train=Path("dolly"))
    assert isinstance(found, TrainedOn)
    assert found.name == "ifeval-on-dolly"


def test_a_task_is_trained_on_a_file(file: Path) -> None:
    found = task(task="gsm8k", train=file)
    assert found.name == "gsm8k-on-mine"
    assert [example.prompt for example in found.examples()] == ["a"]


def test_a_task_trained_on_itself_is_itself() -> None:
    assert task(task="gsm8k", train=Path("gsm8k")) == task(task="gsm8k")


def test_own_train_and_test_files_are_a_task(file: Path) -> None:
    assert task(train=file, test=file).name == "mine"


def test_the_number_of_problems_is_the_tasks() -> None:
    found = task(task="miniature-maths", train=Path("miniature-two-hop"), n_problems=7)
    assert len(found.problems()) == 7


def test_code_runs_unprotected_only_if_asked() -> None:
    refused, allowed = (task(task="humaneval_plus", allow_unsandboxed=yes) for yes in (False, True))
    assert isinstance(refused, HumanEvalPlus)
    assert (refused.unsandboxed, allowed.unsandboxed) == ("refuse", "allow")
    assert refused == dataclasses.replace(allowed, unsandboxed="refuse")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({}, "name a --task"),
        ({"train": Path("dolly")}, "--test is missing"),
        ({"test": Path("x.jsonl")}, "--train is missing"),
        ({"task": "gsm8k", "train": Path("doly")}, "Did you mean dolly"),
        ({"task": "gsm8k", "train": Path("x.jsonl")}, "no such file"),
        ({"task": "gsm8k", "train": Path("x"), "test": Path("y")}, "do not go with your own"),
    ],
)
def test_flags_that_make_no_task_are_answered(flags: dict[str, object], said: str) -> None:
    with pytest.raises(BadStudy, match=said):
        task(**flags)
