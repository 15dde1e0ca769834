"""A part of a task's problems: the same for all, and smaller within larger."""

from itertools import pairwise

import pytest

from leadline.errors import BadStudy
from leadline.tasks.chosen import chosen


def test_a_smaller_part_lies_within_a_larger_one_in_the_order_of_all() -> None:
    items = [f"item {i}" for i in range(200)]
    parts = [chosen(items, n, name="t") for n in (1, 10, 60, 200)]
    assert [len(part) for part in parts] == [1, 10, 60, 200]
    for part, larger in pairwise(parts):
        assert part == [item for item in larger if item in part]
    assert parts[-1] == chosen(items, None, name="t") == items


@pytest.mark.parametrize("wanted", [0, -1, 4])
def test_what_there_is_not_is_refused_with_what_there_is(wanted: int) -> None:
    with pytest.raises(BadStudy, match=rf"t: n_problems={wanted}, and the test set has 3\."):
        chosen([1, 2, 3], wanted, name="t")
