"""From the words of the laws' commands to what they mean; what cannot be is refused at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from leadline.curves.points import LearningCurve
from leadline.curves.read import Read, read_curves
from leadline.errors import BadStudy
from leadline.laws.forecast import Of, refuse_no_question
from leadline.laws.prior import SETTINGS, Setting
from leadline.laws.result import Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What `leadline forecast` was asked. `target` as typed: per cent of a rate, or a loss."""

    sizes: tuple[float, ...]
    factors: tuple[float, ...]
    target: float | None
    of: Of
    levels: tuple[float, ...]
    cost: float | None
    budget: float | None

    def target_of(self, curve: LearningCurve) -> float:
        """The target in the curve's own unit."""
        assert self.target is not None
        return self.target if curve.kind == "loss" else self.target / 100.0


def question(
    *,
    at: Sequence[float] | None,
    factor: str | None,
    target: float | None,
    of: str,
    level: str,
    cost: float | None,
    budget: float | None,
) -> Question:
    """What was asked. Raises BadStudy on what no forecast can answer."""
    refuse_no_question(bool(at) or factor is not None or target is not None)
    if (cost is None) != (budget is None):
        raise BadStudy("--cost-per-example and --budget go together: one alone says nothing.")
    if cost is not None and target is None:
        raise BadStudy("--cost-per-example and --budget need a --target to buy for.")
    return Question(
        sizes=tuple(at or ()),
        factors=() if factor is None else _numbers(factor, what="--factor"),
        target=target,
        of=_one_of(of, get_args(Of), what="--of"),
        levels=_levels(level),
        cost=cost,
        budget=budget,
    )


def read(
    paths: Sequence[Path],
    metric: str | None,
    percent: str,
    curve_by: Sequence[str] | None,
    column: Sequence[str] | None,
) -> Read:
    """The curves in the files."""
    pairs = [text.partition("=") for text in column or ()]
    wrong = [name for name, sign, theirs in pairs if not (sign and name and theirs)]
    if wrong:
        raise BadStudy(f"--column {wrong[0]!r}: write OURS=THEIRS, as in n_examples=rows_used.")
    scale: Any = _one_of(percent, ("infer", "yes", "no"), what="--percent")
    return read_curves(
        list(paths),
        metric=metric,
        percent=scale,
        curve_by=tuple(curve_by or ()),
        columns={name: theirs for name, _, theirs in pairs},
    )


def setting(word: str | None) -> Setting | None:
    """How the models were trained, or None: as the rows say."""
    if word is None:
        return None
    trained: Setting = _one_of(word, [s for s in SETTINGS if s != "loss"], what="--setting")
    return trained


def drift(word: str) -> Drift:
    found: Drift = _one_of(word, get_args(Drift), what="--drift")
    return found


def repeated(word: str) -> Literal["refuse", "latest"]:
    found: Literal["refuse", "latest"] = _one_of(word, ("refuse", "latest"), what="--repeated")
    return found


def _one_of(word: str, known: Sequence[str], *, what: str) -> Any:
    if word not in known:
        raise BadStudy(f"{what} {word!r} is not known. There are: {', '.join(known)}")
    return word


def _levels(text: str) -> tuple[float, ...]:
    """Fractions of 1, from per cent; below 1 per cent, a fraction is what was meant."""
    levels = _numbers(text, what="--level")
    small = [level for level in levels if 0.0 < level < 1.0]
    if small:
        raise BadStudy(f"--level {small[0]:g} is {small[0]:g} %: write per cent, as in --level 80")
    return tuple(level / 100.0 for level in levels)


def _numbers(text: str, *, what: str) -> tuple[float, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        numbers = ()
    if not numbers:
        raise BadStudy(f"{what} {text!r}: write numbers with commas, as in {what} 2,10")
    return numbers
