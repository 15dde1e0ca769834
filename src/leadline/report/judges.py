"""Which judges gave the verdicts of a study, and how each did on human labels: that stands wherever
its verdicts are shown.
"""

from collections.abc import Iterator, Sequence

from leadline.judge.check.record import NEVER_CHECKED, find
from leadline.records import Cell
from leadline.report.results import JudgeCheck
from leadline.store import Store

RULES = "rules"  # the annotator by rule, which is no judge


def judge_checks(store: Store, cells: Sequence[Cell]) -> Iterator[JudgeCheck]:
    """A line for each judge of the study's cells, in the order of first appearance."""
    annotators = dict.fromkeys(
        one["name"]
        for cell in cells
        for one in (store.settings(cell, "annotate") or {}).get("annotators", [])
    )
    for name in annotators:
        if name != RULES:
            yield JudgeCheck(of="errors", judge=name, line=_line(name))
    for name in store.judges():
        version = (store.compared(name) or {}).get("version", "")
        yield JudgeCheck(of="pairs", judge=version, line=_line(f"{name} {version}"))


def _line(identity: str) -> str:
    found = find(identity)
    return NEVER_CHECKED if found is None else found.line()
