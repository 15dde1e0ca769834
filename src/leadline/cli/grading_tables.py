"""What the grading commands print: as tables for readers, as JSON for machines. Text from files
is escaped, and nothing is read as rich's markup.
"""

import dataclasses
import json
import math
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadline.report.text import count, percent, visible
from leadline.responses.drops import SetDrop
from leadline.responses.run import Graded
from leadline.responses.summary import Metric
from leadline.sets.catalog import SETS, SetEntry
from leadline.tasks.catalog import LM_EVAL, TASKS
from leadline.tasks.entry import Entry

_NAME = 76  # characters of a model's name


def tasks_tables() -> RenderableType:
    """Tasks and training sets: what each is, its protocols, where its data comes from."""
    width = max(len(entry.word) for entry in TASKS) + 1
    lines = [Text(f"{'task':<{width}}problems examples  licence", style="bold")]
    for task in TASKS:
        numbers = f"{count(task.n_problems):>8}{_known(task.n_examples):>9}"
        lines.append(Text(f"{task.word:<{width}}{numbers}  {task.licence}"))
        lines += _about(task, protocols=[protocol.name for protocol in task.protocols])
    name = f"{LM_EVAL}NAME"
    lines.append(Text(f"{name:<{width}}{'–':>8}{'–':>9}  see the task"))
    lines.append(Text("    any generative task of lm-evaluation-harness", style="dim"))
    lines.append(Text(f"\n{'training set':<{width}}         examples  licence", style="bold"))
    for entry in SETS:
        lines.append(Text(f"{entry.word:<{width}}{_known(entry.n_examples):>17}  {entry.licence}"))
        lines += _about(entry)
    lines.append(Text("A task with examples is a training set by its own word, and so is a file."))
    return Group(*lines)


def _known(n: int) -> str:
    return count(n) if n else "–"


def _about(entry: Entry | SetEntry, *, protocols: Sequence[str] = ()) -> list[Text]:
    place = f" · {entry.folder}/ in --data" if entry.folder else ""
    how = f" · {', '.join(protocols)}" if protocols else ""
    lines = (f"{entry.what}{how}", f"{entry.source}{place}")
    return [Text(f"    {line}", style="dim") for line in lines]


def tasks_json() -> str:
    """The same as one JSON object; null where a number is not known or there are none."""
    tasks = [
        {
            "task": task.word,
            "what": task.what,
            "problems": task.n_problems,
            "examples": task.n_examples or None,
            "protocols": [protocol.name for protocol in task.protocols],
            "licence": task.licence,
            "source": task.source,
            "folder": task.folder or None,
        }
        for task in TASKS
    ]
    sets = [
        {
            "training_set": entry.word,
            "what": entry.what,
            "examples": entry.n_examples or None,
            "licence": entry.licence,
            "source": entry.source,
            "folder": entry.folder or None,
        }
        for entry in SETS
    ]
    return json.dumps({"tasks": tasks, "training_sets": sets})


def graded_tables(graded: Graded) -> RenderableType:
    """One row a model and metric; errors in a table of their own, as yes means the contrary."""
    parts: list[RenderableType] = [Text(f"{graded.task}, graded by {graded.by}", style="bold")]
    for model in dict.fromkeys(metric.model for metric in graded.metrics):
        metrics = [metric for metric in graded.metrics if metric.model == model]
        right = [metric for metric in metrics if not metric.is_error]
        errors = [metric for metric in metrics if metric.is_error]
        title = _shown(model or "")
        parts.append(_metrics_table(title, right, yes="correct", no="incorrect"))
        if errors:
            parts.append(_metrics_table("", errors, yes="found", no="absent"))
    parts += [
        Text("The rate is over the decided; correct + incorrect + undecided = asked."),
        Text(f"Verdicts: {graded.out}" if graded.out else "Verdicts not kept: no --out."),
    ]
    return Group(*parts)


def _metrics_table(title: str, metrics: list[Metric], *, yes: str, no: str) -> Table:
    counts = (yes, no, "undecided", "asked")
    table = _table(title, ("metric", "% ± s.e.", "bounds %", *counts), left=1)
    for metric in metrics:
        bounds = f"{percent(metric.low)} – {percent(metric.high)}" if metric.n_undecided else "–"
        numbers = (metric.n_yes, metric.n_no, metric.n_undecided, metric.n_asked)
        cells = (metric.metric, _with_error(metric), bounds, *map(count, numbers))
        table.add_row(*(Text(cell, no_wrap=True) for cell in cells))
    for column, width in zip(table.columns, (19, 13, 11, 7, 9, 9, 5), strict=True):
        column.min_width = width  # the tables of several models stand in line
    return table


def _with_error(metric: Metric) -> str:
    if math.isnan(metric.value):
        return "–"
    return f"{percent(metric.value, digits=2)} ± {percent(metric.standard_error, digits=2)}"


def graded_json(graded: Graded) -> str:
    """The summary as one JSON object."""
    return json.dumps(
        {
            "task": graded.task,
            "by": graded.by,
            "responses": str(graded.responses),
            "out": None if graded.out is None else str(graded.out),
            "metrics": [metric.to_row() for metric in graded.metrics],
            "notes": graded.notes,
            "faults": graded.faults,
        }
    )


def drops_tables(found: Sequence[SetDrop]) -> RenderableType:
    """One row a model, size and set of variants, in per cent."""
    parts: list[RenderableType] = []
    headings = ("set", "original", "variant", f"drop ({found[0].drop.level:.0%} interval)")
    for model in dict.fromkeys(row.model for row in found):
        table = _table(_shown(model), (*headings, "pairs", "undecided"), left=1)
        for row in found:
            if row.model == model:
                table.add_row(*(Text(cell, no_wrap=True) for cell in _drop_cells(row)))
        parts.append(table)
    about = (
        "In %. A drop whose interval is above 0 means that variants are harder for the model than "
        "the published problems. Pairs: originals × their variants; none: two sets that share no "
        "problem. Undecided verdicts leave their pair."
    )
    return Group(*parts, Text(about))


def _drop_cells(row: SetDrop) -> tuple[str, ...]:
    drop = row.drop
    trained = f", n={count(row.n_examples)}" if row.n_examples else ""
    change = f"{percent(drop.drop)} ({percent(drop.low)} to {percent(drop.high)})"
    pairs = f"{count(drop.n_originals)} × {count(drop.n_variants)}" if drop.paired else "none"
    rates = (percent(drop.original), percent(drop.variant), change)
    return row.variants + trained, *rates, pairs, count(drop.n_undecided)


def drops_json(found: Sequence[SetDrop]) -> str:
    """The same as one JSON object; rates are 0 to 1."""
    fields = ("model", "n_examples", "seed", "variants")
    rows = [
        {**{name: getattr(row, name) for name in fields}, **dataclasses.asdict(row.drop)}
        for row in found
    ]
    return json.dumps({"drops": rows})


def _shown(model: str) -> str:
    """A model's name on one line, whatever it holds."""
    return visible(model, limit=_NAME).replace("\n", " ").replace("\t", " ")


def _table(title: str, headings: Sequence[str], *, left: int) -> Table:
    """An empty table; columns from number `left` on hold numbers."""
    table = Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=0,
    )
    for number, heading in enumerate(headings):
        table.add_column(Text(heading, no_wrap=True), justify="right" if number >= left else "left")
    return table
