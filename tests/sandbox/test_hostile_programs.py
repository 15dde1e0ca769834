"""Hostile programs against the layers: whatever they do, nothing outside notices, and the grader
is alive and right about the next program. Run against all layers together, and against those that
a container without user namespaces has.

The problem to solve: read a number, write its square to the channel. The answer stays outside.
"""

import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox import hostile_files, hostile_processes, hostile_talk
from sandbox.outside import PRELUDE, SECRET, Outside, picture

from leadline.sandbox import Layers, Limits, Outcome, Sandbox, bubblewrap, probe
from leadline.sandbox.probe import try_layers

PROGRAMS = {
    **hostile_processes.PROGRAMS,
    **hostile_files.PROGRAMS,
    **hostile_talk.PROGRAMS,
}
GOOD = "import os\nos.write(int(os.environ['LEADLINE_CHANNEL']), str(int(input()) ** 2).encode())"
TIGHT = Limits(
    memory_bytes=2**28,
    output_bytes=2**20,
    file_bytes=2**23,
    processes=16,
)
ENDLESS = {  # they go on until they are stopped
    *(
        "sleeps",
        "spins",
        "spins_and_catches_everything",
        "ignores_every_signal",
        "spins_in_threads",
    ),
    *("backtracks_without_end", "computes_a_huge_power", "never_ends_a_thread"),
    *("starts_itself_again_and_again", "waits_for_input", "storms_itself_with_timers"),
    *("catches_memory_errors", "forks_without_end", "daemonises", "starts_threads_without_end"),
    *("closes_descriptors", "answers_without_end", "makes_deep_folders"),
    "writes_files_without_end",
}
BLOCKED = {"makes_pipes_and_devices"}  # for ever, where it gets its pipe
EXPECTED = {  # how they must end, where it is certain
    **{name: {"timeout", "memory", "files", "processes", "killed"} for name in ENDLESS},
    # Its scratch folder may be full of files before anybody looks: opening the next one then fails.
    "writes_files_without_end": {"files", "timeout", "exited"},
    "sleeps": {"timeout"},
    "spins": {"timeout"},
    "ignores_every_signal": {"timeout"},
    "asks_for_all_at_once": {"memory"},
    "grows_a_list": {"memory", "timeout"},
    "segfaults": {"killed"},
    "aborts": {"killed"},
    "exits_at_once": {"exited"},
    "writes_to_stdout_without_end": {"output"},
    "writes_to_stderr_without_end": {"output"},
    "writes_to_the_channel_without_end": {"output"},
}


def limits_of(name: str) -> Limits:
    """Little time for those that need none; ample for those that end, on a busy machine, too."""
    return replace(TIGHT, wall_seconds=0.3 if name in ENDLESS | BLOCKED else 20, cpu_seconds=2)


def solve(sandbox: Sandbox, program: str, number: int, **options: object) -> tuple[str, Outcome]:
    """The verdict of a grader that compares outside, and the outcome."""
    outcome = sandbox.run(program, stdin=str(number).encode(), **options)  # type: ignore[arg-type]
    right = outcome.channel == str(number**2).encode()
    clean = outcome.how == "exited" and outcome.exit_code == 0
    return "yes" if right and clean else "no", outcome


def shared_places() -> set[str]:
    """What lies where programs of one machine meet."""
    found = [*Path("/dev/shm").glob("*hostile*"), *Path("/dev/mqueue").glob("*hostile*")]
    found += Path(tempfile.gettempdir()).glob("*")
    return {str(path) for path in found}


def contain(sandbox: Sandbox, name: str, world: Outside) -> Outcome:
    """Run one hostile program, then a good one; assert all that must hold under any layers."""
    before, shared = picture(world.folder), shared_places()
    descriptors = list(Path("/proc/self/fd").iterdir())
    number = random.SystemRandom().randrange(10**6, 10**9)
    source = PRELUDE + PROGRAMS[name]
    verdict, outcome = solve(sandbox, source, number, arguments=world.arguments)
    assert verdict == "no"
    assert world.left_running() == []
    assert picture(world.folder) == before
    assert world.heard() == []
    assert shared_places() == shared
    assert len(list(Path("/proc/self/fd").iterdir())) == len(descriptors)
    said = outcome.stdout + outcome.stderr + outcome.channel
    assert SECRET.encode() not in said
    assert os.environ["LEADLINE_TEST_SECRET"].encode() not in said
    assert max(map(len, (outcome.stdout, outcome.stderr, outcome.channel))) <= TIGHT.output_bytes
    good = Sandbox(layers=sandbox.layers, unsandboxed=sandbox.unsandboxed, imports="standard")
    assert solve(good, GOOD, number)[0] == "yes"
    return outcome


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A temporary folder that only this test uses, and a secret in the environment."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("LEADLINE_TEST_SECRET", "secret-" + os.urandom(8).hex())


def test_there_are_at_least_sixty() -> None:
    assert len(PROGRAMS) >= 60


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_layers_contain(name: str, world: Outside) -> None:
    if probe().unprotected:
        pytest.skip(probe().words())
    outcome = contain(Sandbox(limits=limits_of(name), imports="standard"), name, world)
    assert b"ESCAPED" not in outcome.stdout, outcome.stdout
    assert outcome.how in EXPECTED.get(name, {outcome.how})


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] if n in ENDLESS else []) for n in PROGRAMS],
)
def test_landlock_and_seccomp_alone_contain(name: str, world: Outside) -> None:
    layers = _only("landlock", "seccomp")
    outcome = contain(
        Sandbox(limits=limits_of(name), imports="standard", layers=layers), name, world
    )
    assert b"ESCAPED" not in outcome.stdout, outcome.stdout
    assert outcome.how in EXPECTED.get(name, {outcome.how})


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_namespaces_alone_contain(name: str, world: Outside) -> None:
    """Calls may succeed here that the others refuse; but nothing comes of it outside."""
    layers = _only("mount", "pid", "net", "ipc")
    contain(Sandbox(limits=limits_of(name), imports="standard", layers=layers), name, world)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_bubblewrap_alone_contains(name: str, world: Outside) -> None:
    reason = try_layers(("bubblewrap",)) if bubblewrap.find() else "bubblewrap is not installed"
    if reason:
        pytest.skip(reason)
    layers = Layers(active=("bubblewrap",))
    contain(Sandbox(limits=limits_of(name), imports="standard", layers=layers), name, world)


def _only(*names: str) -> Layers:
    layers = probe().only(*names)
    if layers.unprotected:
        pytest.skip(layers.words())
    return layers
