"""The half/half protocol: what is shown, what is held out, and that no task is on both sides."""

import math
from pathlib import Path

import numpy as np
import pytest
from law_curves import MANY_SIZES, counted, drawn, valued

from leadline.curves.points import LearningCurve
from leadline.curves.read import read_curves
from leadline.errors import BadData, BadStudy
from leadline.laws import backtest as module
from leadline.laws.backtest import Backtest, BacktestRow, backtest
from leadline.laws.learn import FOLDS, fold_of, learn, task_of
from leadline.laws.prior import Prior, public_prior
from leadline.laws.result import fit_curves
from leadline.laws.score import Score, score


def truth(n: float) -> float:
    return 1 - (0.25 + 0.6 * (1 + n / 400) ** -0.5)


def curves(n: int, *, source: str = "own") -> list[LearningCurve]:
    found = []
    for i in range(n):
        one = drawn(truth, MANY_SIZES, seed=i, name=f"c{i}").curve
        names = {"source": source, "task": f"t{i}"}
        found.append(
            LearningCurve(id=one.id, metric=one.metric, points=one.points, coordinates=names)
        )
    return found


def rows_of(tested: Backtest, method: str) -> list[BacktestRow]:
    return [row for row in tested.rows if row.method == method]


def test_next_and_last_are_the_first_and_the_last_size_held_out() -> None:
    sizes = {n: truth(n) for n in (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)}
    tested = backtest([counted({0: 0.1, **sizes}).curve], methods=["last"])
    first, last = rows_of(tested, "last")
    assert (first.at, first.n_examples, last.at, last.n_examples) == ("next", 3000, "last", 1e5)
    assert first.observed == pytest.approx(truth(3000), abs=1e-3)
    assert first.predicted == last.predicted == pytest.approx(truth(1000), abs=1e-3)
    assert (first.reach, last.reach) == (3.0, 100.0)


def test_forecast_sees_nothing_of_what_is_held_out() -> None:
    """The same known half with another end: the same forecasts."""
    one = {n: truth(n) for n in MANY_SIZES}
    other = {**one, 3000: 0.99, 10_000: 0.01, 30_000: 0.5}
    methods = ["leadline", "last", "paper", "offset"]
    got, wanted = (
        [
            (row.method, row.at, row.predicted, row.low80, row.high95)
            for row in backtest([counted(rates).curve], methods=methods, prior="public").rows
        ]
        for rates in (one, other)
    )
    assert got == wanted


def test_leadline_is_the_forecast_of_a_measurement_from_the_known_half() -> None:
    (curve,) = curves(1)
    tested = backtest([curve], methods=["leadline"], prior="public")
    points = tuple(p for p in curve.points if p.n_examples <= MANY_SIZES[3])
    shown = LearningCurve(
        id=curve.id, metric=curve.metric, points=points, coordinates=curve.coordinates
    )
    one = fit_curves([shown], prior=public_prior()).curves[0]
    for row in tested.rows:
        at_80, at_95 = one.forecast([row.n_examples], of="measurement")
        wanted = (at_80.median, at_80.low, at_80.high, at_95.low, at_95.high)
        assert (row.predicted, row.low80, row.high80, row.low95, row.high95) == wanted
        assert row.prior == "public"


def test_paper_is_its_law_by_least_squares_on_logarithms() -> None:
    rates = {n: truth(n) for n in MANY_SIZES}
    tested = backtest([valued(rates).curve], methods=["paper"])
    known = MANY_SIZES[:4]
    slope, level = np.polyfit(np.log(known), np.log([rates[n] for n in known]), 1)
    for row in tested.rows:
        assert row.predicted == pytest.approx(math.exp(level) * row.n_examples**slope)


def test_no_change_is_the_last_value_with_the_noise_of_two_measurements() -> None:
    tested = backtest([counted({n: truth(n) for n in MANY_SIZES}).curve], methods=["last"])
    row = tested.rows[0]
    p = row.predicted
    spread = math.sqrt(2 * p * (1 - p) / 1319)
    assert (row.low80, row.high80) == pytest.approx(
        (p - 1.2816 * spread, p + 1.2816 * spread), rel=1e-4
    )
    assert (row.low95, row.high95) == pytest.approx(
        (p - 1.96 * spread, p + 1.96 * spread), rel=1e-4
    )


def test_error_curve_is_told_as_the_complement_of_its_accuracy() -> None:
    rates = {n: truth(n) for n in MANY_SIZES}
    methods = ["leadline", "last", "offset"]
    right = backtest([valued(rates).curve], methods=methods, prior="public").rows
    errors = {n: 1 - rate for n, rate in rates.items()}
    wrong = backtest([valued(errors, metric="error").curve], methods=methods, prior="public").rows
    for a, b in zip(right, wrong, strict=True):
        assert (b.observed, b.predicted) == pytest.approx((1 - a.observed, 1 - a.predicted))
        assert (b.low80, b.high95) == pytest.approx((1 - a.high80, 1 - a.low95), abs=2e-3)


def test_law_that_cannot_be_fitted_is_said_and_no_change_stands_in() -> None:
    """A curve of zeros has no logarithms."""
    rates = dict.fromkeys(MANY_SIZES[:4], 0.0) | dict.fromkeys(MANY_SIZES[4:], 0.3)
    tested = backtest([counted(rates).curve], methods=["last", "paper"])
    paper, last = rows_of(tested, "paper"), rows_of(tested, "last")
    assert [row.fitted for row in paper] == [False, False]
    assert [row.predicted for row in paper] == [row.predicted for row in last]
    assert any("paper: 1 of 1 curves cannot be fitted" in note for note in tested.notes)


def test_short_curves_are_left_out_and_said() -> None:
    short = counted({n: truth(n) for n in (0, *MANY_SIZES[:5])}, name="short").curve
    base = counted({0: 0.2}, name="base").curve
    tested = backtest([*curves(1), short, base], methods=["last"])
    assert {row.curve_id for row in tested.rows} == {"c0"}
    assert any("2 of 3 curves have fewer than 6 sizes" in note for note in tested.notes)
    with pytest.raises(BadStudy, match="none of the 2 curves has 6 sizes"):
        backtest([short, base])


def test_own_tasks_are_foretold_with_the_public_prior() -> None:
    tested = backtest(curves(2), methods=["leadline"])
    assert {row.prior for row in tested.rows} == {"public"}


def test_tasks_of_the_public_prior_are_foretold_by_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every prior learned anew saw no curve of the tasks that it is used for."""
    source, _, task = public_prior().about["tasks"][0].partition("/")
    many = curves(8)
    first = many[0]
    many[0] = LearningCurve(
        id=first.id,
        metric=first.metric,
        points=first.points,
        coordinates={"source": source, "task": task},
    )
    taught: dict[str, set[str]] = {}

    def watched(others: list[LearningCurve], *, name: str) -> Prior:
        taught[name] = {task_of(curve) for curve in others}
        return learn(others, name=name, calibrate=False)

    monkeypatch.setattr(module, "learn", watched)
    tested = backtest(many, methods=["leadline"])
    assert {row.prior for row in tested.rows} == {
        f"learned anew in {FOLDS} folds over tasks (post-training)"
    }
    folds = fold_of([task_of(curve) for curve in many])
    assert len(taught) == FOLDS
    for curve in many:
        assert task_of(curve) not in taught[f"fold {folds[task_of(curve)]}"]
    assert set.union(*taught.values()) == set(folds)


def test_one_task_alone_has_nothing_to_learn_from_and_says_so() -> None:
    tested = backtest(curves(1), methods=["leadline"], prior="folds")
    assert "flat, for there is no other task" in tested.notes[0]


def test_prior_can_be_chosen() -> None:
    tested = backtest(curves(1), methods=["leadline"], prior="flat")
    assert tested.rows[0].prior == "flat"
    with pytest.raises(BadData, match="prior 'publik'"):
        backtest(curves(1), methods=["leadline"], prior="publik")


def test_unknown_method_is_refused() -> None:
    with pytest.raises(BadStudy, match=r"method 'papr' is not known.*paper"):
        backtest(curves(1), methods=["papr"])


def test_same_curves_give_the_same_rows() -> None:
    one, other = (backtest(curves(2)).rows for _ in range(2))
    assert one == other


def of(scores: list[Score], part: str, at: str) -> Score:
    (found,) = (s for s in scores if s.part == part and s.at == at)
    return found


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_forecasts_hold_on_the_public_curves(shared_data: Path) -> None:
    """The bars that were set before the engine was written: half/half, priors by 4 folds."""
    public = read_curves(sorted((shared_data / "laws").glob("*.csv"))).curves
    tested = backtest(public, methods=["leadline"], prior="folds")
    scores = score(tested.rows)
    rates = of(scores, "all rates", "last")
    assert (rates.n_curves, of(scores, "loss", "last").n_curves) == (189, 48)
    assert rates.median_error <= 3.1
    assert of(scores, "all rates", "next").median_error <= 1.3
    assert of(scores, "post-training", "last").median_error <= 5.0
    assert of(scores, "loss", "last").median_error <= 0.12
    assert rates.score_80 <= 29.0
    last = [row for row in tested.rows if row.at == "last"]
    covered = {
        80: np.mean([row.low80 <= row.observed <= row.high80 for row in last]),
        95: np.mean([row.low95 <= row.observed <= row.high95 for row in last]),
    }
    assert 0.75 <= covered[80] <= 0.87
    assert 0.90 <= covered[95] <= 0.98
