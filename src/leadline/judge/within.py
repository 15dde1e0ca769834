"""Ask a judge within a runtime: its progress shows the cost so far, its `stop` ends the asking, and
its folder keeps what was paid for. What all users of an endpoint share.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from leadline.errors import SpentBudget
from leadline.judge.answer import Answer
from leadline.judge.ask import ask_all
from leadline.judge.budget import Budget, Spent
from leadline.judge.endpoint import Endpoint
from leadline.judge.question import Question
from leadline.protocols import Runtime


def ask_within(
    runtime: Runtime,
    endpoint: Endpoint,
    questions: Sequence[Question],
    *,
    stage: str,
    budget: Budget,
    store: Path | None,
    name: str,
) -> Iterator[Answer]:
    """Answers as `ask_all` gives them. store: the file that keeps them; None: `name` in the
    runtime's folder, if it has one. Raises Stopped when asked to stop; SpentBudget, once all
    answers are out, if the budget left some questions unasked."""

    def show(done: int, total: int, spent: Spent) -> None:
        money = budget.money_of(spent)
        words = stage if money is None else f"{stage} (cost {money:,.2f})"
        runtime.progress(words, done, total, spent.prompt_tokens + spent.completion_tokens)

    kept = runtime.keep / f"{name}.jsonl" if runtime.keep else None
    n_unpaid = 0
    for answer in ask_all(
        endpoint, questions, store=store or kept, budget=budget, show=show, stop=runtime.stop
    ):
        n_unpaid += answer.cause == "unpaid"
        yield answer
    if n_unpaid:
        raise SpentBudget(
            f"the judge's budget is spent: {n_unpaid:,} of {len(questions):,} questions are "
            "without a verdict. The others are kept; run again with a higher cap for the rest."
        )
