"""Models that several tests of generation use."""

from pathlib import Path

import generation_models
import pytest

from leadline.records import Checkpoint


@pytest.fixture(scope="session", params=["llama", "mistral"])
def checkpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Checkpoint:
    """A random model of a plain architecture, with fewer key than query heads."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    return generation_models.save(folder, kind=request.param)
