"""Shared fixtures: where the real data lies, if it is here."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # the default suite never asks the network


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real benchmarks (LEADLINE_DATA, or ../shared/data); without them the test is skipped."""
    folder = Path(os.environ.get("LEADLINE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data folder at {folder}")
    return folder
