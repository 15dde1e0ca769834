"""Which judges gave the verdicts of a study, how each did on human labels, and which are kin to
what they judge: that stands wherever their verdicts are shown.
"""

from collections.abc import Iterator, Sequence

from leadline.judge.check.record import NEVER_CHECKED, find
from leadline.judge.families import kinship
from leadline.records import Cell
from leadline.report.results import JudgeCheck
from leadline.settings import Settings
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


def kin_notes(study: Settings, store: Store) -> list[str]:
    """A sentence for each judge that is a model of the study, or of the family of one, be it a
    judge of an earlier run whose comparisons the store has. study: the settings that a Study is
    stored with."""
    earlier = ((store.compared(name) or {}).get("judge", {}) for name in store.judges())
    judges = [*study.get("annotators", []), *study.get("judges", []), *earlier]
    named = dict.fromkeys(j["endpoint"]["model"] for j in judges if "endpoint" in j)
    found = [
        kinship(judge, judged=model["source"], architecture=model["family"])
        for judge in named
        for model in study["models"]
    ]
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in found if sentence]
