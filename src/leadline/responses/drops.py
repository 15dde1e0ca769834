"""Does a model know GSM8K's test problems by heart? Its verdicts on originals against variants.

The verdicts exist already, as two outputs of `leadline grade`; contamination.py has them made. The
drop is computed pair by pair (analyse/paired.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadline.analyse.paired import Drop, contamination_report
from leadline.data import read_numbered_jsonl
from leadline.errors import BadData, BadStudy
from leadline.near import one_of
from leadline.records import Cell, Judgement, Problem
from leadline.tasks.contamination import Shifted, shifted_sets

QUESTION = "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDrop:
    """The drop of one model to one set of variants."""

    model: str
    variants: str
    drop: Drop
    n_examples: int = 0  # that it was trained on, as far as is known
    seed: int = 0


def find_sets(
    words: Sequence[str], *, data: str | None, n_variants: int = 10, seed: int = 0
) -> tuple[Shifted, ...]:
    """The shifted sets of these names. Raises BadStudy with the nearest names."""
    by_name = {s.name: s for s in shifted_sets(data=data, n_variants=n_variants, seed=seed)}
    names = [one_of(word.replace("_", "-"), by_name, what="--set") for word in words]
    if len(set(names)) < len(names):
        raise BadStudy(f"--set names a set twice: {', '.join(names)}")
    return tuple(by_name[name] for name in names)


def drops_of_files(
    original: Path, variants: Sequence[tuple[Shifted, Path]], *, level: float = 0.95
) -> list[SetDrop]:
    """The drop of every model that both files of a set have; they are outputs of `leadline grade`.

    Raises BadData if a file is none, has ids of another task, or no model or pair is left.
    """
    before = _by_model(original)
    found = []
    for task, path in variants:
        after = _by_model(path)
        problems = task.problems()
        _refuse_strangers(after, problems, task=task.name, path=path)
        models = [model for model in before if model in after]
        if not models:
            raise BadData(
                f"{original} and {path} have no model in common: {', '.join(map(repr, before))} "
                f"and {', '.join(map(repr, after))}."
            )
        for model in models:
            drop = drops(before[model], {task.name: (problems, after[model])}, level=level)
            found.append(SetDrop(model=model, variants=task.name, drop=drop[task.name]))
    return found


def _by_model(path: Path) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for line, row in read_numbered_jsonl(path):
        if row.get("question") == QUESTION:
            judgement = _judgement(row, place=f"{path}, line {line}")
            found.setdefault(judgement.cell.model, []).append(judgement)
    if not found:
        raise BadData(
            f"{path} has no verdict on the question {QUESTION!r}. Name the output (--out) of "
            "`leadline grade`."
        )
    return found


def _judgement(row: Mapping[str, Any], *, place: str) -> Judgement:
    problem_id, verdict, model = row.get("problem_id"), row.get("verdict"), row.get("model", "")
    if not isinstance(problem_id, str | int) or verdict not in ("yes", "no", "undecided"):
        raise BadData(f"{place}: not a verdict. Name the output (--out) of `leadline grade`.")
    sample = row.get("sample", 0)
    return Judgement(
        cell=Cell(model=str(model), task="", method="given", n_examples=0, seed=0),
        problem_id=str(problem_id),
        sample=sample if isinstance(sample, int) else 0,
        question=QUESTION,
        verdict=verdict,
        by=str(row.get("by", "")),
    )


def _refuse_strangers(
    found: Mapping[str, Sequence[Judgement]],
    problems: Iterable[Problem],
    *,
    task: str,
    path: Path,
) -> None:
    known = {problem.id for problem in problems}
    strangers = {j.problem_id for rows in found.values() for j in rows} - known
    if strangers:
        raise BadData(
            f"{path}: {len(strangers)} of its problems are not of {task} "
            f"({', '.join(map(repr, sorted(strangers)[:3]))}). Name the set with --set, and the "
            "number of its variants with --variants."
        )


def drops(
    originals: Sequence[Judgement],
    shifted: Mapping[str, tuple[Sequence[Problem], Sequence[Judgement]]],
    *,
    level: float = 0.95,
) -> dict[str, Drop]:
    """The drop to each set of variants, by name. Raises BadData if no pair is left."""
    try:
        return contamination_report(originals, shifted, level=level)
    except ValueError as error:
        raise BadData(f"{', '.join(shifted)}: {error}, so there is no drop to measure.") from error
