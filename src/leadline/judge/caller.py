"""Get one reply to one question: reserve what it may cost, write it down, send it, write down what
became of it, and try again as long as that may help."""

import itertools
import time
from dataclasses import replace
from typing import NamedTuple

from leadline.errors import BadStudy
from leadline.judge.answer import Cause
from leadline.judge.body import Body
from leadline.judge.budget import NOTHING, Spent
from leadline.judge.client import Client, Trouble
from leadline.judge.dialect import Dialect, Dialects
from leadline.judge.endpoint import Endpoint
from leadline.judge.pace import Pace
from leadline.judge.purse import Purse
from leadline.judge.question import Question
from leadline.judge.render import Prompt, render, size
from leadline.judge.reply import clip, read
from leadline.judge.store import Kept, Outcome, Writer

_TEMPLATE = 512  # tokens that a chat template may add to a prompt, at the very most
_REPLY_KEPT = 4000  # characters
_FILTERED = ("content_filter", "content policy", "content management policy")


class Tried(NamedTuple):
    """One call: its outcome, and the trouble if no whole reply came."""

    outcome: Outcome
    trouble: Trouble | None


class _Seen(NamedTuple):
    """A label, or "" and the cause why there is none."""

    cause: Cause
    label: str
    reason: str


class Caller:
    """Calls of one run, in one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        client: Client,
        *,
        kept: Kept,
        writer: Writer,
        purse: Purse,
        pace: Pace,
    ) -> None:
        self._endpoint, self._client, self._writer = endpoint, client, writer
        self._purse, self._pace = purse, pace
        self._identity = endpoint.identity
        self._dialects = Dialects(endpoint)
        self._numbers = itertools.count(kept.calls)
        self._model = kept.model  # the snapshot that gave the first verdict
        self.heard = False  # whether a whole reply has come in this run

    async def reply(self, question: Question, *, attempt: int) -> Outcome | None:
        """What became of one attempt; None if asked to stop before a whole reply came. Raises
        BadStudy if the endpoint cannot be asked at all."""
        n_failed = 0
        while await self._pace.ready(n_failed=n_failed):
            dialect = self._dialects.now
            tried = await self._try(question, attempt, dialect)
            if tried is None:
                return None
            outcome, trouble = tried
            if trouble is None:
                return outcome
            asked_wrongly = trouble.status in (400, 422, 500)  # llama-cpp-python says 500
            if asked_wrongly and self._dialects.declined(dialect, trouble.reason):
                continue
            self._refuse_unusable(trouble, n_failed)
            if not trouble.again or n_failed == self._endpoint.retries:
                return outcome
            self._pace.hold(trouble.after)
            n_failed += 1
        return None

    async def _try(self, question: Question, attempt: int, dialect: Dialect) -> Tried | None:
        """One call; None if asked to stop while it waited for the budget."""
        prompt = render(question, seed=self._endpoint.seed, attempt=attempt, form=dialect.form)
        planned, worst = self.planned(question, attempt=attempt), self._worst(prompt)
        if not await self._purse.reserve(worst):
            return Tried(replace(planned, cause="unpaid", reason="the budget is spent"), None)
        if self._pace.stopping:
            await self._purse.settle(worst, actual=NOTHING)
            return None
        began = time.monotonic()
        self._writer.sent(planned.call, identity=self._identity, worst=worst)
        trouble = None
        try:
            fields = dialect.fields(prompt, self._endpoint)
            model = self._endpoint.model
            body = await self._client.call(prompt.messages, model=model, fields=fields)
            self.heard = True
            self._dialects.answered(dialect, body)
            outcome = self._read(planned, prompt, body, worst=worst)
        except Trouble as error:
            trouble = error
            outcome = _failed(planned, error, worst=worst)
        self._writer.ended(replace(outcome, seconds=round(time.monotonic() - began, 3)))
        await self._purse.settle(worst, actual=outcome.cost)
        return Tried(outcome, trouble)

    def planned(self, question: Question, *, attempt: int) -> Outcome:
        """A call before it is sent, at no cost yet."""
        return Outcome(
            call=next(self._numbers),
            identity=self._identity,
            content=question.content,
            key=question.key,
            prompt_hash=question.prompt_hash,
            attempt=attempt,
            form=self._dialects.now.form,
            seed=self._endpoint.seed,
        )

    def _worst(self, prompt: Prompt) -> Spent:
        longest = self._endpoint.max_tokens
        asked = size(prompt) + _TEMPLATE
        return Spent(requests=1, prompt_tokens=asked, completion_tokens=longest, n_assumed=1)

    def _read(self, planned: Outcome, prompt: Prompt, body: Body, *, worst: Spent) -> Outcome:
        """A whole reply: a verdict, or why it holds none."""
        clean = self._client.scrubbed
        body = replace(
            body, text=clean(body.text), refusal=clean(body.refusal), model=clean(body.model)
        )
        cost, reply = _cost(body, worst=worst), clip(body.text, _REPLY_KEPT)
        planned = replace(planned, cost=cost, reply=reply, model=body.model)
        cause, label, reason = _seen(body, prompt)
        if label and self._model is None:
            self._model = planned.model
        if label and planned.model != self._model:
            cause, label = "changed model", ""
            reason = f"{planned.model!r} answered, and the store's verdicts are of {self._model!r}"
        meaning = prompt.labels.get(label)  # "" is no label
        reason = clean(reason)  # again: in JSON a key can be spelled otherwise
        return replace(planned, cause=cause, meaning=meaning, label=label, reason=reason)

    def _refuse_unusable(self, trouble: Trouble, n_failed: int) -> None:
        """Raise BadStudy where no call will ever go through: no key, no such model, no server."""
        if self.heard:
            return
        url, model = self._endpoint.url, self._endpoint.model
        if trouble.cost == "unsent" and n_failed:
            raise BadStudy(f"nothing answers at {url}. Is the server running, the address right?")
        if trouble.status in (401, 403):
            name = self._endpoint.key_variable
            raise BadStudy(f"{url} wants another key than {name} holds now: {trouble.reason}")
        if trouble.status == 404:
            raise BadStudy(f"{url} has no model {model!r}, or is no such API: {trouble.reason}")


def _failed(planned: Outcome, trouble: Trouble, *, worst: Spent) -> Outcome:
    """A call without a whole reply, at what it can have cost."""
    costs = {"unsent": NOTHING, "free": Spent(requests=1), "unknown": worst}
    filtered = any(word in trouble.reason.lower() for word in _FILTERED)
    cause: Cause = "refused" if filtered and not trouble.again else "failed"
    return replace(planned, cause=cause, reason=trouble.reason, cost=costs[trouble.cost])


def _seen(body: Body, prompt: Prompt) -> _Seen:
    """What a reply says, if the endpoint lets it speak to its end."""
    if body.refusal:
        return _Seen("refused", "", clip(body.refusal, 300))
    if body.finish == "content_filter":
        return _Seen("refused", "", "a filter of the endpoint stepped in")
    if body.finish == "length":
        return _Seen("truncated", "", "the reply was cut off at max_tokens")
    label, reason = read(body.text, prompt)
    return _Seen("" if label else "unparsed", label or "", reason)


def _cost(body: Body, *, worst: Spent) -> Spent:
    """What a reply cost by its own account, or at its worst where it gives none."""
    if body.prompt_tokens is None or body.completion_tokens is None:
        return worst
    return Spent(
        requests=1, prompt_tokens=body.prompt_tokens, completion_tokens=body.completion_tokens
    )
