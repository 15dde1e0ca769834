"""Expected outputs: run once, kept, and never taken from a broken cache."""

from pathlib import Path

import pytest

from leadline.errors import BadData
from leadline.grade.evalplus import expected
from leadline.grade.evalplus.expected import expected_outputs
from leadline.grade.outputs import decoded
from leadline.sandbox import Sandbox

CODE = "def f(x):\n    return [x, x / 2]"
INPUTS = [[1], [10**30], [-3]]
OUTPUTS = [[1, 0.5], [10**30, 5e29], [-3, -1.5]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "leadline" / "expected"


def outputs(code: str = CODE, **more: bool) -> list[object]:
    found = expected_outputs(code, entry_point="f", inputs=INPUTS, sandbox=Sandbox(), **more)
    return [decoded(message) for message in found]


def test_they_are_computed_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outputs() == OUTPUTS
    monkeypatch.setattr(expected, "execute", None)  # a second run would fail
    assert outputs() == OUTPUTS
    assert len(list(cache.iterdir())) == 1


def test_they_belong_to_one_solution(cache: Path) -> None:
    assert outputs() == OUTPUTS
    assert outputs("def f(x):\n    return 0") == [0, 0, 0]
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("fault", ["torn", "rubbish", "empty"])
def test_broken_cache_is_computed_anew(cache: Path, fault: str) -> None:
    outputs()
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes({"torn": whole[:-1], "rubbish": b"\x80" * 99, "empty": b""}[fault])
    assert outputs() == OUTPUTS
    assert len(path.read_bytes()) == len(whole)


def test_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert outputs() == OUTPUTS


@pytest.mark.usefixtures("cache")
def test_of_some_tasks_only_whether_there_is_an_output_counts() -> None:
    code = "def f(x):\n    return None if x < 0 else [x]"
    assert outputs(code, only_not_none=True) == [True, True, False]


def test_solution_that_fails_is_bad_data(cache: Path) -> None:
    with pytest.raises(BadData, match=r"returned 2 of 3 outputs here \(ValueError: no\)"):
        outputs("def f(x):\n    if x < 0: raise ValueError('no')\n    return x")
    assert not cache.exists()
