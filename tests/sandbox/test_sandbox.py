"""What comes back from programs that mean no harm, and what does not go in."""

import json
import signal
import sys

import pytest

from leadline.errors import LeadlineError
from leadline.sandbox import Layers, Limits, Program, Sandbox, probe

NONE = Layers(active=())


@pytest.fixture(scope="module", params=["all layers", "no namespaces", "no layer"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """As machines of different kinds give it."""
    if request.param == "all layers":
        return Sandbox(imports="standard", unsandboxed="allow")
    layers = NONE if request.param == "no layer" else probe().only("landlock", "seccomp")
    return Sandbox(imports="standard", layers=layers, unsandboxed="allow")


def test_output_channel_and_exit_code_come_back(sandbox: Sandbox) -> None:
    outcome = sandbox.run(
        "import os, sys\n"
        "print(sys.stdin.read(), sys.argv[1:])\n"
        "print('to stderr', file=sys.stderr)\n"
        "os.write(int(os.environ['LEADLINE_CHANNEL']), bytes(range(256)) * 1000)\n"
        "sys.exit(7)",
        stdin=b"in\xc3\xa4" * 50_000,
        arguments=("a b", "ä"),
    )
    assert outcome.stdout.decode() == "inä" * 50_000 + " ['a b', 'ä']\n"
    assert outcome.stderr == b"to stderr\n"
    assert outcome.channel == bytes(range(256)) * 1000
    assert (outcome.how, outcome.exit_code) == ("exited", 7)
    assert 0 < outcome.seconds < 60


def test_files_lie_in_an_otherwise_empty_folder_that_is_gone_for_the_next(sandbox: Sandbox) -> None:
    look = "import os; print(sorted(os.listdir('.'))); open('new', 'w').write('x')"
    with_files = sandbox.run(
        look + "; print(open('a/b.bin', 'rb').read())", files={"a/b.bin": b"\0\xff"}
    )
    assert with_files.stdout == b"['a']\nb'\\x00\\xff'\n"
    assert sandbox.run(look).stdout == b"[]\n"


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", ""])
def test_files_cannot_be_laid_outside_the_folder(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(ValueError, match="below the scratch folder"):
        sandbox.run("", files={name: b""})


def test_environment_is_empty_but_for_a_few_words(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    outcome = sandbox.run("import json, os, sys; print(json.dumps([dict(os.environ), sys.path]))")
    environment, path = json.loads(outcome.stdout)
    own = {"LEADLINE_CHANNEL", "HOME", "PYTHONHASHSEED", "LC_CTYPE"}
    assert {k for k in environment if not k.endswith("_NUM_THREADS")} <= own
    assert "/somewhere" not in path
    assert "" not in path


def test_only_its_own_descriptors_are_open(sandbox: Sandbox) -> None:
    program = """
import os
for fd in range(1000):
    try: os.fstat(fd); print(fd, end=' ')
    except OSError: pass
"""
    assert sandbox.run(program).stdout == b"0 1 2 3 "


def test_same_program_gives_the_same_output_every_time(sandbox: Sandbox) -> None:
    program = "print({chr(i) for i in range(65, 91)}, hash('x'))"
    assert sandbox.run(program).stdout == sandbox.run(program).stdout


def test_strange_text_is_a_failed_program_not_an_error(sandbox: Sandbox) -> None:
    for source in ("\udce4", "x = '\x00'", "\ufeffprint(1", "def f(:", "\x1b[2J", "é" * 10):
        outcome = sandbox.run(source)
        assert (outcome.how, outcome.exit_code) == ("exited", 1), source
    assert sandbox.run("").exit_code == 0
    assert sandbox.run("# " + "x" * 10_000_000 + "\nprint(1)").stdout == b"1\n"


LIMITED: list[tuple[str, dict[str, float], str]] = [
    ("import time; time.sleep(60)", {"wall_seconds": 0.5}, "timeout"),
    ("x = bytearray(2**31)", {"memory_bytes": 2**28}, "memory"),
    ("print('x' * 10**6)", {"output_bytes": 10**5}, "output"),
    ("import ctypes; ctypes.string_at(0)", {}, "killed"),
]


@pytest.mark.parametrize(("program", "limits", "how"), LIMITED, ids=lambda v: str(v)[:20])
def test_limit_names_itself(
    sandbox: Sandbox, program: str, limits: dict[str, float], how: str
) -> None:
    limited = Sandbox(
        limits=Limits(**limits),  # type: ignore[arg-type]
        imports="standard",
        layers=sandbox.layers,
        unsandboxed="allow",
    )
    outcome = limited.run("import sys; print('began', flush=True)\n" + program)
    assert outcome.how == how
    assert outcome.stdout.startswith(b"began")


def test_cpu_time_is_limited_on_its_own() -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=60)
    outcome = Sandbox(limits=limits, imports="standard").run("while True: pass")
    assert (outcome.how, outcome.exit_code) == ("timeout", -signal.SIGXCPU)


def test_output_at_its_limit_passes_and_above_it_does_not() -> None:
    sandbox = Sandbox(limits=Limits(output_bytes=1000), imports="standard")
    exact = sandbox.run("print('x' * 999)")
    assert (exact.how, len(exact.stdout)) == ("exited", 1000)
    above = sandbox.run("print('x' * 1000)")
    assert (above.how, len(above.stdout)) == ("output", 1000)


def test_thread_limit_counts_threads() -> None:
    program = """
import threading, time
n = 0
try:
    for n in range(100): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
except RuntimeError: pass
time.sleep(0.5)  # where the kernel does not count them, they are looked at ten times a second
print(n)
"""
    few = Sandbox(limits=Limits(processes=10), imports="standard").run(program)
    assert few.how == "processes" or 5 <= int(few.stdout) <= 15
    assert Sandbox(imports="standard").run(program.replace("100", "20")).stdout == b"19\n"


def test_installed_packages_can_be_imported_unless_only_the_standard_ones_shall() -> None:
    program = "import numpy; print(int(numpy.arange(5) @ numpy.ones(5)))"
    assert Sandbox().run(program).stdout == b"10\n"
    refused = Sandbox(imports="standard").run(program)
    assert b"ModuleNotFoundError" in refused.stderr


def test_asyncio_threads_and_temporary_files_work(sandbox: Sandbox) -> None:
    program = """
import asyncio, concurrent.futures, sqlite3, tempfile
async def three(): await asyncio.sleep(0.001); return 3
print(asyncio.run(three()))
print(list(concurrent.futures.ThreadPoolExecutor(4).map(abs, [-1, 2])))
with tempfile.NamedTemporaryFile() as file: file.write(b'x')
print(sqlite3.connect('a.db').execute('select 1').fetchall())
print(file=open('/dev/null', 'w')); assert len(open('/dev/urandom', 'rb').read(4)) == 4
"""
    outcome = sandbox.run(program)
    assert outcome.stdout == b"3\n[1, 2]\n[(1,)]\n", outcome.stderr


def test_it_is_the_same_interpreter() -> None:
    outcome = Sandbox(imports="standard").run("import sys; print(sys.version, sys.executable)")
    assert outcome.stdout.decode() == f"{sys.version} {sys.executable}\n"


def test_missing_protection_is_refused_and_says_the_way_out() -> None:
    with pytest.raises(LeadlineError, match="--allow-unsandboxed") as refused:
        Sandbox(layers=NONE).run("print(1)")
    assert "nothing protects files, network, processes" in str(refused.value)
    with pytest.raises(LeadlineError, match="nothing protects files"):
        next(Sandbox(layers=NONE).run_all([Program(source="print(1)")], workers=1))
    assert Sandbox(layers=NONE, unsandboxed="allow").run("print(1)").stdout == b"1\n"
