"""Models that several tests of generation use."""

from pathlib import Path

import generation_models
import pytest

from leadline.records import Checkpoint

KINDS: dict[str, dict[str, int]] = {
    "llama": {},
    "mistral": {"head_dim": 40},  # no whole vectors
    "llama without kernels": {"hidden_size": 40},
}


@pytest.fixture(scope="session", params=KINDS)
def checkpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Checkpoint:
    """A random model of a plain architecture, with fewer key than query heads."""
    folder: Path = tmp_path_factory.mktemp("model")
    return generation_models.save(folder, kind=request.param.split()[0], **KINDS[request.param])
