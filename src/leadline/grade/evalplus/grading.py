"""Judgements of responses that are programs, one at a time or many at once.

`base`: the program passes the tests of the original data set. `plus`, the primary question: it
passes those and EvalPlus's. `extracted` is the status of the suite of that name, as EvalPlus
writes it: pass, fail or timeout. What time decided is tried once more, alone, before it counts.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial

from leadline.grade.evalplus.suites import SUITES, Bench, Suite, program, tests
from leadline.grade.programs import TestRun, run_once
from leadline.records import Generation, Judgement, Problem, Verdict
from leadline.sandbox import timeouts_again_alone

QUESTIONS: tuple[str, ...] = ("plus", "base")
VERSION = 1  # raise it when any verdict could change
Runs = dict[Suite, TestRun]


def grade(bench: Bench, problem: Problem, generation: Generation) -> list[Judgement]:
    """The verdicts on one response; undecided if there is none."""
    if generation.stopped == "failed":
        return _judgements(bench, generation, {})
    code = program(bench, problem.id, generation.text)
    runs: Runs = {}
    for suite in SUITES:
        known = tests(bench, problem.id, suite)
        runs[suite] = run_once(code, known, sandbox=bench.sandbox)
        if runs[suite].late:
            runs[suite] = run_once(code, known, sandbox=bench.sandbox)
    return _judgements(bench, generation, runs)


def grade_many(
    bench: Bench, problems: Sequence[Problem], responses: Sequence[Generation], *, workers: int
) -> Iterator[tuple[int, list[Judgement]]]:
    """The verdicts on many responses, `workers` at once, as they are known: (place, verdicts).

    problems[i] is that of responses[i]. Leaving the loop early ends what still runs.
    """
    missing = [i for i, response in enumerate(responses) if response.stopped == "failed"]
    for place in missing:
        yield place, _judgements(bench, responses[place], {})
    rest = sorted(set(range(len(responses))) - set(missing))
    jobs = [(place, suite) for place in rest for suite in SUITES]

    @cache
    def code(place: int) -> str:
        return program(bench, problems[place].id, responses[place].text)

    def work(job: tuple[int, Suite]) -> TestRun:
        place, suite = job
        known = tests(bench, problems[place].id, suite)
        return run_once(code(place), known, sandbox=bench.sandbox)

    found: dict[int, Runs] = {place: {} for place in rest}
    for n, run, _ in timeouts_again_alone(work, jobs, workers=workers, again=lambda run: run.late):
        place, suite = jobs[n]
        found[place][suite] = run
        if len(found[place]) == len(SUITES):
            yield place, _judgements(bench, responses[place], found.pop(place))


def _judgements(bench: Bench, generation: Generation, runs: Runs) -> list[Judgement]:
    """A row a question; `runs` is empty if nothing could be run."""
    judge = partial(
        Judgement,
        cell=generation.cell,
        problem_id=generation.problem_id,
        sample=generation.sample,
        by=bench.grader_version,
    )
    if not runs:
        gone = "the generation failed"
        return [judge(question=name, verdict="undecided", reason=gone) for name in QUESTIONS]
    base, plus = runs["base"], runs["plus"]
    passes: dict[str, bool] = {
        "base": base.status == "pass",
        "plus": base.status == plus.status == "pass",
    }
    reasons = {"base": base.reason, "plus": plus.reason or (base.reason and "fails base tests")}
    rows = []
    for name in QUESTIONS:
        verdict: Verdict = "yes" if passes[name] else "no"
        status = (base if name == "base" else plus).status
        rows.append(judge(question=name, verdict=verdict, extracted=status, reason=reasons[name]))
    return rows
