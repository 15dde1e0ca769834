"""Say of one file of responses why they are wrong: from its words to its summary.

Every response is graded first, then annotated: by rule, or by a judge that is asked about the wrong
ones. The output has, for each response, its verdict on the task's first question and one on each
kind of error that was looked for. `text` is no task but any text at all, whose sums are checked.
"""

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from leadline.analyse.measure import ERROR_KINDS
from leadline.data import content_digest
from leadline.errors import BadStudy, Stopped
from leadline.interrupt import ctrl_c
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.check.record import said_of
from leadline.judge.families import kinship
from leadline.protocols import Annotator, GradedResponse, Progress, Runtime, Task, silent
from leadline.records import Verdict
from leadline.responses.findings import Findings, findings
from leadline.responses.grade import Grader, as_generation, as_row
from leadline.responses.log import Log, Row, Rows
from leadline.responses.match import Asked, Matched, match, match_nothing
from leadline.responses.rows import ResponsesFile, read_responses
from leadline.responses.run import of_the_whole_set, refuse_existing, stopped
from leadline.tasks.catalog import TASKS, find_task
from leadline.tasks.entry import Entry
from leadline.tasks.entry import Protocol as Named
from leadline.tasks.free_text import FreeText

TEXT = "text"  # the word for responses to no task
_KEPT_EVERY = 50  # responses between two writes of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What an annotation found. checked: how a judge did on human labels ("" for rules); out, notes
    and faults are as those of a grading."""

    task: str
    by: str
    responses: Path
    out: Path | None
    found: Findings
    checked: str
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def annotate_file(
    word: str,
    responses: Path,
    *,
    annotator: Annotator,
    data: str | None = None,
    out: Path | None = None,
    protocol: str | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Annotation:
    """Annotate a file of responses to the task `word`, or to "text", and write the rows to `out`.

    Raises LeadlineError, with nothing written, if the task, the data or the file cannot be used,
    `annotator` cannot annotate the task, or `out` exists; Stopped on Ctrl-C or when a judge's
    budget is spent, with the verdicts so far kept.
    """
    task, named, first = _task(word, data=data, protocol=protocol)
    kinds = annotator.kinds(task)
    if not kinds:
        raise BadStudy(_cannot(word, annotator))
    refuse_existing(out, overwrite=overwrite, read=[responses])
    file, matched = _read(task, responses)
    grader = Grader(task=task, protocol=named)
    header = _identity(grader, annotator, matched, first=first, digest=file.digest)
    log = Log.beside(out, header=header)
    with ctrl_c() as asked_to_stop:
        runtime = Runtime(progress=progress, stop=asked_to_stop.is_set)
        rows = _annotate_all(
            grader, annotator, matched.asked, first=first, log=log, runtime=runtime
        )
        if asked_to_stop.is_set():
            raise Stopped(stopped(log))
    log.finish(out, [row for of_one in rows for row in of_one])
    return Annotation(
        task=word,
        by=f"{annotator.name} ({', '.join(kinds)})",
        responses=responses,
        out=out,
        found=findings(list(zip(matched.asked, rows, strict=True)), first=first),
        checked=said_of(annotator) if isinstance(annotator, JudgeAnnotator) else "",
        notes=matched.notes + of_the_whole_set(word, matched) + _kin(annotator, matched),
        faults=matched.faults,
    )


def _task(word: str, *, data: str | None, protocol: str | None) -> tuple[Task, Named, str | None]:
    """The task, how it is graded, and the question that says which responses are wrong."""
    if word == TEXT:
        if protocol is not None:
            raise BadStudy("text is graded by no --protocol: leave it out.")
        return FreeText(), Named(name="rules"), None
    entry = find_task(word)
    task, named = entry.task(data=data, protocol=protocol), entry.protocol(protocol)
    first = (named.questions or task.questions)[0]
    return task, dataclasses.replace(named, questions=()), first


def _cannot(word: str, annotator: Annotator) -> str:
    def can(entry: Entry) -> bool:
        return bool(annotator.kinds(entry.task()))

    words = [entry.word for entry in TASKS if can(entry)]
    words += [TEXT] if annotator.kinds(FreeText()) else []
    return (
        f"{annotator.name} cannot say why a response to {word} is wrong. "
        f"It can for: {', '.join(words) or 'no task'}."
    )


def _read(task: Task, path: Path) -> tuple[ResponsesFile, Matched]:
    """The file, and what it answers: problems of the task, or nothing but its own lines."""
    if not isinstance(task, FreeText):
        file = read_responses(path)
        return file, match(file, task.problems())
    file = read_responses(path, ids="optional")
    return file, match_nothing(file)


def _kin(annotator: Annotator, matched: Matched) -> tuple[str, ...]:
    """What is to be said of a judge that judges its own family."""
    if not isinstance(annotator, JudgeAnnotator):
        return ()
    models = dict.fromkeys(asked.model for asked in matched.asked if asked.model is not None)
    notes = [kinship(annotator.endpoint.model, judged=model) for model in models]
    return tuple(f"{note}." for note in dict.fromkeys(notes) if note)


def _identity(
    grader: Grader, annotator: Annotator, matched: Matched, *, first: str | None, digest: str
) -> Row:
    """All that the rows depend on."""
    problems = {asked.problem.id: asked.problem for asked in matched.asked}
    return {
        "task": grader.task.name,
        "by": grader.by(),
        "annotator": f"{annotator.name} {annotator.version}",
        "kinds": list(annotator.kinds(grader.task)),
        "first": first,
        "responses": digest,
        "problems": content_digest([p.id, p.prompt, p.reference] for p in problems.values()),
    }


def _annotate_all(
    grader: Grader,
    annotator: Annotator,
    asked: Sequence[Asked],
    *,
    first: str | None,
    log: Log,
    runtime: Runtime,
) -> list[Rows]:
    """The rows of each of `asked`, in order. What an earlier run decided is taken from the log,
    unless something of it was undecided, which a judge may know by now."""
    done = log.resume()
    left = [i for i in range(len(asked)) if i not in done]
    kinds = annotator.kinds(grader.task)
    ungraded = [asked[i] for i in left]
    graded = {left[k]: _kept(rows, first, but=kinds) for k, rows in grader.grade(ungraded)}
    shown = [_shown(grader.task, asked[i], graded[i], place=i) for i in left]
    found: dict[int, dict[str, Row]] = {i: {} for i in left}  # by kind

    def rows(i: int) -> Rows:
        return [*graded[i], *(found[i][kind] for kind in kinds if kind in found[i])]

    fresh: list[tuple[int, Rows]] = []
    try:
        judgements = annotator.annotate(grader.task, shown, kinds=kinds, runtime=runtime)
        for judgement in chain.from_iterable(judgements):
            i = judgement.sample  # its place: see _shown
            found[i][judgement.question] = as_row(asked[i], judgement, by=judgement.by)
            if all(kind in found[i] and _decided(found[i][kind]) for kind in kinds):
                fresh.append((i, rows(i)))
            if len(fresh) == _KEPT_EVERY:
                log.append(fresh)
                fresh = []
    finally:
        log.append(fresh)
    return [done[i] if i in done else rows(i) for i in range(len(asked))]


def _decided(row: Row) -> bool:
    return bool(row["verdict"] != "undecided")


def _kept(rows: Rows, first: str | None, *, but: Collection[str]) -> Rows:
    """Of a grader's rows that on the question `first`, then those on errors, `but` the kinds that
    are annotated."""
    kinds = ERROR_KINDS - set(but)
    return [
        *(row for row in rows if row["question"] == first),
        *(row for row in rows if row["question"] in kinds),
    ]


def _shown(task: Task, asked: Asked, graded: Rows, *, place: int) -> GradedResponse:
    """A response as an annotator takes it. Its sample is its place in the file: the rows that come
    back are told apart by it, whatever the file says of models and samples."""
    generation = dataclasses.replace(as_generation(task, asked), sample=place)
    correct: Verdict = graded[0]["verdict"] if graded else "undecided"
    return GradedResponse(problem=asked.problem, generation=generation, correct=correct)
