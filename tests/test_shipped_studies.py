"""The studies that ship: they build, their claims are about what they measure, and the real ones
keep the paper's setting."""

import pytest

from leadline.analyse.expect.rebuild import rebuild
from leadline.analyse.expect.sets import MoreAccurate, Preferred
from leadline.ladder import find_study
from leadline.records import Sampling
from leadline.settings import describe
from leadline.study import Study

CLAIMING = ("figure3", "table2")
MODEL = "miniature/llama-0.4m"  # any model will do to build a study


def both(name: str) -> list[Study]:
    return [find_study(name), find_study(name, model=MODEL)]


@pytest.mark.parametrize("name", CLAIMING)
def test_claims_are_about_tasks_and_sizes_of_the_study(name: str) -> None:
    for study in both(name):
        tasks = {task.name for task in study.tasks}
        for claim in study.expectations:
            settings = describe(claim)
            named = {settings[key] for key in ("task", "than", "to") if key in settings} - {""}
            if not isinstance(claim, MoreAccurate | Preferred):
                named -= {settings.get("than")}  # another kind of error
            assert named <= tasks
            assert {settings[k] for k in ("after", "by", "n_examples") if k in settings} <= {
                *study.sizes
            }


@pytest.mark.parametrize("name", CLAIMING)
def test_claims_survive_being_stored(name: str) -> None:
    for study in both(name):
        stored = describe(study, identity=False)["expectations"]
        assert rebuild(stored) == list(study.expectations)


@pytest.mark.parametrize("name", CLAIMING)
def test_on_a_real_model_the_paper_samples(name: str) -> None:
    _, real = both(name)
    assert real.sampling == Sampling()
    assert real.models[0].source.endswith("llama-0.4m")
    assert {task.name for task in real.tasks} >= {"gsm8k"}
