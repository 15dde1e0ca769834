"""A study: the axes of a grid, checked when built. What defines a number is written here; where it
ran is the executor's.
"""

import dataclasses
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from leadline.errors import BadStudy
from leadline.protocols import Annotator, Engine, Expectation, Method, PairJudge, Task
from leadline.records import Model, Sampling

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, kw_only=True)
class Study:
    """The grid models × tasks × methods × sizes × seeds.

    sizes: numbers of training examples; 0 is the base model itself, measured once per model and
    task. Nested: every size contains the smaller ones of the same seed. seeds: each draws its own
    permutation of the examples, and its own order of training. on_leak: what to do when a test
    problem stands in the training set. annotators: say why responses are wrong. judges: say which
    of two responses is better, where cells differ only in what they were trained on. expectations:
    the page marks each as confirmed, contradicted or inconclusive. question: what the study asks,
    printed on its page.
    Raises BadStudy on axes that cannot make a grid; warns when it sorts the sizes.
    """

    name: str
    models: tuple[Model, ...]
    tasks: tuple[Task, ...]
    methods: tuple[Method, ...]
    engine: Engine
    sizes: tuple[int, ...]
    seeds: tuple[int, ...] = (0,)
    sampling: Sampling = dataclasses.field(default_factory=Sampling)
    on_leak: Literal["refuse", "drop"] = "refuse"
    keep_checkpoints: bool = False
    annotators: tuple[Annotator, ...] = ()
    judges: tuple[PairJudge, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    question: str = ""

    def __post_init__(self) -> None:
        for axis in ("models", "tasks", "methods", "sizes", "seeds"):
            if not getattr(self, axis):
                raise BadStudy(f"study {self.name!r} has no {axis}: name at least one")
        for axis in ("models", "tasks", "methods", "annotators", "judges"):
            _check_names(axis, [plugin.name for plugin in getattr(self, axis)])
        _check_names("study", [self.name])
        _check_whole("sizes", self.sizes)
        _check_whole("seeds", self.seeds)
        object.__setattr__(self, "sizes", _ascending(self.sizes))


def _check_names(axis: str, names: list[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise BadStudy(
                f"{axis} name {name!r} cannot be a folder name: use letters, digits, dot, dash and "
                "underscore, and begin with a letter or digit"
            )
    if len(set(names)) < len(names):
        raise BadStudy(f"{axis} share a name: {sorted(names)}. Rename one; rows go by name")


def _check_whole(axis: str, values: Iterable[int]) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadStudy(f"{axis}: {value!r} is not a whole number")
        if value < 0:
            raise BadStudy(f"{axis}: {value} is negative; the smallest size is 0, the base itself")


def _ascending(sizes: tuple[int, ...]) -> tuple[int, ...]:
    ascending = tuple(sorted(set(sizes)))
    if ascending != tuple(sizes):
        warnings.warn(f"sizes were sorted: {', '.join(map(str, ascending))}", stacklevel=4)
    return ascending
