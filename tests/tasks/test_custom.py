"""A user's own files: read as they are meant, refused by file and line, graded by rule."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline import settings
from leadline.errors import BadData, BadStudy, LeadlineError
from leadline.grade.gold import gold_generation
from leadline.records import Generation
from leadline.tasks.custom import Custom
from leadline.tasks.rows import read_lines

GOOD = {"prompt": "2 + 2?", "response": "4"}


def write(folder: Path, *rows: Any, name: str = "rows.jsonl") -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


def chat(*turns: tuple[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def verdict(folder: Path, grader: str, reference: str, response: str, stopped: str = "stop") -> str:
    path = write(folder, {"prompt": "?", "response": reference})
    task = Custom(train=path, test=path, grader=grader)
    problem = task.problems()[0]
    gold = gold_generation(problem, response)
    generation = Generation(
        cell=gold.cell, problem_id="0", sample=0, text=response, stopped=stopped, n_tokens=1
    )
    (row,) = task.grade(problem, generation)
    assert row.question == "correct"
    assert row.by == task.grader_version
    return row.verdict


def test_both_shapes_give_the_same_rows(tmp_path: Path) -> None:
    plain = [{**GOOD, "system": "Be brief."}, {**GOOD, "prompt": "3 + 3?"}]
    chats = [
        chat(("system", "Be brief."), ("user", "2 + 2?"), ("assistant", "4")),
        chat(("user", "3 + 3?"), ("assistant", "4")),
    ]
    first = Custom(train=write(tmp_path, *plain), test="")
    second = Custom(train=write(tmp_path, *chats, name="chat.jsonl"), test="")
    assert first.examples() == second.examples()
    example = first.examples()[0]
    assert (example.id, example.system, example.response) == ("0", "Be brief.", "4")


def test_ids_are_the_users_or_the_place_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, {**GOOD, "id": "sum"}, "", GOOD, {**GOOD, "id": 17, "more": [1]})
    assert [line.id for line in read_lines(path)] == ["sum", "1", "17"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"prompt": "a"}, "'response' is missing"),
        ({"prompt": "a", "responce": "b"}, "did you mean 'responce'"),
        ({}, "'prompt' is missing"),
        ({"prompt": "a", "response": ""}, "response is empty"),
        ({"prompt": " \n", "response": "b"}, "prompt is empty"),
        ({"prompt": 3, "response": "b"}, "'prompt' must be text, and is a number"),
        ({"prompt": "a", "response": None}, "'response' must be text, and is missing or null"),
        ({"prompt": "a", "response": ["b"]}, "'response' must be text, and is a list"),
        ({**GOOD, "system": {}}, "'system' must be text, and is an object"),
        ({**GOOD, "id": True}, "'id' must be text or a whole number, and is a truth value"),
        ({**GOOD, "id": 1.5}, "'id' must be text or a whole number, and is a number"),
        ({**GOOD, "id": ""}, "'id' must be text or a whole number, and is empty text"),
        ({**GOOD, "messages": []}, "both 'messages' and 'prompt'"),
        ({"messages": "hello"}, "'messages' must be a list, and is empty text"),
        ({"messages": []}, "are: none"),
        ({"messages": ["hello"]}, "message 1 is not an object"),
        (chat(("user", "a")), "are: user"),
        (chat(("user", "a"), ("assistant", "")), "response is empty"),
        (chat(("user", "a"), ("assistant", None)), "message 2 .assistant. must be text"),
        (chat(("user", [{"type": "text"}]), ("assistant", "b")), "message 1 .user. must be text"),
        (chat(("assistant", "a"), ("user", "b")), "are: assistant, user"),
        (chat(("user", "a"), ("assistant", "b")) | {"system": "c"}, "'messages' and 'system'"),
        (
            chat(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d")),
            "are: user, assistant, user, assistant. A longer conversation",
        ),
        ('{"prompt": "a", ', "not JSON"),
        ("[]", "instead of a JSON object"),
    ],
)
def test_fault_is_named_by_file_and_line(tmp_path: Path, row: Any, fault: str) -> None:
    path = write(tmp_path, GOOD, "", row, GOOD)
    with pytest.raises(BadData, match=fault) as caught:
        Custom(train=path, test=path).examples()
    assert f"{path}, line 3: " in str(caught.value)


def test_duplicate_ids_name_both_lines(tmp_path: Path) -> None:
    path = write(tmp_path, {**GOOD, "id": 1}, {**GOOD, "id": "x"}, {**GOOD, "id": "1"})
    with pytest.raises(BadData, match=r"line 3: the id '1' is also that of .*line 1"):
        read_lines(path)
    with pytest.raises(BadData, match=r"line 2: the id '1' is also that of .*line 1"):
        read_lines(write(tmp_path, {**GOOD, "id": 1}, GOOD))


def test_unknown_grader_names_the_nearest() -> None:
    with pytest.raises(
        BadStudy, match=r"Did you mean 'numeric'\? There are: exact, contains, numeric"
    ):
        Custom(train="a", test="b", grader="Numerical")
    with pytest.raises(BadStudy, match=r"no grader 'zzz'\. There are"):
        Custom(train="a", test="b", grader="zzz")


@pytest.mark.parametrize(
    ("grader", "reference", "response", "expected"),
    [
        ("exact", "Paris", " **paris.** ", "yes"),
        ("exact", "Paris", "It is Paris", "no"),
        ("contains", "Paris", "It is Paris, I think", "yes"),
        ("contains", "Paris", "a comparison", "no"),
        ("numeric", "1,200", "so we get $1200.00.", "yes"),
        ("numeric", "#### 7", "First 8.\n#### 7\n", "yes"),
        ("numeric", "7", "no number", "no"),
        ("choice", "B", "The answer is (B).", "yes"),
        ("choice", "B) Paris", "B", "yes"),
        ("choice", "A", "A dog is an animal.", "no"),
        ("choice", "B", "I cannot say", "no"),
        ("exact", "Paris", "", "no"),
    ],
)
def test_verdicts_by_rule(
    tmp_path: Path, grader: str, reference: str, response: str, expected: str
) -> None:
    assert verdict(tmp_path, grader, reference, response) == expected
    assert verdict(tmp_path, grader, reference, reference) == "yes"
    assert verdict(tmp_path, grader, reference, reference, stopped="failed") == "undecided"


@pytest.mark.parametrize(
    ("grader", "reference", "needs"),
    [("numeric", "seven", "a number"), ("choice", "Paris", "a letter A to E")],
)
def test_reference_that_the_grader_cannot_read_is_refused(
    tmp_path: Path, grader: str, reference: str, needs: str
) -> None:
    path = write(tmp_path, {"prompt": "a", "response": "B 7"}, {**GOOD, "response": reference})
    with pytest.raises(BadData, match=f"line [12]: the grader '{grader}' needs {needs}"):
        Custom(train=path, test=path, grader=grader).check()


@given(
    st.sampled_from(["exact", "contains"]),
    st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=4),
)
def test_any_reference_grades_yes_as_its_own_response(
    tmp_path_factory: pytest.TempPathFactory, grader: str, references: list[str]
) -> None:
    rows = [{"prompt": "?", "response": reference} for reference in references]
    path = write(tmp_path_factory.mktemp("gold"), *rows)
    Custom(train=path, test=path, grader=grader).check()


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["prompt", "response", "id", "messages", "role", "content"]),
                      inner, max_size=4)
), max_leaves=12))  # fmt: skip
def test_any_row_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, row: Any) -> None:
    path = write(tmp_path_factory.mktemp("rows"), row)
    try:
        (line,) = read_lines(path)
    except LeadlineError:
        return
    assert line.prompt.strip()
    assert line.response.strip()


def test_files_may_move_without_changing_the_study() -> None:
    here, there = (Custom(train=f"{place}/a", test=f"{place}/b") for place in ("x", "y"))
    assert settings.describe(here) == settings.describe(there)
    assert settings.describe(here) != settings.describe(Custom(train="x", test="y", name="z"))
    assert hash(here)  # tasks are cache keys


def test_good_files_pass_the_check(tmp_path: Path) -> None:
    train, test = write(tmp_path, GOOD), write(tmp_path, GOOD, GOOD, name="test.jsonl")
    Custom(train=str(train), test=str(test), grader="numeric").check()
