"""What was found about a judge is found again, for that judge only."""

import dataclasses
import json
import math
from pathlib import Path
from types import SimpleNamespace

import pytest

from leadline.errors import BadData, BadStudy
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.check import record
from leadline.judge.check.record import CheckSummary, Figure, SetCheck
from leadline.judge.check.step_judges import EndpointSteps
from leadline.judge.endpoint import Endpoint
from leadline.judge.pairwise import EndpointPairs

CHECK = SetCheck(
    set_name="LLMBar",
    kind="pairs",
    source="llmbar.jsonl",
    digest="ab" * 32,
    n_items=209,
    n_in_set=209,
    n_undecided=0,
    bounds=(0.81, 0.81),
    causes=(),
    by="some-model prompt 00ff seed 0 model some-model-2024-08-06",
    date="2026-01-31",
    leadline="0.1",
    figures=(
        Figure(name="accuracy", value=0.81, low=0.76, high=0.86, n=209),
        Figure(name="flip_rate", value=0.09, low=0.06, high=0.13, n=209),
        Figure(name="accuracy", value=math.nan, low=math.nan, high=math.nan, n=0, subset="Natural"),
    ),
)
SUMMARY = CheckSummary(judge="some-model", identity="some-model 12ab", checks=(CHECK,))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEADLINE_JUDGES", str(tmp_path / "judges"))
    return tmp_path / "judges"


def test_what_is_saved_is_found() -> None:
    record.save(SUMMARY)
    found = record.find("some-model 12ab")
    assert found is not None
    assert found.line() == "accuracy 81 % (76–86), flips 9 % (6–13) on LLMBar"
    assert math.isnan(found.checks[0].figures[2].value)
    whole = found.checks[0].figures[:2]
    assert dataclasses.replace(found.checks[0], figures=whole) == dataclasses.replace(
        CHECK, figures=whole
    )


def test_a_judge_with_another_identity_was_never_checked() -> None:
    record.save(SUMMARY)
    assert record.find("some-model 12ac") is None
    assert record.find("some-model 12AB") is None
    other = SimpleNamespace(name="some-model", version="12ac")
    assert record.said_of(other) == record.NEVER_CHECKED
    assert record.said_of(SimpleNamespace(name="some-model", version="12ab")).startswith("accuracy")


def test_an_annotator_is_known_by_its_endpoint_and_a_pair_judge_by_its_prompt_too() -> None:
    endpoint = Endpoint(model="m", url="http://localhost:1/v1")
    annotator = JudgeAnnotator(endpoint=endpoint)
    assert record.identity_of(annotator) == EndpointSteps(endpoint=endpoint).identity
    pairs = EndpointPairs(endpoint=endpoint)
    assert record.identity_of(pairs) == f"{pairs.name} {pairs.version}"
    warmer = dataclasses.replace(endpoint, temperature=0.7)
    assert record.identity_of(JudgeAnnotator(endpoint=warmer)) != record.identity_of(annotator)
    assert record.identity_of(EndpointPairs(endpoint=warmer)) != record.identity_of(pairs)
    elsewhere = dataclasses.replace(endpoint, url="http://localhost:2/v1")
    assert record.identity_of(EndpointPairs(endpoint=elsewhere)) == record.identity_of(pairs)
    with pytest.raises(TypeError):
        record.identity_of("m")


def test_several_sets_stand_beside_each_other_and_the_largest_check_of_one_counts() -> None:
    record.save(SUMMARY)
    few = dataclasses.replace(CHECK, n_items=20, digest="cd" * 32, date="2026-02-01")
    steps = dataclasses.replace(
        CHECK,
        set_name="ProcessBench",
        kind="steps",
        n_undecided=3,
        causes=(("refused", 3),),
        figures=(Figure(name="first_step", value=0.5, low=0.4, high=0.6, n=100),),
    )
    record.save(dataclasses.replace(SUMMARY, checks=(few, steps)))
    found = record.find(SUMMARY.identity)
    assert found is not None
    assert [(c.set_name, c.n_items) for c in found.checks] == [
        ("LLMBar", 209),
        ("ProcessBench", 209),
    ]
    assert found.line().endswith(
        "; first wrong step named in 50 % (40–60) on ProcessBench, 3 undecided"
    )


def test_a_part_of_a_set_is_said_to_be_one() -> None:
    check = dataclasses.replace(CHECK, n_items=20)
    assert check.line().endswith("on LLMBar, 20 of its items")


def test_names_cannot_leave_the_folder_and_hidden_characters_are_written_out(folder: Path) -> None:
    evil = dataclasses.replace(
        SUMMARY,
        identity="../../x/\x1b[2J",
        checks=(dataclasses.replace(CHECK, set_name="../\x1b[31m"),),
    )
    record.save(evil)
    inside = list(folder.parent.rglob("*.json"))
    assert len(inside) == 1
    assert inside[0].is_relative_to(folder)
    found = record.find("../../x/\x1b[2J")
    assert found is not None
    assert "\x1b" not in found.line()


def test_a_broken_file_is_named_with_the_way_out() -> None:
    place = record.save(SUMMARY)
    (file,) = place.glob("*.json")
    file.write_text(json.dumps({"schema": 99}))
    with pytest.raises(BadData, match=r"Delete it.*judge check"):
        record.find(SUMMARY.identity)


def test_without_the_variable_the_users_cache_is_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADLINE_JUDGES")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert record.save(SUMMARY).parent == tmp_path / "leadline" / "judges"


def test_a_file_in_place_of_the_folder_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_JUDGES", str(tmp_path / "file"))
    (tmp_path / "file").touch()
    with pytest.raises(BadStudy, match="is a file"):
        record.find("any")
