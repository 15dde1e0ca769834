"""Models that several tests of generation use."""

from pathlib import Path

import generation_models
import pytest

from leadline.records import Checkpoint

ODD = {"hidden_size": 48}  # heads of 12, for which there are no kernels
KINDS = {"llama": {}, "mistral": {}, "llama without kernels": ODD}


@pytest.fixture(scope="session", params=KINDS)
def checkpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Checkpoint:
    """A random model of a plain architecture, with fewer key than query heads."""
    folder: Path = tmp_path_factory.mktemp("model")
    return generation_models.save(folder, kind=request.param.split()[0], **KINDS[request.param])
