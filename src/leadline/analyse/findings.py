"""All that is known of a study beyond its accuracy curves: the mistakes along each curve, and how
training sets compare. Expectations are decided by it, and the page shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadline.analyse.correlation import Correlation, correlations
from leadline.analyse.depth import Depth, depth
from leadline.analyse.draws import Draws
from leadline.analyse.labels import CurveLabels, SizeErrors, count_sizes, read_labels
from leadline.analyse.measure import Curve
from leadline.analyse.rivals import Rivals
from leadline.analyse.saturation import Saturation, saturation
from leadline.records import Cell, Judgement, Problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveFindings:
    """Of one curve. What cannot be said is left out: see each part."""

    labels: CurveLabels
    draws: Draws
    sizes: tuple[SizeErrors, ...]
    saturations: tuple[Saturation, ...]
    correlations: tuple[Correlation, ...]
    depth: Depth | None

    def correlation(self, kind: str) -> Correlation | None:
        """That of one kind, if it has one."""
        return next((found for found in self.correlations if found.kind == kind), None)

    def saturation(self, kind: str) -> Saturation | None:
        """Where one kind saturates, if it can be said."""
        return next((found for found in self.saturations if found.kind == kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`rivals`: cells that differ in what they were trained on, a row for each two."""

    curves: tuple[CurveFindings, ...] = ()
    rivals: tuple[Rivals, ...] = ()


def find(
    curves: Iterable[Curve],
    rows: Mapping[Cell, Sequence[Judgement]],
    problems: Mapping[str, Sequence[Problem]],
    *,
    rivals: Sequence[Rivals] = (),
) -> Findings:
    """From the judgements of each cell and the problems of each task."""
    labels = [read_labels(curve, rows, problems[curve.task]) for curve in curves]
    return Findings(curves=tuple(map(of_curve, labels)), rivals=tuple(rivals))


def of_curve(labels: CurveLabels) -> CurveFindings:
    """All that one curve says."""
    draws = Draws.of(labels.clusters)
    found = [saturation(labels, kind) for kind in labels.kinds]
    return CurveFindings(
        labels=labels,
        draws=draws,
        sizes=tuple(count_sizes(labels)),
        saturations=tuple(one for one in found if one is not None),
        correlations=tuple(correlations(labels, draws)),
        depth=depth(labels, draws),
    )
