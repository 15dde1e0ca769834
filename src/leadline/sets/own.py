"""A user's own examples, to train on for any task: a JSON Lines file (tasks/rows.py says of what
shape)."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from leadline.records import Example
from leadline.tasks.rows import read_lines


@dataclass(frozen=True, kw_only=True)
class Own:
    """The rows of `file`; where it lies is no part of a study's identity, what is in it is. name:
    stands in addresses."""

    file: str = field(metadata={"identity": False})
    name: str = "own"

    @classmethod
    def of(cls, file: Path) -> "Own":
        """Named after the file."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-.")
        return cls(file=str(file), name=name or "own")

    def examples(self) -> list[Example]:
        return [
            Example(id=line.id, system=line.system, prompt=line.prompt, response=line.response)
            for line in read_lines(self.file)
        ]
