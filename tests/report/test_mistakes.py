"""The sections on what went wrong, on preferences and on expectations, against rows by hand."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from comparisons import both_orders
from labelled import by_hand, drawn
from pages import HOSTILE, read
from studies import planted_study

from leadline.analyse.expect.errors import DeeperThan, SaturatesBy
from leadline.analyse.expect.outcome import Outcome
from leadline.analyse.findings import Findings, of_curve
from leadline.analyse.labels import CurveLabels
from leadline.analyse.measure import measure
from leadline.analyse.rivals import accuracy_and_win_rate
from leadline.records import Cell, Judgement
from leadline.report.expected import console_lines, expected
from leadline.report.findings_json import findings_json
from leadline.report.mistakes import Mistakes, mistakes
from leadline.report.page import write_report
from leadline.report.results import JudgeCheck, StudyResults
from leadline.report.rivals import compared
from leadline.report.tables import Names

CALLED = Names(varying=("task",), shared="")


def section(*labels: CurveLabels) -> Mistakes:
    found = Findings(curves=tuple(map(of_curve, labels)))
    made = mistakes(found, CALLED, by="rules-1", checks=())
    assert made is not None
    return made


def test_the_table_has_every_count_and_what_could_not_be_told() -> None:
    story = {f"a{i}": "fr? r R" for i in range(6)} | {f"b{i}": "f a R" for i in range(3)}
    (table,) = section(by_hand((0, 10, 100), story | {"c": "- r? -"})).counts
    assert table.columns == (
        "examples",
        "all mistakes",
        "format",
        "arithmetic",
        "reasoning",
        "no error found",
        "not known",
    )
    by_column = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert by_column[0]["format"].startswith("9 (")
    assert by_column[0]["reasoning"].replace("\u202f", "") == "0 +6?"  # most could not be told
    assert by_column[1]["reasoning"].startswith("6 (")
    assert by_column[1]["reasoning"].replace("\u202f", "").endswith("+1?")
    assert by_column[1]["not known"].startswith("1 (")
    assert by_column[2]["no error found"].startswith("1 (")


def test_columns_in_which_nothing_happens_are_left_out() -> None:
    (table,) = section(by_hand((0, 10), {"a": "f R", "b": "r R"})).counts
    assert table.columns == ("examples", "all mistakes", "format", "arithmetic", "reasoning")


def test_the_depth_sentence_has_its_interval_and_its_bound() -> None:
    story = {f"f{i}": "f R R" for i in range(30)} | {f"r{i}": "fr? r R" for i in range(30)}
    ((_, sentence),) = section(by_hand((0, 10, 100), story)).depth_words
    assert "from 0 to 100 examples, 100 points (90 to 100), 50\u202f% (" in sentence
    assert "50\u202f% if the errors that could not be told were all there" in sentence


def test_a_gain_within_the_noise_is_said_to_have_no_shares() -> None:
    flat = by_hand((0, 10, 100), {"a": "r r R", "b": "R R r", "c": "r r r"})
    ((_, sentence),) = section(flat).depth_words
    assert "not above the noise" in sentence


def test_kinds_have_a_row_each_and_few_points_are_counted() -> None:
    rates = {"format": (0.9, 0.02, 0.02, 0.02), "reasoning": (0.7, 0.6, 0.4, 0.2)}
    labels = drawn((0, 100, 300, 1000), rates, n_problems=500, rng=np.random.default_rng(0))
    made = section(labels)
    assert [row[:2] for row in made.kinds.rows] == [
        ("format", "100 (100–100)"),
        ("reasoning", "not by 1,000"),
    ]
    assert made.n_sizes == 4


def test_a_study_without_error_kinds_has_no_section() -> None:
    labels = by_hand((0, 10), {"a": "- R"}, kinds="")
    assert mistakes(Findings(curves=(of_curve(labels),)), CALLED, by="", checks=()) is None


def test_claims_are_grouped_with_a_line_for_each_curve() -> None:
    one, two = (by_hand((0, 10, 100), {"a": "f R R", "b": "r r R"}) for _ in range(2))
    two = dataclasses.replace(two, task="two-hop")
    findings = Findings(curves=(of_curve(one), of_curve(two)))
    claims = [SaturatesBy(claim="A.", kind="format", by=10), DeeperThan(claim="B.", share=0.5)]
    outcomes = [found for claim in claims for found in claim.decide(findings)]
    shown = expected(outcomes, CALLED, several=True)
    assert [(e.claim, [of for of, _, _ in e.seen]) for e in shown] == [
        ("A.", ["maths", "two-hop"]),
        ("B.", ["maths", "two-hop"]),
    ]
    _, mark, number = shown[0].seen[0]
    assert mark == "inconclusive"  # two problems are few
    assert (
        number == "format saturates at: 10 examples (0 to beyond the largest size); claimed: "
        "at most 10"
    )


def test_a_terminal_shows_claims_as_they_are() -> None:
    one = Outcome(claim="[red]A[/red]\x1b[31m", note="not measured")
    claim, line = console_lines(expected([one], CALLED, several=False))
    assert claim.plain == "[red]A[/red]\\x1b[31m"
    assert line.plain == "  inconclusive  not measured"


def test_rivals_show_only_columns_in_which_something_happens() -> None:
    agreed = [row for i in range(10) for row in both_orders(f"p{i}", "aa", by="style-1")]
    (table,) = _tables(agreed)
    assert table[0] == ("", "general %", "maths %", "the longer wins %")
    assert table[2][:2] == ("wins by style-1", "100.0 (72.2–100.0)")
    flipped = agreed + [row for i in range(5) for row in both_orders(f"q{i}", "ab", by="style-1")]
    flipped += both_orders("r", "a?", by="style-1")
    (table,) = _tables(flipped)
    assert table[0][3:6] == ("neither %", "orders disagree %", "undecided")
    assert table[2][5] == "1 of 16"


def _tables(rows: list) -> list[list[tuple[str, ...]]]:  # type: ignore[type-arg]
    made = compared(accuracy_and_win_rate([], rows), checks=())
    assert made is not None
    return [[table.columns, *table.rows] for table in made.tables]


def test_findings_are_strict_json_with_every_number() -> None:
    story = {f"f{i}": "f R R" for i in range(30)} | {f"r{i}": "fr? r R" for i in range(30)}
    findings = Findings(curves=(of_curve(by_hand((0, 10, 100), story)),))
    claim = SaturatesBy(claim="A.", kind="format", by=10)
    row = findings_json(findings, claim.decide(findings))
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    (curve,) = row["curves"]
    assert [at["wrong"]["n"] for at in curve["sizes"]] == [60, 30, 0]
    assert curve["depth"]["index"] == pytest.approx(0.5)
    (saturated, *_) = curve["saturation"]
    assert (saturated["kind"], saturated["size"]) == ("format", 10)
    (one,) = row["expectations"]
    assert one["mark"] == "confirmed"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose tasks, judges, claims and checks are all hostile."""
    results = planted_study(sizes=(0, 10, 100, 300), n_problems=30, mark=HOSTILE, fitted=False)
    cells = [Cell(model="m", task=f"{t}{HOSTILE}", method="s", n_examples=9, seed=0) for t in "ab"]
    rows = [r for i in range(8) for r in both_orders(f"p{i}", "ab", a=cells[0], b=cells[1])]
    rows = [dataclasses.replace(row, by=HOSTILE) for row in rows]
    measured = [
        m
        for cell in cells
        for m in measure(
            cell,
            [
                Judgement(
                    cell=cell, problem_id="p", sample=0, question="correct", verdict="no", by="x"
                )
            ],
            [],
        )
    ]
    findings = dataclasses.replace(
        results.findings, rivals=tuple(accuracy_and_win_rate(measured, rows))
    )
    results = dataclasses.replace(
        results,
        findings=findings,
        outcomes=(Outcome(claim=HOSTILE, note=HOSTILE, of=cells[0]),),
        checks=tuple(JudgeCheck(of=of, judge=HOSTILE, line=HOSTILE) for of in ("errors", "pairs")),
    )
    return write_report(results, tmp_path_factory.mktemp("hostile"))


def test_hostile_text_in_the_new_sections_is_never_markup(hostile: Path) -> None:
    page = read(hostile)
    text = "".join(page.text)
    for heading in ("What was expected", "Accuracy and preference", "What went wrong"):
        assert heading in text
    assert "{{7*7}}" in text
    for tag, attributes in page.elements:
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "img"}
        assert not [name for name in attributes if name.startswith("on")]
    raw = hostile.read_text(encoding="utf-8")
    assert "\u202e" not in raw
    assert "\x1b" not in raw


def test_a_study_of_format_alone_keeps_its_figure_and_no_depth(tmp_path: Path) -> None:
    results: StudyResults = planted_study(n_problems=60, fitted=False)
    text = " ".join("".join(read(write_report(results, tmp_path)).text).split())
    assert "What went wrong" in text
    assert "Depth index" not in text
    assert "What was expected" not in text
