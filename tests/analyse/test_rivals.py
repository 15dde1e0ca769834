"""Accuracy beside win rate, of cells that were trained on different sets."""

import dataclasses
import math

import pytest
from comparisons import A, B, both_orders

from leadline.analyse.rivals import accuracy_and_win_rate
from leadline.records import Cell, Measurement


def accuracy(cell: Cell, value: float, *, n: int = 100) -> Measurement:
    return Measurement(
        model=cell.model,
        task=cell.task,
        method=cell.method,
        n_examples=cell.n_examples,
        seed=cell.seed,
        metric="accuracy",
        value=value,
        standard_error=math.sqrt(value * (1 - value) / (n - 1)),
        n_problems=n,
        n_undecided=0,
        n_truncated=0,
    )


def seed(cell: Cell, number: int) -> Cell:
    return dataclasses.replace(cell, seed=number)


def test_a_row_holds_both_accuracies_and_every_judge() -> None:
    rows = [*both_orders("p", "aa"), *both_orders("p", "bb", by="length")]
    (row,) = accuracy_and_win_rate([accuracy(A, 0.1), accuracy(B, 0.5)], rows)
    assert (row.cell_a, row.cell_b, row.n_seeds) == (A, B, 1)
    assert row.accuracy_a.value == 0.1
    assert row.accuracy_a.low < 0.1 < row.accuracy_a.high < row.accuracy_b.low
    assert [(rate.by, rate.n_win) for rate in row.win_rates] == [("judge", 1), ("length", 0)]


def test_seeds_are_pooled_but_do_not_narrow_the_problems_noise() -> None:
    rows, measured = [], []
    for s in range(3):
        rows += both_orders("p", "aa", a=seed(A, s), b=seed(B, s))
        measured += [accuracy(seed(A, s), 0.2), accuracy(seed(B, s), 0.4)]
    (row,) = accuracy_and_win_rate(measured, rows)
    assert row.n_seeds == 3
    assert row.win_rates[0].n_pairs == 3
    (alone,) = accuracy_and_win_rate(measured[:2], rows[:2])
    assert row.accuracy_a == pytest.approx(alone.accuracy_a)
    (apart,) = accuracy_and_win_rate(
        [*measured[:2], accuracy(seed(A, 1), 0.4), accuracy(seed(A, 9), 0.99)], rows[:4]
    )
    assert apart.accuracy_a.value == pytest.approx(0.3)  # of the seeds that were compared
    assert (
        apart.accuracy_a.high - apart.accuracy_a.low > alone.accuracy_a.high - alone.accuracy_a.low
    )


def test_accuracy_that_was_not_measured_is_nan() -> None:
    (row,) = accuracy_and_win_rate([accuracy(A, 0.1)], both_orders("p", "aa"))
    assert math.isnan(row.accuracy_b.value)


def test_sizes_are_rows_of_their_own() -> None:
    larger = [dataclasses.replace(cell, n_examples=3000) for cell in (A, B)]
    rows = both_orders("p", "aa") + both_orders("p", "bb", a=larger[0], b=larger[1])
    found = accuracy_and_win_rate([], rows)
    assert [(row.cell_a.n_examples, row.win_rates[0].n_win) for row in found] == [
        (1000, 1),
        (3000, 0),
    ]
