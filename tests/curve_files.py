"""Files of results for tests, and what a test asks of the curves that were read from them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leadline.curves.points import LearningCurve
from leadline.curves.read import Read, read_curves
from leadline.errors import BadData

Write = Callable[..., Path]


def only(read: Read) -> LearningCurve:
    assert len(read.curves) == 1
    return read.curves[0]


def pairs(curve: LearningCurve) -> list[tuple[float, float]]:
    return [(p.n_examples, p.value) for p in curve.points]


def said(read: Read, *words: str) -> bool:
    return any(all(word in note for word in words) for note in read.notes)


def refused(path: Path, words: list[str], **options: Any) -> None:
    with pytest.raises(BadData) as error:
        read_curves([path], **options)
    assert all(word in str(error.value) for word in [path.name, *words]), str(error.value)
