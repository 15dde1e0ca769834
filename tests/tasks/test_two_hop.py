"""Two-hop sets: gold answers, splits that share no chain, and SubQA's reader on made files."""

import json
from pathlib import Path
from typing import Any

import pytest

from leadline.errors import BadData, BadStudy
from leadline.leaks import find_leaks
from leadline.tasks.two_hop import SOURCES, SYSTEM, TwoHop
from leadline.tasks.two_hop_rows import hold_out, linked_groups

STAND_INS = [source for source in SOURCES if source != "subqa"]
# two-hop and one-hop examples
SIZES = {
    "compositional_celebrities": (900, 1285),
    "bamboogle": (25, 47),
    "musique": (113, 200),
}


@pytest.fixture(params=STAND_INS)
def task(request: pytest.FixtureRequest, shared_data: Path) -> TwoHop:
    return TwoHop(source=request.param, data=str(shared_data))


def test_every_accepted_answer_of_every_row_grades_yes(task: TwoHop) -> None:
    task.check()


def test_sizes(task: TwoHop) -> None:
    examples = task.examples()
    assert len({e.id for e in examples}) == len({e.prompt for e in examples}) == len(examples)
    one = sum("-hop" in e.id for e in examples)
    assert (len(examples) - one, one) == SIZES[task.source]
    assert len(task.problems()) == 100
    assert {e.system for e in examples} == {SYSTEM}


def test_training_and_held_out_share_no_chain(task: TwoHop) -> None:
    training, held_out = task._split()
    assert not {link for r in training for link in r.links} & {
        link for r in held_out for link in r.links
    }
    asked = {" ".join(q.lower().split()) for r in training for q, _ in r.hops}
    for row in held_out:
        assert not asked & {" ".join(q.lower().split()) for q, _ in row.hops}
    assert [
        leak for leak in find_leaks(task.examples(), task.problems()) if leak.kind == "exact"
    ] == []


def test_nobody_held_out_is_trained_on(shared_data: Path) -> None:
    """Compositional Celebrities: each question names one celebrity; none is on both sides."""
    training, held_out = TwoHop(data=str(shared_data))._split()
    people = {row.links[0].removeprefix("first: ") for row in held_out}
    assert len(people) > 50
    for row in training:
        assert row.links[0].removeprefix("first: ") not in people


def test_the_split_depends_on_no_order(task: TwoHop) -> None:
    rows = task._rows()
    again = hold_out(rows[::-1], n=100)
    assert {row.id for row in again[1]} == {row.id for row in hold_out(rows, n=100)[1]}
    assert sum(map(len, linked_groups(rows))) == len(rows)


def test_examples_have_the_form_that_is_graded(task: TwoHop) -> None:
    example = task.examples()[0]
    lines = example.response.split("\n")
    assert lines[0] == example.prompt
    assert lines[1].endswith(":")
    assert all(" → " in line for line in lines[2:-1])
    assert lines[-1].startswith("The final answer is: ")
    assert "#1" not in "".join(e.response for e in task.examples())


def test_fewer_problems_are_a_part_of_more(task: TwoHop) -> None:
    few, more = (
        {p.id for p in TwoHop(source=task.source, data=task.data, n_problems=n).problems()}
        for n in (20, 60)
    )
    assert (len(few), len(more)) == (20, 60)
    assert few < more


def test_all_questions_can_be_tested_on(shared_data: Path) -> None:
    task = TwoHop(source="bamboogle", part="all", data=str(shared_data))
    task.check()
    assert [p.id for p in task.problems()] == [str(i) for i in range(125)]
    with pytest.raises(BadStudy, match="part='held_out'"):
        task.examples()


def test_impossible_settings_are_refused(shared_data: Path) -> None:
    with pytest.raises(BadStudy, match="compositional_celebrities"):
        TwoHop(source="celebrities")  # type: ignore[arg-type]
    for n in (0, 101):
        with pytest.raises(BadStudy, match="the test set has 100"):
            TwoHop(data=str(shared_data), n_problems=n).problems()


def made_subqa(n: int = 1000) -> list[dict[str, Any]]:
    return [
        {
            "_id": f"id{i}",
            "question": f"What is made in the town where person {i} lives?",
            "answer": f"thing {i}",
            "sub_questions": [
                {"question": f"Where does person {i} live?", "answer": f"town {i}"},
                {"question": f"What is made in town {i}?", "answer": f"thing {i}"},
            ],
        }
        for i in range(n)
    ]


def write(path: Path, rows: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows), encoding="utf-8")


def test_subqa_has_the_papers_counts_in_either_layout(tmp_path: Path) -> None:
    rows = made_subqa()
    write(tmp_path / "together" / "subqa" / "subqa.json", rows)
    write(tmp_path / "apart" / "subqa" / "original.json", rows)
    for n in (0, 1):
        parts = [{"_id": row["_id"], **row["sub_questions"][n]} for row in rows]
        write(tmp_path / "apart" / "subqa" / f"sub{n + 1}.json", parts[:: 1 - 2 * n])
    tasks = [TwoHop(source="subqa", data=str(tmp_path / name)) for name in ("together", "apart")]
    for task in tasks:
        task.check()
        examples = task.examples()
        assert task.name == "subqa"
        assert sum("-hop" in e.id for e in examples) == 1800
        assert len(examples) == 2700
        assert len(task.problems()) == 100
    assert tasks[0].problems() == tasks[1].problems()


@pytest.mark.parametrize(
    ("name", "rows", "fault"),
    [
        ("subqa.json", made_subqa(999), "999 questions .* SubQA has 1000"),
        ("subqa.json", [{"_id": "1", "question": "q"}], "row 0: 'sub_questions' must be"),
        ("subqa.json", {"data": []}, "not a list of objects"),
        ("subqa.json", [{**made_subqa(1)[0], "answer": 3}], "row 0: 'answer' must be text"),
        ("train.json", [], "it has train.json"),
        ("original.json", [], "nor the three files"),
    ],
)
def test_other_subqa_files_are_refused(tmp_path: Path, name: str, rows: object, fault: str) -> None:
    write(tmp_path / "subqa" / name, rows)
    with pytest.raises(BadData, match=fault):
        TwoHop(source="subqa", data=str(tmp_path)).problems()


def test_without_subqa_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"data.zip .*subqa .*source='compositional_celebrities'"):
        TwoHop(source="subqa", data=str(tmp_path)).problems()
