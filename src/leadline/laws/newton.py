"""Maximum likelihood within a box by Newton's method, many starts or data sets at once.

The Hessian is that of the likelihood itself, by differences of its exact gradient; where it is not
positive, Fisher's information stands in. A step is damped until it improves. Parameters at a bound
that push outwards rest there. Done when the step that Newton would take next is worth less than
`WORTH` in the objective, which is summed, never averaged, over the sizes.
Shapes: k sizes, B problems, Z parameters.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from leadline.laws.families.base import Family, Frame, coordinates_of
from leadline.laws.noise import Likelihood
from leadline.laws.solve import region, solve_each
from leadline.protocols import Floats

MAX_STEPS = 200
WORTH = 1e-10  # nats
ROUNDING = 1e-7  # nats that a last step may seem worth though no step improves
NUDGE = 1e-3  # of a standard deviation: the difference that the Hessian is taken over
DAMPING = (1e-5, 1e9)  # first and last; relative to the information
EASE = 8.0  # damping of the next step, more after a step that did not help, less after one that did
FLAT = 1e-12  # information below which a parameter has no effect on the curve


class Local(NamedTuple):
    """The objective at B curves."""

    value: Floats  # (B,), -ln likelihood
    gradient: Floats  # (B, Z)
    information: Floats  # (B, Z, Z), Fisher's


class Minimum(NamedTuple):
    """Where the search ended, for each of B problems."""

    z: Floats
    value: Floats
    converged: np.ndarray
    steps: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """-ln likelihood of a family's curves; target (k,), or (B, k), a data set a problem."""

    family: Family
    frame: Frame
    n_k: Floats
    likelihood: Likelihood

    def rows(self, which: np.ndarray) -> "Objective":
        """The same for some of the problems."""
        if self.likelihood.target.ndim == 1:
            return self
        picked = replace(self.likelihood, target=self.likelihood.target[which])
        return replace(self, likelihood=picked)

    def value(self, z_BZ: Floats) -> Floats:
        mean_Bk = self.family.mean(self.n_k, z_BZ, self.frame)
        return np.asarray(self.likelihood.minus_log(mean_Bk).sum(axis=-1))

    def gradient(self, z: Floats) -> Floats:
        """(…, B, Z) at z (…, B, Z)."""
        mean, slopes = self.family.mean_and_slopes(self.n_k, z, self.frame)
        return np.asarray(np.einsum("...k,...kz->...z", self.likelihood.slope(mean), slopes))

    def local(self, z_BZ: Floats) -> Local:
        mean, slopes = self.family.mean_and_slopes(self.n_k, z_BZ, self.frame)
        weighted = slopes * self.likelihood.information(mean)[..., None]
        return Local(
            value=self.likelihood.minus_log(mean).sum(axis=-1),
            gradient=np.einsum("bk,bkz->bz", self.likelihood.slope(mean), slopes),
            information=np.einsum("bky,bkz->byz", weighted, slopes),
        )

    def hessian(self, z_BZ: Floats, information_BZZ: Floats) -> Floats:
        """(B, Z, Z), by central differences of the gradient over a thousandth of a deviation."""
        size = z_BZ.shape[1]
        diagonal = np.einsum("bzz->bz", information_BZZ)
        nudge_BZ = NUDGE / np.sqrt(np.maximum(diagonal, 1.0))
        moves = np.eye(size)[:, None, :] * nudge_BZ  # (Z, B, Z)
        both = np.concatenate([z_BZ + moves, z_BZ - moves])
        up, down = np.split(self.gradient(both), 2)
        found = ((up - down) / (2.0 * nudge_BZ.T[..., None])).transpose(1, 0, 2)
        return np.asarray(0.5 * (found + found.transpose(0, 2, 1)))


def minimise(
    objective: Objective, start_BZ: Floats, low_Z: Floats, high_Z: Floats, *, steps: int = MAX_STEPS
) -> Minimum:
    """The nearest minimum of each problem from its start, within the box."""
    z = np.clip(start_BZ, low_Z, high_Z)
    value = objective.value(z)
    n = len(z)
    converged, taken = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    damping = np.zeros(n)
    for _ in range(steps):
        todo = np.flatnonzero(~converged & (damping <= DAMPING[1]))
        if not len(todo):
            break
        here = objective.rows(todo)
        local = here.local(z[todo])
        step, worth = _step(here, z[todo], local, low_Z, high_Z, damping[todo])
        trial, trial_value = _lower(here, z[todo], np.clip(z[todo] + step, low_Z, high_Z))
        better = trial_value < value[todo]
        done = (worth < WORTH) & (damping[todo] <= DAMPING[0])
        taken[todo] += 1
        z[todo[better]], value[todo[better]] = trial[better], trial_value[better]
        eased = np.where(damping[todo] <= DAMPING[0], 0.0, damping[todo] / EASE)
        damping[todo] = np.where(better, eased, np.maximum(damping[todo] * EASE, DAMPING[0]))
        stuck = (worth < ROUNDING) & (damping[todo] > DAMPING[1])
        converged[todo] = done | stuck
    return Minimum(z=z, value=value, converged=converged, steps=taken)


def _lower(here: Objective, z: Floats, trial: Floats) -> tuple[Floats, Floats]:
    """The trial, or the curve of its shape with floor and drop solved anew (exactly, with the
    weights at z), whichever is lower: a valley that bends in e, drop and θ is straight in θ."""
    value = here.value(trial)
    if z.shape[1] == 2:
        return trial, value
    one, frame = here.family, here.frame
    solved = solve_each(
        one.shape(here.n_k, trial[:, 2:], frame),
        region(one.box(frame), frame.kind),
        target_Sk=here.likelihood.target,
        weight_Sk=here.likelihood.information(one.mean(here.n_k, z, frame)),
    )
    other = coordinates_of(solved.e, solved.drop, trial[:, 2:], one.box(frame), frame.kind)
    other_value = here.value(other)
    lower = other_value < value
    return np.where(lower[:, None], other, trial), np.where(lower, other_value, value)


def at_rest(z: Floats, gradient: Floats, low_Z: Floats, high_Z: Floats) -> np.ndarray:
    """Parameters that stand at a bound and push outwards, or have no room; (B, Z)."""
    edge = 1e-12 * np.maximum(1.0, np.abs(z))
    return np.asarray(
        ((z <= low_Z + edge) & (gradient >= 0.0))
        | ((z >= high_Z - edge) & (gradient <= 0.0))
        | (low_Z >= high_Z)
    )


def _step(
    objective: Objective,
    z_BZ: Floats,
    local: Local,
    low_Z: Floats,
    high_Z: Floats,
    damping_B: Floats,
) -> tuple[Floats, Floats]:
    """The damped Newton step (B, Z) within the box, and what one without sides would be worth."""
    diagonal = np.einsum("bzz->bz", local.information)
    still = at_rest(z_BZ, local.gradient, low_Z, high_Z) | (diagonal <= FLAT)
    scale = np.where(still, 1.0, 1.0 / np.sqrt(np.maximum(diagonal, FLAT)))
    model = _model(objective.hessian(z_BZ, local.information), local, scale, still, damping_B)
    gradient = local.gradient * scale
    newton = _solve_free(model, gradient, np.zeros_like(z_BZ), still)
    left = -0.5 * np.where(still, 0.0, gradient * newton).sum(axis=1)
    step, fixed = newton, still
    for _ in range(z_BZ.shape[1]):  # parameters that would leave the box stop at its side
        reached = z_BZ + step * scale
        crosses = ~fixed & ((reached < low_Z) | (reached > high_Z))
        if not crosses.any():
            break
        fixed = fixed | crosses
        to_side = (np.clip(reached, low_Z, high_Z) - z_BZ) / scale
        step = _solve_free(model, gradient, np.where(crosses, to_side, step), fixed)
    inside = np.clip(z_BZ + step * scale, low_Z, high_Z) - z_BZ
    gain = -(gradient * step).sum(axis=1) - 0.5 * np.einsum("by,byz,bz->b", step, model, step)
    # Sides met one after the other can spoil each other: then only as far as the first.
    short = _to_first_side(z_BZ, newton * scale, low_Z, high_Z)
    return np.where((gain > 0.0)[:, None], inside, short), left


def _to_first_side(z_BZ: Floats, step_BZ: Floats, low_Z: Floats, high_Z: Floats) -> Floats:
    """The part of the step that ends at the first side of the box."""
    side = np.where(step_BZ < 0.0, low_Z - z_BZ, high_Z - z_BZ)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(step_BZ != 0.0, side / step_BZ, np.inf).min(axis=1)
    return np.asarray(step_BZ * np.clip(share, 0.0, 1.0)[:, None])


def _model(
    hessian: Floats, local: Local, scale: Floats, still: np.ndarray, damping_B: Floats
) -> Floats:
    """A positive matrix (B, Z, Z) to step by, in units where the information's diagonal is 1."""
    identity = np.eye(scale.shape[1])
    outer = np.where(still[:, :, None] | still[:, None, :], 0.0, scale[:, :, None])
    outer = outer * scale[:, None, :]
    damped = damping_B[:, None, None] * identity + identity * still[:, None, :]
    hessian = hessian * outer + damped
    # Fisher's matrix may be singular to rounding: a trace of damping keeps it solvable.
    fisher = local.information * outer + damped + 1e-9 * identity
    lowest = np.linalg.eigvalsh(hessian)[:, 0]
    return np.where((lowest > 1e-9)[:, None, None], hessian, fisher)


def _solve_free(model: Floats, gradient: Floats, step: Floats, fixed: np.ndarray) -> Floats:
    """The best step of the free parameters, the fixed ones moving as `step` says."""
    identity = np.eye(step.shape[1])
    moved = np.where(fixed, step, 0.0)
    target = -gradient - np.einsum("byz,bz->by", model, moved)
    matrix = np.where(fixed[:, :, None] | fixed[:, None, :], identity, model)
    right = np.where(fixed, moved, target)
    return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0])
