"""Which of two responses is better, asked of a model behind an endpoint.

The comparison is LIMA's, in our words: which response serves the person who asked better, with
*neither* for no significant difference. Every pair is asked in both orders, and the judge is shown
the task and the two responses, never whose they are. Two responses that are the same text are
*neither* without a question. A verdict that could not be had is an undecided row with its cause and
is asked for again the next time; one that was paid for is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.judge.answer import LONGEST, Answer, signed
from leadline.judge.budget import UNLIMITED, Budget
from leadline.judge.endpoint import Endpoint
from leadline.judge.question import Question
from leadline.judge.reach import refuse_unreachable
from leadline.judge.within import ask_within
from leadline.preference.orders import SIDES, Side, both, missing, row
from leadline.protocols import Pair, Runtime
from leadline.records import Comparison, Winner
from leadline.settings import where

_FIRST, _SECOND, _NEITHER = "first", "second", "neither"
_INSTRUCTIONS = (
    "Imagine that you have an assistant, and that you need its help with the task below. Two "
    "responses to this task follow, Response A and Response B. Which one serves you better? Weigh "
    "whether a response does what the task asks for, whether what it says is correct, relevant and "
    "complete, and whether it is clear and helpful. The order of the responses means nothing. If "
    "they are about as good, or as bad, as each other, then neither is significantly better."
)
_VERDICTS = (
    (_FIRST, "Response A is significantly better"),
    (_SECOND, "Response B is significantly better"),
    (_NEITHER, "neither response is significantly better"),
)


def question(pair: Pair, shown_first: Side, *, key: str) -> Question:
    """The pair in one order."""
    a, b = pair.a.text, pair.b.text
    first, second = (a, b) if shown_first == "a" else (b, a)
    return Question(
        key=key,
        instructions=_INSTRUCTIONS,
        material=(("Task", pair.problem.prompt), ("Response A", first), ("Response B", second)),
        verdicts=_VERDICTS,
    )


_TITLES = ("Task", "Response A", "Response B")
PROMPT = Question(
    key="", instructions=_INSTRUCTIONS, material=tuple((t, "") for t in _TITLES), verdicts=_VERDICTS
).prompt_hash


@dataclass(frozen=True, kw_only=True)
class EndpointPairs:
    """Asks `endpoint` which response is better. budget: caps, over all runs with one store. store:
    the file that keeps the verdicts; None: the runtime's own, if it has one."""

    endpoint: Endpoint
    budget: Budget = where(UNLIMITED)  # noqa: RUF009 (frozen)
    store: Path | None = where(None)  # noqa: RUF009

    @property
    def name(self) -> str:
        return self.endpoint.identity

    @property
    def version(self) -> str:
        return f"{self.endpoint.identity} pairs {PROMPT}"

    @property
    def asks_again(self) -> bool:
        return True

    def compare(self, pairs: Sequence[Pair], *, runtime: Runtime) -> Iterator[list[Comparison]]:
        """Both orders of each pair, once all are asked: rows name the model that the endpoint said
        it was. Raises Stopped when asked to stop, or when the budget is spent; what was paid for is
        kept in the store."""
        settled = [_settled(pair) for pair in pairs]
        asked = {
            f"{n} {side}": (pair, side)
            for n, (pair, known) in enumerate(zip(pairs, settled, strict=True))
            for side in SIDES
            if known is None
        }
        questions = [question(pair, side, key=key) for key, (pair, side) in asked.items()]
        given = ask_within(
            runtime,
            self.endpoint,
            questions,
            stage="compare",
            budget=self.budget,
            store=self.store,
            name=f"pairs-{self.name}",
        )
        answers = {answer.key: answer for answer in given}
        by = self._by(list(answers.values()))
        for n, (pair, known) in enumerate(zip(pairs, settled, strict=True)):
            if known is not None:
                yield both(pair, known[0], by=by, reason=known[1])
            else:
                yield [_row(pair, side, answers[f"{n} {side}"], by=by) for side in SIDES]

    def check(self) -> None:
        """Raises BadStudy if nothing answers at the endpoint."""
        refuse_unreachable(self.endpoint)

    def _by(self, answers: Sequence[Answer]) -> str:
        """One name for all rows, undecided ones too: an answer of another model than the first is
        none (`changed model`)."""
        model = next((a.model for a in answers if a.meaning is not None), "")
        return signed(self.name, prompt=PROMPT, seed=self.endpoint.seed, model=model)


def _settled(pair: Pair) -> tuple[Winner, str] | None:
    """The verdict and its reason where no judge is needed; None where one is."""
    cause = missing(pair)
    if not cause and max(len(pair.a.text), len(pair.b.text)) > LONGEST:
        cause = f"longer than the {LONGEST:,} characters that a judge is shown"
    if cause:
        return "undecided", cause
    return ("neither", "the same text") if pair.a.text == pair.b.text else None


def _row(pair: Pair, shown_first: Side, answer: Answer, *, by: str) -> Comparison:
    other: Side = "b" if shown_first == "a" else "a"
    winners: dict[str | None, Winner] = {
        _FIRST: shown_first,
        _SECOND: other,
        _NEITHER: "neither",
        None: "undecided",
    }
    return row(pair, shown_first, winners[answer.meaning], by=by, reason=answer.why)
