"""Two files of responses, as pairs to compare: the problems and samples that both answered.

What only one of them has is listed, never compared with nothing. A response that is null makes a
pair that is undecided.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.data import read_numbered_jsonl
from leadline.errors import BadData
from leadline.near import one_of
from leadline.protocols import Pair
from leadline.records import Cell, Generation, Problem
from leadline.responses.match import Asked, match
from leadline.responses.rows import ResponsesFile, read_responses

_SHOWN = 10  # ids that a note lists
_NAME = 80  # characters of a model's name
Key = tuple[str, int]  # problem, sample
Answered = Mapping[Key, Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One file's part. cell: the coordinates of its rows, its model named after the file if the
    file names none; asked: what it answered of the pairs, as a grader takes it, in their order."""

    path: Path
    cell: Cell
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The pairs, in the problems' order. faults: what of the files could not be used; notes: what
    else is worth knowing, first of all what only one of them has."""

    a: Side
    b: Side
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def read_problems(path: Path) -> list[Problem]:
    """Problems from JSON Lines of {problem_id, prompt}, as `leadline problems` writes them. Raises
    BadData on a row of another shape or a second one of the same id."""
    found: dict[str, Problem] = {}
    for line, row in read_numbered_jsonl(path):
        name, prompt = row.get("problem_id"), row.get("prompt")
        if isinstance(name, bool) or not isinstance(name, str | int) or not isinstance(prompt, str):
            raise BadData(
                f'{path}, line {line}: expected {{"problem_id": …, "prompt": "…"}}, as '
                "`leadline problems` writes them."
            )
        if str(name) in found:
            raise BadData(f"{path}, line {line}: {str(name)[:40]!r} stands there twice.")
        found[str(name)] = Problem(id=str(name), prompt=prompt, reference="")
    return list(found.values())


def pair_up(
    path_a: Path,
    path_b: Path,
    problems: Sequence[Problem],
    *,
    task: str,
    model_a: str | None = None,
    model_b: str | None = None,
) -> Pairs:
    """The pairs of two files. model_a, model_b: which model, where a file has several.

    Raises BadData if a file cannot be read, has several models and none was named, or if no problem
    is common to both.
    """
    file_a = _of_model(read_responses(path_a), model_a, option="--model-a")
    file_b = _of_model(read_responses(path_b), model_b, option="--model-b")
    matched_a, matched_b = match(file_a, problems), match(file_b, problems)
    of_a, of_b = _answered(matched_a.asked), _answered(matched_b.asked)
    common = [key for key in of_a if key in of_b]
    if not common:
        raise BadData(
            f"{path_a} and {path_b} have no problem in common, so there is nothing to compare: "
            f"{_ids(of_a)} in the one, {_ids(of_b)} in the other."
        )
    cell_a, cell_b = _cells(file_a, file_b, task=task)
    return Pairs(
        a=Side(path=path_a, cell=cell_a, asked=tuple(of_a[key] for key in common)),
        b=Side(path=path_b, cell=cell_b, asked=tuple(of_b[key] for key in common)),
        pairs=tuple(_pair(of_a[key], of_b[key], cell_a, cell_b) for key in common),
        notes=(*_one_sided(of_a, of_b, common, paths=(path_a, path_b)), *_same(file_a, file_b)),
        faults=(
            *(f"{path_a}: {fault}" for fault in matched_a.faults),
            *(f"{path_b}: {fault}" for fault in matched_b.faults),
        ),
    )


def _of_model(file: ResponsesFile, model: str | None, *, option: str) -> ResponsesFile:
    """The file with the responses of one model alone."""
    models = dict.fromkeys(response.model for response in file.responses)
    if model is not None:
        named = [name for name in models if name is not None]
        if not named:
            raise BadData(f"{file.path} names no model, so {option} has nothing to choose from.")
        model = one_of(model, named, what=f"the model ({option}) of {file.path}")
    elif len(models) > 1:
        shown = ", ".join(
            "no name" if m is None else repr(m[:_NAME]) for m in list(models)[:_SHOWN]
        )
        raise BadData(
            f"{file.path} has responses of {len(models)} models ({shown}): name one with {option}."
        )
    else:
        return file
    kept = tuple(response for response in file.responses if response.model == model)
    return dataclasses.replace(file, responses=kept)


def _answered(asked: Iterable[Asked]) -> dict[Key, Asked]:
    """What stands in the file; without a number a response is sample 0."""
    return {(a.problem.id, a.sample or 0): a for a in asked if a.response is not None}


def _cells(a: ResponsesFile, b: ResponsesFile, *, task: str) -> tuple[Cell, Cell]:
    """Coordinates that differ, also where both files name the same model or none."""
    names = [(f.responses[0].model or f.path.name)[:_NAME] for f in (a, b)]
    if names[0] == names[1]:
        names = [f"{name} ({side})" for name, side in zip(names, "ab", strict=True)]
    cell_a, cell_b = (
        Cell(model=name, task=task, method="given", n_examples=0, seed=0) for name in names
    )
    return cell_a, cell_b


def _pair(a: Asked, b: Asked, cell_a: Cell, cell_b: Cell) -> Pair:
    return Pair(problem=a.problem, a=_generation(a, cell_a), b=_generation(b, cell_b))


def _generation(asked: Asked, cell: Cell) -> Generation:
    response = asked.response
    assert response is not None
    return Generation(
        cell=cell,
        problem_id=asked.problem.id,
        sample=asked.sample or 0,
        text=response.text or "",
        stopped="failed" if response.text is None else response.stopped,
        n_tokens=0,
    )


def _one_sided(
    a: Answered, b: Answered, common: Sequence[Key], *, paths: tuple[Path, Path]
) -> list[str]:
    """What only one file has, and that it is not compared."""
    both, notes = set(common), []
    for own, path in zip((a, b), paths, strict=True):
        alone = [key for key in own if key not in both]
        if alone:
            notes.append(
                f"{len(alone):,} responses stand in {path} alone and are not compared: to "
                f"{_ids(alone)}. The {len(common):,} pairs are of what both answered."
            )
    return notes


def _same(a: ResponsesFile, b: ResponsesFile) -> list[str]:
    same = a.digest == b.digest and a.responses == b.responses
    return ["both files hold the same responses: nobody can be better."] if same else []


def _ids(keys: Iterable[Key]) -> str:
    names = [repr(name[:40]) for name in dict.fromkeys(name for name, _ in keys)]
    left = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return shown if left <= 0 else f"{shown} and {left:,} more"
