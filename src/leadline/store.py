"""Where rows live: a readable address, a checked fingerprint, and nothing half-written.

    runs/<study>/study.json                          what the study is, in full
                 tasks/<task>/problems.jsonl         what every cell of a task was asked
                 cells/<address>/cell.json           settings and fingerprint of each stage
                                 train.json          Checkpoint row: its presence ends the stage
                                 train/              checkpoint and training state, dropped later
                                 generations.jsonl   in the order of the problems
                                 judgements.jsonl
                                 annotations.jsonl   why responses are wrong
                 comparisons/<judge>.jsonl           which of two responses is better
                 judge/                              what a paid judge answered

A stage's file is written at once when the stage ends. Until then its rows are appended to a
`.part` log, so that a kill loses no finished batch.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadline.errors import BadStudy, StaleCell
from leadline.files import append_rows, read_json, read_rows, write_json, write_rows
from leadline.lease import holder, lease
from leadline.records import Cell, Checkpoint, Comparison, Generation, Judgement, Problem
from leadline.settings import Settings, differences, fingerprint

SCHEMA = 1


class Store:
    """The rows of one study, in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # the study ------------------------------------------------------------------------------

    def refuse_other(self, identity: Settings) -> None:
        """Raise BadStudy if the folder holds something else than the study of this identity (its
        name, and its curves as [model, task, method])."""
        if (self.root / "study.json").exists():
            self._same_study(self.study(), identity)
        elif self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise BadStudy(
                f"{self.root} is not empty and holds no leadline study (no study.json): nothing "
                "was written. Name another folder with --out."
            )

    def open(self, settings: Settings) -> None:
        """Make the folder and write down what the study is."""
        (self.root / "cells").mkdir(parents=True, exist_ok=True)
        write_json(self.root / "study.json", {"schema": SCHEMA, **settings})

    def study(self) -> Settings:
        """What the study is, as `open` wrote it. Raises BadStudy where there is none."""
        path = self.root / "study.json"
        if not path.exists():
            raise BadStudy(f"{self.root} holds no study (no study.json). Is the path right?")
        stored: Settings = read_json(path)
        if stored.get("schema") != SCHEMA:
            raise BadStudy(
                f"{path} has schema {stored.get('schema')}; this leadline reads schema {SCHEMA}. "
                "Use the leadline that wrote it, or run the study into a new folder."
            )
        return stored

    def _same_study(self, stored: Settings, now: Settings) -> None:
        shared = {*map(tuple, stored["curves"])} & {*map(tuple, now["curves"])}
        if stored["name"] == now["name"] and shared:
            return
        raise BadStudy(
            f"{self.root} holds another study, {stored['name']!r} with the curves "
            f"{_curves(stored)}; this is {now['name']!r} with {_curves(now)}. Nothing was touched: "
            "name another folder with --out, or delete that one."
        )

    def complete(self) -> bool:
        """Whether every cell that the study had when it was last run has verdicts."""
        if not (self.root / "study.json").exists():
            return False
        cells = [Cell(**row) for row in self.study().get("cells", [])]
        return all((self.folder(cell) / "judgements.jsonl").exists() for cell in cells)

    def write_problems(self, task: str, problems: Iterable[Problem]) -> None:
        """Keep what was asked, so that pages and later graders need no data set."""
        rows = [{f: getattr(p, f) for f in Problem.__slots__} for p in problems]
        write_rows(self.root / "tasks" / task / "problems.jsonl", rows)

    def problems(self, task: str) -> list[Problem]:
        """What `write_problems` kept."""
        return [Problem(**row) for row in read_rows(self.root / "tasks" / task / "problems.jsonl")]

    def comparisons(self, judge: str = "*") -> list[Comparison]:
        """The verdicts of every judge on pairs of cells, or of one."""
        paths = sorted((self.root / "comparisons").glob(f"{judge}.jsonl"))
        return [Comparison.from_row(row) for path in paths for row in read_rows(path)]

    def judges(self) -> list[str]:
        """The names of those whose comparisons are done."""
        return sorted(path.stem for path in (self.root / "comparisons").glob("*.json"))

    def compared(self, judge: str) -> Settings | None:
        """What a judge's comparisons were made of, or None if they are not done."""
        path = self.root / "comparisons" / f"{judge}.json"
        return read_json(path) if path.exists() else None

    def write_comparisons(
        self, judge: str, comparisons: Iterable[Comparison], settings: Settings
    ) -> None:
        """End a judge's comparisons."""
        folder = self.root / "comparisons"
        folder.mkdir(exist_ok=True)
        (folder / f"{judge}.json").unlink(missing_ok=True)
        write_rows(folder / f"{judge}.jsonl", (c.to_row() for c in comparisons))
        write_json(folder / f"{judge}.json", settings)

    # one cell -------------------------------------------------------------------------------

    def folder(self, cell: Cell) -> Path:
        """The cell's own folder."""
        return self.root / "cells" / cell.address

    @contextmanager
    def lease(self, cell: Cell) -> Iterator[bool]:
        """Hold the cell: True if it is ours, False if another process holds it."""
        with lease(self.folder(cell), lock=self.root / "cells" / ".lock") as ours:
            yield ours

    def holder(self, cell: Cell) -> str | None:
        """Which process works on the cell now, in words."""
        return holder(self.folder(cell))

    def check(self, cell: Cell, stages: dict[str, Settings]) -> None:
        """Raise StaleCell if a stored stage was made with other settings than `stages` now says.

        A changed grader is no reason: grading is done again from the stored generations.
        """
        stored = self._cell_file(cell)
        for stage in ("train", "generate"):
            if stage in stored and stored[stage]["settings"] != stages[stage]:
                raise StaleCell(self._stale(cell, stage, stored[stage]["settings"], stages[stage]))

    def begin(self, cell: Cell, stage: str, settings: Settings) -> None:
        """Write down what a stage is made with, before any of its rows."""
        stages = self._cell_file(cell)
        stages[stage] = {"fingerprint": fingerprint(settings), "settings": settings}
        write_json(self.folder(cell) / "cell.json", {"schema": SCHEMA, "stages": stages})

    def settings(self, cell: Cell, stage: str) -> Settings | None:
        """What a stage was made with, or None if it was never begun."""
        stored = self._cell_file(cell)
        return stored[stage]["settings"] if stage in stored else None

    def checkpoint(self, cell: Cell) -> Checkpoint | None:
        """The cell's training, if it is done."""
        path = self.folder(cell) / "train.json"
        if not path.exists():
            return None
        row = read_json(path)
        return Checkpoint.from_row({**row, "stop_ids": tuple(row["stop_ids"])})

    def write_checkpoint(self, checkpoint: Checkpoint) -> None:
        """End the train stage."""
        write_json(self.folder(checkpoint.cell) / "train.json", checkpoint.to_row())

    def drop_weights(self, cell: Cell) -> None:
        """Checkpoints are cattle: the rows stay, the weights go."""
        shutil.rmtree(self.folder(cell) / "train", ignore_errors=True)

    def generated(self, cell: Cell) -> bool:
        """Whether the generate stage is done."""
        return (self.folder(cell) / "generations.jsonl").exists()

    def generations(self, cell: Cell) -> list[Generation]:
        """The responses of a cell whose generate stage is done; else none."""
        rows = read_rows(self.folder(cell) / "generations.jsonl")
        return [Generation.from_row(row) for row in rows]

    def partial_generations(self, cell: Cell) -> list[Generation]:
        """The responses so far of a cell that was stopped while generating."""
        rows = read_rows(self.folder(cell) / "generations.part.jsonl")
        return [Generation.from_row(row) for row in rows]

    def append_generations(self, cell: Cell, generations: Iterable[Generation]) -> None:
        """Keep one finished batch."""
        rows = [g.to_row() for g in generations]
        append_rows(self.folder(cell) / "generations.part.jsonl", rows)

    def finish_generations(self, cell: Cell, generations: Iterable[Generation]) -> None:
        """End the generate stage: all rows, in the order given."""
        write_rows(self.folder(cell) / "generations.jsonl", (g.to_row() for g in generations))
        (self.folder(cell) / "generations.part.jsonl").unlink(missing_ok=True)

    def judgements(self, cell: Cell) -> list[Judgement]:
        """The verdicts of a cell whose grade stage is done; else none."""
        rows = read_rows(self.folder(cell) / "judgements.jsonl")
        return [Judgement.from_row(row) for row in rows]

    def write_judgements(self, cell: Cell, judgements: Iterable[Judgement]) -> None:
        """End the grade stage."""
        write_rows(self.folder(cell) / "judgements.jsonl", (j.to_row() for j in judgements))

    def annotations(self, cell: Cell) -> list[Judgement]:
        """What annotators said of the cell's responses; none if they were not asked."""
        rows = read_rows(self.folder(cell) / "annotations.jsonl")
        return [Judgement.from_row(row) for row in rows]

    def write_annotations(self, cell: Cell, annotations: Iterable[Judgement]) -> None:
        """Keep what annotators said; `begin(cell, "annotate", …)` then says what was asked."""
        write_rows(self.folder(cell) / "annotations.jsonl", (j.to_row() for j in annotations))

    def done(self, cell: Cell, stages: dict[str, Settings]) -> bool:
        """Whether nothing is left to do for the cell, its grading by this grader included."""
        graded = (self.folder(cell) / "judgements.jsonl").exists()
        return graded and self.settings(cell, "grade") == stages["grade"]

    def cells(self) -> list[Cell]:
        """Every cell with a finished training, by its own row (no path is parsed)."""
        found = (read_json(p) for p in sorted((self.root / "cells").glob("*/*/*/*/*/train.json")))
        return [Checkpoint.from_row(row).cell for row in found]

    def _cell_file(self, cell: Cell) -> dict[str, Any]:
        path = self.folder(cell) / "cell.json"
        stages: dict[str, Any] = read_json(path)["stages"] if path.exists() else {}
        return stages

    def _stale(self, cell: Cell, stage: str, stored: Settings, now: Settings) -> str:
        changed = "\n  ".join(differences(stored, now))
        return (
            f"{cell.address}: its {stage} stage was made with other settings than the study has "
            f"now (stored → now):\n  {changed}\nOne curve must not mix both. Run with the old "
            f"setting, name another --out folder, or delete {self.folder(cell)} to make that cell "
            "anew."
        )


def _curves(settings: Settings) -> str:
    return ", ".join("/".join(curve) for curve in settings["curves"])
