"""Forecasts on public learning curves: the half/half protocol with every method, and speed.

    OMP_NUM_THREADS=1 python -m benchmarks.law_forecasts --curves DATA/laws/*.csv

The prior is learned anew in four folds over tasks, so that no task is on both sides. The bars are
those of the issue that asked for this. Speed is of one thread.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import provenance, write_section
from leadline.curves.points import LearningCurve
from leadline.curves.read import read_curves
from leadline.laws.backtest import BacktestRow, backtest
from leadline.laws.learn import task_of
from leadline.laws.methods import METHODS
from leadline.laws.prior import public_prior
from leadline.laws.result import fit_curves
from leadline.laws.score import FEW, Paired, Score, paired, score

COVERAGE = {"coverage_80": (0.75, 0.87), "coverage_95": (0.90, 0.98)}
BARS = (  # slice, place, what, at most
    ("all rates", "last", "median_error", 3.1),
    ("all rates", "next", "median_error", 1.3),
    ("post-training", "last", "median_error", 5.0),
    ("loss", "last", "median_error", 0.12),
    ("all rates", "last", "score_80", 29.0),
)
SHOWN = ("all rates", "post-training", "pretraining", "from scratch", "loss")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the protocol, and keep the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", nargs="+", type=Path, required=True)
    paths = parser.parse_args(arguments).curves
    curves = read_curves(sorted(paths)).curves
    tested = backtest(curves, methods=METHODS, prior="folds")
    scores = score(tested.rows)
    command = "python -m benchmarks.law_forecasts --curves DATA/laws/*.csv"
    body = [
        provenance(command),
        f"{len({row.curve_id for row in tested.rows})} curves of "
        f"{len({row.task for row in tested.rows})} tasks. {'; '.join(tested.notes)}.",
        _bars(scores),
        _table(scores),
        "Each method's error minus leadline's on the same curves; 95 % interval, tasks resampled:",
        _paired_table(paired(tested.rows)),
        _speed(curves, tested.rows),
    ]
    write_section("Forecasts on public learning curves", "\n\n".join(body))


def _bars(scores: Sequence[Score]) -> str:
    own = {(s.part, s.at): s for s in scores if s.method == "leadline"}
    lines = ["| bar | wanted | measured | |", "| --- | --: | --: | --- |"]
    for part, at, what, most in BARS:
        found = getattr(own[part, at], what)
        name = f"{what.replace('_', ' ')} of {part} at `{at}`"
        lines.append(
            f"| {name} | ≤ {most} | {found:.3f} | {'met' if found <= most else 'MISSED'} |"
        )
    for s in scores:
        if s.method == "leadline" and s.at == "last" and s.n_curves >= FEW:
            lines += [_coverage_bar(s, what) for what in COVERAGE]
    return "\n".join(lines)


def _coverage_bar(s: Score, what: str) -> str:
    low, high = COVERAGE[what]
    found = getattr(s, what)
    verdict = "met" if low <= round(found, 2) <= high else "MISSED"
    name = f"{what.replace('_', ' ')} % of {s.part} ({s.n_curves}) at `last`"
    return f"| {name} | {low:.2f} to {high:.2f} | {found:.3f} | {verdict} |"


def _table(scores: Sequence[Score]) -> str:
    lines = [
        "| curves | method | at | n | median error [tasks resampled] | mean | 90th "
        "| 80 / 95 % cover | interval score | width |",
        "| --- | --- | --- | --: | --- | --: | --: | --- | --: | --: |",
    ]
    for s in scores:
        if s.part in SHOWN or (s.method == "leadline" and s.n_curves >= FEW):
            d = 3 if s.part == "loss" or "ftsl" in s.part else 2
            lines.append(
                f"| {s.part} | {s.method} | {s.at} | {s.n_curves} | {s.median_error:.{d}f} "
                f"[{s.median_low:.{d}f}, {s.median_high:.{d}f}] | {s.mean_error:.{d}f} | "
                f"{s.error_90:.{d}f} | {s.coverage_80:.2f} / {s.coverage_95:.2f} | "
                f"{s.score_80:.{d}f} | {s.width_80:.{d}f} |"
            )
    return "\n".join(lines)


def _paired_table(differences: Sequence[Paired]) -> str:
    lines = [
        "| curves | method | at | n | median difference | worse on |",
        "| --- | --- | --- | --: | --- | --: |",
    ]
    for p in differences:
        if p.part in ("all rates", "post-training", "loss"):
            d = 3 if p.part == "loss" else 2
            lines.append(
                f"| {p.part} | {p.method} | {p.at} | {p.n_curves} | {p.median_difference:+.{d}f} "
                f"[{p.low:+.{d}f}, {p.high:+.{d}f}] | {100 * p.share_worse:.0f} % |"
            )
    return "\n".join(lines)


def _speed(curves: Sequence[LearningCurve], rows: Sequence[BacktestRow]) -> str:
    """A full forecast of one curve alone, and of 1,000 together."""
    prior = public_prior()
    fit_curves(curves[:1], prior=prior).forecast(factor=[2.0])  # imports and caches
    alone = []
    for curve in curves:
        start = time.perf_counter()
        fit_curves([curve], prior=prior).forecast(factor=[2.0, 10.0])
        alone.append(time.perf_counter() - start)
    many = (list(curves) * (1000 // len(curves) + 1))[:1000]
    start = time.perf_counter()
    fit_curves(many, prior=prior).forecast(factor=[2.0, 10.0])
    together = time.perf_counter() - start
    alone.sort()
    return (
        f"Speed, one thread: a full forecast of one curve (fit, and 80 and 95 % intervals at 2 and "
        f"10 times the data) takes {1000 * alone[len(alone) // 2]:.1f} ms in the median, "
        f"{1000 * alone[int(0.95 * len(alone))]:.1f} ms at the 95th percentile of {len(alone)} "
        f"curves; 1,000 curves as one study, pooled, {together:.1f} s. "
        f"({len({task_of(c) for c in curves})} tasks; {len(rows)} backtest rows.)"
    )


if __name__ == "__main__":
    main()
