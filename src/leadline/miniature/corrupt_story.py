"""Plant errors of arithmetic and reasoning in the solution of a story.

Each way changes the steps of a `Draft` (story_draft.py); then all numbers are worked out anew,
twice: with a slip carried on and without. A departure that leaves the right number either way is
drawn again.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from leadline.miniature import world
from leadline.miniature.harmless import HARMLESS
from leadline.miniature.sheet import Sheet, Unusable
from leadline.miniature.story import Quantity
from leadline.miniature.story_draft import MARK, Draft, Step, Values, Way, write
from leadline.miniature.world import Operation
from leadline.records import Problem

_SIGNS: tuple[Operation, ...] = ("+", "-", "*", "/")
_LARGEST_SLIP = 12
_LARGEST_INVENTED = 160


def corrupt(problem: Problem, rng: np.random.Generator, *, kinds: frozenset[str]) -> Sheet:
    """The solution of a maths problem with errors of `kinds` (arithmetic, reasoning) and, half of
    the time, harmless changes. Raises Unusable if the draw does not work out."""
    draft = _draft(problem, rng)
    if rng.random() < 0.5:
        _change(draft, HARMLESS)
    if "reasoning" in kinds:
        _change(draft, DEPARTURES)
    if "arithmetic" in kinds:
        _slip(draft)
    if all(step.sums.operation is None for step in draft.steps):
        raise Unusable
    values, other = (Values(draft.gold, carried=c) for c in (draft.carried, not draft.carried))
    lines, _ = write(draft, values), write(draft, other)
    pairs = zip(values.wrong, other.wrong, strict=True)
    if any(said in (right, other_right) for (said, right), (_, other_right) in pairs):
        raise Unusable  # without effect, or with none if the slip is not carried on
    wrong = {}
    if "arithmetic" in kinds:
        wrong["arithmetic"] = next(i for i, step in enumerate(draft.steps) if step.slip)
    if "reasoning" in kinds:
        departing = [i for i, step in enumerate(draft.steps) if step.departs]
        wrong["reasoning"] = departing[0] if departing else len(draft.steps)
    return Sheet(lines=lines, wrong=wrong, ways=tuple(draft.ways))


def _draft(problem: Problem, rng: np.random.Generator) -> Draft:
    rows = [
        {k: v for k, v in row.items() if k != "question"} for row in problem.detail["quantities"]
    ]
    gold, things = tuple(Quantity(**row) for row in rows), problem.detail["things"]
    steps = [
        Step(of=i, sums=q, asks=q, tells=q, things=things)
        for i, q in enumerate(gold)
        if q.operation is not None
    ]
    needed = {n for q in gold for n in (q.left, q.right)} | {q.value for q in gold}
    distractor: str = problem.detail["distractor"]
    strays = [int(word) for word in distractor.replace(".", "").split() if word.isdigit()]
    return Draft(
        gold=gold,
        steps=steps,
        things=things,
        people=tuple(name for name in world.PEOPLE if name in problem.prompt),
        distractor=distractor,
        strays=tuple(n for n in strays if n not in needed),
        rng=rng,
    )


def _depart(draft: Draft, index: int, **changes: Any) -> None:
    if changes.get("sums") == draft.steps[index].sums:
        raise Unusable
    plain = {"equation": MARK, "turned": False} if "sums" in changes else {}
    draft.steps[index] = replace(draft.steps[index], departs=True, **{**plain, **changes})


def _wrong_operation(draft: Draft) -> None:
    index = draft.needed()
    sums = draft.steps[index].sums
    others = [sign for sign in _SIGNS if sign != sums.operation]
    _depart(draft, index, sums=replace(sums, operation=others[draft.draw(3)]))


def _wrong_number(draft: Draft) -> None:
    """A number of the story is misread."""
    index = draft.needed(lambda step: None in (step.sums.left_of, step.sums.right_of))
    _depart(draft, index, sums=_with_number(draft, draft.steps[index].sums, 2 + draft.draw(40)))


def _number_not_needed(draft: Draft) -> None:
    """A number of the distractor stands for one of the story."""
    index = draft.needed(lambda step: None in (step.sums.left_of, step.sums.right_of))
    stray = draft.strays[draft.draw(len(draft.strays))]
    _depart(draft, index, sums=_with_number(draft, draft.steps[index].sums, stray))


def _with_number(draft: Draft, sums: Quantity, number: int) -> Quantity:
    sides = [side for side in ("left", "right") if getattr(sums, f"{side}_of") is None]
    changes: dict[str, Any] = {sides[draft.draw(len(sides))]: number}
    return replace(sums, **changes)


def _wrong_quantity(draft: Draft) -> None:
    """The number of another quantity stands for the one that is meant."""
    index = draft.needed(lambda step: step.sums.left_of is not None)
    step = draft.steps[index]
    taken = (step.of, step.sums.left_of, step.sums.right_of)
    others = [i for i in range(step.of or 0) if i not in taken]
    side = "left_of" if step.sums.right_of is None or draft.draw(2) else "right_of"
    changes: dict[str, Any] = {side: others[draft.draw(len(others))]}
    _depart(draft, index, sums=replace(step.sums, **changes))


def _skipped_step(draft: Draft) -> None:
    """A step is left out, and the next one goes on from the number before it."""
    index = draft.needed(lambda step: step.sums.left_of is not None)
    sums = draft.steps[index].sums
    before = [i for i, step in enumerate(draft.steps) if step.of == sums.left_of]
    if not before:
        raise Unusable
    skipped = draft.steps[before[0]].sums
    _depart(draft, index, sums=replace(sums, left=skipped.left, left_of=skipped.left_of))
    del draft.steps[before[0]]


def _wrong_person(draft: Draft) -> None:
    """Question, sentence or both say that it is somebody else's, or in something else."""
    index = draft.needed()
    step = draft.steps[index]
    kind, numbers = step.sums.kind, (step.sums.value, step.sums.left, step.sums.right)
    same = {q.owner for q in draft.gold if q.value in numbers}
    same |= {step.sums.owner, step.sums.other}
    places = world.PEOPLE if kind != "share" else (*world.CONTAINERS, "friends")
    others = [name for name in places if name not in same]
    near = [name for name in others if name in draft.people] if draft.draw(2) else []
    name = (near or others)[draft.draw(len(near or others))]
    second = kind == "share" or (kind in ("total", "difference") and draft.draw(2))
    wrong = replace(step.sums, other=name) if second else replace(step.sums, owner=name)
    parts = (("asks",), ("tells",), ("asks", "tells"))[draft.draw(3)]
    _depart(draft, index, **dict.fromkeys(parts, wrong))


def _wrong_things(draft: Draft) -> None:
    others = [things for things in world.THINGS if things != draft.things]
    _depart(draft, draft.needed(), things=others[draft.draw(len(others))])


def _early_stop(draft: Draft) -> None:
    """The last steps are missing, and the number before them is the answer."""
    if len(draft.steps) < 2:
        raise Unusable
    del draft.steps[1 + draft.draw(len(draft.steps) - 1) :]
    draft.answer_departs = True


def _invented_answer(draft: Draft) -> None:
    """The answer is a number that no step gave; the last step may be missing."""
    if len(draft.steps) > 1 and draft.draw(2):
        del draft.steps[-1]
    draft.answer = 2 + draft.draw(_LARGEST_INVENTED)
    draft.answer_departs = True


def _slip(draft: Draft) -> None:
    """One result is wrong, and goes on or does not. As the answer it always does."""
    sums = [i for i, step in enumerate(draft.steps) if step.sums.operation is not None]
    index = sums[draft.draw(len(sums))]
    size = 1 + draft.draw(_LARGEST_SLIP)
    slip = size if draft.draw(2) else -size
    draft.steps[index] = replace(draft.steps[index], slip=slip)
    draft.carried = index == len(draft.steps) - 1 or bool(draft.draw(2))
    draft.ways.append("slip carried on" if draft.carried else "slip not carried on")


DEPARTURES: tuple[Way, ...] = (
    *(_wrong_operation, _wrong_number, _number_not_needed, _wrong_quantity, _skipped_step),
    *(_wrong_person, _wrong_things, _early_stop, _invented_answer),
)


def _change(draft: Draft, ways: Sequence[Way]) -> None:
    way = ways[draft.draw(len(ways))]
    way(draft)
    draft.ways.append(way.__name__.strip("_").replace("_", " "))
