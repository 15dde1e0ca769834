"""The figure of curves shows what was measured and what is forecast, and tells the two apart."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from studies import offset_rate, planted_study

from leadline.analyse.measure import rate_interval
from leadline.curves.points import LearningCurve, Point
from leadline.figures.canvas import svg_text
from leadline.figures.curve_figure import Drawn, curve_figure, prepare
from leadline.figures.series import Series, band, bars, series_of
from leadline.laws.observe import observe
from leadline.laws.result import FittedCurve, Result, fit

SIZES = (0, 100, 300, 1000, 3000, 10_000)


@cache
def study(models: Sequence[str] = ("one",), seeds: int = 1) -> Result:
    results = planted_study(n_problems=300, models=models, seeds=seeds, fitted=False)
    return fit(results.measurements)


@cache
def drawn(models: Sequence[str] = ("one",), seeds: int = 1) -> tuple[Drawn, ...]:
    return tuple(prepare(series_of(study(models, seeds).curves)))


def labels(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("}text")]


def shown(found: Sequence[Drawn]) -> list[str]:
    return labels(svg_text(curve_figure(found)))


def losses() -> Result:
    rows = [
        {"metric": "loss", "n_examples": n, "value": 1.7 + 30 * n**-0.35, "chance": None}
        for n in (10**4, 10**5, 10**6, 10**7)
    ]
    return fit(rows)


def test_axis_names_the_sizes_zero_apart_and_ten_times_the_data() -> None:
    assert {"0", "100", "300", "1,000", "3,000", "10,000", "100,000"} <= set(shown(drawn()))


def test_forecast_and_baseline_are_named() -> None:
    assert {"forecast, not measured", "paper's law", "80 % band", "95 % band"} <= set(
        shown(drawn())
    )


def test_curves_that_share_a_panel_are_named_and_show_one_band() -> None:
    found = shown(drawn(("small", "_large$x$")))
    assert {"small", "_large$x$", "80 % band"} <= set(found)
    assert "95 % band" not in found


def test_many_curves_get_a_panel_each_on_one_scale() -> None:
    (one,) = drawn()
    figure = curve_figure([one] * 7)
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == 7
    assert len({axes.get_ylim() for axes in panels}) == 1
    assert figure.get_figheight() > curve_figure([one]).get_figheight()


def test_metrics_never_share_a_panel() -> None:
    loss = prepare(series_of(losses().curves))
    figure = curve_figure([*drawn(), *loss])
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "accuracy, % of test problems",
        "loss (log scale)",
    ]


def test_losses_are_on_two_logarithmic_axes() -> None:
    (axes,) = curve_figure(prepare(series_of(losses().curves))).axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_without_a_fit_only_what_was_measured_is_drawn() -> None:
    (one,) = study().curves
    bare = prepare([Series(label="", observed=one.observed, fitted=None)])
    found = shown(bare)
    assert "paper's law" not in found
    assert "forecast, not measured" not in found
    assert "100,000" not in found


def test_chance_is_drawn_where_it_is_known() -> None:
    rows = [{"n_examples": n, "value": offset_rate(n), "chance": 0.25} for n in (10, 100, 1000)]
    assert "guessing, 25 %" in shown(prepare(series_of(fit(rows).curves)))
    assert not any("guessing" in label for label in shown(drawn()))


def test_band_beyond_the_data_is_the_forecast() -> None:
    (one,) = series_of(study().curves)
    found = band(one, places=9)
    assert found is not None
    fitted = one.fitted
    assert isinstance(fitted, FittedCurve)
    at_80, at_95 = fitted.forecast(factor=[10])
    ends = found.low95[-1], found.low80[-1], found.median[-1], found.high80[-1], found.high95[-1]
    assert ends == pytest.approx((at_95.low, at_80.low, at_80.median, at_80.high, at_95.high))


def test_band_is_ordered_and_holds_the_planted_curve_within_the_data() -> None:
    found = drawn()[0].band
    assert found is not None
    for low, high in (
        (found.low95, found.low80),
        (found.low80, found.median),
        (found.median, found.high80),
        (found.high80, found.high95),
    ):
        assert np.all(low <= high)
    truth = np.array([offset_rate(n) for n in found.n])
    within = (found.n <= 10_000) & (found.n >= 100)
    assert np.mean((found.low95 <= truth)[within] & (truth <= found.high95)[within]) > 0.9


def test_bars_are_those_of_the_table() -> None:
    results = planted_study(n_problems=300, fitted=False)
    (curve,) = fit(results.measurements).curves
    points = [m for m in results.measurements if m.metric == "accuracy"]
    for bar, m in zip(bars(curve.observed), points, strict=True):
        assert (bar.n, bar.value) == (m.n_examples, pytest.approx(m.value))
        assert (bar.low, bar.high) == pytest.approx(rate_interval(m), abs=2e-3)


def test_several_seeds_are_one_mean_with_its_seeds() -> None:
    (curve,) = study(("one",), 3).curves
    base, first, *_ = bars(curve.observed)
    assert base.seeds == ()
    assert len(first.seeds) == 3
    assert first.value == pytest.approx(np.mean(first.seeds))


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_bar_of_a_certain_rate_is_not_empty(rate: float) -> None:
    point = Point(n_examples=100, value=rate, n_test=200, n_correct=round(200 * rate))
    (bar,) = bars(observe(LearningCurve(id="c", metric="accuracy", points=(point,))))
    missed = 1.96**2 / (200 + 1.96**2)  # Wilson's other end, in closed form at 0 and 1
    assert bar.high - bar.low == pytest.approx(missed, rel=1e-3)


def test_the_papers_law_is_not_drawn_where_it_passes_everything_right() -> None:
    (axes,) = curve_figure(drawn()).axes
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert len(dashed) == 1
    assert np.max(np.asarray(dashed[0].get_ydata())) <= 100.0


def test_every_line_within_the_measured_range_starts_at_the_smallest_size() -> None:
    (axes,) = curve_figure(drawn()).axes
    lines = [np.asarray(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) > 20]
    assert lines
    assert all(math.isclose(float(x.min()), 100.0) for x in lines)


def test_hostile_names_leave_the_figure_well_formed() -> None:
    (one,) = drawn()
    names = ("<script>&]]>\x00\x1b[31m\u202e\ud800", "$\\frac{1}{2}$" * 40)
    found = [Drawn(series=replace(one.series, label=name), band=one.band) for name in names]
    labels = shown(found)
    assert any(label.startswith("<script>&]]>\\x00") for label in labels)
    assert any(label.endswith("…") for label in labels)


@pytest.mark.parametrize("make", [lambda: drawn(), lambda: drawn(("a", "b"))])
def test_same_rows_give_the_same_bytes(make: Callable[[], Sequence[Drawn]]) -> None:
    assert svg_text(curve_figure(make())) == svg_text(curve_figure(make()))
    assert "<dc:date" not in svg_text(curve_figure(make()))
