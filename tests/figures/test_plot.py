"""Residuals, the comparison of laws, and the figure of a whole result."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from studies import planted_study

from leadline.errors import BadStudy
from leadline.figures.law_figure import law_figure
from leadline.figures.residual_figure import residual_figure
from leadline.figures.series import series_of
from leadline.laws.law_fit import LawFit
from leadline.laws.result import Result, fit


@cache
def study(n_models: int = 1) -> Result:
    models = tuple(f"model-{i}" for i in range(n_models))
    return fit(planted_study(n_problems=300, models=models, fitted=False).measurements)


def test_residuals_are_measured_minus_law_in_points() -> None:
    (curve,) = study().curves
    offset_axes, paper_axes = residual_figure(series_of([curve])).axes
    for axes, law in ((offset_axes, "offset"), (paper_axes, "paper")):
        alone = curve.fit(law)
        assert isinstance(alone, LawFit)
        measured = dict(zip(curve.observed.n, curve.observed.rate, strict=True))
        expected = [100 * (measured[n] - 1 + float(alone.error(np.array([n]))[0])) for n in alone.n]
        assert np.asarray(axes.lines[0].get_ydata()) == pytest.approx(expected, abs=1e-6)


def test_weights_and_held_out_misses_stand_beside_the_law() -> None:
    (curve,) = study().curves
    weights = curve.known.law_weights()
    left, right = law_figure([weights], [curve.comparison]).axes
    widths = [bar.get_width() for bar in left.patches]
    assert widths == pytest.approx(sorted((100 * w for w in weights.values()), reverse=True))
    missed = [float(line.get_xdata()[0]) for line in right.lines]
    errors = [100 * s.error for s in curve.comparison.scores if s.law != "paper_ml"]
    assert sorted(missed) == pytest.approx(sorted(e for e in errors if e == e))


def test_too_few_sizes_to_hide_leave_the_weights_alone() -> None:
    rows = [{"n_examples": n, "value": v} for n, v in ((10, 0.2), (100, 0.4), (1000, 0.5))]
    (curve,) = fit(rows).curves
    assert len(law_figure([curve.known.law_weights()], [curve.comparison]).axes) == 1


@pytest.mark.parametrize(
    ("name", "first"), [("f.svg", b"<?xml"), ("f.png", b"\x89PNG"), ("f.pdf", b"%PDF")]
)
def test_plot_writes_what_the_ending_says(name: str, first: bytes, tmp_path: Path) -> None:
    figure = study(2).plot(tmp_path / "new" / name)
    written = (tmp_path / "new" / name).read_bytes()
    assert written.startswith(first)
    assert len(figure.axes) == 1 + 2 + 2
    study(2).plot(tmp_path / name)
    assert (tmp_path / name).read_bytes() == written


def test_another_ending_is_refused() -> None:
    with pytest.raises(BadStudy, match=r"\.svg, \.png or \.pdf"):
        study().plot("figure.docx")
