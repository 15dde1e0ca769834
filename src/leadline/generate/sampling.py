"""Decide the next token: penalty, temperature, nucleus and draw, for a whole batch at once.

The order and meaning of the steps are those of transformers' logits processors (repetition
penalty, then temperature, then top-p), and the tests hold them against those. Every row draws from
a stream of its own, so that a response depends on its problem and never on its neighbours.

Shapes: R rows, V tokens of the vocabulary, C candidates.
"""

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray

from leadline.records import Problem, Sampling

# A trained model's nucleus nearly always lies within its 32 best tokens; sorting a whole
# vocabulary costs ten times as much. Rows that need more get the full sort.
CANDIDATES = 32


def uniforms(
    sampling: Sampling, *, cell_seed: int, problem: Problem, sample: int
) -> NDArray[np.float64]:
    """The draws of one response, one a token: shape (max_new_tokens,), float64 in [0, 1).

    Counter-based, keyed by what names the response. The cell's size is not in the key: the same
    problem meets the same luck at every n, which pairs the points of a curve.
    """
    name = f"{sampling.seed}/{cell_seed}/{sample}/{problem.id}"
    key = hashlib.blake2b(name.encode(), digest_size=16, person=b"leadline.sample").digest()
    generator = np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
    return generator.random(sampling.max_new_tokens)


def next_tokens(
    logits_RV: torch.Tensor, *, seen_RV: torch.Tensor, draws_R: torch.Tensor, sampling: Sampling
) -> torch.Tensor:
    """The next token of every row: shape (R,), int64.

    `seen_RV` marks the tokens of each row's prompt and response so far; `draws_R` is float64 in
    [0, 1). Temperature 0 takes the best token after the penalty.
    """
    scores_RV = penalise(logits_RV.float(), seen_RV=seen_RV, penalty=sampling.repetition_penalty)
    if sampling.temperature == 0:
        return scores_RV.argmax(-1)
    return draw(scores_RV / sampling.temperature, draws_R=draws_R, top_p=sampling.top_p)


def penalise(scores_RV: torch.Tensor, *, seen_RV: torch.Tensor, penalty: float) -> torch.Tensor:
    """Divide positive and multiply negative scores of seen tokens (CTRL, arXiv 1909.05858)."""
    if penalty == 1:
        return scores_RV
    lowered_RV = torch.where(scores_RV < 0, scores_RV * penalty, scores_RV / penalty)
    return torch.where(seen_RV, lowered_RV, scores_RV)


def draw(scores_RV: torch.Tensor, *, draws_R: torch.Tensor, top_p: float) -> torch.Tensor:
    """Draw one token a row from its nucleus, by inverse CDF in float64 over falling probability."""
    log_total_R = scores_RV.logsumexp(-1)
    best_R, chosen_R = scores_RV.max(-1)
    # Where the best token alone fills the nucleus there is nothing to draw.
    open_R = ((best_R - log_total_R).double().exp() < top_p).nonzero()[:, 0]
    if len(open_R):
        chosen_R[open_R] = _draw_open(
            scores_RV[open_R], log_total_R[open_R], draws_R=draws_R[open_R], top_p=top_p
        )
    return chosen_R


def _draw_open(
    scores_RV: torch.Tensor, log_total_R: torch.Tensor, *, draws_R: torch.Tensor, top_p: float
) -> torch.Tensor:
    top_RC, tokens_RC = scores_RV.topk(min(CANDIDATES, scores_RV.shape[-1]))
    chosen_R, mass_R = _invert(top_RC, tokens_RC, log_total_R, draws_R=draws_R, top_p=top_p)
    # The candidates hold less than the nucleus: sort the whole row.
    rest_R = (mass_R < top_p).nonzero()[:, 0]
    if len(rest_R) and top_RC.shape[-1] < scores_RV.shape[-1]:
        full_RV, tokens_RV = scores_RV[rest_R].sort(descending=True, stable=True)
        chosen_R[rest_R], _ = _invert(
            full_RV, tokens_RV, log_total_R[rest_R], draws_R=draws_R[rest_R], top_p=top_p
        )
    return chosen_R


def _invert(
    top_RC: torch.Tensor,
    tokens_RC: torch.Tensor,
    log_total_R: torch.Tensor,
    *,
    draws_R: torch.Tensor,
    top_p: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """(drawn token, probability of all candidates) of each row, candidates in falling order."""
    p_RC = (top_RC - log_total_R[:, None]).double().exp()
    up_to_RC = p_RC.cumsum(-1)
    # Kept while those before it hold less than top_p: transformers' rule, from the other end.
    kept_RC = p_RC * (up_to_RC - p_RC < top_p)
    kept_up_to_RC = kept_RC.cumsum(-1)
    target_R = draws_R * kept_up_to_RC[:, -1]
    last_R = (kept_RC > 0).sum(-1) - 1
    index_R = torch.minimum((kept_up_to_RC <= target_R[:, None]).sum(-1), last_R)
    return tokens_RC.gather(1, index_R[:, None])[:, 0], up_to_RC[:, -1]
