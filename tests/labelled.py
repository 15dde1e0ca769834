"""Curves of labelled responses, written by hand or drawn from known rates."""

from collections.abc import Mapping, Sequence

import numpy as np

from leadline.analyse.labels import CurveLabels, read_labels
from leadline.analyse.measure import curves, measure
from leadline.records import Cell, Judgement, Problem, Verdict

LETTERS = {"f": "format", "a": "arithmetic", "r": "reasoning"}


def rows_by_hand(
    sizes: Sequence[int], story: Mapping[str, str], *, kinds: str = "far", task: str = "maths"
) -> dict[Cell, list[Judgement]]:
    """`story`: for each problem, one word a size: `R` right; `U` undecided; else wrong with these
    letters' kinds, `-` none, and `?` after a letter: undecided in that kind."""
    cells = {n: _cell(n, task) for n in sizes}
    rows: dict[Cell, list[Judgement]] = {cell: [] for cell in cells.values()}
    for problem, words in story.items():
        for n, word in zip(sizes, words.split(), strict=True):
            correct: Verdict = {"R": "yes", "U": "undecided"}.get(word, "no")  # type: ignore[assignment]
            rows[cells[n]].append(_judge(cells[n], problem, "correct", correct))
            for letter in kinds:
                there: Verdict = "yes" if letter in word else "no"
                there = "undecided" if f"{letter}?" in word else there
                rows[cells[n]].append(_judge(cells[n], problem, LETTERS[letter], there))
    return rows


def by_hand(
    sizes: Sequence[int],
    story: Mapping[str, str],
    *,
    kinds: str = "far",
    groups: Mapping[str, str] | None = None,
) -> CurveLabels:
    """The labels of the one curve of `rows_by_hand`."""
    rows = rows_by_hand(sizes, story, kinds=kinds)
    measured = [m for cell, found in rows.items() for m in measure(cell, found, [])]
    (curve,) = curves(measured)
    problems = [
        Problem(id=name, prompt="", reference="", group=(groups or {}).get(name, ""))
        for name in story
    ]
    return read_labels(curve, rows, problems)


def drawn(
    sizes: Sequence[int],
    rates: Mapping[str, Sequence[float]],
    *,
    n_problems: int,
    rng: np.random.Generator,
) -> CurveLabels:
    """Each kind alone with its own rate (0–1) at each size; a response is wrong if it has any."""
    shape = (len(sizes), len(rates), n_problems)
    rate_SK = np.array(list(rates.values())).T
    mistakes = (rng.random(shape) < rate_SK[:, :, None]).astype(float)
    return CurveLabels(
        model="m",
        task="maths",
        method="sft",
        sizes=tuple(sizes),
        kinds=tuple(rates),
        n_seeds=1,
        responses=tuple((f"p{i}", 0, 0) for i in range(n_problems)),
        clusters=np.arange(n_problems),
        wrong=mistakes.max(axis=1),
        mistakes=mistakes,
    )


def _cell(n: int, task: str) -> Cell:
    return Cell(model="m", task=task, method="sft" if n else "base", n_examples=n, seed=0)


def _judge(cell: Cell, problem: str, question: str, verdict: Verdict) -> Judgement:
    return Judgement(
        cell=cell, problem_id=problem, sample=0, question=question, verdict=verdict, by="hand/1"
    )
