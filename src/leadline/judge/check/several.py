"""Check one judge on several sets: each set's result is kept as soon as it is there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.errors import BadStudy
from leadline.files import write_rows
from leadline.interrupt import ctrl_c
from leadline.judge.budget import UNLIMITED, Budget
from leadline.judge.check.labels import LabelSet
from leadline.judge.check.record import judges_folder, save, slug
from leadline.judge.check.run import Checked, check_pairs, check_steps
from leadline.judge.check.step_judges import EndpointSteps, RuleSteps
from leadline.judge.check.steps import StepJudge
from leadline.judge.endpoint import Endpoint
from leadline.judge.pairwise import EndpointPairs
from leadline.near import one_of
from leadline.preference.length import LengthJudge
from leadline.preference.style import StyleJudge
from leadline.protocols import PairJudge, Progress, Runtime, silent


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Who is checked: as a judge of pairs, of steps, or as both."""

    name: str
    pairs: PairJudge | None = None
    steps: StepJudge | None = None


# The null models: whatever a real judge does better than these is more than length, style or sums.
_RULES: dict[str, Callable[[], Judge]] = {
    "length": lambda: Judge(name="length", pairs=LengthJudge()),
    "style": lambda: Judge(name="style", pairs=StyleJudge()),
    "rules": lambda: Judge(name="rules", steps=RuleSteps()),
}


def judge_by_rule(word: str) -> Judge:
    """length, style or rules. Raises BadStudy for another word."""
    return _RULES[one_of(word, _RULES, what="--judge")]()


def judge_behind(endpoint: Endpoint, *, budget: Budget = UNLIMITED, keep: Path) -> Judge:
    """A model behind an endpoint. Its answers are kept in one file of the folder `keep`, so that
    the caps of the budget hold over all sets."""
    store = keep / f"{endpoint.identity}.jsonl"
    return Judge(
        name=endpoint.model,
        pairs=EndpointPairs(endpoint=endpoint, budget=budget, store=store),
        steps=EndpointSteps(endpoint=endpoint, budget=budget, store=store),
    )


def check_sets(
    judge: Judge, sets: Sequence[LabelSet], *, out: Path | None = None, progress: Progress = silent
) -> Iterator[Checked]:
    """One result a set, as they are done. Each is recorded for whoever shows the judge's verdicts,
    unless nothing was decided, and its rows are written into the folder `out`.

    Raises BadStudy, before anything is asked, if a set is not for this judge; Stopped on Ctrl-C or
    a spent budget, with the answers so far kept.
    """
    for labels in sets:
        _refuse_other_kind(judge, labels)
    judges_folder()  # it can be written to, before anything is paid for
    with ctrl_c() as asked_to_stop:
        for labels in sets:
            runtime = Runtime(progress=progress, stop=asked_to_stop.is_set)
            found = _checked(judge, labels, runtime)
            if found.check.n_undecided < found.check.n_items:
                save(found.summary)
            if out is not None:
                name = slug(labels.name, unlike=labels.digest)
                write_rows(out / f"{slug(found.summary.identity)}" / f"{name}.jsonl", found.rows)
            yield found


def _checked(judge: Judge, labels: LabelSet, runtime: Runtime) -> Checked:
    if labels.kind == "pairs":
        assert judge.pairs is not None
        return check_pairs(judge.pairs, labels, runtime=runtime)
    assert judge.steps is not None
    return check_steps(judge.steps, labels, runtime=runtime)


def _refuse_other_kind(judge: Judge, labels: LabelSet) -> None:
    if (judge.pairs if labels.kind == "pairs" else judge.steps) is None:
        has = "pairs of answers" if labels.kind == "pairs" else "solutions in steps"
        raise BadStudy(
            f"{labels.source} ({labels.name}) holds {has}, which the judge {judge.name} knows "
            "nothing of. Name another set, or another judge: length and style compare pairs, rules "
            "find wrong steps, a model behind --judge-url does both. Nothing was asked."
        )
