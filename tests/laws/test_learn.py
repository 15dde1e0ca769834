"""Learning a prior: from planted curves to the shapes they have, and from the public ones to what
ships."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from curve_files import Write
from law_curves import drawn, tidy

from leadline.curves.points import LearningCurve
from leadline.curves.read import read_curves
from leadline.laws import shapes
from leadline.laws.cut import cut_of
from leadline.laws.drift import noise_grid
from leadline.laws.learn import FOLDS, fold_of, learn, main, task_of
from leadline.laws.observe import observe
from leadline.laws.posterior import posterior
from leadline.laws.prior import SETTINGS, Weights, flat_weights, from_json, to_json

SIZES = (30, 100, 300, 1000, 3000, 10_000)


def planted(
    n_curves: int, *, first: int = 0, sizes: tuple[int, ...] = SIZES
) -> list[LearningCurve]:
    """Power laws without a floor, of many powers and levels; each its own task."""
    found = []
    for i in range(first, first + n_curves):
        rng = np.random.default_rng(i)
        power, level = rng.uniform(0.1, 0.35), rng.uniform(0.5, 0.9)

        def truth(n: float, power: float = power, level: float = level) -> float:
            return float(1 - level * (n / 30) ** -power)

        curve = drawn(truth, sizes, seed=i, n_test=5000, task=f"task{i}", name=f"c{i}")
        found.append(curve.curve)
    return found


LEARNED = learn(planted(24), name="planted", calibrate=False)


def log_evidence(curve: LearningCurve, weights: Weights) -> float:
    """ln of the density of the curve's shape, all cells and noise settings taken together."""
    seen = posterior(observe(curve), weights).seen.log_evidence
    top = seen.max()
    by_shape = weights.of_shapes(shapes.grid()) @ np.exp(seen - top)
    return float(np.log(by_shape @ weights.of_noise(noise_grid())) + top)


def test_curves_not_learned_from_are_likelier_than_under_the_flat_prior() -> None:
    own, flat = LEARNED.weights["post-training"], flat_weights()
    gains = [log_evidence(c, own) - log_evidence(c, flat) for c in planted(10, first=500)]
    assert np.mean(gains) > 0.5
    assert min(gains) > -0.5


def test_planted_shape_is_learned() -> None:
    """Power laws have no floor and drift little."""
    weights = LEARNED.weights["post-training"]
    names = [law.name for law in shapes.FAMILIES]
    falling = weights.families[[names.index("pow3"), names.index("offset")]].sum()
    assert falling > 2 / len(names)
    assert weights.families[names.index("constant")] < 1 / len(names)
    _, rho = weights.axes[names.index("pow3")]
    assert rho[0] > 1 / len(rho) > rho[-1]
    walk, misfit = weights.noise[1], weights.noise[3]
    assert walk[0] > 1 / len(walk) > walk[-1]
    assert misfit[-1] < 1 / len(misfit)


def test_shape_never_seen_remains_possible() -> None:
    for setting in SETTINGS:
        assert (LEARNED.weights[setting].of_shapes(shapes.grid()) > 0).all()
        assert (LEARNED.weights[setting].of_noise(noise_grid()) > 0).all()


def test_setting_without_curves_stays_flat() -> None:
    assert LEARNED.weights["loss"].families == pytest.approx(flat_weights().families)
    assert LEARNED.weights["loss"].stretch == ((1.0, 1.0), (1.0, 1.0))


def test_prior_says_what_it_was_learned_from_and_nothing_else() -> None:
    """Curves that are too short to learn from are not counted, nor are their tasks kept apart."""
    short = planted(2, first=90, sizes=(30, 100, 300, 1000))
    prior = learn([*planted(5), *short], name="p", calibrate=False)
    assert prior.about["tasks"] == sorted(task_of(curve) for curve in planted(5))
    assert sum(one["curves"] for one in prior.about["learned from"]) == 5


def test_nothing_but_short_curves_teaches_nothing(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    prior = learn(planted(3, sizes=(30, 100, 300)), name="p")
    assert prior.about["tasks"] == []
    path = write("n_examples,value\n10,.2\n20,.3\n30,.4\n")
    for paths, words in (
        ([str(path)], "no curve has 6 sizes"),
        ([], "no file"),
        (["no.csv"], "no.csv"),
    ):
        with pytest.raises(SystemExit, match=words):
            main(paths)
    assert capsys.readouterr().out == ""


def test_same_curves_give_the_same_file(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.dumps(row) for curve in planted(6) for row in tidy(observe(curve))]
    path = write("\n".join(rows), "curves.jsonl")
    main([str(path)])
    first = capsys.readouterr().out
    main([str(path)])
    assert capsys.readouterr().out == first
    again = from_json(first)
    assert to_json(learn(read_curves([path]).curves, name="public")) + "\n" == first
    assert len(again.about["tasks"]) == 6


def test_intervals_of_new_tasks_set_the_stretch() -> None:
    """Curves that all bend away after the cut: what was sure of itself is widened."""

    def bent(sign: int) -> Callable[[float], float]:
        return lambda n: 1 - 0.8 * (n / 30) ** -0.1 * (np.exp(0.25 * sign) if n > 1000 else 1.0)

    curves = [
        drawn(bent((-1) ** i), SIZES, seed=i, n_test=100_000, task=f"t{i}", name=f"c{i}").curve
        for i in range(10)
    ]
    calm = learn(planted(10), name="calm").weights["post-training"].stretch
    wild = learn(curves, name="wild").weights["post-training"].stretch
    assert wild[1][0] > calm[1][0]
    assert all(x > 0 for pair in (*calm, *wild) for x in pair)


def test_tasks_are_dealt_evenly_into_folds() -> None:
    tasks = [f"t{i}" for i in range(10)] * 3
    folds = fold_of(tasks)
    assert set(folds) == set(tasks)
    counts = np.bincount(list(folds.values()), minlength=FOLDS)
    assert counts.tolist() == [3, 3, 2, 2]
    assert fold_of(tasks[::-1]) == folds


@pytest.mark.parametrize(
    ("n_sizes", "known"), [(6, 4), (7, 4), (8, 4), (9, 5), (10, 5), (13, 7), (20, 10)]
)
def test_smaller_half_is_known(n_sizes: int, known: int) -> None:
    assert cut_of(n_sizes) == known


def test_task_is_source_and_task_or_the_curve_alone() -> None:
    def curve(**coordinates: str) -> LearningCurve:
        return LearningCurve(id="id", metric="accuracy", points=(), coordinates=coordinates)

    assert task_of(curve(source="s", task="t", model="m")) == "s/t"
    assert task_of(curve(task="t")) == "t"
    assert task_of(curve(model="m")) == "id"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_shipped_prior_is_what_the_public_curves_teach(shared_data: Path) -> None:
    curves = read_curves(sorted((shared_data / "laws").glob("*.csv"))).curves
    made = json.loads(to_json(learn(curves, name="public")))
    shipped = json.loads(resources.files("leadline.laws").joinpath("prior.json").read_text("utf-8"))
    assert made["about"] == shipped["about"]
    for setting in SETTINGS:
        got, wanted = made["weights"][setting], shipped["weights"][setting]
        assert got["families"] == pytest.approx(wanted["families"], rel=2e-3)
        for name, axes in wanted["axes"].items():
            for mine, table in zip(got["axes"][name], axes, strict=True):
                assert mine == pytest.approx(table, rel=2e-3)
        for mine, table in zip(got["noise"], wanted["noise"], strict=True):
            assert mine == pytest.approx(table, rel=2e-3)
        for mine, pair in zip(got["stretch"], wanted["stretch"], strict=True):
            assert mine == pytest.approx(pair, rel=2e-3)
