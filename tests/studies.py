"""A study's rows without any training: accuracies drawn from a known curve."""

from collections.abc import Callable, Sequence

import numpy as np

from leadline.analyse.findings import find
from leadline.analyse.measure import curves, measure
from leadline.records import Cell, Checkpoint, Generation, Judgement, Measurement, Problem
from leadline.report.fitting import StudyLaws, fit_study
from leadline.report.results import CellResults, StudyResults

SIZES = (0, 100, 300, 1000, 3000, 10000)


def offset_rate(n: float) -> float:
    """The planted truth: 2 % at n = 0, towards 75 %."""
    return 1 - (0.25 + 0.73 * (1 + n / 400) ** -0.8)


def planted_cell(
    cell: Cell, *, rate: float, n_problems: int, rng: np.random.Generator, mark: str = ""
) -> CellResults:
    """`n_problems` judged responses, right with probability `rate`. `mark` goes into every text."""
    problems, generations, judgements = [], [], []
    for i in range(n_problems):
        apples, pears = (int(value) for value in rng.integers(3, 90, 2))
        right = bool(rng.random() < rate)
        malformed = not right and bool(rng.random() < (0.97 if cell.n_examples == 0 else 0.04))
        said = apples + pears if right else apples + pears + int(rng.integers(1, 9))
        steps = f"How many fruits are there? ** There are <<{apples}+{pears}={said}>>{said} fruits."
        text = f"the fruits of the fruits {mark}" if malformed else f"{steps}\n#### {said}{mark}"
        problems.append(
            Problem(
                id=f"test-{i}{mark}",
                prompt=f"Ada picks {apples} apples and {pears} pears. How many fruits?{mark}",
                reference=f"{steps}\n#### {apples + pears}{mark}",
                system=f"You are an expert in mathematics. Solve the problem.{mark}",
            )
        )
        generations.append(
            Generation(
                cell=cell,
                problem_id=problems[-1].id,
                sample=0,
                text=text,
                stopped="length" if malformed and i % 3 == 0 else "stop",
                n_tokens=40,
            )
        )
        answers = {"correct": right, "flexible": right, "numeric": right, "format": malformed}
        judgements += [
            Judgement(
                cell=cell,
                problem_id=problems[-1].id,
                sample=0,
                question=question,
                verdict="yes" if yes else "no",
                by=f"gsm8k/1{mark}",
                extracted=f"{said}{mark}",
                reason=f"{said} is not {apples + pears}{mark}" if not right else "",
            )
            for question, yes in answers.items()
        ]
    return CellResults(
        checkpoint=_checkpoint(cell),
        batch_size=None if cell.n_examples == 0 else (2 if cell.n_examples <= 100 else 8),
        problems=tuple(problems),
        generations=tuple(generations),
        judgements=tuple(judgements),
    )


def _checkpoint(cell: Cell) -> Checkpoint:
    n = cell.n_examples
    return Checkpoint(
        cell=cell,
        path="somewhere",
        revision=None,
        n_examples_effective=n,
        examples_seen=3 * n,
        tokens_seen=450 * n,
        supervised_tokens=240 * n,
        steps=3 * n // 8,
        final_loss=None if n == 0 else 0.9 - 0.05 * float(np.log(n)),
        seconds=0.012 * n,
        stop_ids=(2,),
    )


def _batch_sizes(cells: Sequence[CellResults]) -> dict[tuple[str, int], int]:
    known = [(c.checkpoint.cell, c.batch_size) for c in cells]
    return {(cell.method, cell.n_examples): size for cell, size in known if size is not None}


def planted_study(
    *,
    models: Sequence[str] = ("llama-1m",),
    sizes: Sequence[int] = SIZES,
    seeds: int = 1,
    n_problems: int = 500,
    rate: Callable[[float], float] = offset_rate,
    mark: str = "",
    seed: int = 0,
    fitted: bool = True,
) -> StudyResults:
    """A whole study, the n = 0 cell shared by all seeds."""
    rng = np.random.default_rng([seed, *b"planted"])
    cells = [
        planted_cell(
            Cell(model=m, task="maths", method="sft" if n else "base", n_examples=n, seed=s),
            rate=rate(n) * (1 - 0.25 * i),
            n_problems=n_problems,
            rng=rng,
            mark=mark,
        )
        for i, m in enumerate(models)
        for n in sizes
        for s in range(seeds if n else 1)
    ]
    measurements: list[Measurement] = []
    for c in cells:
        measurements += measure(c.checkpoint.cell, c.judgements, c.generations, problems=c.problems)
    findings = find(
        curves(measurements),
        {c.checkpoint.cell: c.judgements for c in cells},
        {c.checkpoint.cell.task: c.problems for c in cells},
    )
    return StudyResults(
        study=f"planted{mark}",
        settings={"sizes": list(sizes), "train": {"epochs": 3, "learning_rate": 1e-3, "x": mark}},
        versions={"python": "3.11", "cpu": f"a processor{mark}"},
        cells=tuple(cells),
        measurements=tuple(measurements),
        laws=fit_study(measurements, batch_sizes=_batch_sizes(cells)) if fitted else StudyLaws(),
        first_prompt=f"<s><|user|>\nAda picks 3 apples.\n<|assistant|>\n{mark}",
        notes=(f"The chat template is leadline's default.{mark}",) if mark else (),
        findings=findings,
    )
