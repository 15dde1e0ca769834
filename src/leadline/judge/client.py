"""One call over the network, by the `openai` client: a reply, or what went wrong in words that no
key can be in. The client's own retries are off, so that every call is counted.
"""

import asyncio
import email.utils
import time
from collections.abc import Mapping
from typing import Any, Literal

from leadline.errors import BadStudy
from leadline.judge.body import Body, parse_body
from leadline.judge.endpoint import Endpoint, scrubbed
from leadline.judge.reply import clip

Cost = Literal["unsent", "free", "unknown"]
_LONGEST_WAIT = 60.0  # seconds that a Retry-After is obeyed for
_NEVER_CONNECTED = {"ConnectError", "ConnectTimeout", "UnsupportedProtocol"}
_AGAIN = {408, 409, 425, 429}  # and all from 500


class Trouble(Exception):
    """A call without a usable reply. `cost`: it never left, the endpoint declined it (free of
    charge), or nobody knows; `again`: another try may help, not before `after` seconds."""

    def __init__(
        self,
        reason: str,
        *,
        cost: Cost,
        again: bool = True,
        after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.cost, self.again = reason, cost, again
        self.after, self.status = after, status


def openai_package() -> Any:
    """The `openai` package. Raises BadStudy where it is not installed."""
    try:
        import openai
    except ImportError:
        raise BadStudy(
            "asking a judge needs the openai package: pip install 'leadline[judge]'"
        ) from None
    return openai


class Client:
    """Sends calls to one endpoint, from one event loop."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises BadStudy without the `openai` package or a key that is needed."""
        self._openai = openai = openai_package()
        self._timeout = endpoint.timeout
        self._key = endpoint.key()
        self._client = openai.AsyncOpenAI(
            api_key=self._key, base_url=endpoint.url, timeout=endpoint.timeout, max_retries=0
        )

    async def call(
        self, messages: list[dict[str, str]], *, model: str, fields: Mapping[str, Any]
    ) -> Body:
        """The reply to one request with these further `fields`. Raises Trouble."""
        completions: Any = self._client.chat.completions.with_raw_response
        try:
            async with asyncio.timeout(self._timeout):  # the client's own is a read's, not a call's
                raw = await completions.create(model=model, messages=messages, extra_body=fields)
        except (TimeoutError, self._openai.APITimeoutError) as error:
            raise self._timed_out(error) from None
        except self._openai.APIStatusError as error:
            raise self._declined(error) from None
        except self._openai.APIConnectionError as error:
            raise self._disconnected(error) from None
        try:
            return parse_body(raw.content)
        except ValueError as error:
            raise Trouble(
                f"the reply is not JSON ({clip(str(error), 80)})", cost="unknown"
            ) from None

    def scrubbed(self, text: str) -> str:
        """`text` without the key."""
        return scrubbed(text, key=self._key)

    async def close(self) -> None:
        await self._client.close()

    def _timed_out(self, error: BaseException) -> Trouble:
        sent = type(error.__cause__).__name__ not in _NEVER_CONNECTED
        reason = f"no whole reply within {self._timeout:g} s" if sent else "cannot connect"
        return Trouble(reason, cost="unknown" if sent else "unsent")

    def _disconnected(self, error: BaseException) -> Trouble:
        cause = type(error.__cause__).__name__
        sent = cause not in _NEVER_CONNECTED
        reason = f"the connection broke ({cause})" if sent else "cannot connect"
        return Trouble(reason, cost="unknown" if sent else "unsent")

    def _declined(self, error: Any) -> Trouble:
        # The client knows OpenAI's shape of an error; other servers say what is wrong in theirs.
        known = isinstance(error.body, dict) and "message" in error.body
        said = str(error.message) if known else str(error.response.text or error.message)
        status, message = int(error.status_code), self.scrubbed(said)
        return Trouble(
            f"HTTP {status}: {clip(message, 600)}",
            cost="free",
            again=status in _AGAIN or status >= 500,
            after=_retry_after(error.response.headers),
            status=status,
        )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the endpoint asks, up to a limit: from `Retry-After` (seconds or a date)
    or `retry-after-ms`; None if it does not say."""
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if seconds >= 0:  # not nan
            return min(seconds, _LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(headers.get("retry-after", "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(until - time.time(), 0.0), _LONGEST_WAIT)
