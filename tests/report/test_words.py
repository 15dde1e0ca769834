"""Sentences say what the rows say, and no more."""

import dataclasses

import pytest
from studies import planted_study as fitted_study

from leadline.analyse.errors import count_errors
from leadline.analyse.measure import curves
from leadline.report import words
from leadline.report.results import StudyResults


def planted_study(**changes: object) -> StudyResults:
    return fitted_study(fitted=False, **changes)  # type: ignore[arg-type]


def told(results: StudyResults) -> tuple[str, list[str]]:
    found = curves(results.measurements)
    counts = [count_errors(c.checkpoint.cell, c.judgements, c.generations) for c in results.cells]
    said = words.headline(found, counts), words.cautions(results, found, counts)
    return said[0].replace("\u202f", " "), [line.replace("\u202f", " ") for line in said[1]]


def test_headline_gives_both_ends_and_the_format() -> None:
    results = planted_study(n_problems=400, rate=lambda n: 0.0 if n == 0 else 0.57)
    last = [m.value for m in results.measurements if m.metric == "accuracy"][-1]
    headline, _ = told(results)
    assert headline.startswith(
        f"Accuracy rose from 0 % with no examples to {100 * last:.0f} % with 10,000; format errors "
    )
    assert headline.endswith("by 100 examples.")


@pytest.mark.parametrize(
    ("first", "last", "verb"),
    [(0.40, 0.42, "did not change measurably"), (0.4, 0.6, "rose"), (0.6, 0.4, "fell")],
)
def test_a_change_within_the_noise_is_not_called_one(first: float, last: float, verb: str) -> None:
    results = planted_study(
        n_problems=200, sizes=(0, 100), rate=lambda n: last if n else first, seed=3
    )
    assert told(results)[0].startswith(f"Accuracy {verb}")


def test_near_zero_is_said_plainly() -> None:
    headline, cautions = told(planted_study(rate=lambda _: 0.004))
    assert headline.startswith("Accuracy stayed near zero at every size")
    assert any("too small for this task" in line for line in cautions)


def test_a_recipe_that_changes_with_n_is_said_in_one_line() -> None:
    _, cautions = told(planted_study(n_problems=20))
    (line,) = [line for line in cautions if line.startswith("The recipe changes")]
    assert "the batch is 2 for 100; 8 for 300, 1,000, 3,000 and 10,000 examples" in line
    steady = planted_study(n_problems=20, sizes=(0, 300, 1000))
    assert not [line for line in told(steady)[1] if line.startswith("The recipe")]


def test_one_seed_is_said_and_two_are_not() -> None:
    one, two = planted_study(n_problems=20), planted_study(n_problems=20, seeds=2)
    assert any(line.startswith("One seed") for line in told(one)[1])
    assert not any(line.startswith("One seed") for line in told(two)[1])


def test_dropped_examples_are_said() -> None:
    results = planted_study(n_problems=20, sizes=(0, 300, 1000))
    cells = tuple(
        dataclasses.replace(
            cell,
            checkpoint=dataclasses.replace(
                cell.checkpoint, n_examples_effective=cell.checkpoint.cell.n_examples * 9 // 10
            ),
        )
        for cell in results.cells
    )
    _, cautions = told(dataclasses.replace(results, cells=cells))
    assert sum("overlong examples were dropped" in line for line in cautions) == 2
    assert any("900 were trained on" in line for line in cautions)


def test_several_curves_are_named_by_what_differs() -> None:
    headline, _ = told(planted_study(models=("small", "large"), n_problems=300))
    assert "(large)" in headline
    assert "(small)" in headline
    assert "maths" not in headline


def test_warnings_of_the_fits_name_their_curves() -> None:
    flat = fitted_study(models=("a", "b"), n_problems=100, rate=lambda _: 0.4)
    _, cautions = told(flat)
    assert sum("The curve is flat" in line for line in cautions) == 1
    assert any(line.startswith("a and b: The curve is flat") for line in cautions)
    assert sum("The recipe changes" in line for line in cautions) == 1
