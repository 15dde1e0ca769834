"""Plant errors of known kinds in gold solutions of the miniature world.

What is planted is known by construction, apart from any annotator: the errors are made in the
solution's own quantities or facts (corrupt_story.py, corrupt_chain.py), never in its words, so that
each has the effect that it claims; all that follows is worked out anew. Then the form may be broken
here, which hides no step unless `truth` says so. Untouched solutions come with harmless changes:
other wordings, extra right steps, steps in the head.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, cycle, islice
from typing import Literal

import numpy as np

from leadline.miniature import corrupt_chain, corrupt_story
from leadline.miniature.hops import RECALL
from leadline.miniature.sheet import Sheet, Unusable
from leadline.miniature.world import below
from leadline.records import Problem, StopReason, Verdict

Family = Literal["maths", "two_hop", "recall"]
KINDS: dict[Family, tuple[str, ...]] = {
    "maths": ("arithmetic", "reasoning", "format"),
    "two_hop": ("reasoning", "hallucination", "format"),
    "recall": ("reasoning", "hallucination", "format"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A solution and what is true of it. truth: a verdict for each kind of KINDS, undecided where
    nobody could know; lines: the first wrong line of the kinds that have one; ways: how each error
    was made, and each harmless change."""

    text: str
    stopped: StopReason = "stop"
    truth: dict[str, Verdict]
    lines: dict[str, int]
    ways: tuple[str, ...]


def draw_planted(
    problems: Sequence[Problem], rng: np.random.Generator, *, family: Family, n: int
) -> Iterator[tuple[frozenset[str], Problem, Planted]]:
    """`n` solutions of random problems, with every set of kinds as often as any other: what is
    planted, the problem and the solution."""
    kinds = KINDS[family]
    sets = chain.from_iterable(combinations(kinds, size) for size in range(len(kinds) + 1))
    for wanted in islice(cycle(map(frozenset, sets)), n):
        planted = None
        while planted is None:
            problem = problems[below(rng, len(problems))]
            planted = _plant(problem, rng, family=family, kinds=wanted)
        yield wanted, problem, planted


def _plant(
    problem: Problem, rng: np.random.Generator, *, family: Family, kinds: frozenset[str]
) -> Planted | None:
    """One solution; None if the draw does not work out."""
    try:
        if family == "maths":
            sheet = corrupt_story.corrupt(problem, rng, kinds=kinds)
        else:
            sheet = corrupt_chain.corrupt(problem, rng, kinds=kinds, recalls=family == "recall")
        truth: dict[str, Verdict] = {
            kind: "yes" if kind in kinds else "no" for kind in KINDS[family]
        }
        whole = Planted(
            text="\n".join(sheet.lines), truth=truth, lines=sheet.wrong, ways=sheet.ways
        )
        return _broken(whole, sheet, rng, family=family) if "format" in kinds else whole
    except Unusable:
        return None


def _broken(whole: Planted, sheet: Sheet, rng: np.random.Generator, *, family: Family) -> Planted:
    """The solution with its form broken in one way, and what is true of it then."""
    ways = BREAKS + {"maths": MATHS_BREAKS, "two_hop": (), "recall": RECALL_BREAKS}[family]
    way = ways[below(rng, len(ways))]
    if way.changes_answer and len(sheet.lines) - 1 in sheet.wrong.values():
        raise Unusable
    if way.changes_event and 0 in sheet.wrong.values():
        raise Unusable
    if way.hides_steps:
        truth = whole.truth | dict.fromkeys(set(KINDS[family]) - {"format"}, "undecided")
        if family == "recall":
            truth["reasoning"] = "no"  # no chain counts as no error
        whole = replace(whole, truth=truth, lines={})
    lines = way.change(sheet.lines, below(rng, len(sheet.lines) - 1))
    moved = {kind: way.line(line) for kind, line in whole.lines.items()}
    stopped: StopReason = "length" if way.cut_off else "stop"
    text, ways_ = "\n".join(lines), (*whole.ways, f"format: {way.name}")
    return replace(whole, text=text, lines=moved, stopped=stopped, ways=ways_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One way to break the form. change: of the lines, the answer's last, and the number of one of
    the others; line: where a line stands afterwards."""

    name: str
    change: Callable[[list[str], int], list[str]]
    line: Callable[[int], int] = lambda line: line
    changes_answer: bool = False
    changes_event: bool = False
    hides_steps: bool = False
    cut_off: bool = False


def _bare(lines: list[str], form: str) -> list[str]:
    return [*lines[:-1], form.format(lines[-1].removeprefix("#### "))]


def _unmarked(lines: list[str], index: int, *, cut: str) -> list[str]:
    """The mark of one line without its end and the number after it (cut=">>"), or without the
    number; of the first line that has a mark, from `index` on."""
    for i in [*range(index, len(lines)), *range(index)]:
        head, end, tail = lines[i].partition(">>")
        if end:
            rest = tail.lstrip("0123456789")
            return [*lines[:i], head + end.removeprefix(cut) + rest, *lines[i + 1 :]]
    raise Unusable


BREAKS = (
    Break(name="no final line", change=lambda lines, _: lines[:-1], changes_answer=True),
    Break(name="no delimiter", change=lambda lines, _: _bare(lines, "{}")),
    Break(name="answer in a sentence", change=lambda lines, _: _bare(lines, "The answer is {}.")),
    Break(name="no separator", change=lambda lines, _: [t.replace(" ** ", " ") for t in lines]),
    Break(name="one line", change=lambda lines, _: [" ".join(lines)], line=lambda _: 0),
    Break(name="text after", change=lambda lines, _: [*lines, "I hope that this helps."]),
    Break(
        name="answer first",
        change=lambda lines, _: [lines[-1], *lines[:-1]],
        line=lambda line: line + 1,
        changes_answer=True,
    ),
    Break(
        name="words before",
        change=lambda lines, _: ["Let me think step by step.", *lines],
        line=lambda line: line + 1,
    ),
    Break(
        name="cut off",
        change=lambda lines, _: lines[:-1],
        changes_answer=True,
        cut_off=True,
    ),
    Break(
        name="no steps", change=lambda lines, _: lines[-1:], hides_steps=True, changes_answer=True
    ),
)
MATHS_BREAKS = (
    Break(name="mark not closed", change=lambda lines, i: _unmarked(lines, i, cut=">>")),
    Break(name="mark without number", change=lambda lines, i: _unmarked(lines, i, cut="")),
)
RECALL_BREAKS = (
    Break(
        name="no event",
        change=lambda lines, _: lines[1:],
        line=lambda line: line - 1,
        changes_event=True,
    ),
    Break(
        name="event without its words",
        change=lambda lines, _: [lines[0].removeprefix(RECALL), *lines[1:]],
    ),
)
