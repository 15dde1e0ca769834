"""How many examples an evaluated model was trained on: by a pattern in its name or path, or by a
table that says so. What neither says is refused; a number that can be read in two ways, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from leadline.curves.columns import RECIPE, plain
from leadline.curves.numbers import label, seed_label, size
from leadline.curves.tables import Table, read_table
from leadline.errors import BadData

GROUPS = ("n", "seed", "model", "method")
TABLES = (".csv", ".tsv", ".jsonl", ".parquet", ".gz")
SEPARATORS = "-_./ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What a result's model was trained from and on; `model` is the name that its curve bears."""

    model: str
    n_examples: int
    seed: str = ""
    method: str = ""
    recipe: Mapping[str, str] = field(default_factory=dict)


class Sizes(Protocol):
    """Where sizes come from."""

    def of(self, model: str, places: Sequence[str], *, folder: str, file: str) -> Trained:
        """What `model` is, whose results `file` lies in `folder` under `places`, from the longest.
        Raises BadData if that is not said, or said twice."""
        ...

    def notes(self) -> list[str]:
        """What must be said once all results have been asked for."""
        ...


def sizes_from(said: str | Path) -> Sizes:
    """A table if `said` is a file or is named like one, else a regular expression."""
    if isinstance(said, Path) or said.endswith(TABLES) or Path(said).is_file():
        return _Map(read_table(Path(said)))
    return _Pattern(said)


class _Pattern:
    """A pattern that is searched in the model's name and in the folders under the one given, and if
    it is in none of them, in that. It is taken out of the model's name: one curve has one name."""

    def __init__(self, pattern: str) -> None:
        try:
            self.pattern = re.compile(pattern)
        except re.error as error:
            raise BadData(f"{pattern!r} is no regular expression ({error}).") from error
        named = set(self.pattern.groupindex)
        if not named <= set(GROUPS) or ("n" not in named and self.pattern.groups != 1):
            raise BadData(
                f"{pattern!r} must have one group, the number of examples, as in -n(\\d+k?); or "
                f"groups named n and, if you like, {', '.join(GROUPS[1:])}: (?P<n>\\d+)."
            )
        self.n: str | int = "n" if "n" in named else 1

    def of(self, model: str, places: Sequence[str], *, folder: str, file: str) -> Trained:
        texts = (model, *places)
        found = self._found(texts, file) or self._found((folder,), file)
        found = found or self.pattern.search(model)  # where it is empty: the base
        if found is None:
            where = ", ".join(map(repr, texts))
            raise BadData(
                f"{file}: {self.pattern.pattern!r} is not found in {where}, so its number of "
                "examples is not known. Widen the pattern (a group that takes no part means 0, the "
                "base: '(?:-n(\\d+))?$'), or give a CSV with the columns model (or path) and "
                "n_examples."
            )
        groups = found.groupdict()
        return Trained(
            model=groups.get("model") or (_without(found) if found.string == model else model),
            n_examples=self._number(found, file),
            seed=groups.get("seed") or "",
            method=groups.get("method") or "",
        )

    def notes(self) -> list[str]:
        return []

    def _found(self, texts: Sequence[str], file: str) -> re.Match[str] | None:
        """Where the pattern is found, and not empty."""
        found = [match for text in texts for match in self.pattern.finditer(text) if match[0]]
        if len({match[self.n] for match in found}) > 1:
            there = " and ".join(f"{match[0]!r} in {match.string!r}" for match in found)
            raise BadData(
                f"{file}: {self.pattern.pattern!r} is found as {there}. Make it stricter, so that "
                "one number is left, e.g. with -n(\\d+)$."
            )
        return found[0] if found else None

    def _number(self, found: re.Match[str], file: str) -> int:
        text = found[self.n]
        if text is None:
            return 0
        if re.match(r"[kKmM](?![a-zA-Z])", found.string[found.end(self.n) :]):
            raise BadData(
                f"{file}: {self.pattern.pattern!r} takes {text!r} out of {found.string!r}, where a "
                f"{found.string[found.end(self.n)]} follows. Put it into the group: (\\d+k?)."
            )
        try:
            value = size(text, counted=True)
        except ValueError as error:
            raise BadData(f"{file}: the number of examples {text!r} {error}.") from None
        if value is None:
            raise BadData(f"{file}: {self.pattern.pattern!r} found no number in {found.string!r}.")
        return int(value)


def _without(found: re.Match[str]) -> str:
    """The text without what was found, and without the separators that this leaves over."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if not found[0]:
        return found.string
    before, after = before.rstrip(SEPARATORS), after.strip(SEPARATORS)
    return f"{before}/{after}" if before and after else before or after or found.string


class _Map:
    """A table with a row for each model or path."""

    def __init__(self, table: Table) -> None:
        self.table = table
        names = [plain(name) for name in table.columns]
        self.at = {name: i for i, name in enumerate(names)}
        if "n_examples" not in self.at or not {"model", "path"} & self.at.keys():
            raise BadData(
                f"{table.name} must have the columns n_examples and model or path (and, if you "
                f"like, base_model, seed, method and a recipe). Found: {', '.join(table.columns)}."
            )
        self.used: set[int] = set()

    def of(self, model: str, places: Sequence[str], *, folder: str, file: str) -> Trained:
        parents = {str(parent) for place in places for parent in PurePosixPath(place).parents}
        parents |= {str(parent) for parent in PurePosixPath(file).parents}
        keys = {"model": {model}, "path": {file, *places, *parents} - {".", "/"}}
        rows = [i for i in range(len(self.table.rows)) if self._matches(i, keys)]
        if not rows:
            raise BadData(
                f"{file}: {self.table.name} has no row for the model {model!r} or for this path "
                "or one of its folders. Add one."
            )
        found = [self._trained(i, model) for i in rows]
        if any(one != found[0] for one in found):
            both = " and ".join(self.table.place(i) for i in rows[:2])
            raise BadData(f"{file}: {both} say different things of {model!r}. Keep one.")
        self.used |= set(rows)
        return found[0]

    def notes(self) -> list[str]:
        unused = [i for i in range(len(self.table.rows)) if i not in self.used]
        if not unused:
            return []
        first = self.table.place(unused[0])
        return [f"{len(unused)} rows belong to no result, the first being {first}."]

    def _matches(self, row: int, keys: Mapping[str, set[str]]) -> bool:
        said = {name: self._cell(row, name).rstrip("/") for name in keys}
        return any(said.values()) and all(
            not text or text in keys[name] for name, text in said.items()
        )

    def _cell(self, row: int, name: str) -> str:
        at = self.at.get(name)
        try:
            return "" if at is None else label(self.table.rows[row][at])
        except ValueError as error:
            raise BadData(f"{self.table.place(row)}, column {name}: it {error}.") from None

    def _trained(self, row: int, model: str) -> Trained:
        text = self._cell(row, "n_examples")
        try:
            n_examples, seed = size(text, counted=True), seed_label(self._cell(row, "seed"))
        except ValueError as error:
            said = f"n_examples {text!r} or seed {self._cell(row, 'seed')!r}"
            raise BadData(f"{self.table.place(row)}: {said} {error}.") from None
        if n_examples is None or n_examples != n_examples:
            raise BadData(f"{self.table.place(row)}: n_examples is empty. Fill it in.")
        recipe = {name: self._cell(row, name) for name in self.at if name in RECIPE}
        return Trained(
            model=self._cell(row, "base_model") or model,
            n_examples=int(n_examples),
            seed=seed,
            method=self._cell(row, "method"),
            recipe={name: value for name, value in recipe.items() if value},
        )
