"""Rates, standard errors and intervals, against hand computation and scipy."""

import math
import statistics
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from leadline.analyse.measure import (
    COLUMNS,
    bounds,
    clustered_standard_error,
    curves,
    effective_trials,
    measure,
    metric_name,
    rate_interval,
    to_csv,
)
from leadline.records import Cell, Generation, Judgement, Measurement, Problem, Verdict

CELL = Cell(model="m", task="t", method="sft", n_examples=100, seed=0)


def judgements(*verdicts: Verdict, question: str = "correct", cell: Cell = CELL) -> list[Judgement]:
    return [
        Judgement(
            cell=cell, problem_id=f"p{i}", sample=0, question=question, verdict=v, by="rule/1"
        )
        for i, v in enumerate(verdicts)
    ]


def measurement(**changes: object) -> Measurement:
    row: dict[str, object] = {
        "model": "m",
        "task": "t",
        "method": "sft",
        "n_examples": 100,
        "seed": 0,
        "metric": "accuracy",
        "value": 0.5,
        "standard_error": 0.05,
        "n_problems": 100,
        "n_undecided": 0,
        "n_truncated": 0,
    }
    return Measurement(**{**row, **changes})  # type: ignore[arg-type]


def test_standard_error_is_sample_deviation_over_root_n_as_lm_eval_has_it() -> None:
    (m,) = measure(CELL, judgements(*["yes"] * 7, *["no"] * 13), [])
    expected = statistics.stdev([1] * 7 + [0] * 13) / math.sqrt(20)
    assert m.value == 7 / 20
    assert m.standard_error == pytest.approx(expected, rel=1e-12)


@given(st.lists(st.booleans(), min_size=2, max_size=40), st.integers(1, 5))
def test_copies_of_a_problem_add_no_certainty(right: list[bool], n_copies: int) -> None:
    once = np.array(right, dtype=float)
    names = [f"p{i}" for i in range(len(right))]
    alone = clustered_standard_error(once, names)
    copied = clustered_standard_error(np.tile(once, n_copies), names * n_copies)
    assert copied == pytest.approx(alone, abs=1e-12)


def test_problems_of_one_source_are_one_cluster() -> None:
    problems = [Problem(id=f"p{i}", prompt="", reference="", group=f"g{i // 2}") for i in range(4)]
    (m,) = measure(CELL, judgements("yes", "yes", "no", "no"), [], problems=problems)
    # Two clusters with sums +1 and -1 about the mean: √(2 · (1 + 1)) / 4.
    assert m.standard_error == pytest.approx(0.5)


def test_undecided_is_never_wrong_and_both_bounds_are_given() -> None:
    (m,) = measure(CELL, judgements("yes", "no", "undecided", "undecided"), [])
    assert (m.value, m.n_problems, m.n_undecided) == (0.5, 4, 2)
    assert bounds(m) == (0.25, 0.75)


def test_nothing_decided_is_nan_not_zero() -> None:
    (m,) = measure(CELL, judgements("undecided", "undecided"), [])
    assert math.isnan(m.value)
    assert math.isnan(m.standard_error)
    assert bounds(m) == (0.0, 1.0)


def test_truncated_responses_are_counted_and_graded_like_any_other() -> None:
    generations = [
        Generation(cell=CELL, problem_id=f"p{i}", sample=0, text="", stopped=s, n_tokens=9)
        for i, s in enumerate(("length", "stop", "length"))
    ]
    (m,) = measure(CELL, judgements("yes", "no", "no"), generations)
    assert m.n_truncated == 2
    assert m.value == pytest.approx(1 / 3)


def test_every_question_becomes_a_metric_in_the_order_asked() -> None:
    rows = [
        row
        for question in ("correct", "flexible", "numeric", "format", "arithmetic")
        for row in judgements("yes", "no", question=question)
    ]
    assert [m.metric for m in measure(CELL, rows, [])] == [
        "accuracy",
        "accuracy_flexible",
        "accuracy_numeric",
        "format_error",
        "arithmetic_error",
    ]


def test_rows_of_another_cell_are_refused() -> None:
    other = Cell(model="m", task="t", method="sft", n_examples=500, seed=0)
    with pytest.raises(ValueError, match="n00500"):
        measure(CELL, judgements("yes", cell=other), [])


def test_a_response_judged_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="judged twice"):
        measure(CELL, judgements("yes") * 2, [])


@pytest.mark.parametrize(("n_right", "n"), [(0, 50), (3, 50), (25, 50), (50, 50), (412, 1319)])
def test_interval_is_wilsons(n_right: int, n: int) -> None:
    (m,) = measure(CELL, judgements(*["yes"] * n_right, *["no"] * (n - n_right)), [])
    expected = binomtest(n_right, n).proportion_ci(0.95, method="wilson")
    assert rate_interval(m) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_independent_problems_are_as_many_trials_and_clustered_ones_fewer() -> None:
    verdicts: list[Verdict] = ["yes", "yes", "no", "no"] * 50
    problems = [
        Problem(id=f"p{i}", prompt="", reference="", group=f"g{i // 2}") for i in range(200)
    ]
    (alone,) = measure(CELL, judgements(*verdicts), [])
    (pairs,) = measure(CELL, judgements(*verdicts), [], problems=problems)
    assert effective_trials(alone) == 200
    assert effective_trials(pairs) == 100


def test_the_base_is_a_point_of_every_curve_of_its_model_and_task() -> None:
    rows = [
        measurement(method="base", n_examples=0),
        measurement(method="sft", n_examples=500),
        measurement(method="sft", n_examples=100),
        measurement(method="lora", n_examples=100),
        measurement(model="other", method="base", n_examples=0),
        measurement(metric="format_error"),
    ]
    found = {(c.model, c.method): [m.n_examples for m in c.points] for c in curves(rows)}
    assert found == {("m", "sft"): [0, 100, 500], ("m", "lora"): [0, 100], ("other", "base"): [0]}


def test_csv_has_the_records_columns_and_numbers_round_trip(tmp_path: Path) -> None:
    rows = [measurement(value=1 / 3, standard_error=0.1 + 0.2), measurement(value=math.nan)]
    to_csv(rows, tmp_path / "measurements.csv")
    table = pl.read_csv(tmp_path / "measurements.csv")
    assert tuple(table.columns) == COLUMNS
    assert table["value"][0] == 1 / 3
    assert table["standard_error"][0] == 0.1 + 0.2
    assert math.isnan(float(table["value"][1]))


def test_numbered_questions_are_one_rate_clustered_by_prompt() -> None:
    verdicts: dict[str, tuple[Verdict, ...]] = {
        "1": ("yes", "no"),
        "2": ("yes",),
        "3": ("no", "no", "yes"),
    }
    rows = [
        Judgement(
            cell=CELL, problem_id=p, sample=0, question=f"strict:{i}", verdict=verdict, by="ifeval"
        )
        for p, found in verdicts.items()
        for i, verdict in enumerate(found)
    ]
    [measured] = measure(CELL, rows, [])
    assert measured.metric == "accuracy_instructions_strict"
    assert (measured.value, measured.n_problems) == (0.5, 6)
    # by hand: sums of deviations by prompt 0, .5, -.5; √(3/2 · .5) / 6
    assert measured.standard_error == pytest.approx((1.5 * 0.5) ** 0.5 / 6)


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("correct", "accuracy"),
        ("strict", "accuracy"),
        ("plus", "accuracy"),
        ("base", "accuracy_base"),
        ("flexible", "accuracy_flexible"),
        ("exact_match:flexible-extract", "accuracy_exact_match:flexible-extract"),
        ("format", "format_error"),
    ],
)
def test_a_question_is_accuracy_a_variant_of_it_or_an_error_kind(
    question: str, metric: str
) -> None:
    assert metric_name(question) == metric
