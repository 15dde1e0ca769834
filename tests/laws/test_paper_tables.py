"""Tables 7 and 8 of the paper: points made from each printed a and b give both back, as printed.

The points are P = a · D^(1/b) at the paper's sizes. Least squares on logarithms and Gaussian
maximum likelihood get them exactly; binomial maximum likelihood gets right answers out of 10^7,
for whole counts of 1,319 problems alone would move the last printed digit.
"""

import csv
from pathlib import Path

import pytest
from law_curves import counted, valued

from leadline.laws.fit import fit_law
from leadline.laws.law_fit import LawFit
from leadline.laws.observe import Observed

LARGEST = {  # the full training set; PAPER.md
    "Math": 7473,
    "Multihop QnA": 2700,
    "Coding": 10_000,
    "IF-Conifer": 5000,
    "IF-Dolly": 10_000,
}
TABLES = ("table7_power_law_dataset_scaling.csv", "table8_power_law_model_scaling.csv")


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "paper" / table).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def printed(row: dict[str, str]) -> dict[int, float]:
    """Rates at the paper's sizes, up to the whole training set."""
    largest = LARGEST[row["task"]]
    sizes = sorted({n for n in (100, 500, 1000, 5000, 10_000) if n < largest} | {largest})
    return {n: float(row["a"]) / 100 * n ** (1 / float(row["b"])) for n in sizes}


def assert_printed(observed: Observed, law: str, row: dict[str, str]) -> None:
    found = fit_law(observed, law, n_draws=0)
    assert isinstance(found, LawFit), found
    assert found.converged
    assert f"{found.parameters['a'] * 100:.2f}" == f"{float(row['a']):.2f}"
    assert f"{found.parameters['b']:.2f}" == f"{float(row['b']):.2f}"


@pytest.mark.parametrize("table", TABLES)
def test_printed_a_and_b_come_back_by_every_estimator(shared_data: Path, table: str) -> None:
    found = rows(shared_data, table)
    assert len(found) == 15
    for row in found:
        exact = valued(printed(row))
        assert_printed(exact, "paper", row)
        assert_printed(exact, "paper_ml", row)
        assert_printed(counted(printed(row), n_test=10_000_000), "paper_ml", row)
        assert_printed(counted(printed(row), n_test=10_000_000), "paper", row)


def test_printed_digits_reproduce_the_rate_at_the_largest_size(shared_data: Path) -> None:
    for table in TABLES:
        for row in rows(shared_data, table):
            points = printed(row)
            found = fit_law(valued(points), "paper", n_draws=0)
            assert isinstance(found, LawFit)
            assert max(abs(found.residuals)) < 5e-4  # 0.05 points
