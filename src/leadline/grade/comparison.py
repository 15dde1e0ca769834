"""How a program did on its tests: outputs are compared as they come, in order, up to the first that
is wrong. What came is data from hostile code; the expected outputs are here and never there."""

import marshal
import reprlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from leadline.grade.equality import TOLERANCE, Call, Rule, close, is_floats
from leadline.grade.outputs import VALUES, Message, NotAValue, decoded, next_message
from leadline.sandbox import Outcome

Status = Literal["pass", "fail", "timeout"]

SECONDS = 4.0  # for one call, at least: EvalPlus since 2025-04
FACTOR = 4.0  # times what the reference took
TOTAL_SECONDS = 60.0  # for all calls of a program, at most
GRACE_SECONDS = 2.0  # to load the code
_SHOWN = 80  # characters of a value in a reason
_LONGER = 64  # times the expected message: no longer one is read
_SHORT = reprlib.Repr()


@dataclass(frozen=True, kw_only=True)
class TestRun:
    """How a program did. status: as EvalPlus; a program that ends without an answer, killed or by
    itself, has timed out too. passed: of each input looked at, the last being the first that went
    wrong. late: time decided, so that another attempt could end otherwise."""

    __test__ = False  # pytest: not a test

    status: Status
    passed: tuple[bool, ...]
    reason: str = ""
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Tests:
    """What a function is tested on. expected: a message an input; its seconds are the reference's
    and set the limits. whole_seconds: instead of limits a call, one for all together."""

    __test__ = False

    entry_point: str
    inputs: Sequence[Sequence[Any]]
    expected: Sequence[Message]
    atol: float = 0.0
    rule: Rule | None = None  # None: `close`, and equal bytes need no reading
    whole_seconds: float = 0.0

    @cached_property
    def packed(self) -> bytes:
        """The inputs as the process gets them."""
        return marshal.dumps([list(given) for given in self.inputs])

    @cached_property
    def floats_from(self) -> int:
        """The first input of which floats are expected."""
        found = (i for i, message in enumerate(self.expected) if is_floats(decoded(message)))
        return next(found, len(self.expected)) if self.atol == 0 else 0

    def tolerance(self, place: int) -> float:
        """Of one input: EvalPlus switches it on at the first expected floats, and it stays on."""
        return TOLERANCE if self.atol == 0 and place >= self.floats_from else self.atol

    def limits(self) -> list[float]:
        """Seconds for each call; 0 is none."""
        if self.whole_seconds:
            return [0.0] * len(self.inputs)
        return [max(SECONDS, FACTOR * message.seconds) for message in self.expected]

    def total_seconds(self) -> float:
        """For the whole program, from its start."""
        own = self.whole_seconds or min(TOTAL_SECONDS, sum(self.limits()))
        return own + GRACE_SECONDS


class Comparison:
    """One program's outputs against the expected ones."""

    def __init__(self, tests: Tests) -> None:
        """Nothing has come yet."""
        self.tests, self.passed, self.place = tests, list[bool](), 0
        self.fault, self.late = "", False

    def read(self, channel: bytes | bytearray) -> bool:
        """Compare what is new in all that came so far. True if the rest does not matter."""
        while not self.over() and (found := next_message(channel, self.place)):
            message, self.place = found
            self.fault = _fault(message, self.tests, len(self.passed))
            self.late = bool(self.fault) and message.kind == "late"
            self.passed.append(not self.fault)
        return self.over()

    def over(self) -> bool:
        """Whether an output was wrong, or all are right."""
        return bool(self.fault) or len(self.passed) == len(self.tests.expected)

    def result(self, outcome: Outcome) -> TestRun:
        """The status, now that the program has ended."""
        self.read(outcome.channel)
        passed = tuple(self.passed)
        if self.fault:
            return TestRun(status="fail", passed=passed, reason=self.fault, late=self.late)
        if not self.over():
            return _unfinished(outcome, passed)
        return TestRun(status="pass", passed=passed)


def _unfinished(outcome: Outcome, passed: tuple[bool, ...]) -> TestRun:
    after = f"after {len(passed)} outputs"
    if outcome.how == "timeout":
        reason = f"not finished in {outcome.seconds:.0f} s, {after}"
        return TestRun(status="timeout", passed=passed, reason=reason, late=True)
    if outcome.how == "output":
        return TestRun(status="fail", passed=passed, reason=f"sent too much, {after}")
    code = "" if outcome.exit_code is None else f", exit code {outcome.exit_code}"
    return TestRun(status="timeout", passed=passed, reason=f"ended {after} ({outcome.how}{code})")


def _fault(message: Message, tests: Tests, place: int) -> str:
    """Why one output is wrong, or nothing."""
    expected, where = tests.expected[place], f"input {place}"
    if message.kind == "broken":
        return f"the code does not load: {message.text}"
    if message.kind == "late":
        used = f"{message.seconds:.1f} s, of CPU {message.cpu_seconds:.1f} s"
        return f"{where}: not finished in {used}"
    if message.kind not in VALUES:
        return f"{where}: raised {message.text}"
    if tests.rule is None and _same_bytes(message, expected):
        return ""
    if len(message.content) > _LONGER * len(expected.content) + 2**16:
        return f"{where}: an output of {len(message.content)} bytes"
    try:
        out = decoded(message)
    except NotAValue as error:
        return f"{where}: no readable output ({error})"
    exp = decoded(expected)
    if _right(tests, place, out, exp):
        return ""
    given = _shown(tests.inputs[place])
    return f"{where}, {given}: returned {_shown(out)}, expected {_shown(exp)}"


def _same_bytes(message: Message, expected: Message) -> bool:
    """Equal without reading. NaN is not equal to itself, and an unknown object to nothing."""
    doubles = ("floats", "numbers")
    if message.content != expected.content:
        return False
    if message.kind in doubles and expected.kind in doubles:
        return not np.isnan(np.frombuffer(message.content)).any()
    odd = (b"NaN", b'"object"', b'"items"')
    return message.kind == expected.kind and not any(word in message.content for word in odd)


def _right(tests: Tests, place: int, out: Any, exp: Any) -> bool:
    rule, atol = tests.rule or close, tests.tolerance(place)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(rule(Call(tests.inputs[place], out, exp, atol)))
    except Exception:  # EvalPlus: what cannot be compared is wrong
        return False


def _shown(value: Any) -> str:
    try:
        return _SHORT.repr(value)[:_SHOWN]
    except (ValueError, RecursionError):
        return "a long number"
