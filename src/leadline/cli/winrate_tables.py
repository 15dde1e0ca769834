"""What `leadline winrate` prints: the judge's rates beside those of the null judges. Text from
files is escaped, and nothing is read as rich's markup.
"""

import json
import math
from collections.abc import Callable

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadline.analyse.resample import Rate
from leadline.analyse.winrate import WinRate
from leadline.report.text import count, percent, visible
from leadline.responses.summary import Metric
from leadline.responses.winrate import Compared, NamedRate

_NAME = 60  # characters of a model's name
_CAUSE = 100  # characters of a cause
_NULLS = {"length": "length alone", "style": "style alone"}


def winrate_tables(found: Compared) -> RenderableType:
    """One column a judge, one row a rate; then what else is known."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text("% (95 % interval)"))
    judges = (found.judge, *found.nulls)
    for judge in judges:
        table.add_column(Text(_judge(judge), overflow="fold"), justify="right")
    for label, cell in _ROWS:
        cells = [cell(judge.rate) for judge in judges]
        table.add_row(Text(label), *(Text(text, overflow="fold") for text in cells))
    a, b = (_shown(side.cell.model) for side in (found.a, found.b))
    n = count(found.judge.rate.n_pairs)
    title = Text(f"a: {a}\nb: {b}\n{found.a.cell.task}, {n} pairs", style="bold")
    return Group(title, Text(), table, Text(), *map(Text, _lines(found)))


_ROWS: tuple[tuple[str, Callable[[WinRate], str]], ...] = (
    ("a wins", lambda r: _rate(r.win)),
    ("neither", lambda r: _rate(r.neither)),
    ("b wins", lambda r: _rate(r.lose)),
    ("win rate of a", lambda r: _rate(r.score)),
    ("… at equal length", lambda r: _at_equal_length(r)),
    ("orders disagree", lambda r: _rate(r.flips)),
    ("first shown preferred", lambda r: _rate(r.shown_first)),
    ("longer preferred", lambda r: _rate(r.longer)),
    ("undecided pairs", lambda r: count(r.n_undecided)),
    ("… win rate between", lambda r: _bounds(r)),
)


def _rate(rate: Rate) -> str:
    if math.isnan(rate.value):
        return "–"
    return f"{percent(rate.value)} ({percent(rate.low)}–{percent(rate.high)})"


def _at_equal_length(rate: WinRate) -> str:
    controlled = rate.length_controlled
    return _rate(controlled.rate) if controlled and controlled.controlled else "–"


def _bounds(rate: WinRate) -> str:
    low, high = rate.bounds
    return f"{percent(low)}–{percent(high)}" if rate.n_undecided else "–"


def _lines(found: Compared) -> list[str]:
    rate = found.judge.rate
    lines = [
        "Win rate: wins and half of neither, over the decided pairs. Orders that disagree are "
        "neither; a pair with an undecided order is undecided."
    ]
    controlled = rate.length_controlled
    if controlled and not controlled.controlled:
        lines.append(f"No win rate at equal length: {controlled.why}.")
    lines += [f"Undecided, {count(n)}: {_shown(why, limit=_CAUSE)}" for why, n in rate.causes]
    if found.accuracies:
        of_a, of_b = found.accuracies
        lines.append(
            f"{of_a.metric} of these responses, % ± s.e.: a {_metric(of_a)}, b {_metric(of_b)}"
        )
    lines.append(f"{_judge(found.judge)}: {found.checked}")
    lines.append(f"Comparisons: {found.out}" if found.out else "Comparisons not kept: no --out.")
    return lines


def _metric(metric: Metric) -> str:
    undecided = f" ({count(metric.n_undecided)} undecided)" if metric.n_undecided else ""
    value, error = percent(metric.value), percent(metric.standard_error)
    return "–" if math.isnan(metric.value) else f"{value} ± {error}{undecided}"


def _judge(judge: NamedRate) -> str:
    return _NULLS.get(judge.name) or _shown(judge.name)


def _shown(name: str, *, limit: int = _NAME) -> str:
    """A name on one line, whatever it holds."""
    return visible(name, limit=limit).replace("\n", " ").replace("\t", " ")


def winrate_json(found: Compared) -> str:
    """The same as one JSON object; rates are 0 to 1 and a's."""
    sides = {"a": found.a, "b": found.b}
    metrics = dict(zip("ab", found.accuracies or (None, None), strict=True))
    return json.dumps(
        {
            "task": found.a.cell.task,
            **{
                name: {
                    "model": side.cell.model,
                    "responses": str(side.path),
                    "accuracy": None if (metric := metrics[name]) is None else metric.to_row(),
                }
                for name, side in sides.items()
            },
            "judges": [
                {"name": judge.name, **judge.rate.to_row()} for judge in (found.judge, *found.nulls)
            ],
            "checked": found.checked,
            "out": None if found.out is None else str(found.out),
            "notes": found.notes,
            "faults": found.faults,
        }
    )
