"""Whether a model's function returns what it should: run in the sandbox, compared outside it.

The process that runs the code gets the inputs and never the expected outputs. It sends back each
output as data; the comparison happens here, in order, and ends at the first that is wrong. So
code that prints verdicts, patches what checks it, or writes to the channel itself can only send
outputs, and right ones are all that counts.
"""

import marshal
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from leadline.grade import runner
from leadline.grade.comparison import Comparison, TestRun, Tests
from leadline.grade.outputs import encoded
from leadline.sandbox import Limits, Live, Outcome, Sandbox

Clock = Literal["wall", "cpu"]
MEMORY = 4 * 2**30  # bytes
_PACKING = "from leadline.grade.packing import encode\n"
_IMPORT = re.compile(r"(?:\bfrom\s+([\w.]+)\s+)?\bimport\s+([^\n#;]*)")


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
    comparison = Comparison(tests)
    size = sum(len(message.content) for message in tests.expected)
    outcome = execute(
        code,
        tests,
        sandbox=sandbox,
        seconds=tests.total_seconds(),
        clock=clock,
        output_bytes=2 * size + 2**24,
        live=live,
        enough=comparison.read,
    )
    return comparison.result(outcome)


def execute(
    code: str,
    tests: Tests,
    *,
    sandbox: Sandbox,
    seconds: float,
    output_bytes: int,
    clock: Clock = "wall",
    live: Live | None = None,
    enough: Callable[[bytearray], bool] | None = None,
) -> Outcome:
    """Run a program on all inputs, or until `enough`; its outputs are the outcome's channel."""
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
    return room.run(_inside(), stdin=marshal.dumps(order), live=live, enough=enough)


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
