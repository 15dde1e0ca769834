"""What a user sees while cells run: bars on a terminal, plain lines anywhere else."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from leadline.protocols import Progress as Callback

EVERY = 15.0  # seconds between plain lines


@dataclass(kw_only=True)
class Watcher:
    """Follows the cells of a study. `work` weighs a cell by its examples, for the time left."""

    console: Console = field(default_factory=lambda: Console(file=sys.stderr))
    _bars: Progress | None = None
    _all: TaskID | None = None
    _rows: dict[str, TaskID] = field(default_factory=dict)
    _share: dict[str, float] = field(default_factory=dict)  # of each cell's work that is done
    _work: dict[str, float] = field(default_factory=dict)
    _began: float = 0.0
    _said: float = 0.0
    _tokens: dict[str, tuple[str, int, float]] = field(default_factory=dict)

    @contextmanager
    def watching(self, jobs: Sequence[Any]) -> Iterator[None]:
        """Show progress over `jobs` for the block."""
        self._work = {job.cell.address: _work(job) for job in jobs}
        self._share, self._rows, self._tokens = {}, {}, {}
        self._began = self._said = time.monotonic()
        if not self.console.is_terminal:
            yield
            return
        with _bars(self.console) as self._bars:
            self._all = self._bars.add_task("all cells", total=100.0, detail="")
            yield
        self._bars = None

    def update(self, address: str, stage: str, done: int, total: int, tokens: int) -> None:
        """A cell says how far it is."""
        rate = self._rate(address, stage, tokens)
        self._share[address] = _share(stage, done, total)
        detail = f"{rate:,.0f} tokens/s" if rate else ""
        if self._bars is not None:
            self._draw(address, stage, done, total, detail)
        else:
            self._say(address, stage, done, total, detail)

    def _rate(self, address: str, stage: str, tokens: int) -> float:
        now = time.monotonic()
        known, before, since = self._tokens.get(address, ("", 0, now))
        if known != stage:
            self._tokens[address] = (stage, tokens, now)
            return 0.0
        return (tokens - before) / (now - since) if now > since else 0.0

    def _overall(self) -> float:
        total = sum(self._work.values())
        done = sum(self._work[a] * share for a, share in self._share.items() if a in self._work)
        return done / total if total else 1.0

    def _draw(self, address: str, stage: str, done: int, total: int, detail: str) -> None:
        assert self._bars is not None
        assert self._all is not None
        if address not in self._rows and stage != "done":
            self._rows[address] = self._bars.add_task(address, total=total, detail=detail)
        if stage == "done":
            if address in self._rows:
                self._bars.remove_task(self._rows.pop(address))
        else:
            name = f"{address} {stage}"
            row = self._rows[address]
            self._bars.update(row, description=name, completed=done, total=total, detail=detail)
        finished = sum(share >= 1 for share in self._share.values())
        counted = f"{finished} of {len(self._work)} cells"
        self._bars.update(self._all, completed=100 * self._overall(), detail=counted)

    def _say(self, address: str, stage: str, done: int, total: int, detail: str) -> None:
        now = time.monotonic()
        if stage != "done" and now - self._said < EVERY:
            return
        self._said = now
        overall, elapsed = self._overall(), now - self._began
        left = f", about {elapsed * (1 - overall) / overall:.0f} s left" if overall > 0.02 else ""
        what = (
            f"{address} done" if stage == "done" else f"{address} {stage} {done}/{total} {detail}"
        )
        line = f"[{elapsed:6.0f} s] {100 * overall:3.0f} %  {what}{left}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def one_bar(console: Console) -> Iterator[Callback]:
    """Progress of one long job, such as a pre-training: a bar, or a plain line now and then."""
    bars, said = _bars(console), [time.monotonic()]
    row = bars.add_task("", total=None, detail="")

    def show(stage: str, done: int, total: int, tokens: int) -> None:
        if console.is_terminal:
            detail = f"{tokens:,} tokens" if tokens else ""
            bars.update(row, description=stage, completed=done, total=total, detail=detail)
        elif time.monotonic() - said[0] >= EVERY:
            said[0] = time.monotonic()
            counted = f", {tokens:,} tokens" if tokens else ""
            console.print(f"{stage} {done}/{total}{counted}", markup=False)

    if not console.is_terminal:
        yield show
        return
    with bars:
        yield show


def _work(job: Any) -> float:
    """A cell's work in examples: its epochs of training, and a few hundred for being asked."""
    return float(job.cell.n_examples * job.method.epochs + 500)


def _share(stage: str, done: int, total: int) -> float:
    """How much of a cell is done. Generation is taken as its last tenth."""
    fraction = done / total if total else 1.0
    return {"train": 0.9 * fraction, "generate": 0.9 + 0.09 * fraction}.get(stage, 1.0)


def _bars(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
