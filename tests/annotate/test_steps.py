"""Reasoning errors in two-hop answers: gold responses have none, planted ones are found where they
were planted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadline.annotate.rules import Annotated
from leadline.annotate.steps import read_steps, steps_reading
from leadline.grade.gold import gold_generation
from leadline.grade.hops import write_hops
from leadline.grade.spans import span_verdict
from leadline.records import Problem
from leadline.tasks.two_hop import Source, TwoHop

SOURCES: tuple[Source, ...] = ("compositional_celebrities", "bamboogle", "musique")
BORN, PRESIDENT = "When was Ann born?", "Who was president on June 29, 1991?"
PROBLEM = Problem(
    id="0",
    prompt="Who was president when Ann was born?",
    reference="George H. W. Bush",
    detail={
        "question": "Who was president when Ann was born?",
        "golds": ["George H. W. Bush"],
        "hops": [[BORN, "June 29, 1991"], [PRESIDENT, "George H. W. Bush"]],
    },
)


def read(*steps: tuple[str, str], final: str = "George H. W. Bush") -> tuple[str, str]:
    reading = steps_reading(PROBLEM, write_hops(PROBLEM.prompt, steps, final))
    return reading.verdict, reading.extracted


def test_the_gold_steps_and_other_writings_of_them_have_no_error() -> None:
    assert read((BORN, "June 29, 1991"), (PRESIDENT, "George H. W. Bush")) == ("no", "")
    assert read(
        ("On what day was Ann born?", "29 June 1991"),
        ("Who was the president of the United States then, on 29 June 1991?", "George Bush"),
        final="George H. W. Bush",
    )[0] in ("no", "undecided")


def test_steps_beyond_the_gold_ones_are_free() -> None:
    extra = ("Who is Ann?", "A singer")
    assert read(extra, (BORN, "June 29, 1991"), (PRESIDENT, "George H. W. Bush")) == ("no", "")


@pytest.mark.parametrize(
    ("steps", "final", "line"),
    [
        ([(BORN, "June 29, 1993"), (PRESIDENT, "George H. W. Bush")], "George H. W. Bush", "2"),
        ([(BORN, "June 29, 1991"), (PRESIDENT, "Bill Clinton")], "Bill Clinton", "3"),
        ([(BORN, "June 29, 1991"), (PRESIDENT, "George H. W. Bush")], "Bill Clinton", "4"),
        ([(PRESIDENT, "George H. W. Bush"), (BORN, "June 29, 1991")], "George H. W. Bush", "2"),
        ([(BORN, "June 29, 1991")], "June 29, 1991", "3"),
        (
            [
                (BORN, "June 29, 1991"),
                ("Who was president on March 1, 2001?", "George W. Bush"),
            ],
            "George W. Bush",
            "3",
        ),
    ],
    ids=["first answer", "second answer", "final", "swapped", "halfway", "another bridge"],
)
def test_an_error_is_found_on_its_line(steps: list[tuple[str, str]], final: str, line: str) -> None:
    assert read(*steps, final=final) == ("yes", line)


def test_what_cannot_be_known_is_undecided_with_the_reason() -> None:
    straight = steps_reading(PROBLEM, "The final answer is: Bill Clinton")
    assert (straight.verdict, straight.extracted) == ("undecided", "")
    assert "no step" in straight.reason
    own_way = write_hops(
        PROBLEM.prompt, [("Which party won in 1992?", "The Democrats")], "The Democrats"
    )
    assert steps_reading(PROBLEM, own_way).verdict == "undecided"
    assert steps_reading(PROBLEM, "The final answer is: George H. W. Bush").verdict == "no"
    assert steps_reading(PROBLEM, "").verdict == "undecided"


def test_steps_end_where_the_response_asks_itself_another_question() -> None:
    text = write_hops(PROBLEM.prompt, [(BORN, "June 29, 1991")], "x")
    run_on = f"{text}\nQuestion: Who else?\nWho is it? → Bill Clinton\nThe final answer is: y"
    assert [step.found for step in read_steps(run_on)] == ["June 29, 1991"]


def test_a_hostile_text_is_read_in_linear_time() -> None:
    for text in (" → " * 10_000, "a → b\n" * 10_000, "The final answer is " * 5_000):
        assert steps_reading(PROBLEM, text).verdict in ("yes", "no", "undecided")


@pytest.mark.parametrize("source", SOURCES)
def test_gold_responses_of_the_sets_are_clean_and_planted_errors_are_found(
    source: Source, shared_data: Path
) -> None:
    task = TwoHop(source=source, part="all", data=str(shared_data))
    assert isinstance(task, Annotated)
    n_planted = n_found = 0
    for problem, other in list(_pairs(task.problems()))[:200]:
        (one, two), gold = problem.detail["hops"], problem.reference
        bridge, wrong = other.detail["hops"][0][1], other.detail["golds"][0]
        carried = bridge.join(re.split(re.escape(one[1]), two[0], flags=re.IGNORECASE))
        clean = _annotated(task, problem, [one, (two[0], gold)], gold)
        assert clean == ("no", "")
        for steps, final, line in (
            ([(one[0], bridge), (carried, wrong)], wrong, "2"),
            ([one, (two[0], wrong)], wrong, "3"),
            ([one, (two[0], gold)], wrong, "4"),
        ):
            n_planted += 1
            n_found += _annotated(task, problem, steps, final) == ("yes", line)
    assert n_planted > 300
    assert n_found >= 0.995 * n_planted


def _pairs(problems: list[Problem]) -> Iterator[tuple[Problem, Problem]]:
    """Each problem with one whose answers are certainly wrong for it."""
    for problem, other in zip(problems, problems[37:] + problems[:37], strict=True):
        (one, two), (theirs, _) = problem.detail["hops"], other.detail["hops"]
        first = span_verdict(theirs[1], [one[1]], question=one[0]).verdict
        second = span_verdict(other.reference, problem.detail["golds"], question=two[0]).verdict
        if first == second == "no":
            yield problem, other


def _annotated(
    task: TwoHop, problem: Problem, steps: list[tuple[str, str]], final: str
) -> tuple[str, str]:
    text = write_hops(problem.prompt, steps, final)
    (row,) = task.annotate(problem, gold_generation(problem, text))
    assert row.question == "reasoning"
    return row.verdict, row.extracted
