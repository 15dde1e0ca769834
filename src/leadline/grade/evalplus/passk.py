"""pass@k of several samples a problem: the unbiased estimate of Chen et al. 2021 (arXiv 2107.03374,
§2.1), as EvalPlus computes it."""

from collections.abc import Sequence

KS = (1, 10, 100)  # reported where every problem has so many samples


def pass_at_k(n_samples: int, n_correct: int, *, k: int) -> float:
    """1 − C(n−c, k) / C(n, k): the chance that one of k samples, drawn of n, is right."""
    if not 0 <= n_correct <= n_samples or not 1 <= k <= n_samples:
        raise ValueError(f"pass@{k} of {n_correct} right among {n_samples} is not defined")
    missed = 1.0
    for i in range(n_samples - n_correct + 1, n_samples + 1):
        missed *= max(0.0, 1.0 - k / i)
    return 1.0 - missed


def mean_pass_at_k(counts: Sequence[tuple[int, int]]) -> dict[int, float]:
    """k → mean over problems, each (samples, right ones), for every k of KS that all allow."""
    if not counts:
        return {}
    fewest = min(n for n, _ in counts)
    return {
        k: sum(pass_at_k(n, c, k=k) for n, c in counts) / len(counts) for k in KS if k <= fewest
    }
