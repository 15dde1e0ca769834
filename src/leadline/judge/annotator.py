"""Annotation by a judge: every wrong response is asked about, one question for each kind of error.

Right responses are not asked about and get no rows. A verdict that could not be had is an undecided
row with its cause, and is asked for again the next time; a verdict that was paid for is kept, so a
finished annotation runs again without the endpoint.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from leadline.annotate.rules import own_task
from leadline.grade.readings import FAILED, Reading, judged
from leadline.judge.answer import LONGEST, Answer, signed
from leadline.judge.budget import UNLIMITED, Budget
from leadline.judge.endpoint import Endpoint
from leadline.judge.kinds import ERROR, KINDS, NO_ERROR, PROMPTS, kinds_of
from leadline.judge.question import Question
from leadline.judge.reach import refuse_unreachable
from leadline.judge.within import ask_within
from leadline.near import one_of
from leadline.protocols import GradedResponse, Runtime, Task
from leadline.records import Generation, Judgement, Verdict
from leadline.settings import where

_TOO_LONG = Reading("undecided", reason=f"over the {LONGEST:,} characters that a judge is shown")


class _Item(NamedTuple):
    """One row to be: a question about a response, or why there is none."""

    generation: Generation
    kind: str
    question: Question
    unasked: Reading | None


@dataclass(frozen=True, kw_only=True)
class JudgeAnnotator:
    """Asks `endpoint` about responses to tasks of a family that there are questions for.

    only: these kinds of error; (): all of the family but those that the task's own grader tells.
    only_wrong: leave out the responses that are not graded wrong. budget: caps, over all runs with
    one store. store: the file that keeps the verdicts; None: one in the runtime's `keep`, if any.
    Raises BadStudy on a kind of error that no question is about.
    """

    endpoint: Endpoint
    only: tuple[str, ...] = ()
    only_wrong: bool = True
    budget: Budget = where(UNLIMITED)  # noqa: RUF009 (frozen)
    store: Path | None = where(None)  # noqa: RUF009

    def __post_init__(self) -> None:
        for kind in self.only:
            one_of(kind, dict.fromkeys(k.kind for k in KINDS), what="the kind of error")

    @property
    def name(self) -> str:
        return f"judge-{self.endpoint.identity}"

    @property
    def version(self) -> str:
        asked = "wrong" if self.only_wrong else "all"
        return f"{self.endpoint.identity} prompts {PROMPTS[:8]} {asked}"

    @property
    def asks_again(self) -> bool:
        return True

    def kinds(self, task: Task) -> tuple[str, ...]:
        found = tuple(k.kind for k in kinds_of(_family(task)))
        if self.only:
            return tuple(kind for kind in found if kind in self.only)
        return tuple(kind for kind in found if kind not in task.questions)

    def annotate(
        self,
        task: Task,
        responses: Sequence[GradedResponse],
        *,
        kinds: Sequence[str],
        runtime: Runtime,
    ) -> Iterator[list[Judgement]]:
        """Raises BadData, before any call, if a problem lacks what a question needs; Stopped when
        asked to stop, or once the budget is spent and everything that was asked is yielded."""
        items = list(self._items(task, responses, kinds))
        for item in items:
            if item.unasked:
                yield judged(item.generation, {item.kind: item.unasked}, by=self.name)
        asked = {item.question.key: item for item in items if not item.unasked}
        for answer in ask_within(
            runtime,
            self.endpoint,
            [item.question for item in asked.values()],
            stage="judge",
            budget=self.budget,
            store=self.store,
            name=self.name,
        ):
            item = asked[answer.key]
            by = signed(self.name, prompt=answer.prompt_hash, seed=answer.seed, model=answer.model)
            yield judged(item.generation, {item.kind: _reading(answer)}, by=by)

    def check(self) -> None:
        """Raises BadStudy if nothing answers at the endpoint."""
        refuse_unreachable(self.endpoint)

    def _items(
        self, task: Task, responses: Sequence[GradedResponse], kinds: Sequence[str]
    ) -> Iterator[_Item]:
        wanted = [k for k in kinds_of(_family(task)) if k.kind in kinds]
        for n, response in enumerate(responses):
            if self.only_wrong and response.correct != "no":
                continue
            for kind in wanted:
                question = kind.of(response.problem, response.generation, key=f"{n} {kind.kind}")
                unasked = _unasked(response.generation)
                yield _Item(response.generation, kind.kind, question, unasked)


def _family(task: Task) -> str:
    return str(getattr(own_task(task), "family", ""))


def _unasked(generation: Generation) -> Reading | None:
    if generation.stopped == "failed":
        return FAILED
    return _TOO_LONG if len(generation.text) > LONGEST else None


def _reading(answer: Answer) -> Reading:
    verdicts: dict[str | None, Verdict] = {ERROR: "yes", NO_ERROR: "no", None: "undecided"}
    return Reading(verdicts[answer.meaning], reason=answer.why)
