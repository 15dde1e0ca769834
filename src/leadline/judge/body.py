"""What an endpoint sent back, read without trust: a server may leave out or mistype any field."""

import json
from dataclasses import dataclass
from typing import Any

_MOST = 10**9  # tokens of one call; a count above it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One reply. Tokens are None where the endpoint does not say how many it counted."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


def parse_body(content: bytes) -> Body:
    """The reply in the body of a response. Raises ValueError if that is no JSON object."""
    try:
        found: Any = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    choices = found.get("choices")
    choice = _object(choices[0]) if isinstance(choices, list) and choices else {}
    message, usage = _object(choice.get("message")), _object(found.get("usage"))
    return Body(
        text=_text(message.get("content")),
        refusal=_text(message.get("refusal")),
        finish=_text(choice.get("finish_reason")),
        model=_text(found.get("model"))[:200],
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    counted = isinstance(value, int) and not isinstance(value, bool)
    return value if counted and 0 <= value < _MOST else None
