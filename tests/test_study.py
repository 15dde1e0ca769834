"""A study is checked when it is built, and becomes the cells that it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import BadStudy
from leadline.generate.scripted import ScriptedEngine
from leadline.ladder import parse_sizes
from leadline.plan import BASE, cells
from leadline.records import Model
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.planted import Planted


def study(**changes: object) -> Study:
    settings: dict[str, object] = {
        "name": "s",
        "models": (Model(name="m", source="nowhere"),),
        "tasks": (MiniatureMaths(),),
        "methods": (Planted(a=0.1, b=4),),
        "engine": ScriptedEngine(),
        "sizes": (0, 100, 500),
    }
    return Study(**{**settings, **changes})  # type: ignore[arg-type]


def test_the_grid_is_the_product_of_its_axes_with_one_base_a_model() -> None:
    models = (Model(name="m", source="a"), Model(name="m2", source="b"))
    found = [job[0] for job in cells(study(models=models, seeds=(0, 1, 2)))]
    assert len(found) == 2 * (1 + 2 * 3)
    bases = [(c.model, c.method, c.seed) for c in found if c.n_examples == 0]
    assert sorted(bases) == [("m", BASE, 0), ("m2", BASE, 0)]


def test_two_methods_share_the_base() -> None:
    methods = (Planted(a=0.1, b=4), Planted(a=0.2, b=4, name="other"))
    found = [job[0] for job in cells(study(methods=methods))]
    assert sum(c.n_examples == 0 for c in found) == 1


def test_the_largest_cells_start_first() -> None:
    sizes = [job[0].n_examples for job in cells(study(seeds=(0, 1)))]
    assert sizes == sorted(sizes, reverse=True)


def test_unsorted_sizes_are_sorted_and_said_so() -> None:
    with pytest.warns(UserWarning, match="sizes were sorted: 0, 100, 500"):
        assert study(sizes=(500, 0, 100, 100)).sizes == (0, 100, 500)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sizes": (0, -5)}, "-5 is negative"),
        ({"sizes": (0, 1.5)}, "1.5 is not a whole number"),
        ({"sizes": ()}, "no sizes"),
        ({"seeds": (True,)}, "True is not a whole number"),
        ({"name": "../up"}, "cannot be a folder name"),
        ({"models": (Model(name="a/b", source="x"),)}, "cannot be a folder name"),
        ({"methods": (Planted(a=1, b=1), Planted(a=2, b=1))}, "share a name"),
    ],
)
def test_a_study_that_cannot_be_is_refused_when_built(
    changes: dict[str, object], said: str
) -> None:
    with pytest.raises(BadStudy, match=said):
        study(**changes)


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_sizes_are_read_as_typed(sizes: list[int]) -> None:
    assert parse_sizes(", ".join(map(str, sizes))) == tuple(sizes)


@pytest.mark.parametrize("text", ["", "a,b", "1,2.5", "1;2", "100,1e3"])
def test_sizes_that_are_no_numbers_are_named(text: str) -> None:
    with pytest.raises(BadStudy, match="--sizes"):
        parse_sizes(text)


def test_the_address_of_a_cell_is_readable() -> None:
    addresses = {job[0].address for job in cells(study())}
    assert "m/miniature-maths/planted/n00500/seed0" in addresses
    assert "m/miniature-maths/base/n00000/seed0" in addresses
