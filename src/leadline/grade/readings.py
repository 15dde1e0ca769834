"""What a grader or annotator read from one response, and the rows that it becomes."""

from collections.abc import Mapping
from typing import NamedTuple

from leadline.records import Generation, Judgement, Verdict

_KEPT = 200  # characters of an extracted answer that a row stores


class Reading(NamedTuple):
    """A verdict, the answer that it is about (or, for an error, the number of the first faulty
    line, from 0), and why."""

    verdict: Verdict
    extracted: str = ""
    reason: str = ""


FAILED = Reading("undecided", reason="the generation failed")


def judged(generation: Generation, readings: Mapping[str, Reading], *, by: str) -> list[Judgement]:
    """A row for each question. A generation that failed is undecided on all of them."""
    if generation.stopped == "failed":
        readings = dict.fromkeys(readings, FAILED)
    return [
        Judgement(
            cell=generation.cell,
            problem_id=generation.problem_id,
            sample=generation.sample,
            question=question,
            verdict=verdict,
            by=by,
            extracted=extracted[:_KEPT],
            reason=reason,
        )
        for question, (verdict, extracted, reason) in readings.items()
    ]
