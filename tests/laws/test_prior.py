"""Priors: what they weigh, how they are written, and files that are none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leadline.curves.points import LearningCurve
from leadline.errors import BadData
from leadline.laws import shapes
from leadline.laws.drift import noise_grid
from leadline.laws.prior import (
    SETTINGS,
    Prior,
    flat_prior,
    from_json,
    load_prior,
    public_prior,
    setting_of,
    to_json,
)


@pytest.mark.parametrize("prior", [flat_prior(), public_prior()], ids=lambda p: p.name)
def test_weights_sum_to_1(prior: Prior) -> None:
    for setting in SETTINGS:
        weights = prior.weights[setting]
        assert weights.of_shapes(shapes.grid()).sum() == pytest.approx(1.0)
        assert weights.of_noise(noise_grid()).sum() == pytest.approx(1.0)
        assert (weights.of_shapes(shapes.grid()) > 0).all()  # no shape is impossible


def test_flat_weighs_all_laws_alike() -> None:
    cells = shapes.grid()
    weight = flat_prior().weights["loss"].of_shapes(cells)
    assert np.bincount(cells.family, weight) == pytest.approx(1 / len(shapes.FAMILIES))


@pytest.mark.parametrize("prior", [flat_prior(), public_prior()], ids=lambda p: p.name)
def test_prior_is_the_same_after_writing_and_reading(prior: Prior) -> None:
    again = from_json(to_json(prior))
    assert (again.name, again.about) == (prior.name, prior.about)
    for setting in SETTINGS:
        old, new = prior.weights[setting], again.weights[setting]
        assert new.stretch == old.stretch
        assert new.families == pytest.approx(old.families, rel=1e-3)
        assert new.of_shapes(shapes.grid()) == pytest.approx(old.of_shapes(shapes.grid()), rel=2e-3)
        assert new.of_noise(noise_grid()) == pytest.approx(old.of_noise(noise_grid()), rel=2e-3)


def test_shipped_prior_says_what_it_was_learned_from() -> None:
    about = public_prior().about
    assert sum(source["curves"] for source in about["learned from"]) == 237
    assert len(about["tasks"]) > 20


def test_wider_levels_stay_wider_after_stretching() -> None:
    z = np.linspace(0.0, 4.0, 400)
    for setting in SETTINGS:
        for pair in public_prior().weights[setting].stretch:
            stretched = z * np.interp(z, [1.2816, 1.96], pair)
            assert (np.diff(stretched) > 0).all()


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    content = json.loads(to_json(flat_prior()))
    change(content)
    return json.dumps(content)


def loss(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["weights"]["loss"]
    return found


MALFORMED: dict[str, str] = {
    "empty": "",
    "no JSON": "{",
    "a list": "[]",
    "a number": "3",
    "null": "null",
    "no format": changed(lambda c: c.pop("format")),
    "another format": changed(lambda c: c.update(format=2)),
    "no weights": changed(lambda c: c.pop("weights")),
    "weights a list": changed(lambda c: c.update(weights=[])),
    "weights of text": changed(lambda c: c["weights"].update(loss="heavy")),
    "a setting missing": changed(lambda c: c["weights"].pop("loss")),
    "a setting too many": changed(lambda c: c["weights"].update(other=c["weights"]["loss"])),
    "a law missing": changed(lambda c: loss(c)["families"].pop("pow3")),
    "a law's weight text": changed(lambda c: loss(c)["families"].update(pow3="x")),
    "families a list": changed(lambda c: loss(c).update(families=[0.2] * 6)),
    "negative": changed(lambda c: loss(c)["families"].update(pow3=-0.1)),
    "nan": changed(lambda c: loss(c)["families"].update(pow3=float("nan"))),
    "infinite": changed(lambda c: loss(c)["families"].update(pow3=float("inf"))),
    "impossible law": changed(lambda c: loss(c)["families"].update(pow3=0.0)),
    "all zero": changed(lambda c: loss(c)["noise"].__setitem__(0, [0, 0])),
    "axis too short": changed(lambda c: loss(c)["axes"]["pow3"][0].pop()),
    "axis missing": changed(lambda c: loss(c)["axes"]["pow3"].pop()),
    "noise missing": changed(lambda c: loss(c)["noise"].pop()),
    "stretch missing": changed(lambda c: loss(c).pop("stretch")),
    "stretch of one": changed(lambda c: loss(c).update(stretch=[[1.0, 1.0]])),
    "stretch text": changed(lambda c: loss(c)["stretch"].__setitem__(0, ["a", "b"])),
    "stretch nan": changed(lambda c: loss(c)["stretch"].__setitem__(0, [float("nan"), 1.0])),
    "stretch 0": changed(lambda c: loss(c)["stretch"].__setitem__(1, [1.0, 0.0])),
    "stretch negative": changed(lambda c: loss(c)["stretch"].__setitem__(1, [-1.0, 1.0])),
    "95 % inside 80 %": changed(lambda c: loss(c)["stretch"].__setitem__(1, [2.0, 1.0])),
    "no name": changed(lambda c: c.pop("name")),
    "about a list": changed(lambda c: c.update(about=[])),
    "about without tasks": changed(lambda c: c.update(about={"learned from": [{"curves": 1}]})),
    "tasks a number": changed(lambda c: c["about"].update(tasks=3)),
    "very deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_malformed_prior_is_refused_with_the_way_out(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=r"mine\.json.*python -m leadline\.laws\.learn"):
        load_prior(str(path))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "binary"])
def test_prior_that_is_no_text_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadData, match=r"mine\.json"):
        load_prior(str(path))
    with pytest.raises(BadData):
        load_prior(str(tmp_path))


def test_prior_from_a_file_bears_the_files_name(tmp_path: Path) -> None:
    """Results name their prior: one's own must not pass for the shipped one."""
    path = tmp_path / "mine.json"
    path.write_text(to_json(public_prior()), encoding="utf-8")
    assert "mine.json" in load_prior(str(path)).name
    assert load_prior("public").name == "public"


@pytest.mark.parametrize(
    ("wanted", "metric", "unit", "coordinates"),
    [
        ("post-training", "accuracy", "examples", {}),
        ("post-training", "accuracy", "examples", {"method": "sft"}),
        ("loss", "loss", "tokens", {"setting": "pretraining"}),
        ("pretraining", "accuracy", "tokens", {}),
        ("pretraining", "accuracy", "examples", {"method": "pretrain-1b"}),
        ("from scratch", "error", "examples", {"method": "train"}),
        ("from scratch", "error", "examples", {"setting": "From_Scratch"}),
        ("post-training", "error", "tokens", {"setting": "post training"}),
        ("post-training", "error", "examples", {"setting": "POST-TRAINING", "method": "train"}),
    ],
)
def test_setting_is_what_the_rows_say(
    wanted: str, metric: str, unit: str, coordinates: dict[str, str]
) -> None:
    curve = LearningCurve(id="c", metric=metric, points=(), unit=unit, coordinates=coordinates)
    assert setting_of(curve) == wanted
