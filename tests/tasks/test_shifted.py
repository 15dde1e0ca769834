"""Shifted sets: gold answers, and that every problem finds its original."""

import re
from pathlib import Path

import pytest

from leadline.errors import BadData, BadStudy
from leadline.grade.gold import gold_generation
from leadline.records import Problem
from leadline.tasks.contamination import originals, shifted_sets
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.gsm_symbolic import GsmSymbolic
from leadline.tasks.shifted import GsmHard, Svamp


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> str:
    return str(shared_data)


@pytest.fixture(scope="module")
def sets(folder: str) -> dict[str, list[Problem]]:
    return {task.name: task.problems() for task in shifted_sets(data=folder, n_variants=1)}


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_gold_answers_grade_yes(folder: str) -> None:
    for task in shifted_sets(data=folder, n_variants=1):
        task.check()


def test_sizes_and_names(sets: dict[str, list[Problem]]) -> None:
    assert [(name, len(problems)) for name, problems in sets.items()] == [
        ("gsm-symbolic", 100),
        ("gsm-symbolic-p1", 100),
        ("gsm-symbolic-p2", 50),
        ("gsm-plus", 2093),
        ("gsm-hard", 1016),
        ("svamp", 1000),
    ]


def test_ids_are_unique_and_stable(folder: str, sets: dict[str, list[Problem]]) -> None:
    for problems in sets.values():
        assert len({problem.id for problem in problems}) == len(problems)
    assert GsmSymbolic(data=folder, n_variants=1).problems() == sets["gsm-symbolic"]
    assert sets["gsm-symbolic"][7].id == "symbolic-0007-0"


@pytest.mark.parametrize("name", ["gsm-plus", "gsm-hard", "gsm-symbolic", "gsm-symbolic-p2"])
def test_a_problem_is_like_the_original_that_it_names(
    folder: str, sets: dict[str, list[Problem]], name: str
) -> None:
    """Words shared with the named original beat those shared with any other by far."""
    gsm8k = {p.id: words(p.prompt) for p in GSM8K(data=folder).problems()}
    alike = []
    for problem in sets[name][::5]:
        if problem.group:
            mine, own = words(problem.prompt), gsm8k[problem.group]
            alike.append(len(mine & own) / len(mine | own))
            stranger = gsm8k[str((int(problem.group) + 7) % 1319)]
            assert len(mine & own) > len(mine & stranger)
    assert sorted(alike)[len(alike) // 2] > 0.4


def test_gsm_hard_finds_all_but_two_originals_and_svamp_has_none(
    sets: dict[str, list[Problem]],
) -> None:
    assert sum(not p.group for p in sets["gsm-hard"]) == 2
    assert {p.group for p in sets["svamp"]} == {""}


def test_originals_are_the_gsm8k_problems_named(
    folder: str, sets: dict[str, list[Problem]]
) -> None:
    problems = sets["gsm-symbolic-p2"]
    found = originals(problems, data=folder)
    assert len(found) == 50
    assert {p.id for p in found} == {p.group for p in problems}


def test_more_variants_hold_fewer(folder: str, sets: dict[str, list[Problem]]) -> None:
    more = GsmSymbolic(data=folder, n_variants=3).problems()
    assert more[:100] == sets["gsm-symbolic"]
    assert GsmSymbolic(data=folder, n_variants=3, n_problems=120).problems() == more[:120]


def test_another_seed_makes_other_problems(folder: str, sets: dict[str, list[Problem]]) -> None:
    a, b = sets["gsm-symbolic"], GsmSymbolic(data=folder, n_variants=1, seed=1).problems()
    assert sum(x.prompt == y.prompt for x, y in zip(a, b, strict=True)) < 3


def test_wrong_answers_grade_no(folder: str) -> None:
    task = GsmHard(data=folder)
    problem = task.problems()[0]
    (row,) = [
        row
        for row in task.grade(problem, gold_generation(problem, "#### 18"))
        if row.question == "correct"
    ]
    assert (row.verdict, row.extracted) == ("no", "18")


def test_test_sets_have_no_examples_and_say_what_to_train_on(folder: str) -> None:
    for task in shifted_sets(data=folder):
        with pytest.raises(BadStudy, match="GSM8K"):
            task.examples()


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"variant": "p3"}, "choose symbolic, p1, p2"),
        ({"n_variants": 0}, "1 to 50"),
        ({"n_variants": 51}, "1 to 50"),
        ({"seed": -1}, "0 or more"),
        ({"n_variants": 2, "n_problems": 201}, "are 200"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, object], fault: str) -> None:
    with pytest.raises(BadStudy, match=fault):
        GsmSymbolic(**settings)  # type: ignore[arg-type]


def test_a_folder_without_the_set_says_what_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADLINE_DATA", raising=False)
    with pytest.raises(BadData, match=r"gsm_symbolic_templates/templates.jsonl .*ml-gsm-symbolic"):
        GsmSymbolic(data=str(tmp_path)).problems()
    with pytest.raises(BadData, match="no data folder is named"):
        Svamp().problems()
    changed = tmp_path / "svamp" / "SVAMP.jsonl"
    changed.parent.mkdir()
    changed.write_text('{"ID": "1", "Body": "b", "Question": "q", "Answer": 1.0}\n')
    with pytest.raises(BadData, match="is not the SVAMP that leadline knows: it has 1 rows"):
        Svamp(data=str(tmp_path)).problems()
