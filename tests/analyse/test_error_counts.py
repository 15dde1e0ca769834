"""What went wrong, counted by hand."""

from leadline.analyse.errors import count_errors
from leadline.records import Cell, Generation, Judgement, Verdict

CELL = Cell(model="m", task="t", method="sft", n_examples=100, seed=0)


def judge(i: int, question: str, verdict: Verdict) -> Judgement:
    return Judgement(
        cell=CELL, problem_id=f"p{i}", sample=0, question=question, verdict=verdict, by="rule/1"
    )


def test_format_errors_are_counted_over_all_and_among_the_wrong() -> None:
    correct: list[Verdict] = ["yes", "yes", "no", "no", "no", "undecided"]
    malformed: list[Verdict] = ["no", "yes", "yes", "yes", "no", "yes"]
    rows = [judge(i, "correct", v) for i, v in enumerate(correct)]
    rows += [judge(i, "format", v) for i, v in enumerate(malformed)]
    generations = [
        Generation(cell=CELL, problem_id="p2", sample=0, text="", stopped="length", n_tokens=5)
    ]
    counts = count_errors(CELL, rows, generations)
    assert (counts.n_asked, counts.n_right, counts.n_wrong, counts.n_undecided) == (6, 2, 3, 1)
    assert (counts.n_format_errors, counts.n_format_errors_wrong) == (4, 2)
    assert counts.n_truncated == 1
    assert counts.format_error_share == 4 / 6


def test_a_task_without_a_format_question_has_no_format_count() -> None:
    counts = count_errors(CELL, [judge(0, "correct", "no")], [])
    assert counts.n_format_errors is None
    assert counts.format_error_share is None
