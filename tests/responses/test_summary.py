"""Rates, standard errors and pass@k, against hand computation and enumeration."""

import itertools
import math

import numpy as np
import pytest

from leadline.records import Problem
from leadline.responses.match import Asked
from leadline.responses.summary import Metric, summarise


def asked(problem: str, *, model: str | None = None, sample: int | None = None) -> Asked:
    return Asked(
        problem=Problem(id=problem, prompt="?", reference=""),
        given_id=problem,
        model=model,
        sample=sample,
        response=None,
    )


def rows(**verdicts: str) -> list[dict[str, str]]:
    return [
        {"question": q.replace("_", ":"), "verdict": v, "reason": ""} for q, v in verdicts.items()
    ]


def by_name(metrics: list[Metric]) -> dict[str, Metric]:
    return {metric.metric: metric for metric in metrics}


def test_undecided_is_counted_and_never_wrong() -> None:
    verdicts = ["yes", "yes", "no", "undecided"]
    graded = [(asked(str(i)), rows(correct=v)) for i, v in enumerate(verdicts)]
    (metric,) = summarise(graded)
    assert metric.metric == "accuracy"
    assert metric.value == pytest.approx(2 / 3)
    assert (metric.n_yes, metric.n_no, metric.n_undecided, metric.n_asked) == (2, 1, 1, 4)
    assert (metric.low, metric.high) == (0.5, 0.75)
    # lm-evaluation-harness's mean_stderr: sample sd / √n
    assert metric.standard_error == pytest.approx(np.std([1, 1, 0], ddof=1) / math.sqrt(3))


def test_nothing_decided_has_no_rate() -> None:
    (metric,) = summarise([(asked("0"), rows(correct="undecided"))])
    assert math.isnan(metric.value)
    assert metric.to_row()["value"] is None
    assert (metric.low, metric.high) == (0.0, 1.0)


def test_instructions_are_pooled_and_clustered_by_prompt() -> None:
    """Two prompts with 1 and 3 instructions: the flat mean, with the prompt as the cluster."""
    graded = [
        (asked("a"), rows(strict="yes", strict_0="yes")),
        (asked("b"), rows(strict="no", strict_0="yes", strict_1="no", strict_2="no")),
    ]
    found = by_name(summarise(graded))
    assert list(found) == ["prompt_level_strict", "inst_level_strict"]
    assert found["prompt_level_strict"].value == 0.5
    instruction = found["inst_level_strict"]
    assert (instruction.value, instruction.n_asked) == (0.5, 4)
    # √(2 / (2 - 1) × ((1 - 0.5)² + (1 - 0.5 + 2 × (0 - 0.5))²)) / 4
    assert instruction.standard_error == pytest.approx(math.sqrt(2 * (0.25 + 0.25)) / 4)


def test_samples_of_a_problem_are_one_cluster() -> None:
    graded = [
        (asked(p, sample=s), rows(correct=v))
        for p, v in (("a", "yes"), ("b", "no"), ("c", "yes"))
        for s in range(5)
    ]
    (metric,) = summarise(graded)
    once = summarise(graded[::5])[0]
    assert metric.standard_error == pytest.approx(once.standard_error)


def test_models_are_told_apart() -> None:
    graded = [
        (asked("0", model="a"), rows(correct="yes")),
        (asked("0", model="b"), rows(correct="no")),
    ]
    assert [(m.model, m.value) for m in summarise(graded)] == [("a", 1.0), ("b", 0.0)]


def test_an_error_kind_is_named_as_one() -> None:
    (metric,) = summarise([(asked("0"), rows(format="yes"))])
    assert metric.is_error
    assert metric.to_row()["found"] == 1


def test_pass_at_k_is_the_share_of_draws_with_a_pass() -> None:
    """Two problems of 11 samples; every draw of 10 of them, enumerated."""
    samples = {"a": [True] * 2 + [False] * 9, "b": [True] + [False] * 10}
    graded = [
        (asked(p, sample=s), rows(base="yes" if passed else "no"))
        for p, verdicts in samples.items()
        for s, passed in enumerate(verdicts)
    ]
    found = by_name(summarise(graded, pass_at_k=True))
    for k in (1, 10):
        shares = [
            np.mean([any(draw) for draw in itertools.combinations(verdicts, k)])
            for verdicts in samples.values()
        ]
        assert found[f"base_pass@{k}"].value == pytest.approx(np.mean(shares))


def test_a_metric_of_another_harness_keeps_its_name() -> None:
    graded = [
        (
            asked("0"),
            [*rows(correct="yes"), {"question": "em:strict", "verdict": "no", "reason": ""}],
        )
    ]
    assert list(by_name(summarise(graded))) == ["accuracy", "em:strict"]


def test_pass_at_10_needs_ten_samples_of_every_problem() -> None:
    def graded(n_samples: int) -> list[tuple[Asked, list[dict[str, str]]]]:
        return [
            (asked(p, sample=s), rows(base="yes" if s < n_passed else "no"))
            for p, n_passed, n in (("a", 3, 10), ("b", 0, n_samples))
            for s in range(n)
        ]

    few = [m.metric.rpartition("_")[2] for m in summarise(graded(9), pass_at_k=True)]
    assert few == ["pass@1"]
    one, ten = summarise(graded(10), pass_at_k=True)
    assert (one.value, ten.value) == pytest.approx((0.15, 0.5))
    assert ten.standard_error == pytest.approx(np.std([1, 0], ddof=1) / math.sqrt(2))
