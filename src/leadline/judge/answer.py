"""What became of one question, and how a row names who answered it."""

from dataclasses import dataclass
from typing import Literal

LONGEST = 20_000  # characters of a response; a longer one is undecided, and nothing is paid for it
_SHOWN = 80  # characters of what an endpoint calls its model
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

    @property
    def why(self) -> str:
        """The judge's reasons; of an answer without a verdict, its cause before them."""
        return f"{self.cause}: {self.reason}".strip(": ") if self.meaning is None else self.reason


def signed(judge: str, *, prompt: str, seed: int, model: str) -> str:
    """Who says so, for a row: judge, prompt, seed, and what the endpoint said its model was."""
    said = f" model {model[:_SHOWN]}" if model else ""
    return f"{judge} prompt {prompt[:8]} seed {seed}{said}"
