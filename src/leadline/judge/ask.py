"""Ask a judge many questions, each until it is answered or its tries are used up."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from leadline.judge.answer import Answer
from leadline.judge.budget import UNLIMITED, Budget, Spent
from leadline.judge.endpoint import Endpoint
from leadline.judge.question import Question
from leadline.protocols import never

Show = Callable[[int, int, Spent], None]  # done, total, spent so far over all runs


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

    Raises BadStudy if the endpoint cannot be asked at all, Stopped once `stop()` is true: all
    verdicts that were paid for are then in `store`.
    """
    raise NotImplementedError
