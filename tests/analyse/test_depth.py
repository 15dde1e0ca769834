"""The depth index, against sums by hand."""

import numpy as np
import pytest
from labelled import by_hand, drawn

from leadline.analyse.depth import credit, depth
from leadline.analyse.draws import Draws
from leadline.analyse.labels import NONE_FOUND, NOT_KNOWN, CurveLabels

KINDS = ("format", "arithmetic", "reasoning", NONE_FOUND, NOT_KNOWN)


def credits_of(labels: CurveLabels, *, undecided_as: float = 0.0) -> dict[str, list[float]]:
    rows = credit(labels, undecided_as=undecided_as).T.tolist()
    return {key[0]: row for key, row in zip(labels.responses, rows, strict=True)}


def test_each_response_credits_what_it_had_just_before_it_turned_right() -> None:
    labels = by_hand(
        (0, 100, 1000),
        {
            "form": "f R R",
            "then-reasoning": "f r R",  # repairing the format did not make it right
            "both": "fr R R",
            "all": "far far R",
            "lost": "R R a",
            "back and forth": "r R a",
            "none": "- - R",
            "unknown": "r? R R",
            "still wrong": "f r r",
            "always right": "R R R",
        },
    )
    assert credits_of(labels) == {
        "form": [1, 0, 0, 0, 0],
        "then-reasoning": [0, 0, 1, 0, 0],
        "both": [0.5, 0, 0.5, 0, 0],
        "all": pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 0]),
        "lost": [0, -1, 0, 0, 0],
        "back and forth": [0, -1, 1, 0, 0],
        "none": [0, 0, 0, 1, 0],
        "unknown": [0, 0, 0, 0, 1],
        "still wrong": [0, 0, 0, 0, 0],
        "always right": [0, 0, 0, 0, 0],
    }


def test_the_index_is_the_share_of_the_gain_that_is_not_form() -> None:
    story = {f"form {i}": "f R R" for i in range(30)} | {f"deep {i}": "f r R" for i in range(50)}
    story |= {f"sum {i}": "a a R" for i in range(10)} | {f"left {i}": "fr r r" for i in range(10)}
    labels = by_hand((0, 100, 1000), story)
    found = depth(labels, Draws.of(labels.clusters))
    assert found is not None
    assert (found.first, found.last, found.gain) == (0, 1000, pytest.approx(0.9))
    shares = {part.name: part.share for part in found.parts}
    assert shares == pytest.approx(
        {"format": 1 / 3, "arithmetic": 1 / 9, "reasoning": 5 / 9, NONE_FOUND: 0, NOT_KNOWN: 0}
    )
    assert found.index == pytest.approx(6 / 9)
    assert found.index_interval.low < 6 / 9 < found.index_interval.high
    assert sum(part.points for part in found.parts) == pytest.approx(found.gain)


def test_undecided_kinds_are_told_apart_by_a_bound() -> None:
    labels = by_hand((0, 10, 100), {f"p{i}": "fr?a? R R" for i in range(20)} | {"q": "R R R"})
    found = depth(labels, Draws.of(labels.clusters))
    assert found is not None
    assert found.index == 0
    assert found.if_there == pytest.approx(2 / 3)


def test_responses_without_a_verdict_at_some_size_are_left_out_and_counted() -> None:
    labels = by_hand(
        (0, 10, 100), {"a": "f f R", "b": "r R R", "c": "U R R", "d": "r r U", "e": "f R R"}
    )
    found = depth(labels, Draws.of(labels.clusters))
    assert found is not None
    assert (found.n_responses, found.n_left_out) == (3, 2)
    assert found.gain == 1.0


def test_without_a_gain_above_the_noise_there_are_no_shares() -> None:
    flat = by_hand((0, 10, 100), {"a": "r r R", "b": "R r r", "c": "r r r", "d": "R R R"})
    found = depth(flat, Draws.of(flat.clusters))
    assert found is not None
    assert found.gain == 0
    assert np.isnan(found.index)
    assert np.isnan([part.share for part in found.parts]).all()


def test_format_alone_and_one_step_alone_have_no_depth() -> None:
    form = by_hand((0, 10, 100), {"a": "f R R", "b": "f f -"}, kinds="f")
    assert depth(form, Draws.of(form.clusters)) is None
    step = by_hand((0, 100), {"a": "f R", "b": "fr r"})
    assert depth(step, Draws.of(step.clusters)) is None


def test_the_parts_are_the_whole_gain_whatever_happens() -> None:
    rates = {"format": (0.9, 0.1, 0.3), "arithmetic": (0.2, 0.3, 0.1), "reasoning": (0.5, 0.4, 0.2)}
    labels = drawn((0, 10, 100), rates, n_problems=200, rng=np.random.default_rng(0))
    labels.mistakes[0, 2, :50] = np.where(labels.wrong[0, :50] == 1, np.nan, 0.0)
    rose_N = labels.wrong[0] - labels.wrong[-1]
    for undecided_as in (0.0, 1.0):
        assert np.allclose(credit(labels, undecided_as=undecided_as).sum(axis=0), rose_N)


@pytest.mark.slow
def test_the_interval_covers_the_planted_index() -> None:
    rates = {"format": (0.5, 0.0, 0.0), "reasoning": (0.4, 0.4, 0.1)}
    truth_labels = drawn((0, 10, 100), rates, n_problems=200_000, rng=np.random.default_rng(9))
    parts = credit(truth_labels, undecided_as=0.0).mean(axis=1)
    truth = parts[1] / parts.sum()
    held = 0
    for seed in range(100):
        labels = drawn((0, 10, 100), rates, n_problems=150, rng=np.random.default_rng(seed))
        found = depth(labels, Draws.of(labels.clusters))
        assert found is not None
        held += found.index_interval.low <= truth <= found.index_interval.high
    assert held >= 89, held
