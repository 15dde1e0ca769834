"""Decode many prompts at once: rows that are refilled as they finish, longest prompts first.

A prompt's last token is fed like a generated one, so every logit that is sampled from comes out of
the same step, whatever the prompt's length. That step never runs with fewer than `FEWEST_ROWS`
rows: matrix kernels sum in another order for a handful of rows, and only below that. Together
with `cache.py` this makes a float32 response the same bit for bit in any company (the tests check
it), which is what lets an interrupted cell go on as if it had never stopped.

Bookkeeping is numpy on the host; the model's device holds the cache, the logits and what they need.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from leadline.generate.sampling import next_tokens
from leadline.records import Sampling, StopReason

FEWEST_ROWS = 32
PREFILL_TOKENS = 16_384  # at once: bounds the memory of activations
PATIENCE = 2.0  # seconds until finished answers are handed over even if few


class Forward(Protocol):
    """A model and the states of R rows, each in its slot: see `module.ModuleForward`."""

    sorts: bool
    device: torch.device
    n_vocabulary: int

    def open(self, n_rows: int, *, places: int) -> None: ...
    def insert(self, texts: list[list[int]], *, slots: torch.Tensor) -> None: ...
    def keep(self, slots: torch.Tensor, *, length: int) -> None: ...
    def logits(
        self, fed_R: torch.Tensor, position_R: torch.Tensor, *, reach: list[int]
    ) -> torch.Tensor: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One response to make. `limit` is the most tokens it may have; `draws` has one a token."""

    index: int  # the caller's
    ids: list[int]
    limit: int
    draws: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The tokens of one response, the stop token included."""

    index: int
    ids: list[int]
    stopped: StopReason


@dataclass(slots=True)
class Rows:
    """What is known of every row, R of them; arrays of shape (R,) or (R, most tokens)."""

    index: NDArray[np.int64]  # the prompt's; -1: its answer has been handed over
    live: NDArray[np.bool_]
    fed: NDArray[np.int64]  # the token to be fed next
    position: NDArray[np.int64]  # and its place in the text
    length: NDArray[np.int64]  # generated so far
    limit: NDArray[np.int64]
    tokens: NDArray[np.int64]
    draws: NDArray[np.float64]

    @classmethod
    def empty(cls, n_rows: int, *, most_tokens: int) -> "Rows":
        """`n_rows` free rows."""
        return cls(
            index=np.full(n_rows, -1),
            live=np.zeros(n_rows, dtype=bool),
            fed=np.zeros(n_rows, dtype=np.int64),
            position=np.zeros(n_rows, dtype=np.int64),
            length=np.zeros(n_rows, dtype=np.int64),
            limit=np.zeros(n_rows, dtype=np.int64),
            tokens=np.zeros((n_rows, most_tokens), dtype=np.int64),
            draws=np.zeros((n_rows, most_tokens)),
        )

    def take(self, rows: NDArray[np.int64]) -> "Rows":
        """Some of the rows, in the given order."""
        return Rows(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def seat(self, prompt: Prompt, *, row: int) -> None:
        """Let a prompt begin in a free row."""
        self.index[row], self.live[row] = prompt.index, True
        self.fed[row], self.position[row] = prompt.ids[-1], len(prompt.ids) - 1
        self.length[row], self.limit[row] = 0, prompt.limit
        self.draws[row, : prompt.limit] = prompt.draws[: prompt.limit]


class Decoder:
    """One decoding run. `answers` is its way in."""

    def __init__(
        self,
        forward: Forward,
        prompts: Sequence[Prompt],
        sampling: Sampling,
        *,
        stop_ids: Sequence[int],
        n_rows: int,
        watch: Callable[[int], None],
    ) -> None:
        """`watch` is called after every step with the number of tokens made so far."""
        self.forward, self.sampling, self.watch = forward, sampling, watch
        self.stop_ids = np.asarray(stop_ids)
        self.waiting = sorted(prompts, key=lambda p: len(p.ids))  # the longest is taken first
        self.n_tokens = 0
        n_rows = max(min(n_rows, len(prompts)), FEWEST_ROWS)
        self.rows = Rows.empty(n_rows, most_tokens=max(p.limit for p in prompts))
        shape = (n_rows, forward.n_vocabulary)
        self.seen_RV = torch.zeros(shape, dtype=torch.bool, device=forward.device)
        with torch.inference_mode():
            forward.open(n_rows, places=max(len(p.ids) + p.limit for p in prompts))

    def answers(self) -> Iterator[list[Answer]]:
        """Answers in groups, as they finish."""
        while self.waiting or self.rows.live.any():
            self.fill()
            n_live = int(self.rows.live.sum())
            refill = self.waiting or n_live > FEWEST_ROWS
            enough = n_live * 3 // 4 if refill else 0
            handed_over = time.monotonic()
            while self.rows.live.sum() > enough:
                self._step()
                if time.monotonic() - handed_over > PATIENCE:
                    yield self._harvest()
                    handed_over = time.monotonic()
            yield self._harvest()

    # -- rows come and go -------------------------------------------------------------------------

    @torch.inference_mode()
    def fill(self) -> None:
        """Give every free row a waiting prompt, and put the rows in order."""
        free = np.flatnonzero(~self.rows.live)
        while len(free) and self.waiting:
            n_new = max(1, PREFILL_TOKENS // len(self.waiting[-1].ids))
            n_new = min(n_new, len(free), len(self.waiting))
            self._seat([self.waiting.pop() for _ in range(n_new)], rows=free[:n_new])
            free = free[n_new:]
        self._arrange()

    def _seat(self, prompts: list[Prompt], *, rows: NDArray[np.int64]) -> None:
        """Let prompts begin in free rows."""
        self.forward.insert([p.ids for p in prompts], slots=self._tensor(rows))
        for row, prompt in zip(rows.tolist(), prompts, strict=True):
            self.rows.seat(prompt, row=row)
            self.seen_RV[row] = False
            self.seen_RV[row, torch.tensor(prompt.ids, device=self.seen_RV.device)] = True

    def _arrange(self) -> None:
        """Drop finished rows that no prompt waits for; sort the others if that helps."""
        live, position = self.rows.live, self.rows.position
        position[~live] = 0
        fewest = min(FEWEST_ROWS, len(live))
        n_kept = len(live) if self.waiting else max(int(live.sum()), fewest)
        if n_kept == len(live) and not self.forward.sorts:
            return
        kept = np.argsort(~live, kind="stable")[:n_kept]
        kept = kept[np.argsort(position[kept], kind="stable")]
        slots = self._tensor(kept)
        self.forward.keep(slots, length=int(position.max()) + 1)
        self.seen_RV = self.seen_RV[slots]
        self.rows = self.rows.take(kept)

    def _harvest(self) -> list[Answer]:
        """Take the answers of all rows that have finished."""
        answers, rows = [], self.rows
        for row in np.flatnonzero(~rows.live & (rows.index >= 0)):
            ids = rows.tokens[row, : rows.length[row]].tolist()
            stopped: StopReason = "stop" if ids[-1] in self.stop_ids else "length"
            answers.append(Answer(index=int(rows.index[row]), ids=ids, stopped=stopped))
            rows.index[row] = -1
        return answers

    # -- one token a row --------------------------------------------------------------------------

    @torch.inference_mode()
    def _step(self) -> None:
        rows = self.rows
        now = np.minimum(rows.length, rows.tokens.shape[1] - 1)
        chosen_R = next_tokens(
            self.logits(),
            seen_RV=self.seen_RV,
            draws_R=self._tensor(rows.draws[np.arange(len(now)), now]),
            sampling=self.sampling,
        )
        if self.sampling.repetition_penalty != 1:
            self.seen_RV.scatter_(1, chosen_R[:, None], True)
        self._record(chosen_R.cpu().numpy())
        self.watch(self.n_tokens)

    def logits(self) -> torch.Tensor:
        """The logits after the fed token of every row: (R, V)."""
        rows = self.rows
        reach = np.where(rows.live, rows.position + 1, 1).tolist()
        return self.forward.logits(self._tensor(rows.fed), self._tensor(rows.position), reach=reach)

    def _tensor(self, array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(array).to(self.forward.device)

    def _record(self, chosen: NDArray[np.int64]) -> None:
        """Write the new tokens of the rows at work, and retire those that end here."""
        rows = self.rows
        at = np.flatnonzero(rows.live)
        rows.tokens[at, rows.length[at]] = chosen[at]
        rows.fed[at] = chosen[at]
        rows.length[at] += 1
        rows.position[at] += 1
        ended = np.isin(chosen[at], self.stop_ids) | (rows.length[at] >= rows.limit[at])
        rows.live[at[ended]] = False
        self.n_tokens += len(at)
