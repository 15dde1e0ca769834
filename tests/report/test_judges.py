"""What stands beside a judge's verdicts."""

from pathlib import Path

import pytest

from leadline.judge.check.record import NEVER_CHECKED, CheckSummary, Figure, SetCheck, save
from leadline.records import Cell
from leadline.report.judges import judge_checks, kin_notes
from leadline.store import Store

CELL = Cell(model="m", task="t", method="sft", n_examples=10, seed=0)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("LEADLINE_JUDGES", str(tmp_path / "judges"))
    store = Store(tmp_path / "run")
    (tmp_path / "run").mkdir()
    annotators = [{"name": "rules", "version": "rules-1"}, {"name": "gpt_1", "version": "v"}]
    store.begin(CELL, "annotate", {"annotators": annotators})
    store.write_comparisons("style", [], {"version": "style-1"})
    return store


def check(identity: str) -> None:
    figure = Figure(name="accuracy", value=0.81, low=0.76, high=0.86, n=100)
    one = SetCheck(
        set_name="LLMBar",
        kind="pairs",
        source="llmbar.jsonl",
        digest="0",
        n_items=100,
        n_in_set=100,
        n_undecided=0,
        bounds=(0.81, 0.81),
        causes=(),
        by="x",
        date="2026-01-01",
        leadline="0",
        figures=(figure,),
    )
    save(CheckSummary(judge="x", identity=identity, checks=(one,)))


def test_every_judge_but_the_rules_has_its_line(store: Store) -> None:
    check("style style-1")
    errors, pairs = judge_checks(store, [CELL])
    assert (errors.of, errors.judge, errors.line) == ("errors", "gpt_1", NEVER_CHECKED)
    assert (pairs.of, pairs.judge) == ("pairs", "style-1")
    assert "accuracy 81 % (76–86)" in pairs.line


def test_an_annotator_is_found_by_its_name(store: Store) -> None:
    check("gpt_1")
    errors, _ = judge_checks(store, [CELL])
    assert "LLMBar" in errors.line


def test_a_judge_of_the_judged_family_is_noted(store: Store) -> None:
    models = [{"source": "meta-llama/Meta-Llama-3-8B", "family": "llama"}]
    judge = {"type": "EndpointPairs", "endpoint": {"model": "llama-3-70b-instruct"}}
    judges = [judge, {"type": "LengthJudge"}]
    (note,) = kin_notes({"models": models, "judges": judges}, store)
    assert note.startswith("The judge llama-3-70b-instruct is of the family of the judged")
    other = {"type": "JudgeAnnotator", "endpoint": {"model": "qwen3-32b"}}
    assert kin_notes({"models": models, "annotators": [other]}, store) == []


def test_a_judge_is_noted_as_long_as_its_comparisons_stand_there(store: Store) -> None:
    study = {"models": [{"source": "meta-llama/Meta-Llama-3-8B", "family": "llama"}]}
    judge = {"type": "EndpointPairs", "endpoint": {"model": "llama-3-70b-instruct"}}
    store.write_comparisons("llama_1", [], {"version": "v", "judge": judge})
    (note,) = kin_notes(study, store)
    assert note.startswith("The judge llama-3-70b-instruct is of the family of the judged")
