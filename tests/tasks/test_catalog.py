"""The catalogue says of every task what its data say."""

from pathlib import Path

import pytest

from leadline.errors import BadStudy
from leadline.tasks.catalog import TASKS, find_task
from leadline.tasks.entry import Entry


@pytest.mark.parametrize("entry", TASKS, ids=lambda entry: entry.word)
def test_the_listed_sizes_are_those_of_the_data(entry: Entry, shared_data: Path) -> None:
    task = entry.task(data=str(shared_data))
    assert len(task.problems()) == entry.n_problems
    if entry.n_examples:
        assert len(task.examples()) == entry.n_examples
    else:
        with pytest.raises(BadStudy, match="rain"):
            task.examples()


@pytest.mark.parametrize("entry", TASKS, ids=lambda entry: entry.word)
def test_a_task_is_named_by_its_word_and_asks_what_its_protocols_keep(entry: Entry) -> None:
    task = entry.task()
    assert task.name == entry.word
    for protocol in entry.protocols:
        assert set(protocol.questions) <= set(task.questions)


def test_underscore_and_hyphen_are_one() -> None:
    assert find_task("miniature_maths").word == find_task("Miniature-Maths").word


def test_an_unknown_word_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadStudy, match="Did you mean gsm8k"):
        find_task("gsm9k")
