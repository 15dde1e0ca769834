"""Save and find again where a cell's training stood: tensors as safetensors, the rest as JSON.

`state.json` names the tensor file it belongs to and its checksum, and is replaced last: a kill at
any moment leaves the old state or the new one. A damaged state, or one of another set-up, is
ignored with a notice, and the cell trains from its beginning.
"""

import json
import shutil
import time
import warnings
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

SHARE = 0.02  # of the time may go into saving


@dataclass
class Position:
    """Where a training stands: how many steps are done, and what they showed."""

    step: int = 0
    losses: list[float] = field(default_factory=list)  # nats a supervised token, one a step
    seconds: float = 0.0  # of training, over all attempts


class StateFolder:
    """The state of one cell under `folder`. `setup` holds what must be equal to go on."""

    def __init__(
        self, folder: Path, *, setup: dict[str, Any], agree: Callable[[bool], bool] = bool
    ) -> None:
        self.folder = folder
        self.setup = setup
        self.agree = agree  # between ranks: all save at the same step
        self._due = time.monotonic() + 1.0

    @property
    def due(self) -> bool:
        """Has enough time passed that saving takes no more than SHARE of it?"""
        return self.agree(time.monotonic() >= self._due)

    def save(self, position: Position, tensors: dict[str, Tensor]) -> None:
        """Write the state, then drop the one before. Raises OSError on a full disk."""
        began = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        body = self.folder / f"step{position.step:08d}.safetensors"
        save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, body)
        head = {"setup": self.setup, "tensors": body.name, "crc": _crc(body), **asdict(position)}
        new = self.folder / "state.json.new"
        new.write_text(json.dumps(head, allow_nan=False), encoding="utf-8")
        self.agree(True)  # all ranks have written theirs
        new.replace(self.folder / "state.json")
        for old in self.folder.glob("*.safetensors"):
            if old != body:
                old.unlink()
        took = time.monotonic() - began
        self._due = time.monotonic() + max(1.0, took / SHARE)

    def load(self) -> tuple[Position, dict[str, Tensor]] | None:
        """The stored state, or None (with a warning if there was one that cannot be used)."""
        path = self.folder / "state.json"
        if not path.exists():
            return None
        try:
            head = json.loads(path.read_text(encoding="utf-8"))
            setup, body = head.pop("setup"), self.folder / Path(head.pop("tensors")).name
            whole = _crc(body) == head.pop("crc")
            position = Position(**head)
            tensors = load_file(body) if whole else {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
            whole = False
        if not whole:
            warnings.warn(f"{path} is damaged: this cell trains from its beginning", stacklevel=2)
            return None
        if setup != self.setup:
            changed = sorted(k for k in self.setup if setup.get(k) != self.setup[k])
            reason = f"other {', '.join(changed)}"
            warnings.warn(f"{path} has {reason}: training from the beginning", stacklevel=2)
            return None
        return position, tensors

    def clear(self) -> None:
        """Remove the state: the cell is done."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(2**22):
            crc = zlib.crc32(block, crc)
    return crc
