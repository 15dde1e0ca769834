"""Which fields of a request an endpoint understands, learned from what it declines. The form of a
verdict may change by it, and is recorded with every call; what else is learned changes how a
request is written, not what it asks for.
"""

from dataclasses import dataclass, replace
from typing import Any

from leadline.judge.body import Body
from leadline.judge.endpoint import Endpoint
from leadline.judge.render import Form, Prompt
from leadline.judge.reply import is_object

_NO_SCHEMA = ("response_format", "json_schema", "json schema", "structured output", "grammar")
_STRIKES = 2  # replies that ignore a schema show that there is none; fewer than asker.ATTEMPTS


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a request is written. `beside`: a schema stands beside the type "json_object", as
    llama-cpp-python has it, not in a "json_schema"."""

    form: Form
    length: str = "max_tokens"
    seeded: bool = True
    beside: bool = False

    def fields(self, prompt: Prompt, endpoint: Endpoint) -> dict[str, Any]:
        """All of a request but its model and messages."""
        fields: dict[str, Any] = {self.length: endpoint.max_tokens, **prompt.constraint}
        if endpoint.temperature is not None:
            fields["temperature"] = endpoint.temperature
        if self.seeded:
            fields["seed"] = endpoint.seed
        if self.form == "schema" and self.beside:
            schema = fields["response_format"]["json_schema"]["schema"]
            fields["response_format"] = {"type": "json_object", "schema": schema}
        return fields


class Dialects:
    """The dialect of a run: where `answer` is "auto", by schema until the endpoint has none."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._auto = endpoint.answer == "auto"
        self.now = Dialect("schema" if endpoint.answer == "auto" else endpoint.answer)
        self._strikes: int | None = 0  # None: a reply has followed the schema

    def declined(self, used: Dialect, message: str) -> bool:
        """Learn from a request that was declined (400 or 422); whether to write it anew."""
        said, now = message.lower(), used
        if "max_completion_tokens" in said:
            now = replace(now, length="max_completion_tokens")
        elif used.form == "schema" and not used.beside and "json_object" in said:
            now = replace(now, beside=True)
        elif self._auto and used.form == "schema" and any(word in said for word in _NO_SCHEMA):
            now = replace(now, form="line")
        elif "seed" in said:
            now = replace(now, seeded=False)
        if now != used and used == self.now:
            self.now = now
        return used != self.now

    def answered(self, used: Dialect, body: Body) -> None:
        """Learn from a whole reply: some endpoints take a schema and ignore it."""
        if not self._auto or used.form != "schema" or self._strikes is None:
            return
        if body.finish != "stop" or not body.text or body.refusal:
            return
        self._strikes = None if is_object(body.text) else self._strikes + 1
        if self._strikes == _STRIKES and used == self.now:
            self.now = replace(used, form="line")
