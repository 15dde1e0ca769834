"""Results of lm-evaluation-harness (0.4.x) as tidy rows that `read_curves` reads.

Every number in a results file becomes a row, with its filter, number of shots and test items. How
many examples a model was trained on is not in these files: the caller says it (`sizes`). Two
results of one model and task are refused, unless the latest is asked for.
"""

import csv
import dataclasses
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from leadline.curves.harness import ResultsFile, finite, results_files
from leadline.curves.metrics import canonical, has_counts
from leadline.curves.sizes import Trained, sizes_from
from leadline.errors import BadData

WHOLE = 1e-6  # items: how far value × n_test may be from a whole number in floating point
Repeated = Literal["refuse", "latest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One metric of one task of one evaluated model. `checkpoint` is lm-eval's name of it, `model`
    the name of its curve; `n_correct` is given where the value is a whole number of items."""

    model: str
    task: str
    method: str
    filter: str  # "" where lm-eval says none
    n_shot: int | None
    n_examples: int
    seed: str
    metric: str
    value: float
    stderr: float | None
    n_test: int | None
    n_correct: int | None
    checkpoint: str
    file: str
    recipe: Mapping[str, str] = field(default_factory=dict)

    @property
    def coordinates(self) -> tuple[object, ...]:
        """What must differ between two results."""
        names = (self.model, self.task, self.method, self.filter, self.n_shot, self.metric)
        return *names, self.n_examples, self.seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Rows in the order of the files' paths, and what must be said of them."""

    rows: tuple[Result, ...]
    notes: tuple[str, ...] = ()


def import_lm_eval(
    paths: Sequence[str | Path],
    *,
    sizes: str | Path,
    repeated: Repeated = "refuse",
) -> Imported:
    """The rows of all results files in folders (at any depth), or of files.

    `sizes` is a regular expression with one group, searched in the model's name and its folder
    (`-n(\\d+k?)`), or a table with the columns model or path, n_examples, and if need be
    base_model, seed, method and a recipe. `repeated` says what becomes of a second result of one
    model, task, metric, size and seed. Raises BadData for files that are none of lm-eval's, sizes
    that are not said, and repeated results.
    """
    if repeated not in ("refuse", "latest"):
        raise BadData(f"repeated is {repeated!r}; it can be refuse or latest.")
    source = sizes_from(sizes)
    files = list(
        {p.path.resolve(): p for path in paths for p in results_files(Path(path))}.values()
    )
    notes: list[str] = []
    kept: dict[tuple[object, ...], tuple[ResultsFile, Result]] = {}
    for file in files:
        trained = source.of(
            file.model, file.places, folder=file.root.as_posix(), file=file.path.as_posix()
        )
        for row in _rows(file, trained, notes):
            _keep(kept, file, row, repeated, notes)
    rows = tuple(row for _, row in kept.values())
    if not rows:
        raise BadData(f"{', '.join(str(p) for p in paths) or 'no path'}: no number to import.")
    notes += [*source.notes(), *_other_items(rows), *_other_directions(files, rows)]
    return Imported(rows=rows, notes=tuple(dict.fromkeys(notes)))


def to_csv(rows: Iterable[Result]) -> str:
    """The rows as CSV; numbers round-trip exactly, what is not known is empty."""
    rows = list(rows)
    recipe = list(dict.fromkeys(name for row in rows for name in row.recipe))
    names = [f.name for f in dataclasses.fields(Result) if f.name != "recipe"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*names, *recipe])
    for row in rows:
        cells = [getattr(row, name) for name in names]
        writer.writerow([*cells, *(row.recipe.get(name) for name in recipe)])
    return text.getvalue()


def _rows(file: ResultsFile, trained: Trained, notes: list[str]) -> Iterator[Result]:
    for task, metric, filter_name, written, stderr in file.metrics:
        value = finite(written)
        if value is None:
            what = f"{task} {metric},{filter_name}"
            notes.append(f"{file.path}: {what} is {written!r:.40}, no number, and is left out.")
            continue
        n_test = file.n_test(task, metric, filter_name)
        yield Result(
            model=trained.model,
            task=task,
            method=trained.method,
            filter="" if filter_name == "none" else filter_name,
            n_shot=file.n_shot(task),
            n_examples=trained.n_examples,
            seed=trained.seed,
            metric=metric,
            value=value,
            stderr=finite(stderr),
            n_test=n_test,
            n_correct=_n_correct(metric, value, n_test),
            checkpoint=file.model,
            file=file.path.as_posix(),
            recipe=trained.recipe,
        )


def _n_correct(metric: str, value: float, n_test: int | None) -> int | None:
    if not n_test or not has_counts(metric) or not 0.0 <= value <= 1.0:
        return None
    right = (1.0 - value if canonical(metric) == "error" else value) * n_test
    return round(right) if abs(right - round(right)) <= WHOLE else None


def _keep(
    kept: dict[tuple[object, ...], tuple[ResultsFile, Result]],
    file: ResultsFile,
    row: Result,
    repeated: Repeated,
    notes: list[str],
) -> None:
    other, _ = kept.get(row.coordinates, (file, row))
    if other is not file and repeated == "refuse":
        raise BadData(
            f"{row.task} {row.metric} of {row.model} was measured twice at n_examples = "
            f"{row.n_examples}: {other.path} and {file.path}. Move one away, say how they differ "
            "(seed or method), or take the latest (--repeated latest)."
        )
    if other is not file:
        newest, older = sorted((other, file), key=lambda f: f.time, reverse=True)
        notes.append(f"{older.path} is older than {newest.path}, which is taken where both are.")
        if newest is other:
            return
    kept[row.coordinates] = (file, row)


def _other_items(rows: Sequence[Result]) -> list[str]:
    """Tasks that were not measured on the same number of items everywhere."""
    counts: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        if row.n_test is not None:
            counts.setdefault((row.task, row.metric), set()).add(row.n_test)
    return [
        f"{task} {metric} was measured on {min(n)} to {max(n)} items: was --limit the same?"
        for (task, metric), n in counts.items()
        if len(n) > 1
    ]


def _other_directions(files: Sequence[ResultsFile], rows: Sequence[Result]) -> list[str]:
    """Metrics that fall as they get better, though their names do not say so."""
    return [
        f"{metric} falls as it gets better; leadline takes it for a rate that rises."
        for metric in sorted({row.metric for row in rows})
        if canonical(metric) not in ("error", "loss") and any(f.falls(metric) for f in files)
    ]
