"""Constraints: each has a text that keeps it and one that does not, and the gold keeps them all."""

import pytest

from leadline import seeding
from leadline.leaks import find_leaks
from leadline.miniature.constraints import BY_NAME, CONSTRAINTS, holds
from leadline.miniature.requests import COUNT_SHARES, draw_examples, draw_problems
from leadline.records import Problem

CASES = {  # argument, a text that keeps it, texts that do not
    "word": ("balls", "Sue likes balls.", ["Sue likes ballsy hats.", "Sue likes pens."]),
    "sentences": ("2", "Sue sings. Tom too!", ["Sue sings.", "One. Two. Three."]),
    "begin": ("Sue", "Sue likes balls.", ["Tom likes Sue.", "Sues likes balls."]),
    "upper": ("", "SUE HAS 3 HATS.", ["SUE HAS 3 hATS.", "345."]),
    "end": ("So it is.", "Sue sings. So it is!", ["So it is. Sue sings.", "It is."]),
    "bullets": ("2", "* Sue.\n* Tom.", ["* Sue.", "Sue.\nTom.", "* Sue.\n* Tom.\n* Ann."]),
    "avoid": ("the", "Sue likes them.", ["Sue likes the hats.", "THE HATS."]),
    "number": ("12", "Sue has 12 hats.", ["Sue has 112 hats.", "Sue has 1 hat and 2 balls."]),
    "lower": ("", "sue likes balls.", ["Sue likes balls.", "12"]),
    "shout": ("", "Sue sings! Tom too!", ["Sue sings! Tom too.", "Sue sings"]),
    "quotes": ("", '"Sue sings."', ['"Sue sings.', 'Sue "sings".', '"']),
    "title": ("", "<<The hats>>\nSue sings.", ["The hats\nSue sings.", "<<>>\nSue sings."]),
    "comma": ("", "Sue sings.", ["Sue sings, Tom too."]),
    "often": ("hats", "Hats are hats.", ["Sue likes hats.", "Hats, hats, hats."]),
    "postscript": (
        "",
        "Sue sings.\nP.S. Tom too.",
        ["P.S. Tom too.\nSue sings.", "Sue P.S. sings"],
    ),
    "words": ("3", "Sue likes hats.", ["Sue sings.", "Sue likes the hats."]),
    "parts": ("", "Sue sings.\n***\nTom too.", ["Sue sings.", "***\nTom.", "A.\n***\nB.\n***\nC."]),
    "numbered": ("2", "1. Sue.\n2. Tom.", ["1. Sue.\n3. Tom.", "1. Sue.", "2. Tom.\n1. Sue."]),
}


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_constraint_tells_kept_from_broken(name: str) -> None:
    argument, kept, broken = CASES[name]
    assert holds(kept, name, argument)
    for text in [*broken, "", "  \n "]:
        assert not holds(text, name, argument), text


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return list(draw_problems(seeding.rng(0, "test of requests"), pool="test", n=600))


def test_gold_keeps_all_and_a_strangers_note_seldom_does(problems: list[Problem]) -> None:
    n_by_chance = 0
    for i, problem in enumerate(problems):
        asked = [(row["name"], row["argument"]) for row in problem.detail["constraints"]]
        assert all(holds(problem.reference, name, x) for name, x in asked)
        stranger = problems[i - 1].reference
        n_by_chance += all(holds(stranger, name, x) for name, x in asked)
    assert n_by_chance / len(problems) < 0.12


def test_arguments_stand_in_the_prompt(problems: list[Problem]) -> None:
    for problem in problems:
        for row in problem.detail["constraints"]:
            assert row["argument"] in problem.prompt


def test_every_kind_and_number_of_constraints_occurs(problems: list[Problem]) -> None:
    names = [row["name"] for p in problems for row in p.detail["constraints"]]
    assert {*names} == {constraint.name for constraint in CONSTRAINTS}
    for n, share in enumerate(COUNT_SHARES, 1):
        found = sum(len(p.detail["constraints"]) == n for p in problems) / len(problems)
        assert found == pytest.approx(share, abs=0.1)


def test_no_problem_stands_in_the_training_set_whole_or_as_a_beginning(
    problems: list[Problem],
) -> None:
    examples = list(draw_examples(seeding.rng(0, "a"), n=2500))
    assert not [leak for leak in find_leaks(examples, problems) if leak.kind == "exact"]
    starts = {(p.prompt.split(".")[0], p.detail["constraints"][0]["argument"]) for p in problems}
    assert len(starts) > 300


def test_smaller_draw_is_the_beginning_of_a_larger_one(problems: list[Problem]) -> None:
    few = list(draw_problems(seeding.rng(0, "test of requests"), pool="test", n=20))
    assert few == problems[:20]
    assert len({p.prompt for p in problems}) == len({p.id for p in problems}) == 600
