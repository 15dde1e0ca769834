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
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence
from transformers.cache_utils import DynamicCache

from leadline.generate.attention import Span
from leadline.generate.cache import SlotCache, whole_blocks
from leadline.generate.sampling import next_tokens
from leadline.records import Sampling, StopReason

FEWEST_ROWS = 32
PREFILL_TOKENS = 16_384  # at once: bounds the memory of activations
BLOCK_ROWS = 32  # that share a span of attention
PATIENCE = 2.0  # seconds until finished answers are handed over even if few


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One response to make. `limit` is the most tokens it may have; `draws` has one a token."""

    index: int  # the caller's
    ids: Sequence[int]
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
        model: Any,
        prompts: Sequence[Prompt],
        sampling: Sampling,
        *,
        stop_ids: Sequence[int],
        n_rows: int,
        watch: Callable[[int], None],
    ) -> None:
        """`watch` is called after every step with the number of tokens made so far."""
        self.model, self.sampling, self.watch = model, sampling, watch
        self.device = model.device
        self.stop_ids = np.asarray(stop_ids)
        self.waiting = sorted(prompts, key=lambda p: len(p.ids))  # the longest is taken first
        self.places = max(len(p.ids) + p.limit for p in prompts)
        self.n_tokens = 0
        n_rows = max(min(n_rows, len(prompts)), FEWEST_ROWS)
        self.rows = Rows.empty(n_rows, most_tokens=max(p.limit for p in prompts))
        n_vocabulary = model.get_output_embeddings().weight.shape[0]
        self.seen_RV = torch.zeros((n_rows, n_vocabulary), dtype=torch.bool, device=self.device)
        self.cache: SlotCache | None = None

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
            width = whole_blocks(len(self.waiting[-1].ids))
            n_new = min(len(free), len(self.waiting), max(1, PREFILL_TOKENS // width))
            self._prefill([self.waiting.pop() for _ in range(n_new)], rows=free[:n_new])
            free = free[n_new:]
        self._arrange()

    def _prefill(self, prompts: list[Prompt], *, rows: NDArray[np.int64]) -> None:
        """Compute the states of some prompts, into free rows."""
        ids = [torch.tensor(p.ids, dtype=torch.long) for p in prompts]
        padded = torch.zeros((len(ids), whole_blocks(max(map(len, ids)))), dtype=torch.long)
        padded[:, : max(map(len, ids))] = pad_sequence(ids, batch_first=True)
        states = DynamicCache()
        self.model.base_model(
            input_ids=padded.to(self.device), past_key_values=states, use_cache=True
        )
        if self.cache is None:
            self.cache = SlotCache(states, n_slots=len(self.rows.live), length=self.places)
        self.cache.insert(states, slots=torch.from_numpy(rows).to(self.device))
        for row, prompt, own in zip(rows.tolist(), prompts, ids, strict=True):
            self.rows.seat(prompt, row=row)
            self.seen_RV[row] = False
            self.seen_RV[row, own.to(self.device)] = True

    def _arrange(self) -> None:
        """Sort the rows by position, and drop finished ones that no prompt waits for."""
        live, position = self.rows.live, self.rows.position
        position[~live] = 0
        fewest = min(FEWEST_ROWS, len(live))
        n_kept = len(live) if self.waiting else max(int(live.sum()), fewest)
        kept = np.argsort(~live, kind="stable")[:n_kept]
        kept = kept[np.argsort(position[kept], kind="stable")]
        slots = torch.from_numpy(kept).to(self.device)
        assert self.cache is not None
        self.cache.keep(slots, length=whole_blocks(int(position.max()) + 1))
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
        draws_R = torch.from_numpy(rows.draws[np.arange(len(now)), now]).to(self.device)
        chosen_R = next_tokens(
            self.logits(), seen_RV=self.seen_RV, draws_R=draws_R, sampling=self.sampling
        )
        self.seen_RV.scatter_(1, chosen_R[:, None], True)
        self._record(chosen_R.cpu().numpy())
        self.watch(self.n_tokens)

    def logits(self) -> torch.Tensor:
        """The logits after the fed token of every row: (R, V)."""
        spans = self._spans()
        span = max(places for _, _, places in spans)
        # A finished row goes on computing until it is dropped; nobody reads what it writes.
        position_R = torch.from_numpy(np.minimum(self.rows.position, span - 1)).to(self.device)
        assert self.cache is not None
        self.cache.at(position_R, span=span)
        hidden_RS = torch.arange(span, device=self.device)[None] > position_R[:, None]
        mask = torch.zeros(hidden_RS.shape, dtype=self.model.dtype, device=self.device)
        output = self.model(
            input_ids=torch.from_numpy(self.rows.fed).to(self.device)[:, None],
            attention_mask=mask.masked_fill_(hidden_RS, float("-inf"))[:, None, None],
            position_ids=position_R[:, None],
            past_key_values=self.cache,
            use_cache=True,
            spans=spans,
        )
        logits: torch.Tensor = output.logits[:, -1]
        return logits

    def _spans(self) -> tuple[Span, ...]:
        """How far each block of rows has to attend."""
        reach = np.where(self.rows.live, self.rows.position + 1, 1)
        starts = range(0, len(reach), BLOCK_ROWS)
        ends = [min(start + BLOCK_ROWS, len(reach)) for start in starts]
        return tuple(
            (start, end, whole_blocks(int(reach[start:end].max())))
            for start, end in zip(starts, ends, strict=True)
        )

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
