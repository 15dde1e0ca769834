"""When the next call may be sent: after a failed one the pause doubles, with jitter; a Retry-After
holds for every worker; being asked to stop ends all pauses."""

import asyncio
import time
from contextlib import suppress

from leadline.seeding import rng

_FIRST, _LONGEST = 0.5, 30.0  # seconds


class Pace:
    """Of one run, in one event loop."""

    def __init__(self, *, seed: int) -> None:
        self._stopping = asyncio.Event()
        self._not_before = 0.0  # on the monotonic clock
        self._jitter = rng(seed, "judge backoff")

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """Let nothing more be sent."""
        self._stopping.set()

    def hold(self, seconds: float | None) -> None:
        """Let nothing be sent for so long, as the endpoint asked."""
        self._not_before = max(self._not_before, time.monotonic() + (seconds or 0.0))

    async def ready(self, *, n_failed: int) -> bool:
        """Wait for the turn of a call that failed so often; False if nothing more is to be sent."""
        pause = min(_FIRST * 2 ** (n_failed - 1), _LONGEST) if n_failed else 0.0
        until = time.monotonic() + pause * (0.5 + 0.5 * self._jitter.random())
        while not self.stopping:
            left = max(until, self._not_before) - time.monotonic()
            if left <= 0:
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), left)
        return False
