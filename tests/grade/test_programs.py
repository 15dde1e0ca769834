"""Programs of models: right ones pass, wrong ones fail, and no trick gets a wrong one through."""

import math
import os
import time
from fractions import Fraction
from pathlib import Path

import pytest

from leadline.grade.comparison import Comparison, TestRun, Tests
from leadline.grade.outputs import Message, encoded, read_messages
from leadline.grade.programs import execute, run_once, run_tests
from leadline.sandbox import Outcome, Sandbox

SQUARE = {"entry_point": "f", "inputs": [[2], [3], [-4]], "expected": [4, 9, 16]}


def run(code: str, **tests: object) -> TestRun:
    return run_tests(code, **{**SQUARE, **tests})  # type: ignore[arg-type]


def test_right_program_passes_on_every_input() -> None:
    found = run("def f(x):\n    return x * x")
    assert found == TestRun(status="pass", passed=(True, True, True))


def test_first_wrong_output_ends_it_and_is_told() -> None:
    found = run("def f(x):\n    return x * abs(x)")
    assert (found.status, found.passed) == ("fail", (True, True, False))
    assert found.reason == "input 2, [-4]: returned -16, expected 16"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def f(x): return x +", "does not load: SyntaxError"),
        ("def g(x): return x * x", "does not load: KeyError: 'f'"),
        ("def f(x): return y", "raised NameError"),
        ("def f(x): raise SystemExit", "raised SystemExit"),
        ("raise KeyboardInterrupt", "does not load: KeyboardInterrupt"),
        ("def f(x): return input()", "raised OSError"),
        ("", "does not load"),
        ("def f(x): return f(x)", "raised RecursionError"),
        ("def f(x): return [x] * 10**10", "raised MemoryError"),
    ],
)
def test_programs_that_break_fail_with_the_reason(code: str, reason: str) -> None:
    found = run(code)
    assert found.status == "fail"
    assert reason in found.reason


FAKES = [
    "print('pass')\ndef f(x): print('[true, true]'); return 0",
    "import sys, json\nsys.stdout.write(json.dumps({'status': 'pass'}))\ndef f(x): return None",
    "import builtins\nbuiltins.isinstance = lambda *_: True\nbuiltins.all = lambda *_: True\n"
    "def f(x): return 0",
    "import json\njson.dumps = lambda *_, **__: '16'\njson.loads = lambda *_: 16\n"
    "def f(x): return 0",
    "import copy\ncopy.deepcopy = lambda x: 0\ndef f(x): return 1",
    "import time\ntime.time = time.perf_counter = lambda: 0.0\ndef f(x):\n    return -1",
    "class Yes:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
    "def f(x): return Yes()",
    "class Yes(int):\n    def __eq__(self, other): return True\n    def __ne__(self, other): "
    "return False\n    def __hash__(self): return 4\ndef f(x): return Yes(5)",
    "class Yes(list):\n    def __eq__(self, other): return True\ndef f(x): return Yes()",
    "import os\ndef f(x): os._exit(0)",
    "import os\nos.close(int(os.environ.get('LEADLINE_CHANNEL', 3)))\ndef f(x): return 0",
    "import os\nfor n in range(3, 20):\n    try: os.close(n)\n    except OSError: pass\n"
    "def f(x): return x * x",
    "import os\ndef f(x):\n    for n in range(3, 10):\n        try: os.write(n, b'pass\\n' * 100)\n"
    "        except OSError: pass\n    return 0",
    "import os\ndef f(x):\n    for n in range(3, 10):\n"
    "        try: os.write(n, b'json 0.000001 0.000001 2\\n99')\n"
    "        except OSError: pass\n    return 0",
    "import sys\ndef f(x):\n    frame = sys._getframe(1)\n    frame.f_locals.update(value=x * x)\n"
    "    return 0",
    "import __main__\n__main__.encode = lambda value: ('json', b'true')\n"
    "__main__.pack = lambda value: True\ndef f(x): return 0",
    "import gc\nfor thing in gc.get_objects():\n    if type(thing).__name__ == 'Sender':\n"
    "        thing.send = lambda *_: None\ndef f(x): return 0",
    "import sys\nsys.settrace(lambda *_: None)\nsys.setrecursionlimit(10**6)\n"
    "def f(x): return None",
    "import ctypes\nctypes.string_at(0)\ndef f(x): return x * x",
    "import threading, os\nthreading.Timer(0.0, lambda: os._exit(0)).start()\n"
    "import time\ndef f(x):\n    time.sleep(1)\n    return x * x",
    "import signal\nsignal.raise_signal(signal.SIGKILL)\ndef f(x): return x * x",
    "import signal\nsignal.raise_signal(signal.SIGALRM)\ndef f(x): return x * x",
    "def f(x):\n    yield x * x",
    "def f(x): return str(x * x)",
    "def f(x): return lambda: x * x",
    "x = []\nfor _ in range(50): x = [x, x]\ndef f(_): return x",
    "x = []\nx.append(x)\ndef f(_): return x",
    "def f(x): return float('nan')",
    "def f(x): return 'A' * 50_000_000",
    "def f(x): return [[['A' * 1000] * 1000] * 60]",
]  # fmt: skip


@pytest.mark.parametrize("code", FAKES, ids=range(len(FAKES)))
def test_no_trick_makes_a_wrong_program_pass(code: str) -> None:
    assert run_once(code, made(**SQUARE), sandbox=Sandbox()).status != "pass"


def made(**tests: object) -> Tests:
    expected = [encoded(value) for value in tests.pop("expected")]  # type: ignore[attr-defined]
    return Tests(expected=expected, **tests)  # type: ignore[arg-type]


def test_grader_is_right_about_the_next_program() -> None:
    for code in FAKES[:3]:
        run_once(code, made(**SQUARE), sandbox=Sandbox())
    assert run("def f(x): return x * x").status == "pass"


def test_expected_outputs_are_nowhere_in_the_process() -> None:
    """A program that searches its whole memory for the answer finds the inputs, not the answer."""
    code = (
        "import gc, sys\n"
        "def f(x):\n"
        "    found = [t for t in gc.get_objects() if type(t) is list and 'needle' in t]\n"
        "    return 'needle-in' if found else x\n"
    )
    found = run(code, inputs=[["a"]], expected=["needle"])
    assert "returned 'a'" in found.reason


def test_endless_call_is_late_not_more() -> None:
    began = time.monotonic()
    tests = made(entry_point="f", inputs=[[1]], expected=[1])
    found = run_once("def f(x):\n    while True: pass", tests, sandbox=Sandbox())
    assert (found.status, found.late) == ("fail", True)  # EvalPlus: a call's limit raises in it
    assert "not finished in" in found.reason
    assert time.monotonic() - began >= 4.0


def test_program_that_catches_its_limit_is_ended_from_outside() -> None:
    code = (
        "import time\ndef f(x):\n    while True:\n        try: time.sleep(60)\n"
        "        except Exception: pass"
    )
    tests = made(entry_point="f", inputs=[[1]], expected=[1], whole_seconds=0.5)
    found = run_once(code, tests, sandbox=Sandbox())
    assert (found.status, found.late, found.passed) == ("timeout", True, ())


def test_time_that_a_busy_machine_takes_is_no_time_of_the_program() -> None:
    """By the CPU clock, a call that waits longer than its limit is not late."""
    tests = made(entry_point="f", inputs=[[1]], expected=[1], whole_seconds=0.5)
    code = "import time\ndef f(x):\n    time.sleep(1)\n    return x"
    assert run_once(code, tests, sandbox=Sandbox()).late
    assert run_once(code, tests, sandbox=Sandbox(), clock="cpu").status == "pass"


def test_endless_call_ends_by_the_cpu_clock_too() -> None:
    tests = made(entry_point="f", inputs=[[1]], expected=[1], whole_seconds=0.5)
    code = "def f(x):\n    while True: pass"
    assert run_once(code, tests, sandbox=Sandbox(), clock="cpu").late


def test_recursion_reaches_as_deep_as_under_evalplus() -> None:
    """Measured with evalplus 0.3.1 on Python 3.11: a function may call itself 969 times."""
    code = (
        "def f(x):\n"
        "    def deep(n):\n"
        "        try: return deep(n + 1)\n"
        "        except RecursionError: return n\n"
        "    return deep(0)\n"
    )
    assert run(code, inputs=[[0]], expected=[969]).status == "pass"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (10**5000, "10 ** 5000"),
        (-(2**64), "-2 ** 64"),
        ("\ud800 é \x00", "'\\ud800 é \\x00'"),
        (b"\xff", "b'\\xff'"),
        ({1: {2, 3}, (4,): frozenset({5})}, "{1: {2, 3}, (4,): frozenset({5})}"),
        (1 + 2j, "1 + 2j"),
        ([1, True, 0.0], "[1.0, 1, False]"),
        ({"a": 2}, "__import__('collections').Counter(a=2)"),
        (3, "__import__('decimal').Decimal('3')"),
        (Fraction(1, 3), "__import__('fractions').Fraction(1, 3)"),
        (7, "__import__('numpy').int64(7)"),
        (math.inf, "float('inf')"),
        (list(range(5000)), "[float(i) for i in range(5000)]"),
        ("ab" * 100_000, "'ab' * 100_000"),
        ([(i, "x") for i in range(10**6)], "[(i, 'x') for i in range(10 ** 6)]"),
    ],
    ids=lambda x: str(type(x).__name__),
)
def test_equal_values_of_any_type_are_equal(value: object, code: str) -> None:
    found = run(f"def f(): return {code}", inputs=[[]], expected=[value])
    assert found.status == "pass", found.reason


def test_tolerance_of_floats_stays_on_from_the_first_that_is_expected() -> None:
    """EvalPlus reassigns the tolerance within its loop."""
    code = "def f(x): return x + 1e-9"
    first = run(code, inputs=[[0.5], [1]], expected=[0.5, 1.0])
    assert first.status == "pass"
    later = run(code, inputs=[[1], [0.5]], expected=[1, 0.5])  # not on yet at the int
    assert (later.status, later.passed) == ("fail", (False,))


def test_inputs_are_fresh_for_every_program() -> None:
    inputs = [[[1, 2]], [[3]]]
    code = "def f(x):\n    x.append(0)\n    return len(x)"
    for _ in range(2):
        assert run(code, inputs=inputs, expected=[3, 2]).status == "pass"
    assert inputs == [[[1, 2]], [[3]]]


def test_program_sees_no_file_of_ours(tmp_path: Path) -> None:
    secret = tmp_path / "expected.messages"
    secret.write_text("4", encoding="utf-8")
    code = (
        "import os\ndef f(x):\n"
        f"    return os.path.exists({str(secret)!r}) or 'HOME' in os.environ and "
        f"os.environ['HOME'] == {os.environ.get('HOME', '')!r}"
    )
    assert run(code, inputs=[[1]], expected=[False]).status == "pass"


def outcome(channel: bytes, how: str = "exited") -> Outcome:
    return Outcome(
        how=how, exit_code=0, stdout=b"", stderr=b"", channel=channel, seconds=1.0  # type: ignore[arg-type]
    )  # fmt: skip


def test_wrong_output_before_a_time_out_is_a_failure() -> None:
    tests = made(**SQUARE)
    wrong = Message("json", 0.0, 0.0, b"5")
    found = Comparison(tests).result(outcome(wrong.line() + wrong.content, "timeout"))
    assert (found.status, found.late) == ("fail", False)


def test_output_cut_in_the_middle_is_none() -> None:
    right = Message("json", 0.0, 0.0, b"4")
    data = right.line() + right.content
    assert len(list(read_messages(data + data[:-1]))) == 1
    found = Comparison(made(**SQUARE)).result(outcome(data + data[:-1]))
    assert (found.status, found.passed) == ("timeout", (True,))


def test_program_ends_at_the_first_wrong_output() -> None:
    """What comes after it does not matter, and is not waited for."""
    code = "import time\ndef f(x):\n    if x: time.sleep(60)\n    return -1"
    tests = made(entry_point="f", inputs=[[0], [1]], expected=[0, -1])
    comparison = Comparison(tests)
    outcome = execute(
        code,
        tests,
        sandbox=Sandbox(),
        seconds=30,
        output_bytes=2**20,
        enough=comparison.read,
    )
    assert outcome.how == "enough"
    assert comparison.result(outcome).passed == (False,)
