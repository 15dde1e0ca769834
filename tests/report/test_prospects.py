"""What more data would buy, in the page's words, against the forecasts themselves."""

import dataclasses
import math
from functools import cache
from pathlib import Path

import pytest
from studies import planted_study

from leadline.analyse.measure import curves, to_csv
from leadline.laws.law_fit import LawFit
from leadline.laws.result import FittedCurve, fit
from leadline.report.fitting import StudyLaws, fit_study
from leadline.report.laws import formula, law_rows, paper_table
from leadline.report.prospects import Prospects, prospects, targets_of
from leadline.report.tables import names

LONG = (0, 10, 30, 100, 300, 1000, 3000, 10_000)


@cache
def study(models: tuple[str, ...] = ("one",), sizes: tuple[int, ...] = LONG) -> StudyLaws:
    return planted_study(models=models, sizes=sizes, n_problems=400).laws


def told(laws: StudyLaws) -> Prospects:
    found = prospects(laws, names([one.curve for one in laws.curves]))
    assert found is not None
    return found


def curve(laws: StudyLaws) -> FittedCurve:
    (one,) = laws.curves
    assert one.fitted is not None
    return one.fitted


def test_forecasts_are_those_of_the_fit_for_both_questions() -> None:
    (twice, tenfold) = told(study()).forecasts.rows
    assert (twice[0], tenfold[0]) == ("20,000 (2×)", "100,000 (10×)")
    means = curve(study()).forecast(factor=[10])
    measured = curve(study()).forecast(factor=[10], of="measurement")
    shown = [f"{100 * row.low:.1f} – {100 * row.high:.1f}" for row in (*means, *measured)]
    assert list(tenfold[1:]) == [f"{100 * means[0].median:.1f}", *shown]


def test_targets_are_round_and_beyond_what_was_measured() -> None:
    fitted = curve(study())
    best = float(fitted.observed.rate.max())
    found = targets_of(fitted)
    assert all(best < target < 1.0 for target in found)
    assert all(math.isclose(20 * target, round(20 * target)) for target in found)
    assert found[0] - best <= 0.05


@pytest.mark.parametrize(
    ("rate", "first"), [(0.4, 0.45), (0.402, 0.45), (0.9, 0.92), (0.953, 0.96), (0.999, None)]
)
def test_targets_stand_closer_where_little_room_is_left(rate: float, first: float | None) -> None:
    fitted = curve(study())
    moved = dataclasses.replace(fitted.observed, error=fitted.observed.error * 0 + 1 - rate)
    found = targets_of(dataclasses.replace(fitted, observed=moved))
    assert (found[0] if found else None) == (pytest.approx(first) if first else None)


def test_a_target_out_of_reach_is_said_to_be() -> None:
    flat = planted_study(n_problems=400, rate=lambda n: 0.3 if n else 0.02).laws
    rows = told(flat).targets.rows
    assert any("not reachable" in row for row in rows)


def test_curves_are_named_once_and_only_where_there_are_several() -> None:
    assert "curve" not in told(study()).forecasts.columns
    several = told(study(("big", "small")))
    assert [row[0] for row in several.forecasts.rows] == ["big", "", "small", ""]
    assert {row[0] for row in several.targets.rows} == {"big", "small", ""}


def test_backtest_shows_half_the_sizes_and_foretells_next_and_largest() -> None:
    (following, largest) = told(study()).tested.rows  # type: ignore[union-attr]
    assert following[0] == "1,000 (shown: to 300)"
    assert largest[0] == "10,000 (shown: to 300)"
    assert largest[1] == f"{100 * curve(study()).observed.rate[-1]:.1f}"
    assert told(study(sizes=(0, 100, 300, 1000, 3000))).tested is None


def test_nothing_is_foretold_without_a_fit() -> None:
    laws = study(sizes=(0, 100))
    assert prospects(laws, names([one.curve for one in laws.curves])) is None


def test_paper_law_is_given_as_the_paper_prints_it() -> None:
    (row,) = paper_table([("one", curve(study()))], several=False).rows
    fit = curve(study()).fit("paper")
    assert row[0].startswith(f"{100 * fit.parameters['a']:.4g}")  # type: ignore[union-attr]
    assert row[1].startswith(f"{fit.parameters['b']:.3f}")  # type: ignore[union-attr]
    assert "which no rate can be" in row[3]


def test_every_law_is_shown_or_says_why_not() -> None:
    rows = law_rows(curve(study()))
    assert len(rows) == len(curve(study()).fits)
    assert all(row.reason or row.parameters for row in rows)
    weights = [row.standing.partition(";")[0] for row in rows if row.standing.startswith("weight")]
    assert len(weights) == 6
    assert any("no chance rate" in row.reason for row in rows)


def test_formulas_have_real_superscripts() -> None:
    shown = str(formula("1 - P = e + (q0 - e) · (1 + n/D0)^-alpha"))
    assert shown == ("1 − P = e + (q<sub>0</sub> − e) · (1 + n/D<sub>0</sub>)<sup>−α</sup>")
    assert str(formula("P = a · n^(1/b)")) == "P = a · n<sup>1/b</sup>"
    assert str(formula("L = e + B / (D_l + n^beta)")).endswith("(D<sub>l</sub> + n<sup>β</sup>)")
    assert str(formula("logit per e-fold")) == "logit per e-fold"
    assert "<script>" not in formula("<script>")


def test_responses_that_were_not_judged_leave_their_size_out() -> None:
    rows = planted_study(n_problems=100, fitted=False).measurements
    lost = [
        dataclasses.replace(m, value=math.nan, n_undecided=m.n_problems)
        if m.n_examples == 300
        else m
        for m in rows
    ]
    (one,) = fit_study(lost).curves
    assert one.observed is not None
    assert one.observed.n.tolist() == [0, 100, 1000, 3000, 10_000]
    assert len(curves(lost)[0].points) == 6


def test_a_study_is_fitted_as_its_published_measurements_are(tmp_path: Path) -> None:
    results = planted_study(models=("big", "small"), seeds=2, n_problems=200)
    to_csv(results.measurements, tmp_path / "measurements.csv")
    again = fit(tmp_path / "measurements.csv")
    for one, other in zip(results.laws.curves, again.curves, strict=True):
        assert one.fitted is not None
        assert one.fitted.known.law_weights() == pytest.approx(other.known.law_weights())
        for name in ("paper", "offset"):
            mine, theirs = one.fitted.fit(name), other.fit(name)
            assert isinstance(mine, LawFit)
            assert isinstance(theirs, LawFit)
            assert dict(mine.parameters) == pytest.approx(dict(theirs.parameters))
            assert mine.draws == pytest.approx(theirs.draws)
