"""Ctrl-C asks first: running cells save what they have at their next step, then the run ends."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from leadline.errors import Stopped


@contextmanager
def ctrl_c() -> Iterator[threading.Event]:
    """The first Ctrl-C (or SIGTERM) asks to stop, the second interrupts at once."""
    asked = threading.Event()

    def on_signal(_number: int, _frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked.is_set():
        raise Stopped("stopped")
