"""Judgements of responses that are programs, one at a time or many at once.

`base`: the program passes the tests of the original data set. `plus`, the primary question: it
passes those and EvalPlus's. `extracted` is the status of the suite of that name, as EvalPlus
writes it: pass, fail or timeout. What time decided is tried once more, alone and by CPU time,
before it counts.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial

from leadline.grade.comparison import TestRun
from leadline.grade.evalplus.suites import SUITES, Bench, Suite, program, tests
from leadline.grade.programs import Clock, run_once, run_twice
from leadline.records import Generation, Judgement, Problem, Verdict
from leadline.sandbox import Live, timeouts_again_alone

QUESTIONS: tuple[str, ...] = ("plus", "base")
VERSION = 1  # raise it when any verdict could change
Runs = dict[Suite, TestRun]


def grade(bench: Bench, problem: Problem, generation: Generation) -> list[Judgement]:
    """The verdicts on one response; undecided if there is none."""
    if generation.stopped == "failed":
        return _judgements(bench, generation, {})
    code = program(bench, problem.id, generation.text)
    runs = {
        suite: run_twice(code, tests(bench, problem.id, suite), sandbox=bench.sandbox)
        for suite in SUITES
    }
    return _judgements(bench, generation, runs)


def grade_many(
    bench: Bench, problems: Sequence[Problem], responses: Sequence[Generation], *, workers: int
) -> Iterator[tuple[int, list[Judgement]]]:
    """The verdicts on many responses, `workers` at once, as they are known: (place, verdicts).

    problems[i] is that of responses[i]. Leaving the loop early ends what still runs.
    """
    places = range(len(responses))
    failed = [i for i in places if responses[i].stopped == "failed"]
    rest = [i for i in places if responses[i].stopped != "failed"]
    for place in failed:
        yield place, _judgements(bench, responses[place], {})
    jobs = [(place, suite) for place in rest for suite in SUITES]
    live, tried = Live(), set[tuple[int, Suite]]()

    @cache
    def code(place: int) -> str:
        return program(bench, problems[place].id, responses[place].text)

    def work(job: tuple[int, Suite]) -> TestRun:
        place, suite = job
        clock: Clock = "cpu" if job in tried else "wall"
        tried.add(job)
        suite_tests = tests(bench, problems[place].id, suite)
        return run_once(code(place), suite_tests, sandbox=bench.sandbox, clock=clock, live=live)

    found: dict[int, Runs] = {place: {} for place in rest}
    for n, run, _ in timeouts_again_alone(
        work, jobs, workers=workers, again=lambda run: run.late, stop=live.end
    ):
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
    both = base.status == plus.status == "pass"
    also = plus.reason or (base.reason and "fails base tests")
    return [
        judge(question="plus", verdict=_word(both), extracted=plus.status, reason=also),
        judge(
            question="base",
            verdict=_word(base.status == "pass"),
            extracted=base.status,
            reason=base.reason,
        ),
    ]


def _word(passes: bool) -> Verdict:
    return "yes" if passes else "no"
