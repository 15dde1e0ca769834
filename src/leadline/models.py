"""Decide whether a model can be used at all, before anything expensive starts. Never imports torch.

A model is an ordinary Hugging Face folder with safetensors weights, or a Hub id whose files are
fetched into the Hub's cache. Pickled weights and folders that ask for remote code are refused:
model files are data here, never programs.
"""

import json
import re
from pathlib import Path
from typing import Any

from leadline.errors import BadData
from leadline.records import Model

HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")
FETCHED = ["*.json", "*.safetensors", "*.jinja", "tokenizer.model", "*.txt"]
TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json")


def model_folder(source: str, *, revision: str | None = None) -> Path:
    """The checked local folder of a model: `source` itself, or the Hub's snapshot of it.

    Raises BadData if there is no such model, or if it cannot be used as it is.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        check_model_folder(folder)
        return folder
    if not HUB_ID.fullmatch(source):
        raise BadData(f"There is no model folder {source}. Give a folder or a Hub id (owner/name).")
    folder = _snapshot(source, revision=revision)
    check_model_folder(folder)
    return folder


def read_config(source: str, *, revision: str | None = None) -> dict[str, Any]:
    """The model's config.json. Raises BadData as `model_folder` does."""
    path = model_folder(source, revision=revision) / "config.json"
    return _read_json(path, why="it names the architecture")


def context_length(model: Model) -> int | None:
    """Tokens that the model can take, by its config; None if it does not say."""
    config = read_config(model.source, revision=model.revision)
    return int(config.get("max_position_embeddings") or 0) or None


def _snapshot(source: str, *, revision: str | None) -> Path:
    """Fetch a Hub model's files (or find them in the cache)."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise BadData(
            f"There is no model folder {source}, and the Hub client is not installed. Give an"
            ' existing folder, or install it: pip install "leadline[train]".'
        ) from error
    try:
        return Path(snapshot_download(source, revision=revision, allow_patterns=FETCHED))
    except Exception as error:  # the Hub client has a dozen kinds; each means: cannot be had
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BadData(
            f"There is no model {source!r}: no such folder here, and the Hub did not give it"
            f" ({first}). Check the name, log in with `hf auth login`, or give a local folder."
        ) from error


def check_model_folder(folder: str | Path) -> None:
    """Raise BadData unless the folder holds a config, a tokenizer and whole safetensors weights."""
    folder = Path(folder)
    if not folder.is_dir():
        raise BadData(f"There is no model folder {folder}.")
    config = _read_json(folder / "config.json", why="it names the architecture")
    _refuse_remote_code(folder / "config.json", config)
    if (folder / "tokenizer_config.json").exists():
        path = folder / "tokenizer_config.json"
        _refuse_remote_code(path, _read_json(path, why="it names the tokenizer"))
    if not any((folder / name).exists() for name in TOKENIZER_FILES):
        raise BadData(
            f"The model folder {folder} has no tokenizer ({', '.join(TOKENIZER_FILES)}): text"
            " cannot be turned into tokens. Copy the tokenizer files of its base model there."
        )
    for path in _weight_files(folder):
        _check_safetensors(path)


def _read_json(path: Path, *, why: str) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadData(
            f"{path} is missing ({why}): the folder is half written or holds no model."
            " Copy or download the whole model again."
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadData(f"{path} cannot be read ({error}). Download the model again.") from None
    if not isinstance(value, dict):
        raise BadData(f"{path} is not a JSON object. Download the model again.")
    return value


def _refuse_remote_code(path: Path, config: dict[str, Any]) -> None:
    if "auto_map" in config:
        raise BadData(
            f"{path} asks for code from the model's folder (auto_map: {config['auto_map']})."
            " leadline never runs code that comes with a model. Use a model that transformers"
            " supports itself, or remove auto_map if its architecture is built in by now."
        )


def _weight_files(folder: Path) -> list[Path]:
    """The safetensors files that hold the weights, all of them there."""
    index = folder / "model.safetensors.index.json"
    if index.exists():
        weight_map = _read_json(index, why="it lists the weights").get("weight_map")
        if not isinstance(weight_map, dict) or not weight_map:
            raise BadData(f"{index} lists no weights. Download the model again.")
        names = sorted({str(name) for name in weight_map.values()})
        missing = [name for name in names if not (folder / Path(name).name).exists()]
        if missing:
            raise BadData(
                f"The model folder {folder} is half written: {len(missing)} of {len(names)} weight"
                f" files are missing, first {missing[0]}. Copy or download it again."
            )
        return [folder / Path(name).name for name in names]
    single = folder / "model.safetensors"
    if single.exists():
        return [single]
    pickled = sorted(path.name for path in folder.glob("pytorch_model*.bin"))
    if pickled:
        raise BadData(
            f"The model folder {folder} has only pickled weights ({pickled[0]}), which can run"
            " code when they are opened. Convert them to safetensors, or take a newer revision."
        )
    raise BadData(
        f"The model folder {folder} has no weights (model.safetensors): it is half written."
        " Copy or download it again."
    )


def _check_safetensors(path: Path) -> None:
    """Compare a safetensors file's length with what its header promises."""
    size = path.stat().st_size
    with path.open("rb") as file:
        n_header = int.from_bytes(file.read(8), "little")
        header_bytes = file.read(min(n_header, size))
    try:
        header = json.loads(header_bytes)
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name[:2] != "__"]
        promised = 8 + n_header + max(ends, default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        promised = -1
    if promised != size:
        raise BadData(
            f"{path} is damaged or half written: {size:,} bytes, its header promises"
            f" {max(promised, 0):,}. Copy or download it again."
        )
