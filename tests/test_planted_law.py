"""The whole laboratory, from study to page, on a method whose law is known."""

import json
from pathlib import Path

import polars as pl
import pytest

from leadline.executors import Inline, Processes
from leadline.generate.scripted import ScriptedEngine
from leadline.laws.law_fit import LawFit
from leadline.laws.result import fit
from leadline.miniature.bases import miniature
from leadline.pipeline import run_study
from leadline.progress import Watcher
from leadline.protocols import Runtime
from leadline.records import Sampling
from leadline.report.publish import collect, publish
from leadline.store import Store
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.planted import Planted

A, B = 0.12, 5.0  # P = 12 % · n^(1/5): 30 % at 100, 76 % at 10,000


def planted_study(**changes: object) -> Study:
    settings: dict[str, object] = {
        "name": "planted",
        "models": (miniature("llama-0.4m"),),
        "tasks": (MiniatureMaths(n_problems=400),),
        "methods": (Planted(a=A, b=B),),
        "engine": ScriptedEngine(),
        "sizes": (0, 100, 300, 1_000, 3_000, 10_000),
        "sampling": Sampling(max_new_tokens=64),
    }
    return Study(**{**settings, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("runs") / "planted"
    return run_study(planted_study(), root, Inline(watcher=Watcher(), runtime=Runtime()))


def test_laboratory_recovers_the_planted_law_within_its_interval(store: Store) -> None:
    (curve,) = fit(collect(store).measurements).curves
    paper = curve.fit("paper")
    assert isinstance(paper, LawFit)
    for name, planted in (("a", A), ("b", B)):
        low, high = paper.interval(name)
        assert low <= planted <= high


def test_forecast_of_the_laboratory_holds_what_the_planted_law_says(store: Store) -> None:
    (row,) = fit(collect(store).measurements).forecast(factor=[2], level=0.95)
    assert row.low <= A * 20_000 ** (1 / B) <= row.high


def test_the_base_is_measured_apart_from_the_curve(store: Store) -> None:
    bases = [m for m in collect(store).measurements if m.n_examples == 0]
    assert {m.method for m in bases} == {"base"}
    assert next(m.value for m in bases if m.metric == "accuracy") == 0.0


def test_every_total_states_its_identity(store: Store) -> None:
    for measurement in collect(store).measurements:
        assert measurement.n_problems == 400
        decided = measurement.n_problems - measurement.n_undecided
        assert measurement.value * decided == pytest.approx(round(measurement.value * decided))


def test_publish_writes_table_figures_and_page(store: Store) -> None:
    _, page = publish(store)
    rows = pl.read_csv(store.root / "measurements.csv")
    assert rows.columns[:7] == ["model", "task", "method", "n_examples", "seed", "metric", "value"]
    assert set(rows["n_examples"]) == {0, 100, 300, 1_000, 3_000, 10_000}
    (curve,) = json.loads((store.root / "fits.json").read_text())["curves"]
    assert curve["laws"][0]["law"] == "paper"
    assert "planted" in page.read_text(encoding="utf-8")
    assert list((store.root / "report").glob("*.svg"))


def test_processes_make_the_same_rows_as_one_process(store: Store, tmp_path: Path) -> None:
    with Processes(watcher=Watcher(), workers=2, runtime=Runtime()) as executor:
        other = run_study(planted_study(), tmp_path / "planted", executor)
    for cell in store.cells():
        for name in ("generations.jsonl", "judgements.jsonl"):
            one, two = store.folder(cell) / name, other.folder(cell) / name
            assert one.read_bytes() == two.read_bytes()


def test_a_larger_study_keeps_the_cells_it_has(store: Store) -> None:
    before = {c.address: (store.folder(c) / "train.json").stat().st_mtime_ns for c in store.cells()}
    larger = planted_study(sizes=(0, 100, 300, 1_000, 3_000, 5_000, 10_000))
    run_study(larger, store.root, Inline(watcher=Watcher(), runtime=Runtime()))
    after = {c.address: (store.folder(c) / "train.json").stat().st_mtime_ns for c in store.cells()}
    assert {a: t for a, t in after.items() if a in before} == before
    assert len(after) == len(before) + 1
