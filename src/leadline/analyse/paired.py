"""How much accuracy falls from published problems to their variants, with an interval.

A variant is compared with its own original: the drop of one original is its verdict (1 or 0; the
mean over samples) minus the mean of its variants, and the originals are the independent units, so
that ten variants of one problem do not count as ten. Undecided verdicts are counted and leave
their pair; they are never wrong. Arrays: C originals (clusters).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from leadline.analyse.measure import Interval
from leadline.protocols import Floats
from leadline.records import Judgement, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Rates are 0–1. `original` and `variant` are the accuracies compared, each original (and all
    its variants) weighing the same; `drop` is their difference (positive: variants are harder),
    from `low` to `high` at `level`. paired: over the originals that have variants; else between
    two sets that share no problem."""

    paired: bool
    question: str
    n_originals: int  # originals with a decided verdict (paired: and decided variants)
    n_variants: int  # decided verdicts on variants that were compared
    original: float
    variant: float
    drop: float
    standard_error: float
    low: float
    high: float
    level: float
    n_undecided: int  # verdicts of either side that left the comparison
    n_alone: int  # decided verdicts on variants whose original has none (0 unless paired)


def paired_drop(
    originals: Iterable[Judgement],
    variants: Iterable[Judgement],
    *,
    group_of: Mapping[str, str],
    question: str = "correct",
    level: float = 0.95,
) -> Drop:
    """The drop from `originals` to `variants` on one question.

    group_of: the original's problem id for each variant's problem id; a variant that it does not
    name, or names "", has no original. Raises ValueError if no pair is left.
    """
    before = _Side.read(originals, question, unit=lambda row: row.problem_id)
    after = _Side.read(variants, question, unit=lambda row: group_of.get(row.problem_id, ""))
    pairs = sorted(set(before.verdicts) & set(after.verdicts) - {""})
    if not pairs:
        raise ValueError(f"no original has a decided {question!r} verdict beside a variant's")
    before_C, after_C = before.means(pairs), after.means(pairs)
    drop_C = before_C - after_C
    low, high = mean_interval(drop_C, level=level)
    n_variants = sum(len(after.verdicts[key]) for key in pairs)
    return Drop(
        paired=True,
        question=question,
        n_originals=len(pairs),
        n_variants=n_variants,
        original=float(before_C.mean()),
        variant=float(after_C.mean()),
        drop=float(drop_C.mean()),
        standard_error=_standard_error(drop_C),
        low=low,
        high=high,
        level=level,
        n_undecided=before.n_undecided + after.n_undecided,
        n_alone=sum(map(len, after.verdicts.values())) - n_variants,
    )


def unpaired_drop(
    originals: Iterable[Judgement],
    variants: Iterable[Judgement],
    *,
    question: str = "correct",
    level: float = 0.95,
) -> Drop:
    """The difference between two sets that share no problem; each problem is a unit. Raises
    ValueError if a side has no decided verdict."""
    before = _Side.read(originals, question, unit=lambda row: row.problem_id)
    after = _Side.read(variants, question, unit=lambda row: row.problem_id)
    if not before.verdicts or not after.verdicts:
        raise ValueError(f"one side has no decided {question!r} verdict")
    before_C = before.means(sorted(before.verdicts))
    after_C = after.means(sorted(after.verdicts))
    low, high = difference_interval(before_C, after_C, level=level)
    return Drop(
        paired=False,
        question=question,
        n_originals=len(before_C),
        n_variants=sum(map(len, after.verdicts.values())),
        original=float(before_C.mean()),
        variant=float(after_C.mean()),
        drop=float(before_C.mean() - after_C.mean()),
        standard_error=math.hypot(_standard_error(before_C), _standard_error(after_C)),
        low=low,
        high=high,
        level=level,
        n_undecided=before.n_undecided + after.n_undecided,
        n_alone=0,
    )


def contamination_report(
    originals: Sequence[Judgement],
    shifted: Mapping[str, tuple[Sequence[Problem], Sequence[Judgement]]],
    *,
    question: str = "correct",
    level: float = 0.95,
) -> dict[str, Drop]:
    """The drop to each shifted set, by its name (Figure 6 of the paper, with intervals).

    originals: verdicts of one cell on the published problems; shifted: the problems of each set
    and the same cell's verdicts on them. A set whose problems name originals (`group`) is compared
    pair by pair, any other as a whole. Raises ValueError as `paired_drop` does.
    """
    found = {}
    for name, (problems, verdicts) in shifted.items():
        groups = {problem.id: problem.group for problem in problems}
        if any(groups.values()):
            found[name] = paired_drop(
                originals, verdicts, group_of=groups, question=question, level=level
            )
        else:
            found[name] = unpaired_drop(originals, verdicts, question=question, level=level)
    return found


def mean_interval(drop_C: Floats, *, level: float) -> Interval:
    """Student's interval of the mean of differences in -1 to 1, after one more pair that fell and
    one that rose were added: Bonett and Price's adjustment (2012), which keeps the level where few
    pairs differ and leaves a width where none does."""
    added = np.concatenate([drop_C, [1.0, -1.0]])
    half = _standard_error(added) * float(student.ppf(0.5 + level / 2.0, len(added) - 1))
    centre = float(added.mean())
    return Interval(max(-1.0, centre - half), min(1.0, centre + half))


def difference_interval(before_C: Floats, after_C: Floats, *, level: float) -> Interval:
    """Welch's interval of the difference of two means of values in 0 to 1, after one more 1 and
    one more 0 were added to each: Agresti and Caffo's adjustment (2000)."""
    sides = [np.concatenate([side, [1.0, 0.0]]) for side in (before_C, after_C)]
    variances = [_standard_error(side) ** 2 for side in sides]
    shares = [v**2 / (len(side) - 1) for v, side in zip(variances, sides, strict=True)]
    freedom = sum(variances) ** 2 / sum(shares)
    half = math.sqrt(sum(variances)) * float(student.ppf(0.5 + level / 2.0, freedom))
    centre = float(sides[0].mean() - sides[1].mean())
    return Interval(max(-1.0, centre - half), min(1.0, centre + half))


@dataclass(frozen=True, slots=True)
class _Side:
    """Decided verdicts by unit, and how many were not decided."""

    verdicts: dict[str, list[bool]]
    n_undecided: int

    @classmethod
    def read(
        cls, rows: Iterable[Judgement], question: str, *, unit: Callable[[Judgement], str]
    ) -> "_Side":
        asked = [row for row in rows if row.question == question]
        verdicts: dict[str, list[bool]] = defaultdict(list)
        for row in asked:
            if row.verdict != "undecided":
                verdicts[unit(row)].append(row.verdict == "yes")
        return cls(dict(verdicts), sum(row.verdict == "undecided" for row in asked))

    def means(self, units: Sequence[str]) -> Floats:
        return np.array([np.mean(self.verdicts[key]) for key in units], dtype=np.float64)


def _standard_error(value_C: Floats) -> float:
    """Of the mean of independent values; nan below two of them."""
    n = len(value_C)
    return float(value_C.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
