"""The figure of accuracies beside win rates says the numbers of its rows."""

import dataclasses
from xml.etree import ElementTree

from comparisons import A, B, both_orders

from leadline.analyse.rivals import Rivals, accuracy_and_win_rate
from leadline.figures.canvas import NARROW, WIDE
from leadline.figures.winrate_figure import judge_label, winrate_figure
from leadline.records import Comparison, Measurement

JUDGE = "gpt-4o_0123abcd pairs"


def verdicts(win: int, neither: int, lose: int, *, by: str) -> list[Comparison]:
    letters = ["aa"] * win + ["nn"] * neither + ["bb"] * lose
    return [row for i, v in enumerate(letters) for row in both_orders(f"p{i}", v, by=by)]


def rows() -> list[Rivals]:
    accuracy = Measurement(
        model=A.model,
        task=A.task,
        method=A.method,
        n_examples=A.n_examples,
        seed=0,
        metric="accuracy",
        value=0.147,
        standard_error=0.01,
        n_problems=1319,
        n_undecided=0,
        n_truncated=0,
    )
    found = verdicts(84, 14, 2, by=JUDGE) + verdicts(60, 0, 40, by="length-1")
    return accuracy_and_win_rate([accuracy], found)


def texts(svg: str) -> set[str]:
    root = ElementTree.fromstring(svg)
    return {"".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("}text")}


def test_accuracies_and_shares_stand_in_the_figure() -> None:
    for size in (WIDE, NARROW):
        said = texts(winrate_figure(rows(), size=size))
        assert {"14.7", "not measured", "84", "14", "60", "40"} <= said
        assert {"general wins", "neither", "maths wins", "judge gpt-4o", "judge length-1"} <= said


def test_tasks_go_by_the_names_they_are_given() -> None:
    said = texts(winrate_figure(rows(), names={"general": "1,000 chats"}))
    assert {"1,000 chats wins", "accuracy, 1,000 chats", "maths wins"} <= said


def test_nothing_decided_is_said_and_hostile_names_are_harmless() -> None:
    cells = [dataclasses.replace(cell, model="<b>\x1b$x$") for cell in (A, B)]
    undecided = both_orders("p", "??", a=cells[0], b=cells[1], by="_<script>")
    svg = winrate_figure(accuracy_and_win_rate([], undecided))
    assert "nothing decided" in texts(svg)
    assert "<script>" not in svg


def test_figure_is_the_same_bytes_for_the_same_rows() -> None:
    assert winrate_figure(rows()) == winrate_figure(rows())


def test_judge_goes_by_its_model() -> None:
    assert judge_label(JUDGE) == "gpt-4o"
    assert judge_label("length-1") == "length-1"
