"""Annotation by rule: what a task itself can say about the errors in its responses.

The rules live with the tasks, as their graders do. A task that has them is `Annotated`; `Rules`
finds them, whatever the task was trained on and however many of its problems are asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from leadline.annotate import chain, solution, steps, story
from leadline.grade.readings import Reading, judged
from leadline.protocols import GradedResponse, Runtime, Task
from leadline.records import Generation, Judgement, Problem
from leadline.tasks.of_task import OfTask

VERSION = "rules-1"  # raise it when any verdict could change and none of these versions says so
_RULES = (VERSION, chain.VERSION, solution.VERSION, steps.VERSION, story.VERSION)


@runtime_checkable
class Annotated(Protocol):
    """A task whose errors a rule can tell."""

    @property
    def error_kinds(self) -> tuple[str, ...]: ...  # beyond those that its `grade` answers
    @property
    def annotator_version(self) -> str: ...  # another one when any verdict could change
    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]: ...


def own_task(task: Task) -> Task:
    """The task whose problems are asked, under whatever it was trained on or narrowed to."""
    while isinstance(task, OfTask):
        task = task.task
    return task


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Annotates every response of the tasks that have rules; `by` is the task's own version."""

    @property
    def name(self) -> str:
        return "rules"

    @property
    def version(self) -> str:
        return "+".join(_RULES)

    @property
    def asks_again(self) -> bool:
        return False

    def kinds(self, task: Task) -> tuple[str, ...]:
        found = own_task(task)
        return found.error_kinds if isinstance(found, Annotated) else ()

    def annotate(
        self,
        task: Task,
        responses: Sequence[GradedResponse],
        *,
        kinds: Sequence[str],
        runtime: Runtime,
    ) -> Iterator[list[Judgement]]:
        found = own_task(task)
        if not isinstance(found, Annotated):
            return
        for n, response in enumerate(responses, start=1):
            if runtime.stop():
                return
            rows = _annotated(found, response.problem, response.generation)
            yield [row for row in rows if row.question in kinds]
            runtime.progress("annotate", n, len(responses), 0)

    def check(self) -> None:
        """Rules need nothing."""


def _annotated(task: Annotated, problem: Problem, generation: Generation) -> list[Judgement]:
    """The task's rows; all undecided, with the exception as reason, where a rule fails: one hostile
    text does not cost the others theirs."""
    try:
        return task.annotate(problem, generation)
    except Exception as error:  # whatever a hostile text can bring about in any rule
        reason = f"the rule failed: {type(error).__name__}: {str(error)[:200]}"
        readings = dict.fromkeys(task.error_kinds, Reading("undecided", reason=reason))
        return judged(generation, readings, by=task.annotator_version)
