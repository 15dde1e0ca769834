"""The page: complete, self-contained, deterministic, and dead to hostile text."""

import dataclasses
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pages import HOSTILE, read
from studies import planted_cell, planted_study

from leadline.analyse.measure import measure
from leadline.records import Cell
from leadline.report.fitting import fit_study
from leadline.report.page import write_report
from leadline.report.results import StudyResults

NAME = HOSTILE.replace("\ud800", "")  # no file can be named so, and a CSV cannot hold it


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(planted_study(n_problems=300), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def hostile_results() -> StudyResults:
    results = planted_study(
        models=(NAME, f"_{NAME}2"), sizes=(0, 100, 300, 1000), n_problems=40, mark=HOSTILE
    )
    return dataclasses.replace(
        results,
        settings={HOSTILE: {HOSTILE: [HOSTILE]}, **results.settings},
        versions={HOSTILE: HOSTILE},
        question=HOSTILE,
        first_prompt=HOSTILE,
    )


@pytest.fixture(scope="module")
def hostile(hostile_results: StudyResults, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(hostile_results, tmp_path_factory.mktemp("hostile"))


def test_report_writes_everything_whole(plain: Path) -> None:
    root = plain.parent.parent
    written = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert written == {
        "measurements.csv",
        "fits.json",
        "findings.json",
        "report/index.html",
        "report/accuracy.svg",
        "report/errors.svg",
        "report/laws.svg",
        "report/residuals.svg",
    }


def test_hostile_text_is_never_markup(plain: Path, hostile: Path) -> None:
    harmless, attacked = read(plain), read(hostile)
    allowed = {tag for tag, _ in harmless.elements} | {"h3", "dl", "dt", "dd"}
    assert {tag for tag, _ in attacked.elements} <= allowed
    for tag, attributes in attacked.elements:
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "img"}
        assert not [name for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in "".join(attacked.text)


def test_templates_in_text_are_not_run(hostile: Path) -> None:
    text = "".join(read(hostile).text)
    assert "{{7*7}}" in text
    assert "{% for x in y %}" in text


def test_hidden_characters_are_shown_as_escapes(hostile: Path) -> None:
    raw = hostile.read_text(encoding="utf-8")
    assert not re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", raw)
    assert "\\x1b[31m" in raw
    assert "\\u202e" in raw
    assert "\\ud800" in raw


def test_page_asks_for_nothing_outside_itself(hostile: Path) -> None:
    reader = read(hostile)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in reader.elements:
        for name in ("href", "xlink:href", "src", "srcset", "action", "data", "poster"):
            value = attributes.get(name)
            assert value is None or (value.startswith("#") and value[1:] in ids)
        for value in attributes.values():
            for target in re.findall(r"url\(([^)]*)\)", value or ""):
                assert target.startswith("#")
                assert target[1:] in ids
    style = hostile.read_text(encoding="utf-8").split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    policy = [a.get("content") for t, a in reader.elements if t == "meta" and "http-equiv" in a]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_figures_stay_well_formed_with_hostile_names(hostile: Path) -> None:
    for figure in hostile.parent.glob("*.svg"):
        root = ElementTree.fromstring(figure.read_bytes())
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"script", "image", "foreignObject", "a"}


def test_megabyte_texts_are_clipped_and_said_so(tmp_path: Path) -> None:
    results = planted_study(sizes=(0, 100), n_problems=4)
    cells = tuple(
        dataclasses.replace(
            cell,
            generations=tuple(
                dataclasses.replace(g, text="a<b " * 250_000) for g in cell.generations
            ),
            problems=tuple(dataclasses.replace(p, prompt="x" * 1_000_000) for p in cell.problems),
        )
        for cell in results.cells
    )
    page = write_report(
        dataclasses.replace(results, cells=cells, first_prompt="y" * 1_000_000), tmp_path
    )
    assert page.stat().st_size < 500_000
    assert "[997,000 more characters]" in page.read_text(encoding="utf-8")


def test_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    results = planted_study(sizes=(0, 100, 300, 1000), n_problems=60)
    one, two = write_report(results, tmp_path / "one"), write_report(results, tmp_path / "two")
    for path in one.parent.parent.rglob("*.*"):
        other = two.parent.parent / path.relative_to(one.parent.parent)
        assert path.read_bytes() == other.read_bytes(), path.name


def test_page_shows_right_and_wrong_responses_of_every_cell(plain: Path) -> None:
    reader = read(plain)
    articles = [a["class"] for tag, a in reader.elements if tag == "article"]
    assert articles.count("right") == 6 * 3
    assert articles.count("wrong") == 6 * 3
    assert "cut off at the limit of 40 tokens" in "".join(reader.text)


def test_page_holds_the_numbers_of_the_table(plain: Path) -> None:
    results = planted_study(n_problems=300, fitted=False)
    text = " ".join(read(plain).text)
    for m in results.measurements:
        if m.metric == "accuracy":
            assert f"{100 * m.value:.1f} ± {100 * m.standard_error:.1f}" in text


def test_fits_are_strict_json(plain: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    raw = (plain.parent.parent / "fits.json").read_text()
    fits = json.loads(raw, parse_constant=refuse)
    (curve,) = fits["curves"]
    assert [law["law"] for law in curve["laws"]][:4] == ["paper", "paper_ml", "pow3", "offset"]
    assert sum(curve["law_weights"].values()) == pytest.approx(1.0)
    assert fits["prior"]["name"] == "public"
    assert fits["prior"]["about"]["learned from"]
    low, high = curve["laws"][0]["intervals_95"]["b"]
    assert low < curve["laws"][0]["parameters"]["b"] < high
    assert {(row["reach"], row["of"], row["level"]) for row in curve["forecasts"]} == {
        (reach, of, level)
        for reach in (2.0, 10.0)
        for of in ("mean", "measurement")
        for level in (0.8, 0.95)
    }


def test_a_study_with_one_finished_cell_has_a_page(tmp_path: Path) -> None:
    page = write_report(planted_study(sizes=(0,), n_problems=20), tmp_path)
    text = " ".join(read(page).text)
    assert "with no examples" in text
    assert "No law was fitted: a law needs 3 sizes above 0, and none was measured." in text
    assert "What more data would buy" not in text


def test_undecided_everywhere_is_said_and_nothing_breaks(tmp_path: Path) -> None:
    cell = planted_cell(
        Cell(model="m", task="t", method="base", n_examples=0, seed=0),
        rate=0.5,
        n_problems=10,
        rng=np.random.default_rng(0),
    )
    undecided = tuple(dataclasses.replace(j, verdict="undecided") for j in cell.judgements)
    results = planted_study(sizes=(0,), n_problems=10)
    rows = measure(cell.checkpoint.cell, undecided, cell.generations)
    results = dataclasses.replace(
        results,
        cells=(dataclasses.replace(cell, judgements=undecided),),
        measurements=tuple(rows),
        laws=fit_study(rows),
    )
    text = " ".join(read(write_report(results, tmp_path)).text)
    assert "10 of 10 responses could not be judged" in text
    assert "No law was fitted: no response was judged." in text
    assert "0.0 – 100.0" in text


def test_page_holds_the_forecasts_and_names_the_prior(plain: Path) -> None:
    raw = (plain.parent.parent / "fits.json").read_text()
    (curve,) = json.loads(raw)["curves"]
    text = " ".join(read(plain).text)
    for row in curve["forecasts"]:
        assert f"{100 * row['low']:.1f} – {100 * row['high']:.1f}" in text
    assert "“public”, for models in post-training" in text
    assert "Not tested: to hide half of the sizes" in text
    for item in ("objective", "starts and tolerance", "dropped or smoothed"):
        assert item in text  # of the checklist


def test_a_study_of_two_sizes_says_why_nothing_is_fitted(tmp_path: Path) -> None:
    page = write_report(planted_study(sizes=(0, 100, 300), n_problems=40), tmp_path)
    text = " ".join(read(page).text)
    assert "a law needs 3 sizes above 0, and 2 were measured" in text
    assert {p.name for p in page.parent.glob("*.svg")} == {"accuracy.svg", "errors.svg"}
    (curve,) = json.loads((tmp_path / "fits.json").read_text())["curves"]
    assert "2 were measured" in curve["reason"]


def test_one_curve_that_cannot_be_fitted_keeps_no_other_from_it(tmp_path: Path) -> None:
    results = planted_study(
        models=("grows", "tiny"), n_problems=200, sizes=(0, 10, 30, 100, 300, 1000, 3000)
    )
    zero = tuple(
        dataclasses.replace(m, value=0.0, standard_error=0.0) if m.model == "tiny" else m
        for m in results.measurements
    )
    results = dataclasses.replace(results, measurements=zero, laws=fit_study(zero))
    text = " ".join(read(write_report(results, tmp_path)).text)
    assert "tiny : no law was fitted: the rate stays below 2%" in " ".join(text.split())
    assert "2,000 (2×)" not in text
    assert "6,000 (2×)" in text
    assert "1,000 (shown: to 300)" in text
    assert "Mean error in points: leadline" in text
