"""Planted errors are there as claimed, and the rules find exactly them."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from leadline import seeding
from leadline.grade.gold import gold_generation
from leadline.miniature.corrupt import KINDS, Family, Planted, draw_planted
from leadline.miniature.facts import all_facts
from leadline.records import Judgement, Problem
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.miniature_recall import MiniatureRecall
from leadline.tasks.miniature_two_hop import MiniatureTwoHop

TASKS: dict[Family, Any] = {
    "maths": MiniatureMaths(n_problems=300),
    "two_hop": MiniatureTwoHop(n_problems=300),
    "recall": MiniatureRecall(n_problems=300),
}
Drawn = tuple[frozenset[str], Problem, Planted]


def drawn(family: Family, *, n: int, seed: int = 0) -> Iterator[Drawn]:
    return draw_planted(
        TASKS[family].problems(), seeding.rng(seed, "test of errors"), family=family, n=n
    )


def rows(family: Family, problem: Problem, planted: Planted) -> dict[str, Judgement]:
    generation = gold_generation(problem, planted.text)
    generation = dataclasses.replace(generation, stopped=planted.stopped)
    task = TASKS[family]
    found = [*task.grade(problem, generation), *task.annotate(problem, generation)]
    return {row.question: row for row in found}


def disagreements(family: Family, *, n: int, seed: int = 0) -> Counter[str]:
    """By kind: verdicts that are not the truth, and first lines that are not the planted ones."""
    counts: Counter[str] = Counter()
    for _, problem, planted in drawn(family, n=n, seed=seed):
        found = rows(family, problem, planted)
        for kind, truth in planted.truth.items():
            counts[kind] += found[kind].verdict != truth
            if truth == "yes" and kind in planted.lines:
                counts[f"line of {kind}"] += found[kind].extracted != str(planted.lines[kind])
    return counts


@pytest.mark.parametrize(("family", "n"), [("maths", 1_200), ("two_hop", 600), ("recall", 600)])
def test_rules_find_what_was_planted(family: Family, n: int) -> None:
    found = disagreements(family, n=n)
    assert len(found) == 5  # three kinds, and the lines of two
    assert max(found.values()) <= 0.005 * n, found


@pytest.mark.slow
@pytest.mark.parametrize(("family", "n"), [("maths", 6_000), ("two_hop", 2_000), ("recall", 2_000)])
def test_rules_find_what_was_planted_in_ten_thousand(family: Family, n: int) -> None:
    found = disagreements(family, n=n, seed=1)
    assert max(found.values()) <= 0.005 * n, found


def test_every_set_of_kinds_is_planted_as_often_and_in_many_ways() -> None:
    for family, kinds in KINDS.items():
        seen = list(drawn(family, n=800))
        sets = Counter(planted for planted, _, _ in seen)
        assert len(sets) == 2 ** len(kinds)
        assert set(sets.values()) == {100}
        assert len({way for _, _, planted in seen for way in planted.ways}) >= 24


def test_the_same_seed_plants_the_same() -> None:
    assert list(drawn("maths", n=20)) == list(drawn("maths", n=20))
    assert list(drawn("maths", n=20)) != list(drawn("maths", n=20, seed=1))


def test_sums_are_wrong_exactly_where_arithmetic_was_planted() -> None:
    for kinds, _, planted in drawn("maths", n=800):
        wrong = []
        for number, line in enumerate(planted.text.split("\n")):
            for left, sign, right, value in re.findall(r"(\d+) ?([-+*/]) ?(\d+) ?= ?(\d+)", line):
                a, b = Fraction(left), Fraction(right)
                results = {"+": a + b, "-": a - b, "*": a * b, "/": a / b}
                wrong += [number] if results[sign] != int(value) else []
        if planted.truth["arithmetic"] == "yes":
            assert wrong == [planted.lines["arithmetic"]]
        else:
            assert not wrong
            assert "arithmetic" not in kinds or planted.truth["arithmetic"] == "undecided"


def test_solutions_without_an_error_are_right_and_well_formed() -> None:
    for family in KINDS:
        changed = 0
        for kinds, problem, planted in drawn(family, n=400):
            if kinds:
                continue
            found = rows(family, problem, planted)
            wrong_fact = "other fact wrong" in planted.ways  # not the event's
            assert (found["correct"].verdict, found["format"].verdict) == (
                "no" if wrong_fact else "yes",
                "no",
            )
            changed += planted.text != problem.reference
        assert changed > 15


def test_facts_are_false_exactly_where_a_hallucination_was_planted() -> None:
    true = {f"The {f.relation.noun} of {f.subject} is {f.value}" for f in all_facts()}
    for _, _, planted in drawn("two_hop", n=800):
        told = re.findall(r"The \w+ of \w+ is \w+", planted.text)
        if {"names only", "other statements"} & set(planted.ways) or not told:
            continue
        assert (set(told) <= true) == (planted.truth["hallucination"] == "no"), planted


def test_what_was_planted_in_the_reasoning_changes_the_solution() -> None:
    """No departure without effect: the numbers or the names differ from every right solution's."""
    for kinds, problem, planted in drawn("maths", n=800):
        if kinds == {"reasoning"}:
            equations = set(re.findall(r"\d+[-+*/]\d+=\d+", planted.text))
            right = set(re.findall(r"\d+[-+*/]\d+=\d+", problem.reference))
            answer = planted.text.rpartition("#### ")[2] != problem.reference.rpartition("#### ")[2]
            named = {"wrong person", "wrong things"} & set(planted.ways)
            assert named or answer or equations != right
