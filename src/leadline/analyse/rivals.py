"""The paper's Table 2: two training sets of the same size, by accuracy and by win rate."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leadline.analyse.measure import rate_interval
from leadline.analyse.resample import NO_RATE, Rate
from leadline.analyse.winrate import Lengths, WinRate, by_cells, win_rates
from leadline.records import Cell, Comparison, Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Two cells that differ in what they were trained on, seeds pooled. Accuracies are means over
    the seeds; win rates are a's, one a judge."""

    cell_a: Cell  # its seed is 0: it stands for all of them
    cell_b: Cell
    n_seeds: int
    accuracy_a: Rate
    accuracy_b: Rate
    win_rates: tuple[WinRate, ...]


def accuracy_and_win_rate(
    measurements: Iterable[Measurement],
    comparisons: Iterable[Comparison],
    *,
    lengths: Lengths | None = None,
    groups: Mapping[str, str] | None = None,
) -> list[Rivals]:
    """A row for each two cells that were compared, in the order of first appearance; `lengths` and
    `groups` as for `win_rates`. An accuracy that was not measured is nan."""
    accuracies: dict[Cell, list[Measurement]] = {}
    for m in measurements:
        if m.metric == "accuracy":
            accuracies.setdefault(_any_seed(m), []).append(m)
    rates: dict[tuple[Cell, Cell], list[WinRate]] = {}
    seeds: dict[tuple[Cell, Cell], set[tuple[int, int]]] = {}
    for (a, b, _), rows in by_cells(comparisons).items():
        found = win_rates(rows, lengths=lengths, groups=groups)
        rates.setdefault((a, b), []).append(found)
        seeds.setdefault((a, b), set()).update((r.cell_a.seed, r.cell_b.seed) for r in rows)
    return [
        Rivals(
            cell_a=a,
            cell_b=b,
            n_seeds=len(seeds[a, b]),
            accuracy_a=_mean_rate(_of_seeds(accuracies, a, {s for s, _ in seeds[a, b]})),
            accuracy_b=_mean_rate(_of_seeds(accuracies, b, {s for _, s in seeds[a, b]})),
            win_rates=tuple(found),
        )
        for (a, b), found in rates.items()
    ]


def _any_seed(m: Measurement) -> Cell:
    """The measurement's cell with seed 0 and without its start, which a measurement lacks."""
    return Cell(model=m.model, task=m.task, method=m.method, n_examples=m.n_examples, seed=0)


def _of_seeds(
    accuracies: Mapping[Cell, Sequence[Measurement]], cell: Cell, seeds: set[int]
) -> list[Measurement]:
    found = accuracies.get(dataclasses.replace(cell, start=None), [])
    return [m for m in found if m.seed in seeds]


def _mean_rate(measurements: Sequence[Measurement]) -> Rate:
    """The mean over seeds, with Wilson's interval for the noise of the problems (which all seeds
    share, so that it does not shrink with their number) and of the seeds."""
    if not measurements:
        return NO_RATE
    values = np.array([m.value for m in measurements])
    variance = float(np.mean([m.standard_error**2 for m in measurements]))
    if len(values) > 1:
        variance += float(values.var(ddof=1)) / len(values)
    mean = dataclasses.replace(
        measurements[0], value=float(values.mean()), standard_error=variance**0.5
    )
    return Rate(mean.value, *rate_interval(mean))
