"""What was found about a judge on human labels, kept where everything that shows its verdicts finds
it: a file for each judge and set in the folder LEADLINE_JUDGES, else the user's cache.

A judge is what answers in one way: a model with its settings and its prompt. After a change of any
of them it is another judge, and nothing is found: it was never checked.
"""

import dataclasses
import hashlib
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from leadline.errors import BadData, BadStudy
from leadline.files import read_json, write_json
from leadline.laws.wording import visible

SCHEMA = 1  # raise it, too, when the prompt for the first wrong step is changed
NEVER_CHECKED = "this judge was never checked on human labels: run `leadline judge check` first"
_NAME = 40  # characters of a judge's or set's name that a file's name keeps
_SHOWN = 60  # characters of a name in a line

# What a line says of a set, in this order, as far as it was measured.
_HEADLINES = {
    "accuracy": "accuracy",
    "solution_accuracy": "right or wrong told in",
    "first_step": "first wrong step named in",
    "flip_rate": "flips",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its 95 % interval. Rates are 0–1, kappa at most 1; nan: not defined here, as
    without any item. `n`: the items that it is about. `subset`: "" is the whole set."""

    name: str
    value: float
    low: float
    high: float
    n: int
    subset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCheck:
    """A judge on one set of human labels: right + wrong + undecided = `n_items`.

    `digest`: SHA-256 of the rows that were asked. `by`: what its verdicts say of who gave them, as
    judge, prompt hash, seed and the model's own name. `bounds`: of the headline (`accuracy`, or
    `solution_accuracy`), if every undecided item were wrong, and if every one were right.
    """

    set_name: str
    kind: Literal["pairs", "steps"]
    source: str  # name of the file
    digest: str
    n_items: int
    n_in_set: int  # more than n_items after --limit
    n_undecided: int
    bounds: tuple[float, float]
    causes: tuple[tuple[str, int], ...]  # why items are undecided, and how many
    by: str
    date: str  # ISO, of the day
    leadline: str  # its version
    figures: tuple[Figure, ...]

    def figure(self, name: str, *, subset: str = "") -> Figure | None:
        """The figure of that name, if it was measured."""
        found = (f for f in self.figures if f.name == name and f.subset == subset)
        return next(found, None)

    def line(self) -> str:
        """`accuracy 81 % (76–86), flips 9 % (6–13) on LLMBar`."""
        shown = [_words(f, said) for f, said in self._headlines()]
        part = f", {self.n_items:,} of its items" if self.n_items < self.n_in_set else ""
        undecided = f", {self.n_undecided:,} undecided" if self.n_undecided else ""
        where = visible(self.set_name[:_SHOWN])
        return f"{', '.join(shown) or 'nothing decided'} on {where}{part}{undecided}"

    def _headlines(self) -> list[tuple[Figure, str]]:
        found = [(self.figure(name), said) for name, said in _HEADLINES.items()]
        return [(f, said) for f, said in found if f is not None and not math.isnan(f.value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSummary:
    """All that is known of one judge, a set each. `identity`: see `identity_of`."""

    judge: str
    identity: str
    checks: tuple[SetCheck, ...]

    def line(self) -> str:
        """One line for tables and pages: the headline of each set."""
        return "; ".join(check.line() for check in self.checks)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """From stored JSON. Raises KeyError or TypeError on another shape."""
        return cls(
            judge=row["judge"],
            identity=row["identity"],
            checks=tuple(map(_set_check, row["checks"])),
        )

    def to_row(self) -> dict[str, Any]:
        """Plain JSON: null where a figure is not defined."""
        row = dataclasses.asdict(self)
        for check in row["checks"]:
            check["figures"] = [_without_nan(figure) for figure in check["figures"]]
        return row


def identity_of(judge: object) -> str:
    """What a judge's checks are kept under. A pair judge or rules: name and version, which holds
    the prompt. An annotator through an endpoint: its name, which holds the model and its settings;
    the check asks that model for the first wrong step, by a prompt of its own. Raises TypeError for
    what is no judge."""
    if not (hasattr(judge, "name") and hasattr(judge, "version")):
        raise TypeError(f"{judge!r} has no name and version: it is no judge")
    if hasattr(judge, "endpoint") and not hasattr(judge, "compare"):
        return str(judge.name)
    return f"{judge.name} {judge.version}"


def said_of(judge: object) -> str:
    """One line to stand beside a judge's verdicts: how it did on human labels, or that nobody
    knows."""
    found = find(identity_of(judge))
    return NEVER_CHECKED if found is None else found.line()


def save(summary: CheckSummary) -> Path:
    """Keep what was found, beside what is known of the judge on other sets. Returns the judge's
    folder."""
    folder = judges_folder() / slug(summary.identity)
    for check in summary.checks:
        one = dataclasses.replace(summary, checks=(check,))
        name = slug(check.set_name, unlike=check.digest)
        write_json(folder / f"{name}.json", {"schema": SCHEMA, **one.to_row()})
    return folder


def find(identity: str) -> CheckSummary | None:
    """What is known of the judge of that identity; None if it was never checked. Of several checks
    on one set, the one that decided most items counts, then the newest. Raises BadData on a broken
    file."""
    stored = [_read(path) for path in sorted((judges_folder() / slug(identity)).glob("*.json"))]
    stored = [summary for summary in stored if summary.identity == identity]
    if not stored:
        return None
    best: dict[str, SetCheck] = {}
    for check in sorted((c for s in stored for c in s.checks), key=_weight):
        best[check.set_name] = check
    return dataclasses.replace(stored[0], checks=tuple(best[name] for name in sorted(best)))


def _weight(check: SetCheck) -> tuple[int, str]:
    return check.n_items - check.n_undecided, check.date


def _read(path: Path) -> CheckSummary:
    try:
        row = read_json(path)
        if row["schema"] != SCHEMA:
            raise ValueError(f"schema {row['schema']!r} instead of {SCHEMA}")
        return CheckSummary.from_row(row)
    except (ValueError, KeyError, TypeError) as error:
        raise BadData(
            f"{path} is not the result of a judge's check ({error!r:.200}). Delete it, and run "
            "`leadline judge check` again."
        ) from error


def judges_folder() -> Path:
    """Where what was found is kept. Raises BadStudy if that is no folder."""
    named = os.environ.get("LEADLINE_JUDGES")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(named) if named else Path(cache) / "leadline" / "judges"
    if folder.exists() and not folder.is_dir():
        raise BadStudy(
            f"{folder} (LEADLINE_JUDGES) is a file; what is found about judges goes into a folder"
        )
    return folder


def slug(text: str, *, unlike: str = "") -> str:
    """A readable file name, of its own for each text (and what it must be told from)."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:_NAME].strip(".-")
    return f"{readable}-{hashlib.sha256((text + unlike).encode()).hexdigest()[:10]}"


def _set_check(row: dict[str, Any]) -> SetCheck:
    causes = tuple((str(cause), int(n)) for cause, n in row["causes"])
    figures = tuple(map(_figure, row["figures"]))
    low, high = row["bounds"]
    return SetCheck(**{**row, "causes": causes, "figures": figures, "bounds": (low, high)})


def _figure(row: dict[str, Any]) -> Figure:
    whole: dict[str, Any] = {k: math.nan if v is None else v for k, v in row.items()}
    return Figure(**whole)


def _without_nan(row: dict[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}


def _words(figure: Figure, said: str) -> str:
    return f"{said} {100 * figure.value:.0f} % ({span(figure)})"


def span(figure: Figure) -> str:
    """The interval in whole per cents, without its unit: 76–86."""
    ends: Sequence[float] = (figure.low, figure.high)
    return "–".join("?" if math.isnan(end) else f"{100 * end:.0f}" for end in ends)
