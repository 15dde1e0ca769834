"""transformers' own processors are the reference for what each step means."""

import dataclasses

import numpy as np
import pytest
import torch
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopPLogitsWarper,
)

from leadline.generate.sampling import CANDIDATES, next_tokens, uniforms
from leadline.records import Problem, Sampling

VOCABULARY = 500
PAPER = Sampling()
PROBLEM = Problem(id="p1", prompt="?", reference="1")


def _logits(*, spread: float, rows: int = 1, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((rows, VOCABULARY), generator=generator) * spread


def _seen(*, rows: int = 1, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Some token ids a row, and the same as a mask."""
    ids = torch.randint(VOCABULARY, (rows, 40), generator=torch.Generator().manual_seed(seed))
    return ids, torch.zeros((rows, VOCABULARY), dtype=torch.bool).scatter_(1, ids, True)


def _reference(logits: torch.Tensor, ids: torch.Tensor, sampling: Sampling) -> torch.Tensor:
    """The distribution that transformers would draw from, in the order `generate` applies it."""
    steps = LogitsProcessorList(
        [
            RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty),
            TemperatureLogitsWarper(sampling.temperature),
            TopPLogitsWarper(sampling.top_p),
        ]
    )
    return steps(ids, logits).double().softmax(-1)


def _frequencies(
    logits: torch.Tensor, seen: torch.Tensor, sampling: Sampling, *, n: int = 8_000
) -> torch.Tensor:
    """How often each token is drawn by n evenly spaced draws: the distribution, to 1/n a token."""
    draws = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    drawn = [
        next_tokens(
            logits.expand(len(part), -1),
            seen_RV=seen.expand(len(part), -1),
            draws_R=part,
            sampling=sampling,
        )
        for part in draws.split(2_000)
    ]
    return torch.bincount(torch.cat(drawn), minlength=logits.shape[-1]).double() / n


@pytest.mark.parametrize("spread", [0.05, 1.0, 3.0, 30.0])  # from flat to a single token
@pytest.mark.parametrize(
    "sampling",
    [
        PAPER,
        Sampling(temperature=1.0, top_p=1.0, repetition_penalty=1.0),
        Sampling(temperature=0.7, top_p=0.3, repetition_penalty=1.5),
        Sampling(temperature=2.0, top_p=0.999, repetition_penalty=0.8),
    ],
)
def test_draws_follow_the_distribution_of_transformers(spread: float, sampling: Sampling) -> None:
    n = 8_000
    logits, (ids, seen) = _logits(spread=spread), _seen()
    expected = _reference(logits, ids, sampling)[0]
    found = _frequencies(logits, seen, sampling, n=n)
    assert (found - expected).abs().max() <= 1.5 / n
    assert not found[expected == 0].any()


def test_nucleus_wider_than_the_candidates_is_drawn_in_full() -> None:
    logits, (ids, seen) = _logits(spread=0.05), _seen()
    expected = _reference(logits, ids, PAPER)[0]
    assert (expected > 0).sum() > 10 * CANDIDATES
    assert (_frequencies(logits, seen, PAPER) > 0).sum() == (expected > 0).sum()


@pytest.mark.parametrize("penalty", [1.0, 1.1, 2.0])
def test_greedy_takes_the_best_token_after_the_penalty(penalty: float) -> None:
    sampling = Sampling(temperature=0.0, repetition_penalty=penalty)
    logits, (ids, seen) = _logits(spread=1.0, rows=200), _seen(rows=200)
    expected = RepetitionPenaltyLogitsProcessor(penalty)(ids, logits).argmax(-1)
    draws = torch.rand(200, dtype=torch.float64)
    found = next_tokens(logits, seen_RV=seen, draws_R=draws, sampling=sampling)
    assert torch.equal(found, expected)


def test_row_draws_the_same_alone_as_among_others() -> None:
    spreads = torch.tensor([0.05, 1.0, 5.0, 50.0]).repeat(16)[:, None]
    logits, (_, seen) = _logits(spread=1.0, rows=64) * spreads, _seen(rows=64)
    draws = torch.rand(64, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    together = next_tokens(logits, seen_RV=seen, draws_R=draws, sampling=PAPER)
    alone = [
        next_tokens(
            logits[i : i + 1], seen_RV=seen[i : i + 1], draws_R=draws[i : i + 1], sampling=PAPER
        )
        for i in range(64)
    ]
    assert together.tolist() == [int(token) for token in alone]


@pytest.mark.parametrize("draw", [0.0, 1.0 - 2**-53])
def test_extreme_draws_stay_within_the_nucleus(draw: float) -> None:
    for spread in (0.05, 1.0, 50.0):
        logits, (ids, seen) = _logits(spread=spread), _seen()
        draws = torch.tensor([draw], dtype=torch.float64)
        token = next_tokens(logits, seen_RV=seen, draws_R=draws, sampling=PAPER)
        assert _reference(logits, ids, PAPER)[0, token] > 0


def test_draws_depend_on_everything_that_names_a_response() -> None:
    first = uniforms(PAPER, cell_seed=0, problem=PROBLEM, sample=0)
    others = [
        uniforms(dataclasses.replace(PAPER, seed=1), cell_seed=0, problem=PROBLEM, sample=0),
        uniforms(PAPER, cell_seed=1, problem=PROBLEM, sample=0),
        uniforms(PAPER, cell_seed=0, problem=PROBLEM, sample=1),
        uniforms(PAPER, cell_seed=0, problem=dataclasses.replace(PROBLEM, id="p2"), sample=0),
    ]
    assert np.array_equal(first, uniforms(PAPER, cell_seed=0, problem=PROBLEM, sample=0))
    for other in others:
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.2


def test_a_longer_limit_does_not_change_the_first_draws() -> None:
    longer = dataclasses.replace(PAPER, max_new_tokens=2 * PAPER.max_new_tokens)
    first, more = (uniforms(s, cell_seed=0, problem=PROBLEM, sample=0) for s in (PAPER, longer))
    assert np.array_equal(first, more[: len(first)])
