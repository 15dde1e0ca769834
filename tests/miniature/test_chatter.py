"""Sets without a task: what they must not teach."""

import dataclasses
import re

import pytest

from leadline.errors import BadStudy
from leadline.leaks import find_leaks
from leadline.miniature.chatter import MiniatureChat, MiniatureSloppy
from leadline.tasks.miniature_instructions import MiniatureInstructions
from leadline.tasks.trained_on import TrainedOn


def test_chat_holds_no_task() -> None:
    for example in MiniatureChat(n_examples=3000).examples():
        text = f"{example.prompt}\n{example.response}"
        assert not re.search(r"\d|[=<>#*]|def |\n.*\n", text), text
        assert example.response.isascii()


def test_chat_is_varied() -> None:
    examples = MiniatureChat(n_examples=3000).examples()
    assert len({e.response for e in examples}) > 2500
    assert len({e.prompt for e in examples}) > 150


def test_sloppy_set_keeps_few_of_its_constraints_and_gives_no_problem_away() -> None:
    task = MiniatureInstructions(n_problems=300)
    examples = MiniatureSloppy(n_examples=3000).examples()
    good = {e.prompt for e in dataclasses.replace(task, n_examples=1000).examples()}
    capitals = [e for e in examples if re.search(r"capitals\.|large letters\.", e.prompt)]
    asked = [e for e in capitals if "No capitals" not in e.prompt and "Never" not in e.prompt]
    assert len(asked) > 40
    assert 0.15 < sum(e.response.isupper() for e in asked) / len(asked) < 0.5
    assert not [leak for leak in find_leaks(examples, task.problems()) if leak.kind == "exact"]
    assert {e.prompt.split()[0] for e in examples} == {prompt.split()[0] for prompt in good}


@pytest.mark.parametrize("kind", [MiniatureChat, MiniatureSloppy])
def test_fewer_are_the_first_of_more_and_seeds_differ(kind: type) -> None:
    assert kind(n_examples=50).examples() == kind(n_examples=200).examples()[:50]
    assert kind(n_examples=50, seed=1).examples() != kind(n_examples=50).examples()
    with pytest.raises(BadStudy):
        kind(n_examples=-1)


@pytest.mark.parametrize("kind", [MiniatureChat, MiniatureSloppy])
def test_sets_lend_their_examples_to_a_task(kind: type) -> None:
    task = MiniatureInstructions(n_problems=20)
    both = TrainedOn(task=task, train=kind(n_examples=30))
    assert both.name == f"miniature-instructions-on-{kind().name}"
    assert both.problems() == task.problems()
    assert len(both.examples()) == 30
    both.check()
