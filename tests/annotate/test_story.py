"""Reasoning in the miniature world's maths, on solutions whose errors a person can see."""

import dataclasses
from typing import Any

import pytest

from leadline.annotate import story
from leadline.grade.gold import gold_generation
from leadline.miniature.problems import detail, question
from leadline.miniature.story import Quantity, Story
from leadline.records import Problem
from leadline.tasks.miniature_maths import MiniatureMaths

FACTS = (
    "Dan has 6 boxes with 4 balls in each.",
    "Sue has 3 more balls than Dan.",
    "Omar has 13 balls.",
    "Then Sue buys 5 more balls.",
)
DAN = "How many balls does Dan have? ** Dan has <<6*4=24>>24 balls."
SUE = "How many balls does Sue have? ** Sue has <<24+3=27>>27 balls."
NOW = "How many balls does Sue have now? ** Sue now has <<27+5=32>>32 balls."
BOTH = (
    "How many balls do Sue and Dan have together? ** "
    "Sue and Dan together have <<32+24=56>>56 balls."
)
GOLD = (DAN, SUE, NOW, BOTH, "#### 56")


def _problem() -> Problem:
    """Dan has 6 * 4 = 24; Sue 24 + 3 = 27, then 27 + 5 = 32; together 32 + 24 = 56."""
    quantities = (
        Quantity("boxed", "Dan", "", "*", 6, 4, None, None, 24, FACTS[0], ""),
        Quantity("compare", "Sue", "", "+", 24, 3, 0, None, 27, FACTS[1], ""),
        Quantity("event", "Sue", "", "+", 27, 5, 1, None, 32, FACTS[3], ""),
        Quantity("total", "Sue", "Dan", "+", 32, 24, 2, 0, 56, "", ""),
    )
    told = Story("balls", quantities, FACTS, FACTS[2], False)
    asks = question(quantities[-1], things="balls")
    prompt = " ".join([*FACTS, asks])
    return Problem(id="p", prompt=prompt, reference="\n".join(GOLD), detail=detail(told))


PROBLEM = _problem()


def found(*lines: str, **changes: Any) -> tuple[str, str, str]:
    """Verdict, line and reason of `reasoning`."""
    generation = gold_generation(PROBLEM, "\n".join(lines))
    return tuple(story.reasoning(PROBLEM, dataclasses.replace(generation, **changes)))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(GOLD, id="gold"),
        pytest.param([DAN, SUE, NOW, BOTH], id="no final line, which is a matter of form"),
        pytest.param([DAN, SUE.replace("24+3", "3+24"), NOW, BOTH, "#### 56"], id="commuted"),
        pytest.param([DAN, NOW, BOTH, "#### 56"], id="a step in the head"),
        pytest.param([DAN, NOW.replace("27+5", "24+3+5"), BOTH, "#### 56"], id="two steps in one"),
        pytest.param([DAN, NOW.replace("27+5", "(6*4+3)+5"), BOTH, "#### 56"], id="three in one"),
        pytest.param(
            [
                DAN.replace("24", "25"),
                SUE.replace("24+3=27>>27", "25+3=28>>28"),
                NOW.replace("27+5=32>>32", "28+5=33>>33"),
                BOTH.replace("32+24=56>>56", "33+25=58>>58"),
                "#### 58",
            ],
            id="a slip carried on",
        ),
        pytest.param(
            [DAN, SUE.replace("27", "28"), NOW, BOTH, "#### 56"], id="a slip not carried on"
        ),
        pytest.param(
            [DAN, SUE, DAN, "How many balls does Omar have? ** Omar has 13 balls.", NOW, BOTH],
            id="a step again, and one that is not needed",
        ),
        pytest.param(
            [DAN, "Dan and Omar together have <<24+13=37>>37 balls.", SUE, NOW, BOTH, "#### 56"],
            id="a sum that is not needed",
        ),
        pytest.param(
            [
                "So 6*4=24.",
                "24 + 3 = 27, so Sue has 27 balls.",
                "27+5=32",
                "32+24=56",
                "So it is 56.",
            ],
            id="in the corpus's words",
        ),
        pytest.param(["#### 56", DAN, SUE, NOW, BOTH], id="the answer first"),
        pytest.param([" ".join(GOLD)], id="in one line"),
        pytest.param([FACTS[1], *GOLD], id="a fact said again"),
        pytest.param(["Let me think.", *GOLD, "Next: 3*3=10"], id="words before and after"),
    ],
)
def test_a_right_way_is_no_error(lines: list[str]) -> None:
    assert found(*lines) == ("no", "", "")


@pytest.mark.parametrize(
    ("lines", "line", "what"),
    [
        ([DAN.replace("6*4=24", "6+4=10").replace("24", "10")], 0, story.OPERATION),
        ([DAN, SUE.replace("24+3=27>>27", "24-3=21>>21")], 1, story.OPERATION),
        ([DAN, SUE.replace("24+3=27>>27", "6+3=9>>9")], 1, story.OPERAND),
        ([DAN, SUE, NOW.replace("27+5=32>>32", "24+5=29>>29")], 2, story.OPERAND),
        ([DAN, SUE, NOW, BOTH.replace("32+24=56>>56", "27+24=51>>51")], 3, story.OPERAND),
        ([DAN, SUE.replace("24+3=27>>27", "24+13=37>>37")], 1, story.DISTRACTOR),
        ([DAN, SUE.replace("Sue has <<", "Omar has <<")], 1, story.NAME),
        ([DAN.replace("does Dan", "does Ivan"), SUE, NOW, BOTH], 0, story.NAME),
        (
            [DAN, SUE, NOW, BOTH.replace("Sue and Dan together", "Sue and Omar together")],
            3,
            story.NAME,
        ),
        ([DAN.replace("balls", "pens")], 0, story.NAME),
        (
            [DAN.replace("Dan has", "Dan now has"), SUE.replace("has <<", "now has <<")],
            1,
            story.NAME,
        ),
        ([DAN, "Ivan has <<24*9=216>>216 balls."], 1, story.NOTHING),
        ([DAN, SUE, "#### 27"], 2, story.EARLY),
        ([DAN, SUE, NOW], 2, story.EARLY),
        ([DAN, SUE, NOW, BOTH, "#### 57"], 4, story.ANSWER),
        ([DAN, SUE, NOW, "#### 77"], 3, story.ANSWER),
        (
            [DAN, SUE.replace("24+3=27>>27", "24+3=28>>28"), NOW.replace("27", "29")],
            2,
            story.OPERAND,
        ),
        (["Omar has 14 balls.", DAN], 0, story.FACT),
    ],
)
def test_the_first_departure_is_named(lines: list[str], line: int, what: str) -> None:
    verdict, extracted, reason = found(*lines)
    assert (verdict, extracted) == ("yes", str(line))
    assert reason.startswith(f"{what} in line {line}")


@pytest.mark.parametrize(
    ("lines", "changes"),
    [
        (["I do not know."], {}),
        (["#### 56"], {}),  # right, but nothing shows how
        (["#### 57"], {}),
        ([DAN, SUE], {"stopped": "length"}),
        ([DAN, "How many balls does Sue have? ** Sue has 28 balls.", "#### 57"], {}),  # a slip?
        ([DAN, SUE, NOW, BOTH, "Also 5 of 6.", "Yes."], {}),
        ([DAN, SUE.replace("24+3", "29-2"), NOW, BOTH, "#### 56"], {}),  # perhaps a right way
    ],
)
def test_what_cannot_be_known_is_undecided(lines: list[str], changes: dict[str, Any]) -> None:
    verdict, _, reason = found(*lines, **changes)
    assert verdict == "undecided"
    assert reason


def test_an_error_that_is_sure_is_told_whatever_cannot_be_known() -> None:
    assert found("Also 5 of 6.", DAN, SUE.replace("+", "-"))[:2] == ("yes", "2")
    assert found(DAN, SUE.replace("+", "-"), stopped="length")[:2] == ("yes", "1")


def test_arithmetic_and_reasoning_are_independent() -> None:
    task = MiniatureMaths()
    wrong_both = [DAN.replace("24", "25"), SUE.replace("24+3=27>>27", "25-3=22>>22")]
    for lines, truth in [
        (GOLD, ("no", "no")),
        ([DAN.replace("24", "25"), SUE.replace("24+3=27>>27", "25+3=28>>28")], ("yes", "yes")),
        (wrong_both, ("yes", "yes")),
        ([DAN, SUE.replace("+", "-").replace("27", "21"), "#### 21"], ("no", "yes")),
        (["#### 56"], ("undecided", "undecided")),
        (["6*4=25" * 5_000], ("undecided", "undecided")),  # too long to be a solution
    ]:
        rows = task.annotate(PROBLEM, gold_generation(PROBLEM, "\n".join(lines)))
        assert tuple(row.question for row in rows) == task.error_kinds
        assert tuple(row.verdict for row in rows) == truth
        assert {row.by for row in rows} == {task.annotator_version}


def test_a_result_is_wrong_even_where_measures_would_make_it_right() -> None:
    """In a world with units, 18-13=15 could be 5 of something as 15 of something smaller."""
    task = MiniatureMaths()
    lines = ["How many balls does Sue have? ** Sue has 18-13=15 balls."]
    rows = task.annotate(PROBLEM, gold_generation(PROBLEM, "\n".join(lines)))
    assert (rows[0].question, rows[0].verdict, rows[0].extracted) == ("arithmetic", "yes", "0")


@pytest.mark.parametrize("split", ["test", "validation"])
def test_gold_solutions_have_no_error(split: Any) -> None:
    task = MiniatureMaths(n_problems=400, split=split)
    for problem in task.problems():
        rows = task.annotate(problem, gold_generation(problem, problem.reference))
        assert [row.verdict for row in rows] == ["no", "no"], rows


def test_hostile_texts_get_a_verdict() -> None:
    for text in ["<<" * 9_000, "1+" * 9_000, "#### " * 3_000, "9" * 19_000, "6*4=" + "(" * 500]:
        assert found(text)[0] in ("undecided", "yes")
    assert found("<<6/0=0>>0 balls.")[0] == "yes"
