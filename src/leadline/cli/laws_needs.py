"""What a target needs and what a budget buys, in words: a paragraph a curve. A curve that is at the
target already says so, and does not keep the others from their answer.
"""

import math
from dataclasses import dataclass
from typing import Self

from leadline.cli.laws_options import Question
from leadline.errors import BadData
from leadline.laws.result import FittedCurve, Result
from leadline.laws.target import DataFor, Purchase
from leadline.laws.wording import chance, exact_size, size, value


@dataclass(frozen=True, slots=True)
class Needs:
    """What a target needs and what a budget buys, of every curve that is not there already."""

    data: tuple[DataFor, ...]
    purchases: tuple[Purchase, ...]
    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, result: Result, asked: Question) -> Self:
        """Raises BadData if the target makes sense for none of the curves."""
        data, purchases, paragraphs, refusals = [], [], [], []
        for one in result.curves:
            target = asked.target_of(one.curve)
            try:
                found = one.data_for(target, level=asked.levels[0])
            except BadData as refusal:
                refusals.append(refusal)
                paragraphs.append(f"{one.curve.id}: {refusal}")
                continue
            data.append(found)
            paragraphs.append(_need(one, found))
            if asked.cost is not None and asked.budget is not None:
                bought = one.buy(target, cost_per_example=asked.cost, budget=asked.budget)
                purchases.append(bought)
                paragraphs[-1] += f"\n  {_bought(bought)}"
        if not data:
            raise refusals[0]
        return cls(tuple(data), tuple(purchases), tuple(paragraphs))

    def words(self) -> str:
        """A paragraph a curve, then advice."""
        advice = (
            "Examples are counted in total; a curve that was at the target once has reached it. "
            "Buy in rounds: measure what you bought, and forecast again before the next."
        )
        return "\n\n".join([*self.paragraphs, advice])


def _need(one: FittedCurve, found: DataFor) -> str:
    times = ", ".join(f"{t:g}× {chance(p)}" for t, p in found.reached.items())
    return (
        f"{found.curve}: {value(one.curve, found.target)} needs {size(found.median)} examples "
        f"(median)\n"
        f"  {100 * found.level:g} % interval: {size(found.low)} to {size(found.high)}\n"
        f"  chance that it is reached with so many times the data: {times}\n"
        f"  chance that the limit of the laws lies beyond it: {chance(found.reachable)}"
    )


def _bought(found: Purchase) -> str:
    cost = (
        "no budget reaches it with even chances"
        if math.isinf(found.cost_of_median)
        else f"even chances would cost {size(found.cost_of_median)}"
    )
    return (
        f"the budget buys {exact_size(found.n_new)} more examples, {exact_size(found.n_total)} in "
        f"total: {chance(found.chance)} to reach it; {cost}"
    )
