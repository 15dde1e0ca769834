"""What a reply says. A verdict is read from one place only: the constrained field, or the whole
last line; everything else, however clear to a reader, is no verdict.
"""

import json
from typing import Any, NamedTuple

from leadline.judge.render import VERDICT, Prompt

_KEPT = 1000  # characters of a judge's reasons


class Read(NamedTuple):
    """A verdict's label and the reasons for it; or no label, and why there is none."""

    label: str | None
    reason: str


def read(text: str, prompt: Prompt) -> Read:
    """The verdict of a reply to `prompt`."""
    text = _after_thinking(text)
    label, reason = {"schema": _of_json, "choice": _of_choice, "line": _of_line}[prompt.form](text)
    if label is None:
        return Read(None, reason)
    if label not in prompt.labels:
        return Read(None, f"the verdict {clip(label, 40)!r} is none of the labels")
    return Read(label, clip(reason, _KEPT))


def clip(text: str, kept: int) -> str:
    """At most `kept` characters: the beginning and, since verdicts come last, the end."""
    if len(text) <= kept:
        return text
    return f"{text[: kept // 2]} … {text[len(text) - (kept - kept // 2 - 3) :]}"


def _after_thinking(text: str) -> str:
    """What follows a reasoning model's thoughts. Some templates write the opening tag themselves,
    so only the closing one is looked for; thoughts that never end leave nothing."""
    if text.lstrip().startswith("{"):
        return text  # an object from its first letter on, whose reasons may quote the tag
    before, end, after = text.rpartition("</think>")
    if not end and text.lstrip().startswith("<think>"):
        return ""
    return after if end else before + after


def _of_line(text: str) -> Read:
    lines = [line for line in text.splitlines() if line.strip()]
    last = lines[-1].replace("*", "").replace("`", "").strip() if lines else ""  # emphasis
    if not last.startswith(VERDICT):
        return Read(None, f"the last line is not {VERDICT} and a label")
    return Read(last.removeprefix(VERDICT).strip(), "\n".join(lines[:-1]))


def _of_choice(text: str) -> Read:
    return Read(text.strip(), "") if text.strip() else Read(None, "the reply is empty")


def _of_json(text: str) -> Read:
    try:
        found: Any = json.loads(_unwrapped(text), object_pairs_hook=_said_once)
    except (ValueError, RecursionError):
        return Read(None, "the reply is not one JSON object, with each field once")
    if not isinstance(found, dict) or not isinstance(found.get("verdict"), str):
        return Read(None, "the reply is not an object with a verdict")
    return Read(found["verdict"], str(found.get("reason", "")))


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields are all different. Raises ValueError: of two verdicts none counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands there twice")
    return found


def _unwrapped(text: str) -> str:
    """Without a Markdown fence around the whole of it."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text[:-3].partition("\n")[2]
    return text


def is_object(text: str) -> bool:
    """Whether a reply is one JSON object, thoughts before it left out."""
    try:
        return isinstance(json.loads(_unwrapped(_after_thinking(text))), dict)
    except (ValueError, RecursionError):
        return False
