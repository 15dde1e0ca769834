"""Which examples in which step, at what rate."""

import itertools
import math

import pytest
import torch
from transformers import get_cosine_schedule_with_warmup

from leadline.train.order import Schedule, epoch_order, learning_rate


def test_every_epoch_sees_every_example_once_and_keeps_the_last_partial_batch() -> None:
    schedule = Schedule(n_examples=21, batch_size=8, epochs=3, seed=5)
    batches = [batch for _, batch in schedule.batches()]
    assert [len(batch) for batch in batches] == [8, 8, 5] * 3
    for epoch in range(3):
        seen = sorted(i for batch in batches[3 * epoch : 3 * epoch + 3] for i in batch)
        assert seen == list(range(21))
    assert schedule.steps == 9


def test_order_is_a_function_of_seed_and_epoch_alone() -> None:
    assert epoch_order(50, seed=1, epoch=2) == epoch_order(50, seed=1, epoch=2)
    others = [epoch_order(50, seed=s, epoch=e) for s, e in ((1, 0), (1, 1), (2, 2), (0, 2))]
    assert all(other != epoch_order(50, seed=1, epoch=2) for other in others)


@pytest.mark.parametrize("start", [0, 1, 3, 4, 8, 9])
def test_resumed_schedule_is_the_tail_of_the_whole_one(start: int) -> None:
    schedule = Schedule(n_examples=21, batch_size=8, epochs=3, seed=5)
    assert list(schedule.batches(start=start)) == list(schedule.batches())[start:]


def test_rate_is_transformers_cosine() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=3e-4)
    theirs = get_cosine_schedule_with_warmup(optimiser, 0, 40)
    for step in range(40):
        ours = learning_rate(step, steps=40, peak=3e-4, warmup_share=0.0)
        assert math.isclose(ours, theirs.get_last_lr()[0], rel_tol=1e-9)
        optimiser.step()
        theirs.step()


def test_warm_up_rises_to_the_peak_without_a_wasted_step() -> None:
    rates = [learning_rate(s, steps=100, peak=1.0, warmup_share=0.03) for s in range(100)]
    assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
    assert all(a > b for a, b in itertools.pairwise(rates[3:]))
    assert 0 < rates[-1] < 0.001
