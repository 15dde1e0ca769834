"""What a fit of one law to one curve says: everything that is needed to print, check or redo it.

Errors are q = 1 - P of a rate (a metric that is an error stays), or the loss itself.
Shapes: k sizes used, S bootstrap draws, K parameters.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from leadline.curves.points import Kind
from leadline.laws.families import family
from leadline.protocols import Floats


class Ends(NamedTuple):
    """The ends of an interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFit:
    """A law that was not fitted to a curve, and why, in words for the reader."""

    curve_id: str
    metric: str
    law: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LawFit:
    """One law on one curve. Its intervals hold what the noise of the measured points does to the
    parameters if the law is true, and nothing of how wrong the law is."""

    curve_id: str
    metric: str
    kind: Kind
    law: str
    formula: str
    estimator: str  # in words
    objective: str  # what was minimised, its scale, and when the search ends
    noise: str  # where the variances come from
    parameters: Mapping[str, float]
    units: Mapping[str, str]
    standard_errors: Mapping[str, float]  # nan where a bound binds or the data settle nothing
    covariance: Floats | None  # (K, K); None as above
    draws: Floats  # (S, K), parameters refitted to repeats of the study
    log_likelihood: float
    n_parameters: int  # estimated
    aicc: float | None  # None where sizes ≤ parameters + 1
    r_squared: float  # in-sample: no evidence for a law; nan where all values are equal
    n: Floats  # (k,), sizes used
    observed: Floats  # (k,), measured errors
    fitted: Floats  # (k,)
    dropped: tuple[str, ...]  # sizes, and repeats, that the law could not take, with the reason
    at_edge: tuple[str, ...]  # parameters that stand at a bound
    unsettled: tuple[str, ...]  # parameters whose 95 % profile runs into a bound
    condition: float  # of the information matrix, scaled to correlations; inf if singular
    converged: bool
    iterations: int

    @property
    def residuals(self) -> Floats:
        """Measured minus fitted error, (k,)."""
        return self.observed - self.fitted

    @property
    def identified(self) -> bool:
        """Whether the data settle every parameter."""
        return not self.unsettled and not self.at_edge and self.condition < 1e8

    def error(self, n: Floats) -> Floats:
        """The fitted error at sizes (k,), by the formula; nothing is said of how sure it is."""
        values = np.array([[*self.parameters.values()]])
        return np.asarray(family(self.law).predict(n, values, kind=self.kind)[0])

    def error_draws(self, n: Floats) -> Floats:
        """The error at sizes (k,) under each bootstrap draw, (S, k)."""
        return family(self.law).predict(n, self.draws, kind=self.kind)

    def interval(self, name: str, *, level: float = 0.95) -> Ends:
        """Central bootstrap interval of a parameter. The paper's b is taken through its slope 1/b:
        if that may be 0, the curve may be flat and b has no upper end."""
        ends = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
        values = self.draws[:, list(self.parameters).index(name)]
        if not len(values):
            return Ends(math.nan, math.nan)
        if self.law.startswith("paper") and name == "b":
            low, high = map(float, np.quantile(1.0 / values, ends))
            if low * high > 0:
                return Ends(1.0 / high, 1.0 / low)
            return Ends(1.0 / high if high > 0 else -math.inf, math.inf)
        return Ends(*map(float, np.quantile(values, ends)))

    def describe(self) -> str:
        """The law with its values, four significant digits; the paper's a in per cent, as there."""
        paper = self.law.startswith("paper") and self.kind == "rate"
        shown = [
            f"{name} = {value * 100:.4g} %" if paper and name == "a" else f"{name} = {value:.4g}"
            for name, value in self.parameters.items()
        ]
        return f"{self.formula}: {', '.join(shown)}"
