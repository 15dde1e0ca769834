"""The catalogues say of every task and training set what their data say."""

from pathlib import Path

import pytest

from leadline.errors import BadStudy
from leadline.near import one_of
from leadline.sets.catalog import SETS, SetEntry, find_training_set
from leadline.sets.own import Own
from leadline.tasks.catalog import TASKS, find_task
from leadline.tasks.entry import Entry
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.lm_eval import LmEvalTask


def skip_without(entry: Entry | SetEntry, folder: Path) -> None:
    if entry.folder and not (folder / entry.folder).is_dir():
        pytest.skip(f"no {entry.folder} in the data folder")


SLOW = ("gsm-symbolic", "gsm-symbolic-p1", "gsm-symbolic-p2")  # a thousand draws
MARKED = [
    pytest.param(entry, marks=pytest.mark.slow if entry.word in SLOW else (), id=entry.word)
    for entry in TASKS
]


@pytest.mark.parametrize("entry", MARKED)
def test_the_listed_sizes_are_those_of_the_data(entry: Entry, shared_data: Path) -> None:
    skip_without(entry, shared_data)
    task = entry.task(data=str(shared_data))
    assert len(task.problems()) == entry.n_problems
    if entry.n_examples:
        assert len(task.examples()) == entry.n_examples
    else:
        with pytest.raises(BadStudy, match=r"[Tt]rain"):
            task.examples()


@pytest.mark.parametrize("entry", SETS, ids=lambda entry: entry.word)
def test_training_sets_have_the_listed_size_and_name(entry: SetEntry, shared_data: Path) -> None:
    skip_without(entry, shared_data)
    found = entry.training_set(data=str(shared_data))
    assert found.name == entry.word
    if entry.n_examples:
        assert len(found.examples()) == entry.n_examples


@pytest.mark.parametrize("entry", TASKS, ids=lambda entry: entry.word)
def test_a_task_is_named_by_its_word_and_asks_what_its_protocols_keep(entry: Entry) -> None:
    task = entry.task()
    assert task.name == entry.word
    for protocol in entry.protocols:
        kept = entry.task(protocol=protocol.name)
        assert set(protocol.questions) <= set(kept.questions)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("miniature_maths", "miniature-maths"),
        ("Miniature-Maths", "miniature-maths"),
        ("humaneval-plus", "humaneval_plus"),
        ("compositional_celebrities", "two-hop-compositional-celebrities"),
        ("musique-all", "two-hop-musique-all"),
    ],
)
def test_spelling_makes_no_difference(typed: str, word: str) -> None:
    assert find_task(typed).word == word


def test_any_task_of_lm_eval_is_found_by_its_name() -> None:
    entry = find_task("lm_eval:arc_challenge_chat")
    assert entry.task(n_problems=5) == LmEvalTask(task="arc_challenge_chat", n_problems=5)
    with pytest.raises(BadStudy, match="lm_eval"):
        entry.protocol("paper")


def test_a_long_list_of_words_is_cut_short() -> None:
    with pytest.raises(BadStudy, match=r"Did you mean word-12\D.* and 950 more") as error:
        one_of("wrd-12", [f"word-{n}" for n in range(1000)], what="word")
    assert len(str(error.value)) < 1000


def test_an_unknown_word_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadStudy, match="Did you mean gsm8k"):
        find_task("gsm9k")
    with pytest.raises(BadStudy, match="Did you mean dolly"):
        find_training_set("doly")
    with pytest.raises(BadStudy, match="no such file"):
        find_training_set("nosuch.jsonl")
    with pytest.raises(BadStudy, match="ifeval"):
        find_training_set("ifeval")  # has no examples


def test_a_task_or_a_file_can_be_trained_on(tmp_path: Path) -> None:
    assert find_training_set("gsm8k_plain") == GSM8K(style="plain")
    file = tmp_path / "my rows.jsonl"
    file.write_text('{"prompt": "a", "response": "b"}\n')
    found = find_training_set(str(file))
    assert isinstance(found, Own)
    assert found.name == "my-rows"
    assert [example.response for example in found.examples()] == ["b"]
