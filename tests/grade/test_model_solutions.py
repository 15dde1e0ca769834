"""OpenAI's published GSM8K solutions of four models: their `is_correct` is reproduced on every row.

Their final line is `A: n`, which is neither lm-eval's `#### n` nor bound to come last. Two readings
must both agree with the published verdicts: `numeric` on the text as it is (its last number), and
`correct` (lm-eval's strict match) on the text with `A: ` rewritten as `#### `.
"""

import re
from pathlib import Path

import pytest

from leadline.data import Row, read_jsonl
from leadline.grade.gold import gold_generation
from leadline.records import Problem
from leadline.tasks.gsm8k import GSM8K

N_QUESTIONS, N_MODELS, N_CORRECT = 649, 4, 970
_FINAL = re.compile(r"^A: ", re.MULTILINE)


@pytest.fixture(scope="module")
def solved(shared_data: Path) -> list[tuple[Problem, Row]]:
    """Each problem with each model's {solution, is_correct}."""
    problems = {p.id: p for p in GSM8K(style="plain", data=str(shared_data)).problems()}
    rows = read_jsonl(shared_data / "gsm8k_model_solutions" / "openai_example_solutions.jsonl")
    assert len(rows) == N_QUESTIONS
    for row in rows:
        assert problems[str(row["gsm8k_test_index"])].prompt == row["question"]
    return [
        (problems[str(row["gsm8k_test_index"])], solution)
        for row in rows
        for solution in row["solutions"].values()
    ]


def differing(solved: list[tuple[Problem, Row]], question: str, *, rewritten: bool) -> list[str]:
    task, wrong = GSM8K(style="plain"), []
    for problem, solution in solved:
        text = _FINAL.sub("#### ", solution["solution"]) if rewritten else solution["solution"]
        verdicts = {
            row.question: row.verdict for row in task.grade(problem, gold_generation(problem, text))
        }
        if verdicts[question] != ("yes" if solution["is_correct"] else "no"):
            wrong.append(problem.id)
    return wrong


def test_published_verdicts_are_reproduced(solved: list[tuple[Problem, Row]]) -> None:
    assert len(solved) == N_QUESTIONS * N_MODELS
    assert sum(solution["is_correct"] for _, solution in solved) == N_CORRECT
    assert differing(solved, "numeric", rewritten=False) == []
    assert differing(solved, "correct", rewritten=True) == []


def test_gold_answers_of_all_8792_rows_grade_yes_in_both_styles(shared_data: Path) -> None:
    for style in ("plain", "socratic"):
        task = GSM8K(style=style, data=str(shared_data))
        golds = [(e.id, e.prompt, e.response) for e in task.examples()]
        golds += [(p.id, p.prompt, p.reference) for p in task.problems()]
        assert len(golds) == 8_792
        for number, prompt, answer in golds:
            problem = Problem(id=number, prompt=prompt, reference=answer)
            rows = task.grade(problem, gold_generation(problem, answer))
            right = [row.verdict for row in rows if row.question != "format"]
            assert right == ["yes", "yes", "yes"], number
