"""From what a user types to a Model row: a shipped miniature base, a folder, or a Hub id."""

import json
import math
import re
import struct
from pathlib import Path

from leadline.errors import BadData
from leadline.miniature.bases import miniature
from leadline.models import model_folder
from leadline.records import Model


def find_model(source: str) -> Model:
    """`miniature/llama-0.4m`, a folder, or `owner/name` with `@revision` if one is wanted.

    A Hub model is pinned to the commit that its branch points to now. Raises BadData if there is
    no such model or it cannot be used.
    """
    if source.startswith("miniature/"):
        return miniature(source.removeprefix("miniature/"))
    if Path(source).expanduser().is_dir():
        return _describe(source, folder=model_folder(source), revision=None)
    name, _, revision = source.partition("@")
    folder = model_folder(name, revision=revision or None)
    return _describe(name, folder=folder, revision=folder.name)  # …/snapshots/<commit>


def _describe(source: str, *, folder: Path, revision: str | None) -> Model:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(source).resolve().name).strip("-._")
    return Model(
        name=name.lower() or "model",
        source=source,
        revision=revision,
        family=str(config.get("model_type", "")),
        parameters=sum(count_parameters(path) for path in folder.glob("*.safetensors")),
    )


def count_parameters(path: Path) -> int:
    """Numbers in a safetensors file, by its header alone."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
    except (struct.error, ValueError, MemoryError, OverflowError) as error:
        raise BadData(f"{path} is not a safetensors file: {error}") from error
    shapes = [entry["shape"] for key, entry in header.items() if key != "__metadata__"]
    return sum(math.prod(shape) for shape in shapes)
