"""What went wrong, counted by hand."""

import numpy as np
import pytest
from labelled import by_hand

from leadline.analyse.errors import count_errors
from leadline.analyse.labels import CurveLabels, count_sizes, known_sizes, read_labels
from leadline.analyse.measure import curves, measure, wilson
from leadline.records import Cell, Generation, Judgement, Verdict

CELL = Cell(model="m", task="t", method="sft", n_examples=100, seed=0)


def judge(i: int, question: str, verdict: Verdict, cell: Cell = CELL) -> Judgement:
    return Judgement(
        cell=cell, problem_id=f"p{i}", sample=0, question=question, verdict=verdict, by="rule/1"
    )


def test_errors_are_counted_over_all_and_among_the_wrong() -> None:
    correct: list[Verdict] = ["yes", "yes", "no", "no", "no", "undecided"]
    malformed: list[Verdict] = ["no", "yes", "yes", "yes", "no", "yes"]
    rows = [judge(i, "correct", v) for i, v in enumerate(correct)]
    rows += [judge(i, "format", v) for i, v in enumerate(malformed)]
    generations = [
        Generation(cell=CELL, problem_id="p2", sample=0, text="", stopped="length", n_tokens=5)
    ]
    counts = count_errors(CELL, rows, generations)
    assert (counts.n_asked, counts.n_right, counts.n_wrong, counts.n_undecided) == (6, 2, 3, 1)
    found = counts.of("format")
    assert found is not None
    assert (found.n_asked, found.n_errors, found.n_errors_wrong) == (6, 4, 2)
    assert counts.n_truncated == 1
    assert counts.format_error_share == 4 / 6


def test_a_task_without_a_format_question_has_no_format_count() -> None:
    counts = count_errors(CELL, [judge(0, "correct", "no")], [])
    assert counts.of("format") is None
    assert counts.format_error_share is None


def test_undecided_kinds_are_counted_and_never_absent() -> None:
    verdicts: dict[str, list[Verdict]] = {
        "correct": ["no", "no", "no", "no", "yes"],
        "format": ["no", "no", "yes", "no", "no"],
        "reasoning": ["no", "undecided", "undecided", "yes", "yes"],
    }
    rows = [judge(i, q, v) for q, row in verdicts.items() for i, v in enumerate(row)]
    rows.append(judge(0, "arithmetic", "no"))  # asked of the first response alone
    counts = count_errors(CELL, rows, [])
    assert [kind.kind for kind in counts.kinds] == ["format", "arithmetic", "reasoning"]
    _, arithmetic, reasoning = counts.kinds
    assert (reasoning.n_asked, reasoning.n_errors, reasoning.n_undecided) == (5, 2, 2)
    assert (reasoning.n_errors_wrong, reasoning.n_undecided_wrong) == (1, 2)
    assert (arithmetic.n_asked, arithmetic.n_errors_wrong, arithmetic.n_undecided_wrong) == (
        1,
        0,
        3,
    )
    assert counts.n_none_found == 1  # the first: free of all three
    assert counts.n_not_known == 1  # the second: reasoning undecided, nothing found


def test_a_task_whose_first_question_has_another_name_is_counted_by_it() -> None:
    rows = [judge(0, "strict", "no"), judge(0, "loose", "yes"), judge(1, "strict", "yes")]
    assert count_errors(CELL, rows, []).n_wrong == 1


def test_figure_3_counts_each_label_and_the_wrong_without_one() -> None:
    labels = by_hand((0, 100), {"a": "f R", "b": "fr r", "c": "fr? -", "d": "U R", "e": "r? a"})
    base, trained = count_sizes(labels)
    counts = {kind.name: (kind.n, kind.n_undecided) for kind in base.kinds}
    assert (base.n_asked, base.wrong.n, base.wrong.n_undecided) == (5, 4, 1)
    assert counts == {"format": (3, 1), "arithmetic": (0, 1), "reasoning": (1, 3)}
    assert (base.none_found.n, base.not_known.n) == (0, 1)
    assert {kind.name: kind.n for kind in trained.kinds} == {
        "format": 0,
        "arithmetic": 1,
        "reasoning": 1,
    }
    assert (trained.none_found.n, trained.not_known.n) == (1, 0)


def test_counts_have_the_interval_of_their_rate() -> None:
    labels = by_hand((0, 10), {f"p{i}": "f R" if i < 30 else "R R" for i in range(100)}, kinds="f")
    (wrong,) = [count_sizes(labels)[0].wrong]
    low, high = wilson(0.3, 100)
    assert (wrong.n, wrong.low, wrong.high) == pytest.approx((30, 100 * low, 100 * high), rel=0.01)


def test_problems_of_one_source_widen_the_interval() -> None:
    story = {f"p{i}": "f R" if i % 10 < 3 else "R R" for i in range(100)}
    alone = count_sizes(by_hand((0, 10), story, kinds="f"))[0].wrong
    groups = {f"p{i}": f"g{i % 10}" for i in range(100)}  # ten alike in each group
    grouped = count_sizes(by_hand((0, 10), story, kinds="f", groups=groups))[0].wrong
    assert grouped.high - grouped.low > 2 * (alone.high - alone.low)


def test_a_kind_is_known_where_half_of_the_wrong_responses_have_a_verdict() -> None:
    labels = by_hand((0, 10, 20), {"a": "r? r? r", "b": "fr? - R", "c": "r? fr? r?"})
    assert known_sizes(labels, "format") == [0, 1, 2]
    assert known_sizes(labels, "reasoning") == [2]


def of_seeds(verdicts: list[list[Verdict]]) -> CurveLabels:
    """Of the base, and of seeds 0 and 1 with 10 and with 20 examples, as far as there are any."""
    cells = [Cell(model="m", task="t", method="base", n_examples=0, seed=0)]
    cells += [
        Cell(model="m", task="t", method="sft", n_examples=n, seed=s)
        for n in (10, 20)
        for s in (0, 1)
    ]
    rows = {
        cell: [judge(i, "correct", v, cell) for i, v in enumerate(of)]
        for cell, of in zip(cells, verdicts, strict=False)
    }
    (curve,) = curves([m for cell, of in rows.items() for m in measure(cell, of, [])])
    return read_labels(curve, rows, [])


def test_seeds_share_the_base_and_counts_are_means_over_seeds() -> None:
    labels = of_seeds([["no", "no"], ["yes", "no"], ["yes", "yes"]])
    assert [size.wrong.n for size in count_sizes(labels)] == [2, 0.5]
    assert [size.n_asked for size in count_sizes(labels)] == [2, 2]
    assert np.array_equal(labels.wrong[0], [1, 1, 1, 1])


def test_a_seed_that_is_still_missing_is_not_counted() -> None:
    labels = of_seeds([["no", "no"], ["yes", "no"], ["no", "no"], ["no", "no"]])
    sizes = [(at.wrong.n, at.wrong.n_undecided, at.n_asked) for at in count_sizes(labels)]
    assert sizes == [(2, 0, 2), (1.5, 0, 2), (2, 0, 2)]
