"""Compare two files of responses, from their names to their win rates.

Whatever judge is asked, length alone and style alone are asked too, and the accuracies are taken
where the task can be graded: a win rate means little without the rates it must be compared with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.analyse.winrate import WinRate, lengths, win_rates
from leadline.errors import BadStudy
from leadline.files import write_rows
from leadline.interrupt import ctrl_c
from leadline.judge.check.record import said_of
from leadline.judge.families import kinship
from leadline.preference.length import LengthJudge
from leadline.preference.style import StyleJudge
from leadline.protocols import PairJudge, Progress, Runtime, silent
from leadline.records import Comparison, Problem
from leadline.responses.grade import Grader
from leadline.responses.pairs import Pairs, Side, pair_up, read_problems
from leadline.responses.run import refuse_existing
from leadline.responses.summary import Metric, summarise
from leadline.tasks.catalog import find_task
from leadline.tasks.entry import Entry

NULL_JUDGES: tuple[PairJudge, ...] = (LengthJudge(), StyleJudge())


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRate:
    """A's win rate by the judge of that name."""

    name: str
    rate: WinRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a comparison found. nulls: by length alone and by style alone, but for the judge itself;
    accuracies: of both files on the pairs, None where the task is not graded; checked: how the
    judge did on human labels; out: where the comparisons are, if kept."""

    a: Side
    b: Side
    judge: NamedRate
    nulls: tuple[NamedRate, ...]
    accuracies: tuple[Metric, Metric] | None
    checked: str
    out: Path | None
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def compare_files(
    a: Path,
    b: Path,
    judge: PairJudge,
    *,
    task: str | None = None,
    prompts: Path | None = None,
    data: str | None = None,
    protocol: str | None = None,
    model_a: str | None = None,
    model_b: str | None = None,
    out: Path | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Compared:
    """Let `judge` compare the responses of two files to a task's problems, or to those of a file of
    prompts, and write the comparisons to `out`.

    Raises LeadlineError, with nothing written, if the task, a file or the judge cannot be used or
    `out` exists; Stopped on Ctrl-C or a spent budget, with what was paid for in the judge's store.
    """
    refuse_existing(out, overwrite=overwrite, read=[path for path in (a, b, prompts) if path])
    entry, problems = _problems(task, prompts, data=data)
    grader = None if entry is None else _grader(entry, data=data, protocol=protocol)
    word = "prompts" if entry is None else entry.word
    found = pair_up(a, b, problems, task=word, model_a=model_a, model_b=model_b)
    groups = {problem.id: problem.group for problem in problems}
    sizes = lengths(generation for pair in found.pairs for generation in (pair.a, pair.b))
    with ctrl_c() as asked_to_stop:
        runtime = Runtime(progress=progress, stop=asked_to_stop.is_set)
        rows = [row for some in judge.compare(found.pairs, runtime=runtime) for row in some]
    if out is not None:
        write_rows(out, (row.to_row() for row in rows))

    def named(judge: PairJudge, rows: Sequence[Comparison]) -> NamedRate:
        return NamedRate(name=judge.name, rate=win_rates(rows, lengths=sizes, groups=groups))

    return Compared(
        a=found.a,
        b=found.b,
        judge=named(judge, rows),
        nulls=tuple(
            named(null, [r for some in null.compare(found.pairs, runtime=Runtime()) for r in some])
            for null in NULL_JUDGES
            if null.name != judge.name
        ),
        accuracies=None if grader is None else _accuracies(grader, found),
        checked=said_of(judge),
        out=out,
        notes=(*found.notes, *_ungraded(entry), *_kin(judge, found)),
        faults=found.faults,
    )


def _problems(
    task: str | None, prompts: Path | None, *, data: str | None
) -> tuple[Entry | None, list[Problem]]:
    if (task is None) == (prompts is None):
        raise BadStudy(
            "name either a --task, or --prompts: a file of {problem_id, prompt} with the problems "
            "that were answered"
        )
    if prompts is not None:
        return None, read_problems(prompts)
    entry = find_task(str(task), what="--task")
    return entry, entry.task(data=data).problems()


def _grader(entry: Entry, *, data: str | None, protocol: str | None) -> Grader | None:
    """None where grading means running programs. Raises BadStudy for an unknown protocol."""
    chosen = entry.protocol(protocol)
    if entry.runs_code:
        return None
    return Grader(task=entry.task(data=data, protocol=protocol), protocol=chosen)


def _ungraded(entry: Entry | None) -> tuple[str, ...]:
    if entry is None or not entry.runs_code:
        return ()
    return (f"{entry.word} is graded by running programs: see `leadline grade`.",)


def _accuracies(grader: Grader, found: Pairs) -> tuple[Metric, Metric]:
    """How many of the compared responses are right, of both files."""
    return _accuracy(grader, found.a), _accuracy(grader, found.b)


def _accuracy(grader: Grader, side: Side) -> Metric:
    """By the first question of the protocol."""
    rows = dict(grader.grade(side.asked))
    return summarise([(asked, rows[i]) for i, asked in enumerate(side.asked)])[0]


def _kin(judge: PairJudge, found: Pairs) -> list[str]:
    """What is to be said of a judge that judges its own family."""
    endpoint = getattr(judge, "endpoint", None)
    if endpoint is None:
        return []
    models = [side.cell.model for side in (found.a, found.b)]
    notes = [kinship(endpoint.model, judged=model) for model in models]
    return [f"{note}." for note in dict.fromkeys(notes) if note]
