"""The figure of what went wrong, and figures made fit for a page."""

import re
from xml.etree import ElementTree

from labelled import by_hand
from studies import planted_study

from leadline.analyse.labels import Counted, SizeErrors, count_sizes
from leadline.figures.canvas import SERIES
from leadline.figures.error_figure import error_figure, highest
from leadline.figures.svg import inline


def figure() -> tuple[str, set[str]]:
    (curve,) = planted_study(n_problems=200, fitted=False).findings.curves
    return error_figure([("", curve.sizes)]), {str(round(at.wrong.n)) for at in curve.sizes}


def test_wrong_answers_are_labelled_with_their_counts() -> None:
    svg, wrong = figure()
    root = ElementTree.fromstring(svg)
    labels = {"".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("}text")}
    assert wrong <= labels


def test_inlined_colours_follow_the_reader() -> None:
    colours = {colour: f"s{i}" for i, colour in enumerate(SERIES)} | {"#1f2428": "ink"}
    svg = inline(figure()[0], prefix="a-", label="A figure", colours=colours)
    assert "var(--s1, #d55e00)" in svg
    assert not re.findall(r"(?:fill|stroke): #(?:d55e00|1f2428)", svg)
    assert 'aria-label="A figure"' in svg


def texts(svg: str) -> set[str]:
    root = ElementTree.fromstring(svg)
    return {"".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("}text")}


def test_only_what_is_drawn_is_in_the_legend() -> None:
    told = count_sizes(by_hand((0, 10), {"a": "fr R", "b": "a R"}))
    assert {"format", "arithmetic", "reasoning"} <= texts(error_figure([("", told)]))
    assert not {"no error found", "not known"} & texts(error_figure([("", told)]))
    untold = count_sizes(by_hand((0, 10), {"a": "- R", "b": "r? R"}))
    assert {"no error found", "not known"} <= texts(error_figure([("", untold)]))
    form = count_sizes(by_hand((0, 10), {"a": "f R", "b": "- R"}, kinds="f"))
    assert "no error found" not in texts(error_figure([("", form)]))


def test_colours_of_hatched_parts_follow_the_reader_too() -> None:
    untold = count_sizes(by_hand((0, 10), {"a": "- R", "b": "r? R"}))
    colours = {colour: f"s{i}" for i, colour in enumerate(SERIES)} | {"#ffffff": "paper"}
    svg = inline(error_figure([("", untold)]), prefix="a-", label="A figure", colours=colours)
    assert "url(#a-h" in svg
    assert not re.findall(r"(?:fill|stroke): #(?:6b6b6b|ffffff)", svg)


def test_the_highest_stack_stays_below_the_top_with_its_interval() -> None:
    def part(name: str, n: float) -> Counted:
        return Counted(name=name, n=n, low=n - 5, high=n + 7, n_undecided=0.0)

    none = Counted(name="", n=0.0, low=0.0, high=0.0, n_undecided=0.0)
    size = SizeErrors(
        n_examples=0,
        n_asked=100,
        wrong=part("wrong", 90),
        kinds=(part("format", 90), part("reasoning", 60)),
        none_found=none,
        not_known=none,
    )
    assert highest([("", [size])]) == 90 + 60 + 7
