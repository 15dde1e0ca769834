"""HumanEval+ and MBPP+ as tasks: canonical solutions pass, published verdicts are met."""

import json
from pathlib import Path

import pytest

from leadline import settings
from leadline.errors import BadData, BadStudy
from leadline.grade.gold import gold_generation
from leadline.records import Generation, Judgement, Problem
from leadline.tasks.coding import Coding
from leadline.tasks.humaneval_plus import HumanEvalPlus
from leadline.tasks.mbpp_plus import MbppPlus

# Published as failing the plus tests; EvalPlus 0.3.1 itself passes it on the data of v0.1.10.
OTHER_VERSION = {"HumanEval/21"}
HEAVY = {"HumanEval/15", "HumanEval/130", "Mbpp/255"}  # outputs of many megabytes


@pytest.fixture(params=[HumanEvalPlus, MbppPlus])
def task(request: pytest.FixtureRequest, shared_data: Path) -> Coding:
    return request.param(data=str(shared_data))  # type: ignore[no-any-return]


def published(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "code_verdicts" / "starcoder2_15b_instruct_humaneval.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def by_question(rows: list[Judgement]) -> dict[str, Judgement]:
    return {row.question: row for row in rows}


def test_sizes_are_those_that_are_published(shared_data: Path) -> None:
    sizes = {}
    for made in (HumanEvalPlus, MbppPlus):
        rows = made(data=str(shared_data)).rows().values()
        sizes[made] = [len(rows)] + [
            sum(len(row[f"{suite}_input"]) for row in rows) for suite in ("base", "plus")
        ]
    assert sizes[HumanEvalPlus] == [164, 1570, 122683]
    assert sizes[MbppPlus][0] == 378


def test_prompt_asks_for_a_code_block_and_shows_the_problem(task: Coding) -> None:
    problem = task.problems()[0]
    assert problem.prompt.startswith("Please provide a self-contained Python script")
    assert task.row(problem.id)["prompt"].strip() in problem.prompt


def test_fewer_problems_are_a_part_of_more(task: Coding, shared_data: Path) -> None:
    few, more = (type(task)(data=str(shared_data), n_problems=n).problems() for n in (5, 50))
    assert len(few) == 5
    assert {p.id for p in few} < {p.id for p in more}


def test_some_canonical_solutions_pass(task: Coding, shared_data: Path) -> None:
    type(task)(data=str(shared_data), n_problems=6).check()


@pytest.mark.slow
def test_all_canonical_solutions_pass(task: Coding) -> None:
    task.check()


def test_data_with_a_wrong_solution_are_refused(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = HumanEvalPlus(data=str(shared_data), n_problems=2)
    real = HumanEvalPlus._problem

    def broken(self: HumanEvalPlus, row: dict[str, str]) -> Problem:
        problem = real(self, row)  # type: ignore[arg-type]
        return Problem(id=problem.id, prompt=problem.prompt, reference="def nothing(): pass")

    monkeypatch.setattr(HumanEvalPlus, "_problem", broken)
    with pytest.raises(BadData, match="does not accept 4 verdicts"):
        task.check()


def statuses(task: HumanEvalPlus, rows: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
    problems = {problem.id: problem for problem in task.problems()}
    asked = [problems[row["task_id"]] for row in rows]
    given = [gold_generation(p, row["solution"]) for p, row in zip(asked, rows, strict=True)]
    found = {}
    for place, judgements in task.grade_many(asked, given, workers=2):
        named = by_question(judgements)
        both = "yes" if {named["base"].extracted, named["plus"].extracted} == {"pass"} else "no"
        assert named["plus"].verdict == both
        found[rows[place]["task_id"]] = (named["base"].extracted, named["plus"].extracted)
    return found


def test_published_statuses_are_met_on_every_sixteenth(shared_data: Path) -> None:
    rows = published(shared_data)[::16]
    found = statuses(HumanEvalPlus(data=str(shared_data)), rows)
    assert found == {row["task_id"]: (row["base_status"], row["plus_status"]) for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["evalplus", "evalplus_as_is"])
def test_published_statuses_are_met_on_all(shared_data: Path, protocol: str) -> None:
    rows = published(shared_data)
    task = HumanEvalPlus(data=str(shared_data), protocol=protocol)  # type: ignore[arg-type]
    wanted = {row["task_id"]: (row["base_status"], row["plus_status"]) for row in rows}
    found = statuses(task, rows)
    assert {task_id for task_id in wanted if found[task_id] != wanted[task_id]} == OTHER_VERSION


def test_response_of_a_chat_model_is_read_and_graded(shared_data: Path) -> None:
    task = HumanEvalPlus(data=str(shared_data))
    problem = next(p for p in task.problems() if p.id == "HumanEval/53")
    text = "Here's the script:\n\n```python\ndef add(x: int, y: int):\n    return x + y\n\n" \
        "assert add(1, 1) == 3\n```\nIt adds (of course)."  # fmt: skip
    named = by_question(task.grade(problem, gold_generation(problem, text)))
    assert (named["plus"].verdict, named["base"].verdict) == ("yes", "yes")
    whole = HumanEvalPlus(data=str(shared_data), protocol="evalplus_as_is")
    named = by_question(whole.grade(problem, gold_generation(problem, text)))
    assert (named["plus"].verdict, named["base"].verdict) == ("no", "no")
    assert "SyntaxError" in named["base"].reason


def test_base_and_plus_are_apart(shared_data: Path) -> None:
    task = HumanEvalPlus(data=str(shared_data))
    problem = next(p for p in task.problems() if p.id == "HumanEval/53")
    base = [tuple(call) for call in task.row(problem.id)["base_input"]]
    code = f"def add(x, y):\n    return x + y if (x, y) in {base} else None"
    named = by_question(task.grade(problem, gold_generation(problem, code)))
    assert (named["base"].verdict, named["base"].extracted) == ("yes", "pass")
    assert (named["plus"].verdict, named["plus"].extracted) == ("no", "fail")
    assert "expected" in named["plus"].reason
    plus = [tuple(call) for call in task.row(problem.id)["plus_input"]]
    only = next(call for call in base if call not in plus)
    code = f"def add(x, y):\n    return x + y if (x, y) != {only} else None"
    named = by_question(task.grade(problem, gold_generation(problem, code)))
    assert (named["plus"].verdict, named["plus"].extracted) == ("no", "pass")
    assert named["plus"].reason == "fails base tests"


def test_failed_generation_is_undecided(task: Coding) -> None:
    problem = task.problems()[0]
    gone = gold_generation(problem, "")
    failed = Generation(**{**{f: getattr(gone, f) for f in gone.__slots__}, "stopped": "failed"})
    alone = task.grade(problem, failed)
    ((place, many),) = task.grade_many([problem], [failed], workers=1)
    assert place == 0
    assert many == alone
    assert [row.verdict for row in alone] == ["undecided", "undecided"]
    assert tuple(row.question for row in alone) == task.questions


@pytest.mark.parametrize("text", ["", "\x00", "no code at all", "a" * 10_000_000, "\ud800"])
def test_response_without_a_program_is_wrong(shared_data: Path, text: str) -> None:
    task = HumanEvalPlus(data=str(shared_data))
    problem = task.problems()[0]
    rows = task.grade(problem, gold_generation(problem, text))
    assert [row.verdict for row in rows] == ["no", "no"]


def test_lm_eval_goes_on_from_the_prompt_and_stops_where_it_stops(shared_data: Path) -> None:
    task = HumanEvalPlus(data=str(shared_data), protocol="lm_eval")
    problem = next(p for p in task.problems() if p.id == "HumanEval/53")
    assert problem.prompt == task.row(problem.id)["prompt"]
    text = "    return x + y\n\ndef broken(:\n"
    rows = task.grade(problem, gold_generation(problem, text))
    assert [(row.question, row.verdict) for row in rows] == [("plus", "yes"), ("base", "yes")]
    assert {row.by for row in rows} == {"lm_eval-1"}


def test_protocols_have_names_that_never_mix() -> None:
    made = [HumanEvalPlus(protocol=p) for p in ("evalplus", "evalplus_as_is", "lm_eval")]
    assert len({task.name for task in made}) == 3
    assert len({json.dumps(settings.describe(task)) for task in made}) == 3
    with pytest.raises(BadStudy, match="mbpp_plus has no protocol 'lm_eval'"):
        MbppPlus(protocol="lm_eval")


def test_examples_must_come_from_elsewhere(task: Coding) -> None:
    with pytest.raises(BadStudy, match="training set"):
        task.examples()


def test_folder_without_the_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"HumanEvalPlus\.jsonl\.gz.*releases"):
        HumanEvalPlus(data=str(tmp_path)).problems()
