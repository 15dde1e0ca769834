"""Every family against its own formula, finite differences and its bounds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.errors import BadData
from leadline.laws.families import FAMILIES, PAPER, Family, Frame, family

SIZES = np.array([50.0, 200.0, 900.0, 4000.0, 20_000.0])
FRAME = Frame(kind="rate", smallest=50.0, largest=20_000.0, top=1.0, highest_floor=0.4, guess=0.75)
LOSS = Frame(kind="loss", smallest=50.0, largest=20_000.0, top=4.0, highest_floor=2.0)
CASES = [
    pytest.param(one, frame, id=f"{one.name}-{frame.kind}")
    for one in FAMILIES
    for frame in (FRAME, LOSS)
    if one.refuses(frame) is None
]


def within(one: Family, frame: Frame, shares: np.ndarray) -> np.ndarray:
    """Curves z (S, Z) in the box of a family at shares (S, 6) of its sides."""
    low, high = one.bounds(frame)
    high = np.where(np.isfinite(high), high, 2.0)
    return low + (high - low) * shares[:, : len(low)]


def some(one: Family, frame: Frame, *, n: int = 20) -> np.ndarray:
    return within(one, frame, np.random.default_rng(0).uniform(0.03, 0.97, (n, 6)))


@pytest.mark.parametrize(("one", "frame"), CASES)
def test_formula_gives_the_curve_that_was_fitted(one: Family, frame: Frame) -> None:
    z = some(one, frame)
    by_formula = one.predict(SIZES, one.parameters_of(z, frame), kind=frame.kind)
    fitted = one.mean(SIZES, z, frame)
    assert by_formula == pytest.approx(fitted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("one", "frame"), CASES)
def test_slopes_are_the_differences_of_the_curve(one: Family, frame: Frame) -> None:
    z = some(one, frame)
    sizes = np.concatenate([[0.0], SIZES]) if one.takes_zero else SIZES
    mean, slopes = one.mean_and_slopes(sizes, z, frame)
    assert mean == pytest.approx(one.mean(sizes, z, frame), rel=1e-12)
    for i in range(z.shape[1]):
        step = np.zeros(z.shape[1])
        step[i] = 1e-6
        up, down = one.mean(sizes, z + step, frame), one.mean(sizes, z - step, frame)
        assert slopes[..., i] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(
    shares=st.lists(st.floats(0, 1), min_size=6, max_size=6),
    name=st.sampled_from([one.name for one in FAMILIES if not one.name.startswith("paper")]),
)
def test_error_falls_and_stays_within_its_bounds(shares: list[float], name: str) -> None:
    one = family(name)
    z = within(one, FRAME, np.array([shares]))
    q = one.mean(np.geomspace(50, 20_000, 40), z, FRAME)[0]
    assert q.min() >= -1e-12
    assert q.max() <= 1 + 1e-12
    assert (np.diff(q) <= 1e-12).all()


def values(*parameters: float) -> np.ndarray:
    return np.array([parameters])


def test_papers_law_reproduces_its_own_curve() -> None:
    q = PAPER.predict(np.array([1000.0]), values(0.1947, 7.66))  # Table 7, llama-3-8b on maths
    assert 1 - q == pytest.approx(0.4797, abs=5e-5)


def test_formulas_by_hand() -> None:
    n = np.array([400.0])
    assert family("pow3").predict(n, values(0.1, 2.0, 0.5)) == pytest.approx(0.2)
    assert family("offset").predict(n, values(0.1, 0.9, 200, 1)) == pytest.approx(0.1 + 0.8 / 3)
    assert family("rectified").predict(n, values(0.1, 9, 10, 0.5)) == pytest.approx(0.1 + 9 / 30)
    assert family("sigmoid").predict(n, values(0.25, 0.75, 400, 2)) == pytest.approx(0.5)
    assert family("loglinear").predict(n, values(0.9, 0.1)) == pytest.approx(
        0.9 - 0.1 * np.log(400)
    )
    logit = values(-np.log(400), 1.0, 0.2)
    assert family("logit_linear").predict(n, logit) == pytest.approx(1 - (0.2 + 0.8 * 0.5))
    assert family("constant").predict(n, values(0.3)) == pytest.approx(0.3)
    broken = values(0.1, 2.0, 0.5, 0.5, 400, 0.5)  # at the break: 2 · 400^-½ · 2^-¼
    assert family("bnsl1").predict(n, broken) == pytest.approx(0.1 + 0.1 * 2**-0.25)


def test_laws_that_hold_n_zero_start_at_their_highest_error() -> None:
    zero = np.array([0.0])
    assert family("offset").predict(zero, values(0.1, 0.9, 200, 1)) == pytest.approx(0.9)
    assert family("rectified").predict(zero, values(0.1, 9, 10, 0.5)) == pytest.approx(1.0)
    assert family("sigmoid").predict(zero, values(0.25, 0.75, 400, 2)) == pytest.approx(0.75)
    assert {one.name for one in FAMILIES if one.takes_zero} == {
        "offset",
        "rectified",
        "sigmoid",
        "constant",
    }


def test_bounds_are_those_of_the_design() -> None:
    low, high = family("offset").bounds(FRAME)
    assert np.exp(low[2:]) == pytest.approx([1, 0.02])
    assert np.exp(high[2:]) == pytest.approx([100 * 20_000, 3])
    assert (low[0], high[0]) == (0.0, FRAME.highest_floor)
    assert math.isinf(family("offset").bounds(LOSS)[1][1])


def test_laws_say_which_curves_they_are_not_for() -> None:
    assert "chance" in str(family("sigmoid").refuses(LOSS))
    unknown = Frame(kind="rate", smallest=1, largest=9, top=1, highest_floor=0.5)
    assert "no chance rate is given" in str(family("sigmoid").refuses(unknown))
    with pytest.raises(BadData, match="there is no law 'pow9'; the laws are paper"):
        family("pow9")
