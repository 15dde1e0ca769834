"""findings.json: why answers are wrong, how training sets compare and what became of the study's
expectations, for programs. Counts are of responses a seed, rates and shares 0–1; null stands for
what is not known, and as a size for one beyond the largest.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from leadline.analyse.expect.outcome import Coordinates, Outcome
from leadline.analyse.findings import CurveFindings, Findings
from leadline.analyse.rivals import Rivals
from leadline.laws.plain import plain

FORMAT = 1


def findings_json(findings: Findings, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The findings as plain JSON values."""
    values: dict[str, Any] = plain(
        {
            "format": FORMAT,
            "curves": [_curve(curve) for curve in findings.curves],
            "rivals": [_rivals(row) for row in findings.rivals],
            "expectations": [_outcome(one) for one in outcomes],
        }
    )
    return values


def _curve(curve: CurveFindings) -> dict[str, Any]:
    return {
        **_coordinates(curve.labels),
        "sizes": [dataclasses.asdict(at) for at in curve.sizes],
        "saturation": [dataclasses.asdict(one) for one in curve.saturations],
        "r_squared": [dataclasses.asdict(one) for one in curve.correlations],
        "depth": dataclasses.asdict(curve.depth) if curve.depth else None,
    }


def _rivals(row: Rivals) -> dict[str, Any]:
    own = {key: getattr(row, key) for key in ("n_seeds", "accuracy_a", "accuracy_b")}
    cells = {key: dataclasses.asdict(getattr(row, key)) for key in ("cell_a", "cell_b")}
    return {**cells, **own, "win_rates": [rate.to_row() for rate in row.win_rates]}


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "claim": one.claim,
        "mark": one.mark,
        **(_coordinates(one.of) if one.of else {}),
        "number": dataclasses.asdict(one.number) if one.number else None,
        "note": one.note,
    }


def _coordinates(of: Coordinates) -> dict[str, str]:
    return {"model": of.model, "task": of.task, "method": of.method}
