"""Try on this machine what can hold a program: each layer alone, then all that work together."""

import functools
import sys

from leadline.sandbox import bubblewrap
from leadline.sandbox.child import Live
from leadline.sandbox.inside.names import LAYERS, NAMESPACES
from leadline.sandbox.layers import Layers
from leadline.sandbox.limits import Limits, Program
from leadline.sandbox.run import CANNOT, CannotStart, Runner

# What a program tries against one layer; it says so if it was not held.
_TRIALS = {
    "mount": "import os; leak = os.path.exists('/etc/passwd') or os.path.exists('/proc/1')",
    "pid": "import os; leak = os.getpid() > 9",
    "net": "import _socket; leak = [n for _, n in _socket.if_nameindex() if n != 'lo']",
    "ipc": "leak = ''",
    "landlock": ("import os\ntry: leak = os.listdir('/')\nexcept PermissionError: leak = ''\n"),
    "seccomp": "import _socket\ntry: leak = _socket.socket()\nexcept PermissionError: leak = ''\n",
}
_END = "\nprint('leak' if leak else 'held', end='')"
LIMITS = Limits(cpu_seconds=20, wall_seconds=60)


@functools.cache
def probe() -> Layers:
    """Which layers hold on this machine, and why the others do not; tried once a process."""
    if sys.platform != "linux":
        return Layers(active=(), missing=dict.fromkeys(LAYERS, f"not on {sys.platform}"))
    reasons = {name: try_layers((name,), _TRIALS[name]) for name in _TRIALS}
    if not any(reasons[name] for name in NAMESPACES):
        reasons["bubblewrap"] = "not needed: the namespaces are made without it"
    elif not bubblewrap.find():
        reasons["bubblewrap"] = "not installed"
    elif not (reason := try_layers(("bubblewrap",), _TRIALS["pid"])):
        reasons |= dict.fromkeys(NAMESPACES, "bubblewrap makes them") | {"bubblewrap": ""}
    else:
        reasons["bubblewrap"] = reason
    missing = {name: reasons[name] for name in LAYERS if reasons[name]}
    active = tuple(name for name in LAYERS if name not in missing)
    together = try_layers(active)
    if together:
        raise CannotStart(f"the layers {', '.join(active)} do not work together: {together}")
    return Layers(active=active, missing=missing)


def try_layers(layers: tuple[str, ...], trial: str = "leak = ''") -> str:
    """Why a program with these layers, and nothing but them, was not held; empty if it was."""
    try:
        runner = Runner(limits=LIMITS, layers=layers, imports="standard")
        outcome = runner.run(Program(source=trial + _END), live=Live())
    except CannotStart as error:
        return str(error).partition(CANNOT)[2]
    if outcome.stdout == b"held":
        return ""
    if outcome.stdout == b"leak":
        return "it was set up, and held nothing"
    said = outcome.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"a program in it did not run ({outcome.how} {outcome.exit_code}: {said[-1:]})"
