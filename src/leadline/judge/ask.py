"""Ask a judge many questions, from a program that knows nothing of event loops.

What the store holds is answered first, without the network. The rest is asked in a thread of its
own, so answers go on arriving while the caller works on the ones it has.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from leadline.errors import Stopped
from leadline.judge.answer import Answer
from leadline.judge.asker import Asker
from leadline.judge.budget import UNLIMITED, Budget, Spent
from leadline.judge.client import Client
from leadline.judge.endpoint import Endpoint
from leadline.judge.question import Question
from leadline.judge.store import Kept, Outcome, Writer, read_store, writing
from leadline.protocols import never

Show = Callable[[int, int, Spent], None]  # done, total, spent so far over all runs
Contents = dict[str, list[Question]]  # questions that differ in their key only
_POLL = 0.1  # seconds between looks at `stop`


def silent(done: int, total: int, spent: Spent) -> None:
    """Progress that nobody watches."""


def ask_all(
    endpoint: Endpoint,
    questions: Sequence[Question],
    *,
    store: Path | None = None,
    budget: Budget = UNLIMITED,
    show: Show = silent,
    stop: Callable[[], bool] = never,
) -> Iterator[Answer]:
    """Yield one answer a question, as they arrive; verdicts that `store` holds come first and cost
    nothing. Questions that differ in their key only are asked once.

    Undecided answers are kept for their cost only, and asked again by the next run. A caller who
    goes, or a second Ctrl-C, cuts off the calls in flight; they count at their worst.

    Raises BadStudy if the endpoint cannot be asked at all or another process writes `store`;
    Stopped once `stop()` is true and the calls in flight, which are paid for, have ended.
    """
    n_done, pending = 0, _by_content(questions)
    kept = read_store(store, identity=endpoint.identity)
    for answer in _replayed(pending, kept):
        n_done += 1
        yield answer
    show(n_done, len(questions), kept.spent)
    if not pending:
        return
    with writing(store) as writer:
        kept = read_store(store, identity=endpoint.identity)  # nobody else writes from here on
        for answer in _replayed(pending, kept):
            n_done += 1
            yield answer
        run = _Run(endpoint, pending, budget=budget, kept=kept, writer=writer, stop=stop)
        for outcome, spent in run.outcomes():
            for question in pending[outcome.content]:
                n_done += 1
                yield _answer(question, outcome)
            show(n_done, len(questions), spent)


def _by_content(questions: Sequence[Question]) -> Contents:
    found: Contents = {}
    for question in questions:
        found.setdefault(question.content, []).append(question)
    return found


def _replayed(pending: Contents, kept: Kept) -> Iterator[Answer]:
    """Answers of what is kept, which is taken out of `pending`."""
    for content in list(pending):
        outcome = kept.verdicts.get(content)
        if outcome and outcome.meaning in dict(pending[content][0].verdicts):
            for question in pending.pop(content):
                yield _answer(question, outcome)


def _answer(question: Question, outcome: Outcome) -> Answer:
    return Answer(
        key=question.key,
        meaning=outcome.meaning,
        cause=outcome.cause,
        reason=outcome.reason,
        model=outcome.model,
        prompt_hash=outcome.prompt_hash,
        seed=outcome.seed,
        prompt_tokens=outcome.cost.prompt_tokens,
        completion_tokens=outcome.cost.completion_tokens,
    )


class _Given(NamedTuple):
    outcome: Outcome
    spent: Spent


class _Run:
    """One run in a thread with an event loop of its own."""

    def __init__(
        self,
        endpoint: Endpoint,
        pending: Contents,
        *,
        budget: Budget,
        kept: Kept,
        writer: Writer,
        stop: Callable[[], bool],
    ) -> None:
        self._endpoint, self._questions = endpoint, [same[0] for same in pending.values()]
        self._budget, self._kept, self._writer, self._stop = budget, kept, writer, stop
        self._queue: queue.SimpleQueue[_Given | BaseException | None] = queue.SimpleQueue()
        self._cut = threading.Event()  # the caller has gone

    def outcomes(self) -> Iterator[_Given]:
        """Each content's outcome as it is stored. A caller who goes before the end, or is
        interrupted, cuts off the calls in flight."""
        thread = threading.Thread(target=self._thread, name="judge", daemon=True)
        thread.start()
        try:
            while (item := self._queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self._cut.set()
            thread.join()

    def _thread(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseExceptionGroup as group:  # the first says why; the others were cut off by it
            self._queue.put(group.exceptions[0])
        except BaseException as error:
            self._queue.put(error)
        else:
            self._queue.put(None)

    async def _main(self) -> None:
        asker = Asker(
            self._endpoint,
            budget=self._budget,
            kept=self._kept,
            writer=self._writer,
            client=Client(self._endpoint),
        )

        left = len(self._questions)

        def give(_question: Question, outcome: Outcome) -> None:
            nonlocal left
            left -= 1
            self._queue.put(_Given(outcome, asker.spent))

        running = asyncio.create_task(asker.run(self._questions, give=give))
        stopped = False
        while not running.done():
            await asyncio.wait([running], timeout=_POLL)
            if self._cut.is_set():
                running.cancel()
            elif not stopped and self._stop():
                stopped = True
                asker.stop()
        if not running.cancelled():
            running.result()
        if stopped and left:
            raise Stopped("stopped; all verdicts that came are stored")
