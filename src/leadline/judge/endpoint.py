"""Which judge is asked, and where. Model and settings make the verdicts and are the judge's
identity; address, pace and key say where it runs. The key itself stays in the environment: no
object here holds it.
"""

import os
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from leadline.errors import BadStudy
from leadline.settings import describe, fingerprint, where

Answering = Literal["auto", "schema", "choice", "line"]
_KEYLESS = "no-key"  # what the client must send where no key is needed


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A model behind an OpenAI-compatible address, as in http://localhost:8000/v1.

    `answer`: how a verdict is held to its form: by a JSON `schema`, as a bare `choice` (vLLM; no
    reasons are given), by a strict last `line`; `auto` asks by schema until the endpoint shows that
    it has none. `temperature` None: the model's own. `max_tokens` bounds a reply, thoughts
    included. `timeout` in seconds, for a whole call; `retries`: after a call that failed.

    Raises BadStudy on settings that cannot be asked with.
    """

    model: str
    temperature: float | None = 0.0
    max_tokens: int = 1024
    seed: int = 0
    answer: Answering = "auto"
    url: str = where("")
    concurrency: int = where(8)
    timeout: float = where(120.0)
    retries: int = where(6)
    key_variable: str = where("OPENAI_API_KEY")

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,63}", self.key_variable):  # maybe the key: unsaid
            raise BadStudy(
                "what is given for the judge's key must be the name of the environment variable "
                f"that holds it, in capitals, as {Endpoint.key_variable}"
            )
        _check_address(self.url, variable=self.key_variable)
        if not self.model.strip():
            raise BadStudy("a judge needs the name of its model: there is no default judge")
        if self.max_tokens < 1 or self.concurrency < 1 or not self.timeout > 0 or self.retries < 0:
            raise BadStudy(
                f"max_tokens={self.max_tokens}, concurrency={self.concurrency}, timeout="
                f"{self.timeout}: all must be above 0, and retries={self.retries} not below 0"
            )

    @property
    def identity(self) -> str:
        """A short name that stands in addresses: the model and a digest of what makes a verdict."""
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", self.model).strip("-.")[-60:] or "judge"
        return f"{name}_{fingerprint(describe(self))[:8]}"

    def key(self) -> str:
        """The key, from the environment now. Raises BadStudy if a remote endpoint has none."""
        key = os.environ.get(self.key_variable, "").strip()
        if not key and urlsplit(self.url).hostname == "api.openai.com":
            raise BadStudy(f"{self.url} needs a key: export {self.key_variable}=…")
        if not key.isascii() or not key.isprintable():
            raise BadStudy(f"the key in {self.key_variable} holds characters that no key has")
        return key or _KEYLESS


def _check_address(url: str, *, variable: str) -> None:
    """Raise BadStudy unless it is an address without secrets. It may be a key that was typed in
    the wrong place, so it is not repeated."""
    try:
        parts, plain = urlsplit(url), url.isascii() and url.isprintable() and " " not in url
        host = (parts.hostname or "").encode("idna")  # raises on a name that no host can have
        usable = plain and parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadStudy("that is no address of a judge: one is like http://localhost:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadStudy(
            "a judge's address must hold no user, password or query: they would be stored. Put "
            f"the key into the environment, as {variable}."
        )


def scrubbed(text: str, *, key: str) -> str:
    """`text` without the key, should an endpoint repeat it."""
    return text.replace(key, "[key]") if len(key) >= 8 and key != _KEYLESS else text
