"""Fixtures of the sandbox's tests; the active layers are shown at the end of every test run."""

import sys
from collections.abc import Iterator

import pytest
from sandbox.outside import Outside, outside

from leadline.sandbox import probe

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*"]  # layers are Linux's


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """So that a log says what the hostile programs ran against."""
    terminalreporter.section("sandbox layers")
    terminalreporter.write_line(probe().words())


@pytest.fixture
def world() -> Iterator[Outside]:
    """Things outside to steal, to break and to talk to."""
    with outside() as found:
        yield found
