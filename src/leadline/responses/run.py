"""Grade one file of responses from its words to its summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.data import content_digest
from leadline.errors import BadData, BadStudy, Stopped
from leadline.interrupt import ctrl_c
from leadline.responses.grade import Grader, Show, grade_all
from leadline.responses.log import Log, Row
from leadline.responses.match import Matched, match
from leadline.responses.rows import ResponsesFile, read_responses
from leadline.responses.summary import Metric, failures, summarise
from leadline.sandbox import probe
from leadline.sandbox.layers import refuse_unprotected
from leadline.tasks.catalog import TASKS, find_task
from leadline.tasks.entry import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What a grading found; out: where the verdicts are, if they are kept; faults: rows of the file
    that could not be used, in words; notes: what else is worth knowing."""

    task: str
    by: str
    responses: Path
    out: Path | None
    metrics: tuple[Metric, ...]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def grade_file(
    word: str,
    responses: Path,
    *,
    data: str | None = None,
    out: Path | None = None,
    protocol: str | None = None,
    workers: int = 1,
    overwrite: bool = False,
    unsandboxed: str | None = None,
    show: Show = silent,
) -> Graded:
    """Grade a file of responses to the task `word`, and write the verdicts to `out`.

    Raises LeadlineError, with nothing written, if the task, the data or the file cannot be used or
    `out` exists; Stopped on Ctrl-C, with the verdicts so far in `<out>.part`.
    """
    entry = find_task(word)
    task = entry.task(data=data, protocol=protocol, unsandboxed=unsandboxed)
    refuse_existing(out, overwrite=overwrite, read=[responses])
    file = read_responses(responses)
    _refuse_whole_programs(file, entry.protocol(protocol))
    matched = match(file, task.problems())
    held = _held(unsandboxed) if entry.runs_code else ()
    with ctrl_c() as asked_to_stop:
        grader = Grader(
            task=task,
            protocol=entry.protocol(protocol),
            workers=workers,
            stop=asked_to_stop.is_set,
        )
        log = Log.beside(out, header=_identity(grader, matched, digest=file.digest))
        try:
            rows = grade_all(grader, matched.asked, log=log, show=show)
        except KeyboardInterrupt:
            asked_to_stop.set()
        if asked_to_stop.is_set():
            raise Stopped(stopped(log))
    log.finish(out, [row for of_one in rows for row in of_one])
    pairs = list(zip(matched.asked, rows, strict=True))
    failed = failures(pairs)
    return Graded(
        task=entry.word,
        by=grader.by(),
        responses=responses,
        out=out,
        metrics=tuple(summarise(pairs, pass_at_k=entry.pass_at_k)),
        notes=matched.notes + of_the_whole_set(entry.word, matched) + held,
        faults=matched.faults + _failed(failed),
    )


def refuse_existing(out: Path | None, *, overwrite: bool, read: Sequence[Path]) -> None:
    """Raise BadStudy if the verdicts cannot be written to `out`. read: the files that they are of,
    which are never replaced."""
    if out is None:
        return
    if out.is_dir():
        raise BadStudy(f"--out {out} is a folder; name a file in it. Nothing was graded.")
    if any(path.exists() and out.exists() and out.samefile(path) for path in read):
        raise BadStudy(f"--out {out} is the file of responses itself; name another one.")
    if out.exists() and not overwrite:
        raise BadStudy(
            f"{out} exists, and nothing was graded. Name another --out, or add --overwrite."
        )


def _refuse_whole_programs(file: ResponsesFile, protocol: Protocol) -> None:
    whole = next((r for r in file.responses if r.whole), None)
    if protocol.completions and whole:
        raise BadData(
            f"{file.path}, line {whole.line}: 'solution' is a whole program, and the protocol "
            f"{protocol.name} grades what a model writes after the prompt. Name it 'completion' if "
            "it is that, or use another --protocol."
        )


def _identity(grader: Grader, matched: Matched, *, digest: str) -> Row:
    """All that the verdicts depend on."""
    problems = {asked.problem.id: asked.problem for asked in matched.asked}
    return {
        "task": grader.task.name,
        "by": grader.by(),
        "responses": digest,
        "problems": content_digest([p.id, p.prompt, p.reference] for p in problems.values()),
    }


def _held(unsandboxed: str | None) -> tuple[str, ...]:
    """What holds the programs. Raises LeadlineError, before any runs, if that is not enough."""
    layers = probe()
    if unsandboxed != "allow":
        refuse_unprotected(layers)
    lost = f"; NOT protected: {', '.join(layers.unprotected)}" if layers.unprotected else ""
    return (f"programs ran in the sandbox; active layers: {', '.join(layers.active)}{lost}.",)


def of_the_whole_set(word: str, matched: Matched) -> tuple[str, ...]:
    """Where a task holds out a part of a set, the ids of the rest are unknown to it."""
    if not matched.faults or f"{word}-all" not in {entry.word for entry in TASKS}:
        return ()
    return (f"{word} asks the held-out part of its set; {word}-all asks all of it.",)


def stopped(log: Log) -> str:
    """What a stopped run says of the verdicts so far."""
    if log.path is None or not log.path.exists():
        return "Stopped; nothing was kept, as no --out was named."
    return f"Stopped; the verdicts so far are in {log.path}. To go on: the same command."


def _failed(ids: list[str]) -> tuple[str, ...]:
    if not ids:
        return ()
    shown = ", ".join(repr(name) for name in ids[:10])
    return (
        f"the grader itself failed on {len(ids)} responses, which are undecided: {shown}. Please "
        "report it; the reason stands in the verdicts (--out).",
    )
