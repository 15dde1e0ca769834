"""Change the solution of a story without making anything wrong: other wordings, right steps that
are not needed, a step in the head."""

from dataclasses import replace
from typing import Any

from leadline.miniature.problems import ASKS
from leadline.miniature.sheet import Unusable
from leadline.miniature.story import Quantity
from leadline.miniature.story_draft import MARK, Draft, Step, Way
from leadline.miniature.world import Operation

_OWNED = ("given", "boxed", "compare", "event")  # numbers of one person


def _all(draft: Draft, **changes: Any) -> None:
    draft.steps = [replace(step, **changes) for step in draft.steps]


def _turned_around(draft: Draft) -> None:
    _all(draft, turned=True)


def _spaces(draft: Draft) -> None:
    _all(draft, equation="<<{left} {sign} {right} = {value}>>{value}")


def _no_marks(draft: Draft) -> None:
    _all(draft, equation="{left}{sign}{right}={value}")


def _other_questions(draft: Draft) -> None:
    _all(draft, form=ASKS[1 + draft.draw(len(ASKS) - 1)])


def _doubled_by_adding(draft: Draft) -> None:
    doubles = ("*", 2, None)
    index = draft.needed(lambda s: (s.sums.operation, s.sums.right, s.sums.right_of) == doubles)
    step = replace(draft.steps[index], equation="<<{left}+{left}={value}>>{value}")
    draft.steps[index] = step


def _step_in_the_head(draft: Draft) -> None:
    del draft.steps[draft.draw(len(draft.steps) - 1)]


def _extra(draft: Draft, sums: Quantity, equation: str = MARK) -> None:
    """A right step that is not needed, anywhere before the last."""
    step = Step(of=None, sums=sums, asks=sums, tells=sums, things=draft.things, equation=equation)
    draft.steps.insert(draft.draw(len(draft.steps)), step)


def _given_said_again(draft: Draft) -> None:
    given = [quantity for quantity in draft.gold if quantity.operation is None]
    _extra(draft, given[draft.draw(len(given))], equation="{value}")


def _sum_of_two(draft: Draft) -> None:
    owned = [i for i, quantity in enumerate(draft.gold) if quantity.kind in _OWNED]
    first, second = (owned[draft.draw(len(owned))] for _ in range(2))
    people = (draft.gold[first].owner, draft.gold[second].owner)
    if people[0] == people[1] or {draft.gold[-1].owner, draft.gold[-1].other} == {*people}:
        raise Unusable
    _extra(draft, Quantity("total", *people, "+", 0, 0, first, second, 0, "", ""))


def _stranger_worked_out(draft: Draft) -> None:
    """The quantity of a distractor that compares."""
    match draft.distractor.rstrip(".").split():
        case [name, "has", n, "more" | "fewer" as more, _, "than", known]:
            of = next(i for i, quantity in enumerate(draft.gold) if quantity.owner == known)
            sign: Operation = "+" if more == "more" else "-"
            _extra(draft, Quantity("compare", name, "", sign, 0, int(n), of, None, 0, "", ""))
        case _:
            raise Unusable


HARMLESS: tuple[Way, ...] = (
    *(_turned_around, _spaces, _no_marks, _other_questions, _doubled_by_adding),
    *(_step_in_the_head, _given_said_again, _sum_of_two, _stranger_worked_out),
)
