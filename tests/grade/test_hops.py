"""Step-by-step responses: what they answer, and their form."""

from pathlib import Path

import pytest

from leadline.grade.gold import gold_generation
from leadline.grade.hops import QUESTIONS, final_answer, grade_hops, hops_format_error, write_hops
from leadline.records import Cell, Generation, Problem
from leadline.tasks.two_hop import Source, TwoHop

GOLD = write_hops(
    "Who led x?", [("When was x?", "1991"), ("Who led in 1991?", "Ann Lee")], "Ann Lee"
)
PROBLEM = Problem(id="1", prompt="Who led x?", reference="Ann Lee")


def test_the_gold_form() -> None:
    assert GOLD.split("\n") == [
        "Who led x?",
        "Let's answer this step by step:",
        "When was x? → 1991",
        "Who led in 1991? → Ann Lee",
        "The final answer is: Ann Lee",
    ]
    assert hops_format_error(GOLD) is None
    assert final_answer(GOLD).answer == "Ann Lee"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Richard Nixon", "Richard Nixon"),
        ("The answer is **Richard Nixon**.", "Richard Nixon"),
        ("Answer: Paris\n\nQuestion: What?\nAnswer: Rome", "Paris"),
        ("Answer: Rome, I thought.\nThe final answer is: Paris", "Paris"),
        ("So the final answer to the question is: 42.", "42"),
        ("What is x? → 3\nWho? → Nixon", "Nixon"),
        ("What is x? ** Nixon", "Nixon"),
        ("The answer to the question of who was president is Nixon.", "Nixon"),
        ("\\boxed{12}", "12"),
        ("**Final answer:** $\\boxed{Paris}$", "Paris"),
        ("The final answer is: $", "$"),
        ("The final answer is: .ca", ".ca"),
        ("one\ntwo\nthree", "three"),
        ("", ""),
    ],
)
def test_final_answer(text: str, answer: str) -> None:
    assert final_answer(text).answer == answer


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 0, "empty"),
        ("Ann Lee", 0, "no final answer"),
        ("Who led x?\nSteps:\nThe final answer is: Ann", 2, "no step"),
        (GOLD.replace("→ 1991", "→ "), 4, ""),
        (GOLD + "\nQuestion: and y?", 5, "no final answer"),
        (GOLD.replace("Let's answer this step by step:\n", ""), 0, "not the question"),
        (GOLD.replace("When was x? → 1991", "When was x? → 1991 → so"), 2, "not 'sub-question"),
        (GOLD.replace("Who led in", "Hm.\nWho led in"), 3, "not the question"),
    ],
)
def test_format_errors(text: str, line: int, reason: str) -> None:
    error = hops_format_error(text)
    assert error is not None
    if reason:
        assert (error.line, reason in error.reason) == (line, True), error


def test_verdicts() -> None:
    def verdicts(text: str, stopped: str = "stop") -> dict[str, str]:
        cell = Cell(model="m", task="t", method="m", n_examples=0, seed=0)
        generation = Generation(
            cell=cell,
            problem_id="1",
            sample=0,
            text=text,
            stopped=stopped,
            n_tokens=1,  # type: ignore[arg-type]
        )
        rows = grade_hops(PROBLEM, generation, by="test")
        assert tuple(row.question for row in rows) == QUESTIONS
        assert all(row.by == "test" for row in rows)
        return {row.question: row.verdict for row in rows}

    assert verdicts(GOLD) == {"correct": "yes", "format": "no"}
    assert verdicts(GOLD, "length") == {"correct": "yes", "format": "yes"}
    assert verdicts("Ann Lee") == {"correct": "yes", "format": "yes"}
    assert verdicts(GOLD.replace("Ann Lee", "Bo Li")) == {"correct": "no", "format": "no"}
    assert verdicts("", "failed") == {"correct": "undecided", "format": "undecided"}
    assert verdicts("Lee") == {"correct": "undecided", "format": "yes"}


SAYINGS = [
    "{}",
    "The answer is {}.",
    "It's {}.",
    "**Final answer:** {}",
    "{} is the answer.",
    "Therefore, it was {}.",
    "I believe that it was {}.",
    "Step 1: a → b\nStep 2: c → {}",
    "\\boxed{{{}}}",
    "The answer to the question is {}, as shown above.",
    "Let's see.\n\nAnswer: {}\n\nQuestion: and y?\nAnswer: zzz",
]


@pytest.mark.parametrize("source", ["compositional_celebrities", "bamboogle", "musique"])
def test_the_key_is_found_however_it_is_said(shared_data: Path, source: Source) -> None:
    problems = TwoHop(source=source, part="all", data=str(shared_data)).problems()
    for number, problem in enumerate(problems):
        for saying in SAYINGS[number % 3 :: 3]:
            text = saying.format(problem.reference)
            row = grade_hops(problem, gold_generation(problem, text), by="")[0]
            assert row.verdict == "yes", (text, row)


def test_every_accepted_answer_of_the_detail_counts() -> None:
    problem = Problem(id="1", prompt="Where?", reference="Tulsa", detail={"golds": ["Tulsa", "OK"]})
    for text, verdict in (("Tulsa", "yes"), ("OK", "yes"), ("Reno", "no")):
        assert grade_hops(problem, gold_generation(problem, text), by="")[0].verdict == verdict


def test_a_huge_response_is_read_from_its_beginning() -> None:
    assert (
        grade_hops(PROBLEM, gold_generation(PROBLEM, "\x00" * 10_000_000), by="")[0].verdict == "no"
    )
