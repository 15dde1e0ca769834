"""IFEval as a task: pinned rows, one verdict a question, and where the data may lie."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from leadline import settings
from leadline.analyse.measure import measure
from leadline.errors import BadData, BadStudy
from leadline.grade.gold import gold_generation
from leadline.grade.ifeval import vectors
from leadline.records import Judgement, Problem
from leadline.tasks.ifeval import PIN, RANDOM_LETTER_KEYS, IFEval


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> str:
    return str(shared_data)


def verdicts_on(task: IFEval, problem: Problem, text: str) -> dict[str, str]:
    rows = task.grade(problem, gold_generation(problem, text))
    assert len({row.question for row in rows}) == len(rows)
    return {row.question: row.verdict for row in rows}


def test_task_proves_itself(folder: str) -> None:
    IFEval(data=folder).check()


def test_faulty_checker_is_found_by_the_check(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = vectors.VECTORS
    monkeypatch.setattr(vectors, "VECTORS", (first._replace(fails=first.follows), *others))
    with pytest.raises(BadData, match="'keywords:existence' grades its own stored responses wrong"):
        IFEval(data=folder).check()


def test_problems_are_the_prompts_as_released(folder: str) -> None:
    problems = IFEval(data=folder).problems()
    assert len(problems) == 541
    assert sum(len(problem.detail["kwargs"]) for problem in problems) == 834
    sizes = [len(problem.detail["instruction_id_list"]) for problem in problems]
    assert [sizes.count(n) for n in (1, 2, 3)] == [305, 179, 57]
    by_id = {problem.id: problem for problem in problems}
    assert len(by_id) == 541
    assert "at least one placeholder" in by_id["2785"].prompt  # the wording of the first release
    assert all(problem.group == problem.id for problem in problems)


def test_random_letter_prompts_are_the_two_that_ask_for_no_letter(folder: str) -> None:
    odd = [
        problem.id
        for problem in IFEval(data=folder).problems()
        for given in problem.detail["kwargs"]
        if not given.get("letter", "a").isalpha()
    ]
    assert sorted(odd) == sorted(RANDOM_LETTER_KEYS)


def test_every_question_has_its_verdict(folder: str) -> None:
    task = IFEval(data=folder)
    problem = next(p for p in task.problems() if p.id == "1000")  # comma, 3 highlights, 300 words
    text = "Here:\n" + "word " * 300 + "*a* *b* *c*"
    assert verdicts_on(task, problem, text) == {
        "strict": "yes", "loose": "yes", "strict:0": "yes", "loose:0": "yes", "strict:1": "yes",
        "loose:1": "yes", "strict:2": "yes", "loose:2": "yes",
    }  # fmt: skip
    commas = verdicts_on(task, problem, text.replace("Here:", "Sure, here:"))
    assert (commas["strict"], commas["strict:0"], commas["strict:1"]) == ("no", "no", "yes")
    assert (commas["loose"], commas["loose:0"]) == ("yes", "yes")  # without the first line
    assert set(commas) <= set(task.questions)
    assert task.questions[0] == "strict"


def test_rows_say_which_instruction_was_not_followed(folder: str) -> None:
    task = IFEval(data=folder)
    problem = next(p for p in task.problems() if p.id == "1000")
    rows = {r.question: r for r in task.grade(problem, gold_generation(problem, "a, b"))}
    assert rows["strict"].extracted == "0 of 3 followed"
    assert rows["strict"].reason.startswith("not followed: punctuation:no_comma, detectable")
    assert rows["strict:2"].extracted == "length_constraints:number_words"


def test_failed_generation_is_undecided(folder: str) -> None:
    task = IFEval(data=folder, n_problems=1)
    (problem,) = task.problems()
    failed = dataclasses.replace(gold_generation(problem, ""), stopped="failed")
    assert {row.verdict for row in task.grade(problem, failed)} == {"undecided"}
    assert verdicts_on(task, problem, "")["strict"] == "no"  # an empty response follows nothing


def test_prompt_accuracy_is_the_mean_over_prompts(folder: str) -> None:
    task = IFEval(data=folder)
    problems = task.problems()
    generations = [gold_generation(problem, "no comma here") for problem in problems]
    rows: list[Judgement] = []
    for problem, generation in zip(problems, generations, strict=True):
        rows += task.grade(problem, generation)
    found = {m.metric: m for m in measure(generations[0].cell, rows, generations)}
    strict = found["accuracy"]
    assert strict.n_problems == 541
    right = sum(row.verdict == "yes" for row in rows if row.question == "strict")
    assert strict.value == pytest.approx(right / 541)


def test_examples_name_a_training_set() -> None:
    with pytest.raises(BadStudy, match=r"--train dolly"):
        IFEval().examples()


@pytest.mark.parametrize("n", [0, 542])
def test_impossible_number_of_problems_is_refused(folder: str, n: int) -> None:
    with pytest.raises(BadStudy, match="541"):
        IFEval(data=folder, n_problems=n).problems()


def test_fewer_problems_are_a_part_of_more(folder: str) -> None:
    few, more = ({p.id for p in IFEval(data=folder, n_problems=n).problems()} for n in (20, 90))
    assert few < more
    assert len(more) == 90


def test_copy_with_empty_settings_is_the_same_data(folder: str, tmp_path: Path) -> None:
    lines = (Path(folder) / PIN.local).read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    (tmp_path / PIN.local).parent.mkdir()
    names = sorted({name for row in rows for given in row["kwargs"] for name in given})
    full = [
        {**row, "kwargs": [{n: given.get(n) for n in names} for given in row["kwargs"]]}
        for row in rows
    ]
    (tmp_path / PIN.local).write_text("\n".join(map(json.dumps, full)), encoding="utf-8")
    assert IFEval(data=str(tmp_path)).problems() == IFEval(data=folder).problems()


def test_altered_copy_is_refused(folder: str, tmp_path: Path) -> None:
    (tmp_path / PIN.local).parent.mkdir()
    text = (Path(folder) / PIN.local).read_text(encoding="utf-8")
    (tmp_path / PIN.local).write_text(text.replace('"num_words": 300', '"num_words": 30', 1))
    with pytest.raises(BadData, match="541 rows with digest"):
        IFEval(data=str(tmp_path)).problems()


def test_folder_without_the_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"ifeval/input_data\.jsonl"):
        IFEval(data=str(tmp_path)).problems()


def test_data_folder_is_no_part_of_the_identity() -> None:
    assert settings.describe(IFEval(data="here")) == settings.describe(IFEval(data="there"))


def test_hub_copy_is_the_pinned_one(folder: str) -> None:
    """The Hub's file is these rows with ASCII escapes and no last line end: its SHA-256, as others
    have recorded it, comes out."""
    lines = (Path(folder) / PIN.local).read_text(encoding="utf-8").split("\n")
    text = "\n".join(json.dumps(json.loads(line)) for line in lines if line)
    recorded = "6a85310ca8ce15eff755aa08a3a4ff931c7e273e7515ebb3c492ea85fd8288f2"
    assert hashlib.sha256(text.encode()).hexdigest() == recorded
    assert PIN.file == "ifeval_input_data.jsonl"
