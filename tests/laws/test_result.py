"""`leadline.fit`: one answer from rows in any shape, and everything that a result says."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from curve_files import Write
from law_curves import MANY_SIZES, PAPER_SIZES, counted, drawn, seeded, tidy, valued

import leadline
from leadline.curves.points import LearningCurve
from leadline.errors import BadData, BadStudy
from leadline.laws.fit import fit_law
from leadline.laws.law_fit import LawFit
from leadline.laws.prior import SETTINGS, flat_prior, public_prior, to_json
from leadline.laws.result import fit_curves


def truth(n: float) -> float:
    return 1 - (0.25 + 0.6 * (1 + n / 400) ** -0.5)


ROWS = tidy(drawn(truth, PAPER_SIZES, seed=41, name="one"))
STUDY = [*ROWS, *tidy(drawn(truth, MANY_SIZES, seed=42, name="two"))]


@pytest.mark.parametrize(
    "shape", ["dicts", "polars", "generator", "csv", "jsonl", "parquet", "files"]
)
def test_every_shape_of_the_same_rows_gives_the_same_forecasts(shape: str, write: Write) -> None:
    frame = pl.DataFrame(STUDY)
    text = "\n".join(json.dumps(row) for row in STUDY)
    parquet = write(b"", "rows.parquet")
    frame.write_parquet(parquet)
    halves = [write("\n".join(json.dumps(row) for row in part), f"{i}.jsonl")
              for i, part in enumerate((STUDY[:5], STUDY[5:]))]  # fmt: skip
    shapes: dict[str, Any] = {
        "dicts": STUDY,
        "polars": frame,
        "generator": (row for row in STUDY),
        "csv": write(frame.write_csv(), "rows.csv"),
        "jsonl": str(write(text, "rows.jsonl")),
        "parquet": parquet,
        "files": halves,
    }
    assert leadline.fit(shapes[shape]).forecast(factor=[2, 10]) == EXPECTED


EXPECTED = leadline.fit(STUDY).forecast(factor=[2, 10])


def test_curves_keep_their_order_and_their_names() -> None:
    assert list(dict.fromkeys(row.curve for row in EXPECTED)) == ["one", "two"]
    assert len(EXPECTED) == 2 * 2 * 2


def test_prior_is_named_in_every_result(write: Write) -> None:
    path = write(to_json(public_prior()), "mine.json")
    assert leadline.fit(ROWS).data_for(0.9)[0].prior == "public"
    for prior, name in (
        ("public", "public"), ("flat", "flat"), (flat_prior(), "flat"), (str(path), "mine.json")
    ):  # fmt: skip
        found = leadline.fit(ROWS, prior=prior)
        assert name in found.forecast([9000])[0].prior
        assert f"prior: {found.prior.name}" in found.describe()
        assert found.prior.name in found.checklist()


def test_flat_prior_changes_the_forecast() -> None:
    flat = leadline.fit(ROWS, prior="flat").forecast(factor=[10])[0]
    assert flat.median != pytest.approx(leadline.fit(ROWS).forecast(factor=[10])[0].median)


def test_setting_can_be_said() -> None:
    (one,) = leadline.fit(ROWS, setting="from scratch").curves
    assert one.setting == "from scratch"
    assert one.known.weights.families is public_prior().weights["from scratch"].families
    loss = tidy(valued({n: 2 * n**-0.2 for n in PAPER_SIZES}, metric="loss"))
    (one,) = leadline.fit(loss, setting="from scratch").curves
    assert one.setting == "loss"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"prior": "publik"}, "prior 'publik'"),
        ({"setting": "banana"}, "setting 'banana' is not known.*post-training"),
        ({"drift": "maybe"}, "drift 'maybe': it can be on or off"),
    ],
)
def test_unknown_options_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises((BadStudy, BadData), match=said):
        leadline.fit(ROWS, **options)


def test_rows_without_a_curve_to_fit_are_refused() -> None:
    with pytest.raises(BadData, match="needs at least 3"):
        leadline.fit(ROWS[:2])
    with pytest.raises(BadData, match="no curve to fit"):
        fit_curves([], prior=flat_prior())


def test_without_drift_it_is_surer() -> None:
    rows = tidy(counted({n: truth(n) for n in MANY_SIZES}, n_test=10_000))
    drifting, exact = (leadline.fit(rows, drift=d).forecast(factor=[10])[0] for d in ("on", "off"))
    assert exact.high - exact.low < drifting.high - drifting.low
    assert "drift is off" in leadline.fit(ROWS, drift="off").describe()


def test_curves_of_one_study_share_their_noise() -> None:
    """Beside curves that scatter, noise is likelier; of another source, they say nothing."""
    wild = [
        counted({n: truth(n) + 0.08 * (-1) ** (i + k) for i, n in enumerate(MANY_SIZES)},
                name=f"wild{k}").curve
        for k in range(6)
    ]  # fmt: skip
    one = counted({n: truth(n) for n in MANY_SIZES}, name="calm").curve
    elsewhere = [replace(curve, coordinates={"source": "else"}) for curve in wild]

    def misfit(group: list[LearningCurve]) -> np.ndarray:
        return fit_curves(group, prior=public_prior()).curves[0].known.weights.noise[3]

    assert misfit([one, *wild])[-1] > 1.5 * misfit([one])[-1]
    assert misfit([one, *elsewhere]) == pytest.approx(misfit([one]))


def test_each_law_alone_is_the_fit_of_that_law() -> None:
    (one,) = leadline.fit(ROWS).curves
    found, wanted = one.fit("paper"), fit_law(one.observed, "paper", pooled_tau=one.pooled_tau)
    assert isinstance(found, LawFit)
    assert isinstance(wanted, LawFit)
    assert found.parameters == wanted.parameters


def test_comparison_puts_the_best_forecaster_first() -> None:
    (found,) = leadline.fit(tidy(drawn(truth, MANY_SIZES, seed=3))).compare()
    scores = [s.log_score for s in found.scores if s.log_score == s.log_score]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_description_says_what_a_reader_needs() -> None:
    text = leadline.fit([{"n_examples": 0, "value": 0.12, "curve_id": "one"}, *ROWS]).describe()
    for words in (
        "one (accuracy, post-training)",
        "5 sizes, n = 100 to 7,473",
        "2 times the data (n = 14,946)",
        "10 times the data (n = 74,730)",
        "80 % interval",
        "laws: ",
        "the paper's law: a = ",
        "learned from 21 curves of prompt_points, 12 curves of setfit",
        "n = 0 is shown",
    ):
        assert words in text, words


def test_description_holds_the_warnings() -> None:
    text = leadline.fit(tidy(counted(dict.fromkeys(PAPER_SIZES, 0.4)))).describe()
    assert "! The curve is flat" in text


def test_checklist_holds_every_item_of_misfitting() -> None:
    """The law, the training, the data, the fitting and the validation (2502.18969)."""
    rows = [{**row, "batch_size": 8 if row["n_examples"] > 500 else 2} for row in ROWS]  # type: ignore[operator]
    text = leadline.fit(rows).checklist()
    for item in (
        *("form", "variables", "held fixed", "recipe in the rows: batch_size", "architecture"),
        *("changes with n: one", "points: 5 sizes, 100 to 7,473", "seeds at a size: 1"),
        *("noise: ", "dropped or smoothed: nothing", "reach of the data: 75 times", "warnings: "),
        *("objective", "search", "starts and tolerance", "versions", "intervals", "sensitivity"),
    ):
        assert item in text, item


def test_seeds_are_counted_in_the_checklist() -> None:
    rows = tidy(seeded({n: [truth(n), truth(n) + 0.02] for n in PAPER_SIZES}))
    assert "seeds at a size: 2" in leadline.fit(rows).checklist()


def test_settings_are_those_of_the_prior() -> None:
    assert set(public_prior().weights) == set(SETTINGS)
