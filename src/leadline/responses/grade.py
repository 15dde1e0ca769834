"""Grade responses, in one process or several, so that a stop loses at most a moment's verdicts.

Each finished response is one line of a log beside the output; the output itself appears whole, in
the order of the data set, when all are graded. A grader that fails on a response leaves it
undecided and says so: one hostile text does not cost the other verdicts.
"""

import dataclasses
import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Protocol, runtime_checkable

from leadline.errors import BadStudy, LeadlineError
from leadline.protocols import Task, never
from leadline.records import Cell, Generation, Judgement, Problem
from leadline.responses.log import Log, Row, Rows
from leadline.responses.match import Asked
from leadline.responses.rows import Response
from leadline.tasks.coding import Coding
from leadline.tasks.entry import Protocol as Named

Item = tuple[Problem, Generation]
Show = Callable[[int, int], None]  # responses graded, responses in all
EVERY = 0.5  # seconds between two writes of the log
_CHUNK = 8  # responses that a worker takes at once


@runtime_checkable
class GradesMany(Task, Protocol):
    """A task that has its own way to grade many responses at once: programs, in the sandbox."""

    def grade_many(
        self, problems: Sequence[Problem], responses: Sequence[Generation], *, workers: int
    ) -> Iterator[tuple[int, list[Judgement]]]: ...


@dataclass(frozen=True, kw_only=True)
class Grader:
    """A task under one protocol: verdicts as rows of the output."""

    task: Task
    protocol: Named
    workers: int = 1
    stop: Callable[[], bool] = never

    def by(self) -> str:
        """Who gave the verdicts: protocol and version of the grader."""
        protocol, version = self.protocol.name, self.task.grader_version
        return version if version.startswith(protocol) else f"{protocol}/{version}"

    def grade(self, asked: Sequence[Asked]) -> Iterator[tuple[int, Rows]]:
        """The rows of each of `asked`, with its place in it; in any order."""
        items = [(i, (a.problem, as_generation(self.task, a))) for i, a in enumerate(asked)]
        for i, judgements in self._graded(items):
            yield i, self._rows(asked[i], judgements)

    def _graded(self, items: Sequence[tuple[int, Item]]) -> Iterator[tuple[int, list[Judgement]]]:
        if isinstance(self.task, GradesMany):
            return _many(self.task, items, workers=self.workers)
        if self.workers > 1 and len(items) > 2 * _CHUNK:
            return _in_processes(self.task, items, workers=self.workers, stop=self.stop)
        return ((i, judge(self.task, *item)) for i, item in items)

    def _rows(self, asked: Asked, judgements: Sequence[Judgement]) -> Rows:
        kept = self.protocol.questions
        asked_here = [j for j in judgements if not kept or j.question in kept]
        return [as_row(asked, judgement, by=self.by()) for judgement in asked_here]


def as_row(asked: Asked, judgement: Judgement, *, by: str) -> Row:
    """A verdict as a row of the output."""
    response = asked.response
    row: Row = {} if asked.model is None else {"model": asked.model}
    row["problem_id"] = asked.given_id
    if asked.sample is not None:
        row["sample"] = asked.sample
    reason = judgement.reason
    if response is None or response.text is None:
        reason = "no response in the file" if response is None else "the response is null"
    return row | {
        "question": judgement.question,
        "verdict": judgement.verdict,
        "extracted": judgement.extracted,
        "reason": reason,
        "by": by,
    }


def judge(task: Task, problem: Problem, generation: Generation) -> list[Judgement]:
    """The task's verdicts; all undecided, with the exception as reason, where the grader fails.
    A LeadlineError passes: no sandbox, no data: that is no matter of one response."""
    try:
        return task.grade(problem, generation)
    except LeadlineError:
        raise
    except Exception as error:  # whatever a hostile text can bring about in any grader
        reason = f"the grader failed: {type(error).__name__}: {str(error)[:200]}"
        failed = task.grade(problem, dataclasses.replace(generation, text="", stopped="failed"))
        return [dataclasses.replace(row, reason=reason) for row in failed]


def _many(
    task: "GradesMany", items: Sequence[tuple[int, Item]], *, workers: int
) -> Iterator[tuple[int, list[Judgement]]]:
    """By the task's own way to grade many; where that fails, those that are left one by one."""
    left = dict(items)
    problems = [problem for _, (problem, _) in items]
    generations = [generation for _, (_, generation) in items]
    try:
        for place, judgements in task.grade_many(problems, generations, workers=workers):
            i = items[place][0]
            del left[i]
            yield i, judgements
    except LeadlineError:
        raise
    except Exception:  # some hostile response: `judge` finds which
        yield from ((i, judge(task, *item)) for i, item in left.items())


def as_generation(task: Task, asked: Asked) -> Generation:
    """A response of the file as a task's grader takes it; failed where there is none."""
    response = asked.response
    text = None if response is None else _text(task, asked.problem, response)
    model = asked.model or "responses"
    return Generation(
        cell=Cell(model=model, task=task.name, method="given", n_examples=0, seed=0),
        problem_id=asked.problem.id,
        sample=asked.sample or 0,
        text=text or "",
        stopped="failed" if response is None or text is None else response.stopped,
        n_tokens=0,
    )


def _text(task: Task, problem: Problem, response: Response) -> str | None:
    """The response; a completion in EvalPlus's sense with the prompt that it goes on from."""
    if response.text is None or not response.continues:
        return response.text
    if isinstance(task, Coding) and task.protocol == "evalplus":
        return f"{task.row(problem.id)['prompt']}{response.text}"
    return response.text


def _in_processes(
    task: Task, items: Sequence[tuple[int, Item]], *, workers: int, stop: Callable[[], bool]
) -> Iterator[tuple[int, list[Judgement]]]:
    """As they finish, at most a few chunks ahead of what was asked for."""
    chunks = iter([items[i : i + _CHUNK] for i in range(0, len(items), _CHUNK)])
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _enter, (os.getpid(),))
    waiting: list[Future[list[tuple[int, list[Judgement]]]]] = []
    try:
        while not stop():
            for chunk in itertools.islice(chunks, 2 * workers - len(waiting)):
                waiting.append(pool.submit(_judge_chunk, task, chunk))
            if not waiting:
                break
            yield from waiting.pop(0).result()
    except BrokenProcessPool as error:
        raise BadStudy(
            "a grading process was killed (out of memory?). The verdicts so far are kept if there "
            "is an --out: run the same command with fewer --workers."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _judge_chunk(
    task: Task, chunk: Sequence[tuple[int, Item]]
) -> list[tuple[int, list[Judgement]]]:
    return [(i, judge(task, *item)) for i, item in chunk]


def _enter(parent: int) -> None:
    """Set up a worker: Ctrl-C is the parent's business, and without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def leave() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


def grade_all(grader: Grader, asked: Sequence[Asked], *, log: Log, show: Show) -> list[Rows]:
    """The rows of each of `asked`, in order; fewer if `grader.stop` was asked and said yes."""
    done = log.resume()
    left = [i for i in range(len(asked)) if i not in done]
    fresh: list[tuple[int, Rows]] = []
    since = time.monotonic()
    show(len(done), len(asked))
    try:
        for k, rows in grader.grade([asked[i] for i in left]):
            fresh.append((left[k], rows))
            if time.monotonic() - since > EVERY or grader.stop():
                log.append(fresh)
                done.update(fresh)
                fresh, since = [], time.monotonic()
                show(len(done), len(asked))
            if grader.stop():
                break
    finally:
        log.append(fresh)
    done.update(fresh)
    show(len(done), len(asked))
    return [done[i] for i in sorted(done)]
