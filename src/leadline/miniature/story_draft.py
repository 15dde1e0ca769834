"""The solution of a story as steps that refer to each other's quantities, so that whatever follows
from a change is worked out again, and what an error says is known beside what would be right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from leadline.miniature.problems import ASKS, question, sentence
from leadline.miniature.sheet import Unusable
from leadline.miniature.story import Quantity
from leadline.miniature.world import below

MARK = "<<{left}{sign}{right}={value}>>{value}"
_LARGEST = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line. `of`: the graph's quantity that it should compute (None: an extra one); `sums` how
    it does; `asks` and `tells` whose number its question and its sentence say that it is."""

    of: int | None
    sums: Quantity
    asks: Quantity
    tells: Quantity
    things: str
    departs: bool = False
    slip: int = 0
    form: str = ASKS[0]
    equation: str = MARK
    turned: bool = False  # 7+12 for 12+7


@dataclass
class Draft:
    """A solution in the making. answer: the final number, if it is not the last step's."""

    gold: tuple[Quantity, ...]
    steps: list[Step]
    things: str
    people: tuple[str, ...]  # in the prompt
    distractor: str
    strays: tuple[int, ...]  # numbers that only the distractor has
    rng: np.random.Generator
    answer: int | None = None
    answer_departs: bool = False
    carried: bool = True
    ways: list[str] = field(default_factory=list)

    def draw(self, n: int) -> int:
        """A whole number below `n`. Raises Unusable if there is none."""
        if n < 1:
            raise Unusable
        return below(self.rng, n)

    def needed(self, fits: Callable[[Step], bool] = lambda _: True) -> int:
        """The index of one of the needed steps that fit."""
        chosen = [i for i, step in enumerate(self.steps) if step.of is not None and fits(step)]
        return chosen[self.draw(len(chosen))]


Way = Callable[[Draft], None]


class Values:
    """The numbers that a solution gives to the graph's quantities, from its first step on."""

    def __init__(self, gold: Sequence[Quantity], *, carried: bool) -> None:
        self.gold, self.carried = gold, carried
        self.known: dict[int, int] = {}
        self.wrong: list[tuple[int, int]] = []  # what is said or computed, what it should be

    def number(self, key: int) -> int:
        """Of a quantity: the solution's own, or else worked out from its own."""
        return self.known[key] if key in self.known else self.compute(self.gold[key])

    def operands(self, sums: Quantity) -> tuple[int, int]:
        """Both numbers of a computation."""
        left = sums.left if sums.left_of is None else self.number(sums.left_of)
        right = sums.right if sums.right_of is None else self.number(sums.right_of)
        return left, right

    def compute(self, sums: Quantity) -> int:
        """The exact result. Raises Unusable if it is no positive whole number."""
        if sums.operation is None:
            return sums.value
        left, right = self.operands(sums)
        if sums.operation == "/" and (right == 0 or left % right):
            raise Unusable
        results = {"+": left + right, "-": left - right, "*": left * right}
        value = left // right if sums.operation == "/" else results[sums.operation]
        if not 0 < value <= _LARGEST:
            raise Unusable
        return value

    def take(self, step: Step) -> int:
        """The number that a step states."""
        exact = self.compute(step.sums)
        if step.of is not None:
            if step.departs and step.sums != self.gold[step.of]:
                self.wrong.append((exact, self.compute(self.gold[step.of])))
            self.known[step.of] = exact + step.slip if self.carried else exact
        if exact + step.slip < 1:
            raise Unusable
        return exact + step.slip


def write(draft: Draft, values: Values) -> list[str]:
    """The lines, each number worked out from the ones before."""
    lines: list[str] = []
    value = 0
    for step in draft.steps:
        left, right = values.operands(step.sums)
        if step.turned and step.sums.operation in ("+", "*"):
            left, right = right, left
        value = values.take(step)
        sign = step.sums.operation
        number = step.equation.format(left=left, sign=sign, right=right, value=value)
        asks = question(step.asks, things=step.things, form=step.form)
        lines.append(f"{asks} ** {sentence(step.tells, number, things=step.things)}")
    answer = value if draft.answer is None else draft.answer
    if draft.answer_departs:
        values.wrong.append((answer, values.number(len(draft.gold) - 1)))
    return [*lines, f"#### {answer}"]
