"""Each layer holds what it says it holds, alone; and what is missing is said."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from sandbox.outside import PRELUDE, SECRET, Outside

from leadline.errors import LeadlineError
from leadline.sandbox import Layers, Limits, Sandbox, bubblewrap, probe
from leadline.sandbox.inside import seccomp
from leadline.sandbox.inside.names import LAYERS
from leadline.sandbox.inside.syscalls import numbers
from leadline.sandbox.layers import refuse_unprotected
from leadline.sandbox.probe import try_layers
from leadline.sandbox.visible import visible

STEAL = "print(open(canary + '/secret').read())"
TALK = "import socket; socket.create_connection(('127.0.0.1', tcp), 1)"
FORK = "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(100)"
KILL = "import os; os.kill(parent, 0); print('alive')"
HELD_BY = {  # what each harmless misdeed is stopped by
    "steal": (STEAL, {"mount", "bubblewrap", "landlock"}),
    "talk": (TALK, {"net", "bubblewrap", "seccomp"}),
    "fork": (FORK, {"seccomp"}),
    "signal": (KILL, {"pid", "bubblewrap", "seccomp"}),
}


def run_under(layers: tuple[str, ...], program: str, world: Outside) -> bytes:
    """Both outputs of a program under these layers only."""
    chosen = _bubblewrap(*layers) if "bubblewrap" in layers else probe().only(*layers)
    if set(chosen.active) != set(layers):
        pytest.skip(chosen.words())
    sandbox = Sandbox(layers=chosen, unsandboxed="allow", imports="standard")
    outcome = sandbox.run(PRELUDE + program, arguments=world.arguments)
    return outcome.stdout + outcome.stderr


def _bubblewrap(*layers: str) -> Layers:
    """By hand, as probe() prefers namespaces of our own."""
    reason = try_layers(("bubblewrap",)) if bubblewrap.find() else "bubblewrap is not installed"
    if reason:
        pytest.skip(reason)
    return Layers(active=layers)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("deed", HELD_BY)
def test_a_layer_alone_holds_what_it_should(deed: str, layer: str, world: Outside) -> None:
    program, holders = HELD_BY[deed]
    said = run_under((layer,), program, world)
    if layer in holders:
        assert b"Error" in said
        assert SECRET.encode() not in said
    assert world.left_running() == []


@pytest.mark.parametrize("deed", HELD_BY)
def test_without_layers_the_same_deeds_are_done(deed: str, world: Outside) -> None:
    """Or else the tests of the layers would show nothing."""
    said = run_under((), HELD_BY[deed][0], world)
    assert b"Error" not in said
    assert (SECRET.encode() in said) == (deed == "steal")
    assert bool(world.heard()) == (deed == "talk")
    assert world.left_running() == []


def test_own_root_holds_only_what_python_needs(world: Outside) -> None:
    said = run_under(("mount",), "import json; print(json.dumps(os.listdir('/')))", world)
    known = {path.split("/")[1] for path in visible("standard").paths}
    known |= {path.split("/")[1] for path, _ in visible("standard").links}
    names = set(json.loads(said))
    assert names <= known | {"dev", "program.py", "scratch"}


def test_bubblewrap_takes_the_place_of_the_namespaces(world: Outside) -> None:
    """With Landlock and seccomp inside; the scratch folder has its size, and the rest is closed."""
    sandbox = Sandbox(
        layers=_bubblewrap("bubblewrap", *probe().only("landlock", "seccomp").active),
        limits=Limits(file_bytes=2**20, wall_seconds=20),
        imports="standard",
    )
    outcome = sandbox.run(
        PRELUDE
        + "import os\nprint(os.getcwd(), os.listdir('.'), sys.stdin.read(), flush=True)\n"
        + "attempt(open, '/new', 'w'); attempt(open, '/program.py', 'a')\n"
        + "for n in range(9): open(f'f{n}', 'wb').write(bytes(2**18))\n",
        arguments=world.arguments,
        files={"given": b"x"},
        stdin=b"in",
    )
    assert outcome.stdout == b"/scratch ['given'] in\n"
    assert b"No space left" in outcome.stderr
    assert sandbox.run("import os; print(os.listdir('.'))").stdout == b"[]\n"
    slow = Sandbox(layers=sandbox.layers, limits=Limits(wall_seconds=0.5), imports="standard")
    ended = slow.run("import time; time.sleep(100)", arguments=(world.token,))
    assert ended.how == "timeout"
    assert world.left_running(patience=2) == []


def test_words_name_every_layer() -> None:
    layers = Layers(active=LAYERS[:2], missing=dict.fromkeys(LAYERS[2:], "why not"))
    text = layers.words()
    assert text.count("\nactive") + text.startswith("active") == 2
    assert text.count("why not") == len(LAYERS) - 2


@pytest.mark.parametrize(
    ("active", "unprotected"),
    [
        (LAYERS, ()),
        (("landlock", "seccomp"), ()),
        (("mount", "pid", "net", "ipc"), ()),
        (("bubblewrap",), ()),
        (("seccomp",), ("files",)),
        (("landlock",), ("files", "network", "processes")),
        (("mount",), ("network", "processes")),
        (("mount", "pid"), ("network",)),
        (("pid", "net", "ipc"), ("files", "network")),
        ((), ("files", "network", "processes")),
    ],
)
def test_each_missing_protection_is_refused(
    active: tuple[str, ...], unprotected: tuple[str, ...]
) -> None:
    layers = Layers(active=active)
    assert layers.unprotected == unprotected
    if unprotected:
        with pytest.raises(LeadlineError, match=f"nothing protects {', '.join(unprotected)}"):
            refuse_unprotected(layers)
    else:
        refuse_unprotected(layers)


def test_system_call_numbers_are_the_kernels() -> None:
    """The headers of the machine know them, where there are any."""
    headers = [*Path("/usr/include").glob("*/asm/unistd_64.h")]
    if not headers or os.uname().machine != "x86_64":
        pytest.skip("no kernel headers of x86_64")
    lines = headers[0].read_text().splitlines()
    truth = {w[1].removeprefix("__NR_"): w[2] for w in map(str.split, lines) if len(w) == 3}
    for name, number in numbers(0).items():
        assert truth[name] == str(number)


def test_nothing_that_reaches_out_is_on_the_list() -> None:
    never = {"socket", "connect", "bind", "listen", "accept", "sendmsg", "ptrace", "mount", "fork"}
    never |= {"vfork", "unshare", "setns", "bpf", "keyctl", "io_uring_setup", "chmod", "fchmodat"}
    never |= {"process_vm_writev", "pidfd_send_signal", "tkill", "rt_sigqueueinfo", "memfd_create"}
    for column in (0, 1):
        assert not never & set(numbers(column))


ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x50001, 0x50026, 0x80000000
AARCH64, X86_64 = 0xC00000B7, 0xC000003E


def answer(program: bytes, *, architecture: int, number: int, arguments: tuple[int, ...]) -> int:
    """What the kernel would answer to a call: its BPF machine, as far as filters use it."""
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, architecture, 0, *padded)
    accumulator, at = 0, 0
    while True:
        code, then, otherwise, k = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        if code == 0x06:
            return int(k)
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, k)[0]
        elif code == 0x54:
            accumulator &= k
        else:
            compare = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: accumulator & k}
            at += then if compare[code] else otherwise


@pytest.mark.parametrize(("column", "architecture"), [(0, X86_64), (1, AARCH64)])
def test_filter_answers_as_meant_on_both_kinds_of_machine(column: int, architecture: int) -> None:
    own, thread = 1234, 0x3D0F00
    program = seccomp.build(column, own=own)
    assert len(program) // 8 <= 4096  # the kernel takes no more
    number = numbers(column)
    cases = [
        ("read", (), ALLOW),
        ("clone", (thread,), ALLOW),
        ("clone", (17,), EPERM),  # fork
        ("clone", (thread | 0x10000000,), EPERM),
        ("clone3", (), ENOSYS),
        ("kill", (own, 15), ALLOW),
        ("kill", (own + 1, 15), EPERM),
        ("kill", (2**64 - 1, 9), EPERM),
        ("tgkill", (own, own, 6), ALLOW),
        ("tgkill", (0, 0, 6), EPERM),
        ("openat", (0, 0, 0o2000000), ALLOW),
        ("openat", (0, 0, 0o1102), ALLOW),
        ("openat", (0, 0, 0o1000), EPERM),  # O_RDONLY | O_TRUNC
        ("fcntl", (0, 1), ALLOW),
        ("fcntl", (0, 8), EPERM),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), EPERM),
        ("sendto", (3, 99, 1, 0, 0, 0), ALLOW),
        ("sendto", (3, 99, 1, 0, 99, 16), EPERM),
        ("sendto", (3, 99, 1, 0, 2**40, 16), EPERM),
        ("socketpair", (1,), ALLOW),
        ("socketpair", (2,), EPERM),
        ("prctl", (15,), ALLOW),
        ("prctl", (4,), EPERM),
        ("prlimit64", (own + 1,), EPERM),
    ]
    for name, arguments, expected in cases:
        found = answer(program, architecture=architecture, number=number[name], arguments=arguments)
        assert found == expected, (name, arguments)
    for n in range(600):
        if n not in number.values():
            found = answer(program, architecture=architecture, number=n, arguments=())
            assert found == EPERM
    other = answer(program, architecture=0x40000003, number=number["read"], arguments=())
    assert other == KILL  # the 32-bit gate
    x32 = answer(program, architecture=architecture, number=0x40000000, arguments=())
    assert x32 == ENOSYS


UNSHARE, MOUNT, MOUNT_SETATTR, LANDLOCK = 272, 165, 442, 444  # on x86_64
REFUSING = """
import ctypes, os, sys
from leadline.sandbox.inside import libc, seccomp
refused = [int(n) for n in sys.argv[1].split()]
program = seccomp._code(0x20, 0)
for number in refused:
    program += seccomp._code(0x15, number, otherwise=1) + seccomp._REFUSE
libc.prctl(38, 1)
libc.set_filter(program + seccomp._PERMIT)
from leadline.sandbox import Sandbox, probe
print(*probe().active)
try: print(Sandbox(imports='standard').run('print(6 * 7)').stdout.decode())
except Exception as error: print(type(error).__name__, 'allow-unsandboxed' in str(error))
"""


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86_64")
@pytest.mark.parametrize(
    ("refused", "active", "then"),
    [
        (f"{UNSHARE} {MOUNT}", "landlock seccomp", "42"),
        (f"{UNSHARE} {MOUNT} {LANDLOCK}", "seccomp", "LeadlineError True"),
        (f"{MOUNT_SETATTR}", "bubblewrap landlock seccomp", "42"),
        (f"{MOUNT_SETATTR} {LANDLOCK}", "bubblewrap seccomp", "42"),
    ],
    ids=["as a container", "an old container", "old, with bubblewrap", "older, with bubblewrap"],
)
def test_machines_that_offer_less(refused: str, active: str, then: str) -> None:
    """Planted by a filter that refuses system calls to this and all it starts."""
    if not {"mount", "landlock", "seccomp"} <= set(probe().active):
        pytest.skip(probe().words())
    if "bubblewrap" in active and bubblewrap.find() is None:
        pytest.skip("bubblewrap is not installed")
    found = subprocess.run(
        [sys.executable, "-c", REFUSING, refused],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split("\n")[:2] == [active, then]
