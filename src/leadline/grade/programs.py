"""Whether a model's function returns what it should: run in the sandbox, compared outside it.

The process that runs the code gets the inputs and never the expected outputs. It sends back each
output as data; the comparison happens here, in order, and ends at the first that is wrong. So
code that prints verdicts, patches what checks it, or writes to the channel itself can only send
outputs, and right ones are all that counts.
"""

import marshal
import re
import reprlib
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from leadline.grade import runner
from leadline.grade.equality import TOLERANCE, Call, Rule, close, is_floats
from leadline.grade.outputs import (
    VALUES,
    Message,
    NotAValue,
    decoded,
    encoded,
    read_messages,
)
from leadline.sandbox import Limits, Live, Outcome, Sandbox

Clock = Literal["wall", "cpu"]
Status = Literal["pass", "fail", "timeout"]
SECONDS = 4.0  # for one call, at least: EvalPlus since 2025-04
FACTOR = 4.0  # times what the reference took
TOTAL_SECONDS = 60.0  # for all calls of a program, at most
GRACE_SECONDS = 2.0  # to load the code
MEMORY = 4 * 2**30  # bytes
_SHOWN = 80  # characters of a value in a reason
_LONGER = 64  # times the expected message: no longer one is read
_SHORT = reprlib.Repr()
_PACKING = "from leadline.grade.packing import encode\n"
_IMPORT = re.compile(r"(?:\bfrom\s+([\w.]+)\s+)?\bimport\s+([^\n#;]*)")


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


def run_tests(
    code: str,
    *,
    entry_point: str,
    inputs: Sequence[Sequence[Any]],
    expected: Sequence[Any],
    atol: float = 0.0,
    sandbox: Sandbox | None = None,
) -> TestRun:
    """Whether `code` defines a function `entry_point` that returns `expected[i]` when called with
    the arguments `inputs[i]`, by EvalPlus's rules of equality (see `close`).

    Inputs are of Python's own plain types. A time-out is tried once more before it counts. Raises
    LeadlineError where the machine cannot hold the code (see Sandbox).
    """
    tests = Tests(
        entry_point=entry_point,
        inputs=inputs,
        expected=[encoded(value) for value in expected],
        atol=atol,
    )
    return run_twice(code, tests, sandbox=sandbox or Sandbox())


def run_twice(code: str, tests: Tests, *, sandbox: Sandbox) -> TestRun:
    """One attempt; where time decided, one more, by CPU time."""
    found = run_once(code, tests, sandbox=sandbox)
    return run_once(code, tests, sandbox=sandbox, clock="cpu") if found.late else found


def run_once(
    code: str,
    tests: Tests,
    *,
    sandbox: Sandbox,
    clock: Clock = "wall",
    live: Live | None = None,
) -> TestRun:
    """One attempt. clock: "wall" is EvalPlus's; by "cpu" a busy machine is not held against the
    program. live: where another thread can end it."""
    size = sum(len(message.content) for message in tests.expected)
    outcome = execute(
        code,
        tests,
        sandbox=sandbox,
        seconds=tests.total_seconds(),
        clock=clock,
        output_bytes=2 * size + 2**24,
        live=live,
    )
    return compare(outcome, tests)


def execute(
    code: str,
    tests: Tests,
    *,
    sandbox: Sandbox,
    seconds: float,
    output_bytes: int,
    clock: Clock = "wall",
    live: Live | None = None,
) -> Outcome:
    """Run a program on all inputs; its outputs come back as the outcome's channel."""
    limits = Limits(
        cpu_seconds=seconds + 1,
        wall_seconds=seconds * (runner.PATIENCE if clock == "cpu" else 1),
        memory_bytes=MEMORY,
        output_bytes=output_bytes,
    )
    order = {
        "code": code,
        "entry_point": tests.entry_point,
        "inputs": tests.packed,
        "limits": tests.limits(),
        "whole": tests.whole_seconds,
        "clock": clock,
    }
    room = replace(sandbox, limits=limits, imports=_imports(code))
    return room.run(_inside(), stdin=marshal.dumps(order), live=live)


def compare(outcome: Outcome, tests: Tests) -> TestRun:
    """The status of a program, from what came out of it."""
    passed: list[bool] = []
    messages = read_messages(outcome.channel)
    for place in range(len(tests.expected)):
        message = next(messages, None)
        if message is None:
            return _unfinished(outcome, tuple(passed))
        fault = _fault(message, tests, place)
        passed.append(not fault)
        if fault:
            late = message.kind == "late"
            return TestRun(status="fail", passed=tuple(passed), reason=fault, late=late)
    return TestRun(status="pass", passed=tuple(passed))


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


def _imports(code: str) -> Literal["installed", "standard"]:
    """Whether a program may need more than the standard library: it starts slower with it."""
    if "__import__" in code or "importlib" in code:
        return "installed"
    for source, names in _IMPORT.findall(code):
        for name in [source] if source else names.split(","):
            words = name.replace("(", " ").split() or [""]
            if words[0].partition(".")[0] not in sys.stdlib_module_names:
                return "installed"
    return "standard"


@cache
def _inside() -> str:
    """The program: the text of runner.py, with that of packing.py where it is imported."""
    here = Path(__file__)
    texts = [here.with_name(n).read_text(encoding="utf-8") for n in ("packing.py", "runner.py")]
    later = "from __future__ import annotations\n"
    return texts[0] + texts[1].replace(later, "").replace(_PACKING, "")
