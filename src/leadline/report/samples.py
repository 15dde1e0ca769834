"""Pick the responses that the page shows for each cell: the first right and the first wrong ones in
the order of the problems, so that neighbouring cells show the same problems where they can.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from leadline.analyse.measure import metric_name
from leadline.records import Generation, Judgement, Problem
from leadline.report.results import CellResults
from leadline.report.text import listed, visible

N_EACH = 3  # of right, wrong and undecided responses a cell
LIMIT = 3000  # characters of a prompt, reference or response
SHORT = 300  # of an id, an extracted answer or a reason
WORDS = {"yes": "right", "no": "wrong", "undecided": "undecided"}
ERROR_WORDS = {"yes": "error", "no": "no error", "undecided": "undecided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One response as text that is safe to show (it is still to be escaped for HTML)."""

    problem_id: str
    verdict: str  # right, wrong, undecided
    system: str  # empty where all problems of the cell share it: the first prompt shows it
    prompt: str
    reference: str
    response: str
    ending: str
    verdicts: tuple[tuple[str, str, str, str], ...]  # question, verdict, what was read, why
    judged_by: str


def samples(cell: CellResults) -> list[Sample]:
    """Up to `N_EACH` of each verdict, right ones first."""
    problems = {problem.id: problem for problem in cell.problems}
    verdicts: dict[tuple[str, int], list[Judgement]] = {}
    for judgement in cell.judgements:
        verdicts.setdefault((judgement.problem_id, judgement.sample), []).append(judgement)
    shared = len({problem.system for problem in cell.problems}) == 1
    order = {problem.id: i for i, problem in enumerate(cell.problems)}
    answered = [g for g in cell.generations if (g.problem_id, g.sample) in verdicts]
    answered.sort(key=lambda g: (order.get(g.problem_id, len(order)), g.sample))
    kinds: dict[str, list[Sample]] = {"right": [], "wrong": [], "undecided": []}
    for generation in answered:
        judged = verdicts[generation.problem_id, generation.sample]
        for verdict in _main_verdict(judged):
            if len(kinds[verdict]) < N_EACH:
                problem = problems.get(generation.problem_id)
                kinds[verdict].append(
                    _sample(problem, generation, judged, verdict=verdict, shared=shared)
                )
    return [sample for kind in kinds.values() for sample in kind]


def _main_verdict(judged: list[Judgement]) -> Iterator[str]:
    for judgement in judged:
        if judgement.question == "correct":
            yield WORDS[judgement.verdict]


def _sample(
    problem: Problem | None,
    generation: Generation,
    judged: list[Judgement],
    *,
    verdict: str,
    shared: bool,
) -> Sample:
    endings = {
        "stop": f"ended by itself after {generation.n_tokens} tokens",
        "length": f"cut off at the limit of {generation.n_tokens} tokens",
        "failed": "generation failed",
    }
    return Sample(
        problem_id=visible(generation.problem_id, limit=SHORT),
        verdict=verdict,
        system=visible(problem.system if problem and not shared else "", limit=LIMIT),
        prompt=visible(problem.prompt if problem else "", limit=LIMIT),
        reference=visible(problem.reference if problem else "", limit=LIMIT),
        response=visible(generation.text, limit=LIMIT),
        ending=endings[generation.stopped],
        verdicts=tuple(map(_row, judged)),
        judged_by=visible(listed(list(dict.fromkeys(j.by for j in judged))), limit=SHORT),
    )


def _row(judgement: Judgement) -> tuple[str, str, str, str]:
    is_error_kind = metric_name(judgement.question).endswith("_error")
    words = ERROR_WORDS if is_error_kind else WORDS
    texts = judgement.extracted, judgement.reason
    shown = [visible(text, limit=SHORT) for text in (judgement.question, *texts)]
    return shown[0], words[judgement.verdict], shown[1], shown[2]
