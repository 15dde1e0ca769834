"""A model that knows the originals by heart is found out, through the whole pipeline."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from leadline.contamination import contamination_study, drops_of_study
from leadline.executors import Inline
from leadline.miniature.bases import miniature
from leadline.pipeline import run_study
from leadline.progress import Watcher
from leadline.protocols import Runtime
from leadline.records import Checkpoint, Generation, Problem, Sampling
from leadline.responses.drops import find_sets
from leadline.seeding import rng


@dataclass(frozen=True, kw_only=True)
class ByHeart:
    """Right on every published problem, and on half of the variants (which name an original)."""

    def generate(
        self,
        checkpoint: Checkpoint,
        problems: Sequence[tuple[Problem, int]],
        sampling: Sampling,
        *,
        runtime: Runtime,
    ) -> Iterator[list[Generation]]:
        yield [
            Generation(
                cell=checkpoint.cell,
                problem_id=problem.id,
                sample=sample,
                text=problem.reference if self._knows(problem) else "I do not know.",
                stopped="stop",
                n_tokens=1,
            )
            for problem, sample in problems
        ]

    def _knows(self, problem: Problem) -> bool:
        return not problem.group or bool(rng(0, problem.id).random() < 0.5)


@pytest.mark.slow
def test_a_planted_contamination_is_measured(shared_data: Path, tmp_path: Path) -> None:
    data = str(shared_data)
    study = contamination_study(
        [miniature("llama-0.4m")],
        find_sets(["gsm-symbolic"], data=data, n_variants=2),
        data=data,
        sizes=(0,),
        sampling=Sampling(),
        name="contamination",
    )
    study = dataclasses.replace(study, engine=ByHeart())
    executor = Inline(watcher=Watcher(), runtime=Runtime())
    store = run_study(study, tmp_path / "runs", executor)
    (found,) = drops_of_study(study, store)
    assert (found.model, found.variants, found.n_examples) == ("llama-0.4m", "gsm-symbolic", 0)
    assert found.drop.n_originals == 100
    assert found.drop.n_variants == 200
    assert found.drop.original == 1.0
    assert found.drop.drop == pytest.approx(0.5, abs=0.1)
    assert found.drop.low > 0.3


def test_all_problems_are_the_originals_of_a_set_that_names_none(shared_data: Path) -> None:
    study = contamination_study(
        [miniature("llama-0.4m")],
        find_sets(["gsm-symbolic", "svamp"], data=str(shared_data), n_variants=1),
        data=str(shared_data),
        sizes=(0,),
        sampling=Sampling(),
        name="contamination",
    )
    assert [len(task.problems()) for task in study.tasks] == [1319, 100, 1000]
