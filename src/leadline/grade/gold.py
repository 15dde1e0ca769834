"""A grader proves itself on the gold answers before it grades a model."""

from collections.abc import Iterable

from leadline.errors import BadData
from leadline.protocols import Task
from leadline.records import Cell, Generation, Problem

_SHOWN = 3  # faulty answers that an error lists


def gold_generation(problem: Problem, text: str) -> Generation:
    """A gold answer in the shape of a model's response, of a cell that stands for no model."""
    cell = Cell(model="gold", task="gold", method="gold", n_examples=0, seed=0)
    return Generation(
        cell=cell, problem_id=problem.id, sample=0, text=text, stopped="stop", n_tokens=0
    )


def refuse_faulty_gold(
    task: Task,
    golds: Iterable[tuple[Problem, str]],
    *,
    expected: dict[str, str],
    known: frozenset[str] = frozenset(),
) -> None:
    """Raise BadData unless every gold answer gets the `expected` verdict (question → verdict).

    known: ids of problems whose gold answer is known to be faulty in form; they are passed over
    on every question but `correct`.
    """
    faults = []
    for problem, text in golds:
        for row in task.grade(problem, gold_generation(problem, text)):
            excused = problem.id in known and row.question != "correct"
            if row.verdict != expected.get(row.question, row.verdict) and not excused:
                faults.append(f"{problem.id}: {row.question} is {row.verdict} ({row.reason})")
    if faults:
        shown = "; ".join(faults[:_SHOWN])
        raise BadData(
            f"{task.name}: the grader {task.grader_version} does not accept {len(faults)} of the "
            f"data's own gold answers, so it cannot grade a model. First: {shown}. "
            "Correct these rows, or use another grader."
        )
