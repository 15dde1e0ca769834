"""pass@k against counting every draw, and against EvalPlus's own estimator."""

from itertools import combinations

import pytest

from leadline.grade.evalplus.passk import mean_pass_at_k, pass_at_k


@pytest.mark.parametrize("n", range(1, 8))
def test_it_is_the_share_of_draws_with_a_right_one(n: int) -> None:
    for right in range(n + 1):
        for k in range(1, n + 1):
            draws = list(combinations([i < right for i in range(n)], k))
            share = sum(map(any, draws)) / len(draws)
            assert pass_at_k(n, right, k=k) == pytest.approx(share)


def test_it_is_evalplus_own() -> None:
    reference = pytest.importorskip("evalplus.eval")
    counts = [(200, 0), (200, 3), (200, 150), (20, 20)]
    for k in (1, 10):
        theirs = reference.estimate_pass_at_k([n for n, _ in counts], [c for _, c in counts], k)
        assert mean_pass_at_k(counts)[k] == pytest.approx(theirs.mean())


def test_k_needs_so_many_samples_of_every_problem() -> None:
    assert set(mean_pass_at_k([(10, 1), (9, 1)])) == {1}
    assert set(mean_pass_at_k([(10, 1), (100, 1)])) == {1, 10}
    assert mean_pass_at_k([]) == {}


@pytest.mark.parametrize(("n", "c", "k"), [(3, 4, 1), (3, 1, 4), (3, -1, 1), (3, 1, 0)])
def test_impossible_counts_are_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="not defined"):
        pass_at_k(n, c, k=k)
