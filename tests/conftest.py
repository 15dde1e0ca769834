"""Shared fixtures: where the real data lies, if it is here."""

import os
from pathlib import Path

import pytest
from curve_files import Write

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # the default suite never asks the network


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real benchmarks (LEADLINE_DATA, or ../shared/data); without them the test is skipped."""
    folder = Path(os.environ.get("LEADLINE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data folder at {folder}")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of results with a given content."""

    def write(content: str | bytes, name: str = "results.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
