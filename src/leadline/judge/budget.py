"""What asking may cost, and what it has cost. A call is sent only if the worst that it and all
calls in flight can cost stays within every cap, so no cap is ever exceeded.
"""

import math
from dataclasses import dataclass

from leadline.errors import BadStudy


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What calls cost. A call whose cost the endpoint never told (it was cut off, or in flight at a
    kill) counts at its worst: `n_assumed` of the requests."""

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    n_assumed: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            requests=self.requests + other.requests,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            n_assumed=self.n_assumed + other.n_assumed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Caps (None: none) and the user's prices, in money a million tokens. They hold over all runs
    with one store, for each judge. Raises BadStudy on a cap in money without both prices."""

    requests: int | None = None
    tokens: int | None = None
    money: float | None = None
    price_in: float | None = None
    price_out: float | None = None

    def __post_init__(self) -> None:
        numbers = (self.requests, self.tokens, self.money, self.price_in, self.price_out)
        if any(n is not None and not (math.isfinite(n) and n >= 0) for n in numbers):
            raise BadStudy(f"caps and prices are numbers from 0: {self}")
        if (self.price_in is None) != (self.price_out is None):
            raise BadStudy("give both prices, of a million tokens in and out, or neither")
        if self.money is not None and self.price_in is None:
            raise BadStudy("a cap in money needs the prices of a million tokens, in and out")

    def money_of(self, spent: Spent) -> float | None:
        """What it comes to, or None without prices."""
        if self.price_in is None or self.price_out is None:
            return None
        tokens = spent.prompt_tokens * self.price_in + spent.completion_tokens * self.price_out
        return tokens / 1e6

    def said(self, spent: Spent) -> str:
        """What was spent, for people: requests, tokens, and money where it has a price."""
        tokens, money = spent.prompt_tokens + spent.completion_tokens, self.money_of(spent)
        words = f"{spent.requests:,} requests, {tokens:,} tokens"
        words += "" if money is None else f", cost {money:,.2f}"
        worst = f" ({spent.n_assumed:,} of unknown cost, counted at their worst)"
        return words + (worst if spent.n_assumed else "")

    def allows(self, spent: Spent) -> bool:
        """Whether all of it stays within the caps."""
        total = spent.prompt_tokens + spent.completion_tokens
        money = self.money_of(spent)
        return not (
            (self.requests is not None and spent.requests > self.requests)
            or (self.tokens is not None and total > self.tokens)
            or (self.money is not None and money is not None and money > self.money)
        )


NOTHING = Spent()
UNLIMITED = Budget()
