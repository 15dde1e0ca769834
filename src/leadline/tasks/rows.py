"""A user's own rows: one prompt and one response each, in either of two common shapes.

    {"prompt": "2 + 2?", "response": "4", "system": "Be brief.", "id": "sum-1"}
    {"messages": [{"role": "system", "content": "Be brief."},
                  {"role": "user", "content": "2 + 2?"},
                  {"role": "assistant", "content": "4"}]}

`system` and `id` are optional; without an id, a row's is its place in the file, from 0. Other
fields are left alone. Every fault is named by file and line.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from leadline.data import Row, read_numbered_jsonl
from leadline.errors import BadData


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A checked row. `place` is "file, line n", for whoever finds a fault in it later."""

    place: str
    id: str
    system: str
    prompt: str
    response: str


def read_lines(path: str | Path) -> list[Line]:
    """The rows of a JSON Lines file. Raises BadData on the first fault."""
    numbered = read_numbered_jsonl(path)
    lines = [
        _Reader(f"{path}, line {number}", row).line(default_id=str(index))
        for index, (number, row) in enumerate(numbered)
    ]
    seen: dict[str, str] = {}
    for line in lines:
        if line.id in seen:
            raise BadData(
                f"{line.place}: the id {line.id!r} is also that of {seen[line.id]}. Verdicts go by "
                "id: give every row its own, or none at all."
            )
        seen[line.id] = line.place
    return lines


@dataclass(frozen=True, slots=True)
class _Reader:
    """One row, with the words to complain about it."""

    place: str
    row: Row

    def line(self, *, default_id: str) -> Line:
        if "messages" in self.row:
            clash = [name for name in ("prompt", "response", "system") if name in self.row]
            if clash:
                self.refuse(f"has both 'messages' and {clash[0]!r}; keep one of them")
            system, prompt, response = self.turns()
        else:
            system = self.text("system") if self.row.get("system") is not None else ""
            prompt, response = self.text("prompt"), self.text("response")
        for name, value in (("prompt", prompt), ("response", response)):
            if not value.strip():
                self.refuse(f"the {name} is empty; fill it in or delete the line")
        return Line(
            place=self.place,
            id=self.id(default_id),
            system=system,
            prompt=prompt,
            response=response,
        )

    def text(self, name: str) -> str:
        if name not in self.row:
            near = difflib.get_close_matches(name, self.row, n=1, cutoff=0.6)
            there = ", ".join(map(repr, list(self.row)[:8])) or "nothing"
            hint = f"; did you mean {near[0]!r}?" if near else ""
            self.refuse(
                f"the field {name!r} is missing (there is {there}{hint}). A row needs 'prompt' and "
                "'response', or 'messages'"
            )
        value = self.row[name]
        if not isinstance(value, str):
            self.refuse(f"{name!r} must be text, and is {_kind(value)}")
        return value

    def id(self, default: str) -> str:
        value = self.row.get("id")
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            self.refuse(f"'id' must be text or a whole number, and is {_kind(value)}")
        return str(value)

    def turns(self) -> tuple[str, str, str]:
        """System message, prompt and response of a conversation of one turn."""
        turns = list(self.messages())
        roles = [role for role, _ in turns]
        system = turns.pop(0)[1] if roles[:1] == ["system"] else ""
        if [role for role, _ in turns] != ["user", "assistant"]:
            self.refuse(
                "the messages must be one user and one assistant turn, after an optional system "
                f"message, and are: {', '.join(roles) or 'none'}. A longer conversation has no one "
                "prompt and response: split it, one line a turn, with the earlier turns written "
                "into the user's"
            )
        return system, turns[0][1], turns[1][1]

    def messages(self) -> Iterator[tuple[str, str]]:
        """Each message's role and text."""
        found = self.row["messages"]
        if not isinstance(found, list):
            self.refuse(f"'messages' must be a list, and is {_kind(found)}")
        for number, message in enumerate(found, start=1):
            if not isinstance(message, dict) or not isinstance(message.get("role"), str):
                self.refuse(f"message {number} is not an object with a 'role' and a 'content'")
            content = message.get("content")
            if not isinstance(content, str):
                self.refuse(
                    f"the content of message {number} ({message['role']}) must be text, and is "
                    f"{_kind(content)}"
                )
            yield message["role"], content

    def refuse(self, fault: str) -> NoReturn:
        raise BadData(f"{self.place}: {fault}.")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "a truth value", str: "empty text"}
    if value is None:
        return "missing or null"
    return names.get(type(value), "a number")
