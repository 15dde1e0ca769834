"""What `leadline annotate` prints: how many wrong responses have each kind of error, with what is
not known beside it. Text from files is escaped, and nothing is read as rich's markup.
"""

import json
import math
from collections.abc import Sequence
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadline.analyse.measure import Interval, trials, wilson
from leadline.report.text import count, percent, visible
from leadline.responses.annotate import TEXT, Annotation
from leadline.responses.findings import Why
from leadline.responses.summary import Metric

_NAME, _REASON = 76, 100  # characters of a model's name, of a reason
_REASONS = 5  # of undecided verdicts that are shown, of each model


def annotation_tables(found: Annotation) -> RenderableType:
    """One table a model: kinds of error, and their share of the wrong responses."""
    parts: list[RenderableType] = [Text(f"{found.task}, annotated by {found.by}", style="bold")]
    if found.checked:
        parts.append(Text(f"Judge: {found.checked}"))
    metrics = (*found.found.graded, *found.found.errors)
    for model in dict.fromkeys(metric.model for metric in metrics):
        parts += _of_model(found, model)
    parts.append(Text("Kinds overlap: a response may have several. Shares are of the decided."))
    parts.append(Text(f"Rows: {found.out}" if found.out else "Rows not kept: no --out."))
    return Group(*parts)


def _of_model(found: Annotation, model: str | None) -> list[RenderableType]:
    everything = found.found
    parts: list[RenderableType] = [Text()]
    if model is not None:
        parts.append(Text(_one_line(model, limit=_NAME), style="bold"))
    for graded in [metric for metric in everything.graded if metric.model == model]:
        parts.append(Text(_graded(graded)))
    errors = [metric for metric in everything.errors if metric.model == model]
    if not errors:
        return parts
    right = {m.metric: m for m in everything.right if m.model == model}
    parts.append(_table(errors, right, of="responses" if found.task == TEXT else "wrong"))
    n_none = everything.no_error.get(model, 0)
    whose = "" if found.task == TEXT else " of the wrong ones"
    parts.append(Text(f"No error found: {count(n_none)}{whose}, all kinds decided."))
    whys = [why for why in everything.undecided if why.model == model]
    return parts + [Text(line, style="dim") for line in _reasons(whys)]


def _graded(metric: Metric) -> str:
    return (
        f"{count(metric.n_asked)} responses: {count(metric.n_yes)} right, "
        f"{count(metric.n_no)} wrong, {count(metric.n_undecided)} undecided"
    )


def _table(errors: Sequence[Metric], right: dict[str, Metric], *, of: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    headings = ["error", f"% of {of} (95 %)", "found", "absent", "undecided", of]
    headings += ["in right\nones"] if right else []
    for number, heading in enumerate(headings):
        side: Literal["left", "right"] = "right" if number else "left"
        table.add_column(Text(heading), justify=side, no_wrap=number != 1)  # only a share may fold
    for metric in errors:
        counts = (metric.n_yes, metric.n_no, metric.n_undecided, metric.n_asked)
        cells = [metric.metric.removesuffix("_error"), _share(metric), *map(count, counts)]
        if right:
            other = right.get(metric.metric)
            cells.append(_of_decided(other))
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    return table


def _of_decided(metric: Metric | None) -> str:
    n_decided = metric.n_yes + metric.n_no if metric else 0
    return f"{count(metric.n_yes)} of {count(n_decided)}" if metric and n_decided else "–"


def _share(metric: Metric) -> str:
    if math.isnan(metric.value):
        return "–"
    low, high = interval(metric)
    return f"{percent(metric.value)} ({percent(low)}–{percent(high)})"


def interval(metric: Metric) -> Interval:
    """Wilson's 95 % interval of a rate, with as many trials as its clusters are worth."""
    n_decided = metric.n_yes + metric.n_no
    n = trials(metric.value, metric.standard_error, n_decided=n_decided)
    return wilson(metric.value, n)


def _reasons(whys: Sequence[Why]) -> list[str]:
    lines = [
        f"undecided, {why.kind}: {count(why.n)} × {_one_line(why.reason, limit=_REASON)}"
        for why in whys[:_REASONS]
    ]
    left = sum(why.n for why in whys[_REASONS:])
    return lines + ([f"undecided for other reasons: {count(left)}"] if left else [])


def _one_line(text: str, *, limit: int) -> str:
    return visible(text, limit=limit).replace("\n", " ").replace("\t", " ")


def annotation_json(found: Annotation) -> str:
    """The summary as one JSON object; rates are 0 to 1."""
    everything = found.found
    return json.dumps(
        {
            "task": found.task,
            "by": found.by,
            "checked": found.checked or None,
            "responses": str(found.responses),
            "out": None if found.out is None else str(found.out),
            "graded": [metric.to_row() for metric in everything.graded],
            "errors_in_wrong": [_error_row(metric) for metric in everything.errors],
            "errors_in_right": [_error_row(metric) for metric in everything.right],
            "no_error_found": [
                {"model": model, "responses": n} for model, n in everything.no_error.items()
            ],
            "undecided": [
                {"model": why.model, "kind": why.kind, "reason": why.reason, "responses": why.n}
                for why in everything.undecided
            ],
            "notes": found.notes,
            "faults": found.faults,
        }
    )


def _error_row(metric: Metric) -> dict[str, object]:
    low, high = interval(metric)
    known = metric.n_yes + metric.n_no > 0
    return metric.to_row() | {"interval": [low, high] if known else None}
