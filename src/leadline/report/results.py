"""What a report is made from: one record with everything that the page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from leadline.analyse.expect.outcome import Outcome
from leadline.analyse.findings import Findings
from leadline.records import Checkpoint, Generation, Judgement, Measurement, Problem
from leadline.report.fitting import StudyLaws


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResults:
    """One cell that is done. `batch_size` is the examples an optimiser step (None at n = 0)."""

    checkpoint: Checkpoint
    batch_size: int | None
    problems: tuple[Problem, ...]
    generations: tuple[Generation, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCheck:
    """How a judge did on human labels, in a line. `of`: what its verdicts are about."""

    of: Literal["errors", "pairs"]
    judge: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResults:
    """Everything that a report shows. `settings` and `versions` are plain JSON values, shown as
    they are; `first_prompt` is the first test prompt as the model reads it, special tokens and all;
    `notes` are the run's own sentences for the reader (plain text); `outcomes` are of the study's
    expectations."""

    study: str
    settings: Mapping[str, Any]
    versions: Mapping[str, Any]
    cells: tuple[CellResults, ...]
    measurements: tuple[Measurement, ...]
    laws: StudyLaws
    first_prompt: str
    question: str = ""  # what the study asks, in its author's words
    notes: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)
    outcomes: tuple[Outcome, ...] = ()
    checks: tuple[JudgeCheck, ...] = ()
