"""What became of one question."""

from dataclasses import dataclass
from typing import Literal

Cause = Literal["", "unparsed", "refused", "truncated", "changed model", "failed", "unpaid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict (`meaning`, one of the question's), or None and the cause why there is none:

    - unparsed: the reply held no verdict in its place
    - refused: the judge or a filter declined
    - truncated: the reply was cut off at `max_tokens`
    - changed model: another model answered than before, so its verdict is not used
    - failed: no whole reply came
    - unpaid: the budget was spent before it was asked

    `reason`: the judge's own, or more about the cause. `model`: what the endpoint said answered.
    Tokens are those of the last call.
    """

    key: str
    meaning: str | None
    cause: Cause = ""
    reason: str = ""
    model: str = ""
    prompt_hash: str = ""
    seed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
