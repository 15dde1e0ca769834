"""What is expected of a curve before it is seen: weights of the laws, of their shape parameters and
of the drift, by the setting in which the model is trained.

The shipped prior was learned on public curves (`learn.py` makes it; `about` in the file says from
which). `flat` weighs every law, every place of an axis and every noise setting alike.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np

from leadline.curves.points import LearningCurve
from leadline.errors import BadData
from leadline.laws import shapes
from leadline.laws.drift import AXES, Noise
from leadline.protocols import Floats

Stretch = tuple[tuple[float, float], tuple[float, float]]
NARROWEST = 0.75  # of the 80 % stretch, the 95 % one: with less, quantiles would change places
NO_STRETCH: Stretch = ((1.0, 1.0), (1.0, 1.0))
Setting = Literal["post-training", "pretraining", "from scratch", "loss"]
SETTINGS: tuple[Setting, ...] = ("post-training", "pretraining", "from scratch", "loss")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """The tables of one setting. `families` (F,) sums to 1, as does each axis of `axes[family]` and
    of `noise`. `stretch`: by how much 80 % and 95 % intervals are widened, near the data and far
    from them, so that they covered at their level on curves that were not learned from."""

    families: Floats
    axes: tuple[tuple[Floats, ...], ...]
    noise: tuple[Floats, ...]
    stretch: Stretch = NO_STRETCH

    def of_shapes(self, cells: shapes.Grid) -> Floats:
        """(J,): the weight of each cell of the grid."""
        return shapes.cell_weights(self.families, self.axes, cells)

    def of_noise(self, settings: Noise) -> Floats:
        """(N,): the weight of each setting of the noise, to a factor if they are not the grid's."""
        weight = np.ones(len(settings.places))
        for axis, table in enumerate(self.noise):
            weight *= table[settings.places[:, axis]]
        return weight


@dataclass(frozen=True, slots=True)
class Prior:
    """Weights by setting, a name that stands in every result, and what they were learned from."""

    name: str
    weights: Mapping[str, Weights]
    about: Mapping[str, Any]

    def for_curve(self, curve: LearningCurve) -> Weights:
        return self.weights[setting_of(curve)]


def flat_weights() -> Weights:
    """Every law alike, and within a law every place of every axis."""
    return Weights(
        families=_even(len(shapes.FAMILIES)),
        axes=tuple(tuple(_even(len(axis)) for axis in law.axes) for law in shapes.FAMILIES),
        noise=tuple(_even(len(axis)) for axis in AXES),
    )


def flat_prior() -> Prior:
    return Prior("flat", dict.fromkeys(SETTINGS, flat_weights()), {"learned from": "nothing"})


@cache
def public_prior() -> Prior:
    """The prior that ships with leadline."""
    return from_json(resources.files("leadline.laws").joinpath("prior.json").read_text("utf-8"))


def load_prior(which: str) -> Prior:
    """`public`, `flat`, or a file that `learn.py` wrote, which then bears the file's name. Raises
    BadData on anything else."""
    if which in ("public", "flat"):
        return public_prior() if which == "public" else flat_prior()
    try:
        read = from_json(Path(which).read_text("utf-8"))
        return replace(read, name=f"{read.name} of {Path(which).name}")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BadData(
            f"prior {which!r}: {type(error).__name__} ({error}). It must be public, flat, or a "
            "file made by `python -m leadline.laws.learn`."
        ) from error


def setting_of(curve: LearningCurve) -> Setting:
    """How the model behind a curve was trained, from what the rows say: a column `setting`, or the
    unit of the sizes and the name of the method. Post-training of a pre-trained model, if not told
    otherwise: its prior is the widest."""
    if curve.kind == "loss":
        return "loss"
    said = curve.coordinates.get("setting", "").strip().lower().replace("_", " ")
    for setting in SETTINGS:
        if said.replace("-", " ") == setting.replace("-", " "):
            return setting
    method = curve.coordinates.get("method", "").lower()
    if "token" in curve.unit.lower() or method.startswith("pretrain"):
        return "pretraining"
    return "from scratch" if method in ("train", "scratch", "from scratch") else "post-training"


def to_json(prior: Prior) -> str:
    """The prior as text; numbers with 4 digits, which is what the reader sees and uses."""
    weights = {
        setting: {
            "families": dict(zip(_names(), _round(w.families), strict=True)),
            "axes": {
                name: [_round(t) for t in axes] for name, axes in zip(_names(), w.axes, strict=True)
            },
            "noise": [_round(table) for table in w.noise],
            "stretch": [_round(np.array(pair)) for pair in w.stretch],
        }
        for setting, w in prior.weights.items()
    }
    content = {"format": FORMAT, "name": prior.name, "about": dict(prior.about), "weights": weights}
    return json.dumps(content, indent=1)


def from_json(text: str) -> Prior:
    """The inverse of `to_json`. Raises ValueError, LookupError, TypeError, AttributeError or
    RecursionError on any other text."""
    content = json.loads(text)
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}, and this leadline reads {FORMAT}")
    weights = {
        setting: Weights(
            families=_table([w["families"][name] for name in _names()], len(_names())),
            axes=tuple(
                tuple(_table(t, len(a)) for t, a in zip(w["axes"][law.name], law.axes, strict=True))
                for law in shapes.FAMILIES
            ),
            noise=tuple(_table(t, len(a)) for t, a in zip(w["noise"], AXES, strict=True)),
            stretch=(_pair(w["stretch"][0]), _pair(w["stretch"][1])),
        )
        for setting, w in content["weights"].items()
    }
    if set(weights) != set(SETTINGS):
        raise ValueError(f"settings {sorted(weights)} instead of {sorted(SETTINGS)}")
    return Prior(str(content["name"]), weights, _about(content["about"]))


def _about(said: Any) -> dict[str, Any]:
    """What `learn.py` writes, as far as others read it."""
    sources, tasks = said.get("learned from", []), said.get("tasks", [])
    if not isinstance(sources, str):
        [(one["setting"], one["source"], one["curves"]) for one in sources]
    if not isinstance(tasks, list) or not all(isinstance(task, str) for task in tasks):
        raise ValueError("about: tasks must be a list of names")
    return dict(said)


def _pair(values: list[float]) -> tuple[float, float]:
    """Of normal scores, which must stay in their order: a 95 % interval holds the 80 % one."""
    at_80, at_95 = float(values[0]), float(values[1])
    if not 0.0 < at_80 < math.inf or not NARROWEST * at_80 <= at_95 < math.inf:
        raise ValueError(f"intervals stretched by {at_80:g} and {at_95:g}")
    return at_80, at_95


def _table(values: list[float], length: int) -> Floats:
    table = np.array(values, dtype=np.float64)
    if table.shape != (length,) or not ((table > 0) & np.isfinite(table)).all():
        raise ValueError(f"{values} are not {length} weights above 0")
    return np.asarray(table / table.sum())


def _names() -> list[str]:
    return [law.name for law in shapes.FAMILIES]


def _round(values: Floats) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def _even(n: int) -> Floats:
    return np.full(n, 1.0 / n)
