"""What `leadline judge check` prints: tables for readers, JSON for machines. Names from files and
endpoints are escaped, and nothing is read as rich's markup.
"""

import json
import math
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadline.judge.check.record import Figure, SetCheck
from leadline.judge.check.run import Checked
from leadline.report.text import count, listed, percent, visible

_NAME = 76  # characters of a name that are shown
_KAPPAS = "kappa"

# Figures of the whole set, as a reader reads them.
_PAIRS = {
    "accuracy": "says what most people say",
    "accuracy_decided": "… where both name a winner",
    "accuracy_one_order": "… if it is asked in one order only",
    "neither_rate": "neither is better, or its orders disagree",
    "flip_rate": "its orders disagree (flips)",
    "prefers_first": "prefers the first shown (50: no habit)",
    "prefers_longer": "prefers the longer",
    "humans_prefer_longer": "… people prefer the longer",
    "human_agreement": "two people agree",
    "human_kappa": "… Cohen's kappa of two people",
    "kappa_majority": "Cohen's kappa of judge and most people",
    "judge_leave_one_out": "agrees with most of all people but one",
    "human_leave_one_out": "… that one agrees (the human ceiling)",
}
_STEPS = {
    "solution_accuracy": "tells right from wrong solutions",
    "right_accuracy": "right solutions that pass",
    "error_precision": "precision of “it has an error”",
    "error_recall": "recall of “it has an error”",
    "error_f1": "F1 of “it has an error”",
    "first_step": "wrong solutions whose first error it names",
    "first_step_when_flagged": "… of those that it finds wrong",
    "processbench_f1": "ProcessBench's F1",
}
# The figures that are also told by subset, and how a narrow column calls them.
_MAIN = {
    "pairs": (("accuracy", "accuracy"), ("flip_rate", "flips")),
    "steps": (("solution_accuracy", "accuracy"), ("first_step", "first step")),
}
_NO_CONFIDENCE = (
    "The judge gives verdicts without confidences: how far it can be trusted is shown by subset."
)


def checked_tables(found: Checked) -> RenderableType:
    """Everything about one set: the whole, by subset, what was undecided, where it is kept."""
    check = found.check
    parts: list[RenderableType] = [_title(found), _whole(check)]
    kinds = dict.fromkeys(f.subset.partition(": ")[0] for f in check.figures if f.subset)
    if kinds:
        parts += [*(_by_subset(check, kind) for kind in kinds), Text(_NO_CONFIDENCE, style="dim")]
    return Group(*parts, *(Text(line) for line in _lines(found)), Text())


def checked_json(found: Sequence[Checked]) -> str:
    """One JSON object; null where a figure is not defined."""
    checks = [row for f in found for row in f.summary.to_row()["checks"]]
    lines = [f.check.line() for f in found]
    judges = [{"judge": f.summary.judge, "identity": f.summary.identity} for f in found]
    rows = [{**j, "line": s, **c} for j, s, c in zip(judges, lines, checks, strict=True)]
    return json.dumps({"checks": rows}, allow_nan=False)


def _title(found: Checked) -> Text:
    check = found.check
    what = "pairs, each in both orders" if check.kind == "pairs" else "solutions"
    of = f" of {count(check.n_in_set)}" if check.n_items < check.n_in_set else ""
    name, judge = _shown(check.set_name), _shown(found.summary.judge)
    return Text(f"{judge} on {name}: {count(check.n_items)}{of} {what}", style="bold")


def _whole(check: SetCheck) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text("of the whole set"))
    for head in ("%", "95 % interval", "items"):
        table.add_column(Text(head), justify="right", no_wrap=True)
    for figure, label in _labelled(check):
        table.add_row(Text(label), *map(Text, _cells(figure)))
    return table


def _labelled(check: SetCheck) -> list[tuple[Figure, str]]:
    """The figures in the order of the tables above; agreement with each person after them."""
    words = _PAIRS if check.kind == "pairs" else _STEPS
    known = [(check.figure(name), label) for name, label in words.items()]
    found = [(figure, label) for figure, label in known if figure is not None]
    for figure in check.figures:
        name, _, person = figure.name.rpartition("_human_")
        if name in ("agreement", _KAPPAS):
            what = "agrees with person" if name == "agreement" else "… Cohen's kappa with person"
            found.append((figure, f"{what} {person}"))
    return found


def _by_subset(check: SetCheck, kind: str) -> Table:
    """One row a subset of one kind, as `generator`: its two main figures."""
    (first, one), (second, other) = _MAIN[check.kind]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(f"by {_shown(kind)}"), overflow="fold")
    for head in (f"{one} %", "interval", f"{other} %", "interval", "items"):
        table.add_column(Text(head), justify="right", no_wrap=True)
    for figure in check.figures:
        if figure.name == first and figure.subset.startswith(f"{kind}: "):
            beside = check.figure(second, subset=figure.subset)
            assert beside is not None
            name = figure.subset.removeprefix(f"{kind}: ")
            cells = (*_cells(figure)[:2], *_cells(beside)[:2], count(figure.n))
            table.add_row(Text(_shown(name)), *map(Text, cells))
    return table


def _cells(figure: Figure) -> tuple[str, str, str]:
    """A rate in per cent; a kappa as it is."""
    if math.isnan(figure.value):
        return "–", "", count(figure.n)
    if _KAPPAS in figure.name:
        return f"{figure.value:.2f}", f"{figure.low:.2f} to {figure.high:.2f}", count(figure.n)
    return percent(figure.value), f"{percent(figure.low)}–{percent(figure.high)}", count(figure.n)


def _lines(found: Checked) -> list[str]:
    check = found.check
    lines = []
    if check.n_undecided:
        causes = listed([f"{_shown(cause)} ({count(n)})" for cause, n in check.causes])
        low, high = check.bounds
        lines.append(
            f"Undecided: {count(check.n_undecided)} of {count(check.n_items)}, left out of every "
            f"rate: {causes}. If all were wrong, {percent(low)} %; if all were right, "
            f"{percent(high)} %."
        )
    return [*lines, f"In one line: {check.line()}", f"Verdicts by: {_shown(check.by)}"]


def _shown(text: str) -> str:
    return visible(text, limit=_NAME)
