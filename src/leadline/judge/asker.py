"""One run of a judge: a few workers, each with one question at a time, until it has a verdict or
its tries are used up.

A reply without a verdict is asked for anew, with labels drawn anew. When nothing usable has come
for `_HOPELESS` questions in a row, the others are not asked in this run.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from leadline.errors import BadStudy
from leadline.judge.budget import Budget, Spent
from leadline.judge.caller import Caller
from leadline.judge.client import Client
from leadline.judge.endpoint import Endpoint
from leadline.judge.pace import Pace
from leadline.judge.purse import Purse
from leadline.judge.question import Question
from leadline.judge.store import Kept, Outcome, Writer

ATTEMPTS = 3  # replies a question in one run
_HOPELESS = 10  # questions in a row
Give = Callable[[Question, Outcome], None]


class Asker:
    """Made, and run, in one event loop."""

    def __init__(
        self, endpoint: Endpoint, *, budget: Budget, kept: Kept, writer: Writer, client: Client
    ) -> None:
        self._endpoint, self._kept, self._client = endpoint, kept, client
        self._purse = Purse(budget, spent=kept.spent)
        self._pace = Pace(seed=endpoint.seed)
        self._caller = Caller(
            endpoint, client, kept=kept, writer=writer, purse=self._purse, pace=self._pace
        )
        self._n_in_vain = 0  # questions in a row that ended without anything usable
        self._last_in_vain = ""

    @property
    def spent(self) -> Spent:
        """Over all runs so far, calls in flight left out."""
        return self._purse.spent

    def stop(self) -> None:
        """Send nothing more; calls in flight, which are paid for, still end."""
        self._pace.stop()

    async def run(self, questions: Iterable[Question], *, give: Give) -> None:
        """Ask all, and `give` each outcome once it is stored; those that were not yet asked when
        `stop` was called are left out. Raises BadStudy if the endpoint cannot be asked at all."""
        waiting = iter(questions)
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._endpoint.concurrency):
                    workers.create_task(self._work(waiting, give))
        finally:
            await self._client.close()

    async def _work(self, waiting: Iterator[Question], give: Give) -> None:
        for question in waiting:
            outcome = await self._outcome(question)
            if outcome is None:
                return
            if outcome.cause in ("failed", "changed model"):
                self._n_in_vain, self._last_in_vain = self._n_in_vain + 1, outcome.reason
            elif outcome.cause != "unpaid":
                self._n_in_vain = 0
            give(question, outcome)

    async def _outcome(self, question: Question) -> Outcome | None:
        """The outcome that stands for a question in this run; None once asked to stop."""
        first = self._kept.attempts.get(question.content, 0)
        outcome = None
        for attempt in range(first, first + ATTEMPTS):
            if self._n_in_vain >= _HOPELESS:
                return outcome or self._unasked(question, attempt)
            last, outcome = outcome, await self._caller.reply(question, attempt=attempt)
            if outcome is None:
                return last
            if outcome.meaning is not None or outcome.cause in ("failed", "unpaid"):
                return outcome
        return outcome

    def _unasked(self, question: Question, attempt: int) -> Outcome:
        """A question that there is no hope for in this run."""
        why = f"{self._n_in_vain} questions in a row got nothing usable: {self._last_in_vain}"
        if not self._caller.heard:
            raise BadStudy(f"{self._endpoint.url} cannot be asked: {why}")
        planned = self._caller.planned(question, attempt=attempt)
        return replace(planned, cause="failed", reason=f"not asked: {why}")
