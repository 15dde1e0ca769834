"""Cells are made once, never mixed, and graded again without being made again."""

import dataclasses
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from leadline.errors import LeadlineError, StaleCell
from leadline.executors import Inline, choose
from leadline.generate.scripted import ScriptedEngine
from leadline.miniature.bases import miniature
from leadline.pipeline import run_study
from leadline.progress import Watcher
from leadline.protocols import Runtime
from leadline.records import (
    Cell,
    Checkpoint,
    Example,
    Generation,
    Judgement,
    Model,
    Problem,
    Sampling,
    Verdict,
)
from leadline.store import Store
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.planted import Planted


class Hesitant(MiniatureMaths):
    """The same task under a newer grader that never calls an answer wrong."""

    @property
    def grader_version(self) -> str:
        return "hesitant/1"

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        verdicts = super().grade(problem, generation)
        return [dataclasses.replace(v, verdict=UNSURE.get(v.verdict, v.verdict)) for v in verdicts]

    def check(self) -> None:
        """Nothing to prove."""


UNSURE: dict[str, Verdict] = {"no": "undecided"}


def study(**changes: object) -> Study:
    settings: dict[str, object] = {
        "name": "pipeline",
        "models": (miniature("llama-0.4m"),),
        "tasks": (MiniatureMaths(n_problems=30),),
        "methods": (Planted(a=0.3, b=9),),
        "engine": ScriptedEngine(),
        "sizes": (0, 10, 100),
        "sampling": Sampling(max_new_tokens=64),
    }
    return Study(**{**settings, **changes})  # type: ignore[arg-type]


def run(root: Path, **changes: object) -> Store:
    return run_study(study(**changes), root, Inline(watcher=Watcher(), runtime=Runtime()))


def content(store: Store, name: str) -> dict[str, bytes]:
    return {cell.address: (store.folder(cell) / name).read_bytes() for cell in store.cells()}


def test_regrading_never_retrains_and_never_generates_again(tmp_path: Path) -> None:
    store = run(tmp_path / "s")
    made = {name: content(store, name) for name in ("train.json", "generations.jsonl")}
    stamps = {c.address: (store.folder(c) / "train.json").stat().st_mtime_ns for c in store.cells()}
    run(tmp_path / "s", tasks=(Hesitant(n_problems=30),))
    assert {name: content(store, name) for name in made} == made
    for cell in store.cells():
        assert (store.folder(cell) / "train.json").stat().st_mtime_ns == stamps[cell.address]
        assert "no" not in {v.verdict for v in store.judgements(cell)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"methods": (Planted(a=0.4, b=9),)}, "method.a: 0.3 → 0.4"),
        ({"sampling": Sampling(max_new_tokens=64, temperature=0.0)}, "temperature: 0.4 → 0.0"),
        ({"tasks": (MiniatureMaths(n_problems=31),)}, "problems: "),
        ({"tasks": (MiniatureMaths(n_problems=30, seed=1),)}, "examples: "),
    ],
)
def test_a_changed_setting_stops_before_anything_runs(
    changes: dict[str, object], said: str, tmp_path: Path
) -> None:
    store = run(tmp_path / "s")
    before = content(store, "generations.jsonl")
    with pytest.raises(StaleCell) as stale:
        run(tmp_path / "s", **changes)
    assert said in str(stale.value)
    assert content(store, "generations.jsonl") == before


@dataclasses.dataclass(frozen=True, kw_only=True)
class Unlucky(Planted):
    """Diverges at one size."""

    def train(
        self, cell: Cell, model: Model, examples: Sequence[Example], *, into: Path, runtime: Runtime
    ) -> Checkpoint:
        if len(examples) == 100:
            raise LeadlineError(f"{cell.address}: the loss is no number any more")
        return super().train(cell, model, examples, into=into, runtime=runtime)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cell_that_fails_is_named_and_leaves_the_others_done(
    workers: int, tmp_path: Path
) -> None:
    unlucky = study(methods=(Unlucky(a=0.3, b=9),))
    with (
        choose(1000, watcher=Watcher(), workers=workers) as executor,
        pytest.raises(LeadlineError, match="n00100/seed0: the loss is no number any more"),
    ):
        run_study(unlucky, tmp_path / "s", executor)
    assert sorted(cell.n_examples for cell in Store(tmp_path / "s").cells()) == [0, 10]


def test_a_moved_study_is_still_the_same_study(tmp_path: Path) -> None:
    store = run(tmp_path / "s")
    before = content(store, "generations.jsonl")
    (tmp_path / "s").rename(tmp_path / "elsewhere")
    assert content(run(tmp_path / "elsewhere"), "generations.jsonl") == before


def test_the_seed_draws_other_examples_and_the_base_is_shared(tmp_path: Path) -> None:
    store = run(tmp_path / "s", seeds=(0, 1))
    digests = {
        cell.address: (store.settings(cell, "train") or {})["examples"] for cell in store.cells()
    }
    assert len(digests) == 5
    assert len({d for a, d in digests.items() if "n00100" in a}) == 2


COUNTED = """
import time
from dataclasses import dataclass
from leadline.generate.scripted import ScriptedEngine
from leadline.miniature.bases import miniature
from leadline.records import Sampling
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.planted import Planted

@dataclass(frozen=True, kw_only=True)
class Counted(Planted):
    def train(self, cell, model, examples, *, into, runtime):
        with open({log!r}, "a") as file:
            file.write(cell.address + "\\n")
        time.sleep(0.3)
        return super().train(cell, model, examples, into=into, runtime=runtime)

study = Study(
    name="counted", models=(miniature("llama-0.4m"),), tasks=(MiniatureMaths(n_problems=20),),
    methods=(Counted(a=0.3, b=9),), engine=ScriptedEngine(), sizes=(0, 10, 20, 30, 40, 50, 60),
    sampling=Sampling(max_new_tokens=64),
)
"""


def test_two_processes_on_one_study_never_run_the_same_cell(tmp_path: Path) -> None:
    log, file = tmp_path / "log", tmp_path / "counted.py"
    file.write_text(COUNTED.format(log=str(log)))
    program = "from leadline.cli import app; app()"
    out = str(tmp_path / "s")
    command = [sys.executable, "-c", program, "run", str(file), "--out", out, "--workers", "1"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    pages = [process.communicate(timeout=200)[0] for process in runs]
    assert [process.returncode for process in runs] == [0, 0]
    assert Counter(log.read_text().split()).most_common(1)[0][1] == 1
    assert len(log.read_text().split()) == 6
    assert all("Page:" in page for page in pages)
