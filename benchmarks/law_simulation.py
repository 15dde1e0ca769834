"""Do the intervals cover? Studies of the paper's design are simulated, and their mean is forecast.

    OMP_NUM_THREADS=1 python -m benchmarks.law_simulation

Five sizes, 100 to 7,473, 1,319 problems, one to five seeds that differ by 1 point (sd); counts are
binomial. *Inside*: the truth is drawn from the families themselves, each alike, every shape
parameter evenly along its axis. *Outside*: M4 (Alabdulmohsin 2022), implicit in the error, or two
power laws joined at a break within or just beyond the data. Forecasts are of the true mean at 2 and
10 times the data: as a user gets them (public prior, drift on), and as if a law held exactly (flat
prior, drift off), which is how planted laws ought to be covered at their level.
"""

import argparse
import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from benchmarks.results import provenance, write_section
from leadline.curves.points import LearningCurve, Point
from leadline.laws import shapes
from leadline.laws.prior import flat_prior, public_prior
from leadline.laws.result import fit_curves
from leadline.seeding import rng

SIZES = (100.0, 500.0, 1000.0, 5000.0, 7473.0)  # the paper's, up to GSM8K's training set
N_PROBLEMS = 1319
SEED_SD = 0.01
SEEDS = (1, 3, 5)
FACTORS = (2.0, 10.0)
Truth = Callable[[float], float]  # size → error
Draw = Callable[[np.random.Generator], Truth]
Drift = Literal["on", "off"]


def inside(draw: np.random.Generator) -> Truth:
    """A law of the families whose error is a rate at every size that is measured or forecast."""
    while True:
        law = shapes.FAMILIES[draw.integers(len(shapes.FAMILIES))]
        values = [
            np.interp(draw.uniform(0, len(axis) - 1), range(len(axis)), axis) for axis in law.axes
        ]
        level = draw.uniform(0.1, 0.9)

        def error(n: float) -> float:
            x = np.array([[math.log(n / SIZES[-1])]])
            columns = [np.array([[value]]) for value in values]  # noqa: B023
            return float(level * np.exp(law.shape(x, *columns)[0, 0]))  # noqa: B023

        if error(SIZES[0]) < 0.99 and error(SIZES[-1] * FACTORS[-1]) > 0.01:
            return error


def m4(draw: np.random.Generator) -> Truth:
    """(q - e) / (q0 - q)^α = b · n^c, solved for q."""
    floor, start = draw.uniform(0.05, 0.4), draw.uniform(0.75, 1.0)
    power, slope = draw.uniform(0.5, 2.5), -draw.uniform(0.3, 0.9)
    half = np.exp(draw.uniform(np.log(200), np.log(5000)))  # size of the half-way error
    middle = (floor + start) / 2
    scale = (middle - floor) / (start - middle) ** power / half**slope

    def error(n: float) -> float:
        wanted = scale * n**slope
        return float(
            brentq(lambda q: (q - floor) - wanted * (start - q) ** power, floor, start, xtol=1e-12)
        )

    return error


def two_piece(draw: np.random.Generator) -> Truth:
    """One power law up to a break, another after it."""
    turn = np.exp(draw.uniform(np.log(700), np.log(12000)))
    before, after = draw.uniform(0.03, 0.25), draw.uniform(0.03, 0.45)
    start = draw.uniform(0.6, 0.95)

    def error(n: float) -> float:
        return float(start * (min(n, turn) / SIZES[0]) ** -before * max(n / turn, 1.0) ** -after)

    return error


def study(truth: Truth, n_seeds: int, draw: np.random.Generator) -> LearningCurve:
    """What would be measured."""
    points = []
    for n in SIZES:
        for seed in range(n_seeds):
            rate = min(max(1.0 - truth(n) + draw.normal(0.0, SEED_SD), 0.0), 1.0)
            right = int(draw.binomial(N_PROBLEMS, rate))
            value = right / N_PROBLEMS
            points.append(
                Point(n_examples=n, value=value, seed=str(seed), n_test=N_PROBLEMS, n_correct=right)
            )
    return LearningCurve(id="simulated", metric="accuracy", points=tuple(points))


def coverage(make: Draw, *, n_draws: int, n_seeds: int, drift: Drift) -> list[list[str]]:
    """A row for each factor: how often the truth was covered, the width, and the error."""
    draw = rng(n_seeds, f"law simulation {make.__name__}")
    prior = public_prior() if drift == "on" else flat_prior()
    hits: dict[float, list[tuple[bool, bool, float, float]]] = {factor: [] for factor in FACTORS}
    for _ in range(n_draws):
        truth = make(draw)
        curve = study(truth, n_seeds, draw)
        one = fit_curves([curve], prior=prior, drift=drift).curves[0]
        for factor in FACTORS:
            rate = 1.0 - truth(SIZES[-1] * factor)
            at_80, at_95 = one.forecast(factor=[factor])
            hits[factor].append(
                (
                    at_80.low <= rate <= at_80.high,
                    at_95.low <= rate <= at_95.high,
                    at_80.high - at_80.low,
                    (at_80.median - rate) ** 2,
                )
            )
    return [_row(factor, np.array(rows)) for factor, rows in hits.items()]


def _row(factor: float, rows: np.ndarray) -> list[str]:
    c80, c95, width, square = rows.mean(axis=0)
    return [
        f"{factor:g}×",
        f"{c80:.3f}",
        f"{c95:.3f}",
        f"{100 * width:.1f}",
        f"{100 * math.sqrt(square):.1f}",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate, and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    n_draws = parser.parse_args(arguments).draws
    cases: list[tuple[str, Draw, Drift]] = [
        ("inside, drift off, flat prior", inside, "off"),
        ("inside, as a user gets it", inside, "on"),
        ("M4, as a user gets it", m4, "on"),
        ("two pieces, as a user gets it", two_piece, "on"),
    ]
    lines = [
        f"{n_draws} studies a row; binomial standard error of a coverage "
        f"{100 * math.sqrt(0.16 / n_draws):.1f} points at 80 %.",
        "",
        "| truth | seeds | at | 80 % cover | 95 % cover | width of 80 %, points | RMSE, points |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for name, make, drift in cases:
        for n_seeds in SEEDS:
            for row in coverage(make, n_draws=n_draws, n_seeds=n_seeds, drift=drift):
                line = f"| {name} | {n_seeds} | {' | '.join(row)} |"
                print(line, flush=True)
                lines.append(line)
    where = provenance(f"python -m benchmarks.law_simulation --draws {n_draws}")
    body = "\n".join([where, "", *lines])
    write_section("Coverage in simulated studies of the paper's design", body)


if __name__ == "__main__":
    main()
