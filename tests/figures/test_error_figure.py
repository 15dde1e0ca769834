"""Figures hold what was measured, and nothing outside it."""

import re
from xml.etree import ElementTree

from studies import planted_study

from leadline.analyse.errors import count_errors
from leadline.analyse.measure import curves
from leadline.report.accuracy_figure import accuracy_figure
from leadline.figures.error_figure import error_figure
from leadline.report.page import COLOURS
from leadline.figures.svg import inline


def accuracy(**changes: object) -> str:
    results = planted_study(n_problems=200, **changes)  # type: ignore[arg-type]
    return accuracy_figure(curves(results.measurements), results.fits)


def labels(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("}text")]


def test_axis_names_every_size_and_zero_apart() -> None:
    found = labels(accuracy())
    for size in ("0", "100", "300", "1,000", "3,000", "10,000"):
        assert size in found


def test_legend_tells_the_laws_and_the_curves() -> None:
    found = labels(accuracy(models=("small", "_large$x$")))
    assert {"small", "_large$x$", "bounded law", "paper's law"} <= set(found)


def test_without_a_fit_no_law_is_named() -> None:
    assert "bounded law" not in labels(accuracy(rate=lambda _: 0.0))


def test_text_stays_text_and_no_date_is_written() -> None:
    svg = accuracy()
    assert "<text" in svg
    assert "<dc:date" not in svg
    assert not re.search(r"20\d\d-\d\d-\d\d", svg)


def test_wrong_answers_are_labelled_with_their_counts() -> None:
    results = planted_study(n_problems=200, fitted=False)
    counts = [count_errors(c.checkpoint.cell, c.judgements, c.generations) for c in results.cells]
    found = labels(error_figure([("", counts)]))
    assert {str(c.n_wrong) for c in counts} <= set(found)


def test_inlined_colours_follow_the_reader() -> None:
    svg = inline(accuracy(), prefix="a-", label="A figure", colours=COLOURS)
    without_variables = re.sub(r"var\(--\w+, #[0-9a-f]{6}\)", "", svg)
    assert not re.findall(r"(?:fill|stroke): #", without_variables)
    assert 'aria-label="A figure"' in svg
