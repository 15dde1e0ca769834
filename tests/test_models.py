"""A model folder that cannot be used is refused before anything runs."""

import json
import struct
from pathlib import Path

import pytest

from leadline.errors import BadData
from leadline.models import check_model_folder, model_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole model folder, as far as anyone can see without loading it."""
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (tmp_path / "tokenizer.json").write_text("{}")
    write_weights(tmp_path / "model.safetensors")
    return tmp_path


def write_weights(path: Path, *, n_bytes: int = 16, written: int | None = None) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, n_bytes]}})
    body = b"\0" * (n_bytes if written is None else written)
    path.write_bytes(struct.pack("<Q", len(header)) + header.encode() + body)


def test_whole_folder_is_accepted(folder: Path) -> None:
    assert model_folder(str(folder)) == folder


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("config.json", "config.json is missing"),
        ("tokenizer.json", "has no tokenizer"),
        ("model.safetensors", "has no weights"),
    ],
)
def test_missing_part_is_named(folder: Path, name: str, message: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BadData, match=message):
        check_model_folder(folder)


def test_half_written_weights_are_found_by_their_length(folder: Path) -> None:
    write_weights(folder / "model.safetensors", written=9)
    with pytest.raises(BadData, match="damaged or half written"):
        check_model_folder(folder)
    (folder / "model.safetensors").write_bytes(b"")
    with pytest.raises(BadData, match="damaged or half written"):
        check_model_folder(folder)


def test_missing_shard_is_named(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    names = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    with pytest.raises(BadData, match="1 of 2 weight files are missing, first model-00002"):
        check_model_folder(folder)
    write_weights(folder / "model-00002-of-00002.safetensors")
    check_model_folder(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_remote_code_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text(json.dumps({"auto_map": {"AutoModel": "evil.Model"}}))
    with pytest.raises(BadData, match="never runs code"):
        check_model_folder(folder)


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(BadData, match="pickled"):
        check_model_folder(folder)


def test_unreadable_config_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": ')
    with pytest.raises(BadData, match="cannot be read"):
        check_model_folder(folder)


def test_missing_folder_and_unreachable_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no model folder"):
        model_folder(str(tmp_path / "gone"))
    with pytest.raises(BadData, match="There is no model 'nobody/nothing'"):
        model_folder("nobody/nothing")
