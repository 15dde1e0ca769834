"""Apply the layers to a fresh process, run the program in it, and see that nothing outlives it.

    parent ── launcher ── [first process of the pid namespace] ── program

The launcher ends when the program has ended, or when the parent closes its end of the `stop` pipe
or dies, and takes everything with it that the program started. What it tells the parent goes over
a descriptor that the program does not have, in lines: `started` · `ended exit|signal NUMBER CPU` ·
`stopped processes|files` · `error TEXT`.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # `signal` is slow to load
import fcntl
import marshal
import os
import resource
import select
import sys
import time

from . import family, landlock, libc, namespaces, seccomp
from .names import CHANNEL, DEVICES, OWN_PROGRAM, OWN_SCRATCH, PROGRAM_BESIDE

TYPE_CHECKING = False  # as in typing, which takes milliseconds to load
if TYPE_CHECKING:
    from typing import NoReturn

    from .order import Order

LOOK = 0.1  # seconds between two looks at the number of threads
GRACE = 60.0  # seconds after which the parent, which keeps the time, has forgotten this
SUPERVISORS = 2  # processes of ours with the program's user id
N_FILES = 256
STACK = 8 * 2**20  # the soft limit; the program may ask for as much as its memory


def main(order_file: int, channel: int, status: int, stop: int) -> None:
    """Carry out the order in a file. Never returns; never raises."""
    try:
        with open(order_file, "rb") as file:
            order: Order = marshal.loads(file.read())
        _run(order, channel, status, stop)
    except BaseException as error:  # the parent must hear of everything
        _tell(status, f"error {type(error).__name__}: {error}")
    os._exit(1)


def _tell(status: int, line: str) -> None:
    os.write(status, line.replace("\n", " ").encode("utf-8", "replace")[:1000] + b"\n")


def _run(order: Order, channel: int, status: int, stop: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no way for the program to raise something here
    waiter = _waiter(stop)
    proc = family.open_proc()
    limit_threads = _prepare(order)
    _die_with_parent(order)
    own_pids = "pid" in order["layers"]
    lifeline, mine = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _die_with(lifeline)
        if own_pids:
            _first_process(order, channel, status, limit_threads)
        _program(order, channel, status, limit_threads)
    os.close(channel)
    for standard in (0, 1, 2):
        os.close(standard)
    ended = _supervise(child, waiter, proc, order, status)
    if not own_pids:
        family.end_all(proc)
        if ended is not None:
            _tell_end(status, *ended)
    os._exit(0)


def _prepare(order: Order) -> bool:
    """Enter namespaces, fill the scratch folder. True if the kernel counts the program's threads
    apart from everybody's."""
    layers, apart = order["layers"], False
    if sys.platform == "linux":
        namespaces.volunteer_for_the_oom_killer()
    if any(layer in namespaces.FLAGS for layer in layers):
        root = os.geteuid() == 0
        way = namespaces.enter(layers)
        apart = not root  # the kernel never limits the processes of root
        if "mount" in layers:
            namespaces.new_root(order)
            if way == "root":
                namespaces.become_nobody()
                apart = True
    scratch = order["scratch"] or OWN_SCRATCH
    os.chdir(scratch)
    namespaces.put_files(order["files"], scratch=scratch)
    return apart


def _die_with_parent(order: Order) -> None:
    if sys.platform == "linux":
        libc.prctl(libc.PR_SET_DUMPABLE, 0)  # the program cannot look into it, nor trace it
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    if order["parent"] not in (0, os.getppid()):
        raise OSError("the parent is gone")


def _die_with(lifeline: int) -> None:
    """End when the launcher does; now, if it has already: then nobody holds the other end."""
    if sys.platform == "linux":
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.set_blocking(lifeline, False)
    try:
        os.read(lifeline, 1)
    except BlockingIOError:  # it lives
        return
    os._exit(1)


def _first_process(order: Order, channel: int, status: int, limit_threads: bool) -> NoReturn:
    """Process 1 of the pid namespace: when it ends, the kernel ends all others there."""
    signal.set_wakeup_fd(-1)
    program = os.fork()
    if program == 0:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        _program(order, channel, status, limit_threads)
    while True:
        pid, code, usage = os.wait4(-1, 0)
        if pid == program:
            _tell_end(status, code, usage.ru_utime + usage.ru_stime)
            os._exit(0)


def _tell_end(status: int, code: int, cpu_seconds: float) -> None:
    result = os.waitstatus_to_exitcode(code)
    how = f"signal {-result}" if result < 0 else f"exit {result}"
    _tell(status, f"ended {how} {cpu_seconds:.3f}")


def _program(order: Order, channel: int, status: int, limit_threads: bool) -> NoReturn:
    """Give up all that the program shall not have, then become the program."""
    try:
        os.setsid()
        status = fcntl.fcntl(status, fcntl.F_DUPFD_CLOEXEC, CHANNEL + 2)
        os.dup2(channel, CHANNEL)
        os.dup2(status, CHANNEL + 1, inheritable=False)
        os.closerange(CHANNEL + 2, os.sysconf("SC_OPEN_MAX"))
        status = CHANNEL + 1
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        _limit(order, limit_threads)
        path = _restrict(order)
        _tell(status, "started")
        command = [*order["command"], path, *order["arguments"]]
        os.execve(command[0], command, order["environment"])
    except BaseException as error:
        _tell(status, f"error {type(error).__name__}: {error}")
    os._exit(1)


def _limit(order: Order, limit_threads: bool) -> None:
    limits = {
        resource.RLIMIT_CPU: (order["cpu_seconds"], order["cpu_seconds"] + 1),
        resource.RLIMIT_AS: (order["memory_bytes"],) * 2,
        resource.RLIMIT_STACK: (min(STACK, order["memory_bytes"]), order["memory_bytes"]),
        resource.RLIMIT_FSIZE: (order["file_bytes"],) * 2,
        resource.RLIMIT_NOFILE: (N_FILES,) * 2,
        resource.RLIMIT_CORE: (1, 1),  # with 0, a dump to a crash reporter's pipe would be made
    }
    if limit_threads:
        limits[resource.RLIMIT_NPROC] = (order["processes"] + SUPERVISORS,) * 2
    for kind, (soft, hard) in limits.items():
        most = resource.getrlimit(kind)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        try:
            resource.setrlimit(kind, (soft, hard))
        except (OSError, ValueError):
            if sys.platform == "linux":  # macOS refuses some; it is never called protected
                raise


def _restrict(order: Order) -> str:
    """Switch on what only takes away. Returns where the program lies."""
    scratch = order["scratch"] or OWN_SCRATCH
    path = OWN_PROGRAM if scratch == OWN_SCRATCH else f"{scratch}{PROGRAM_BESIDE}"
    if sys.platform == "linux":
        libc.drop_capabilities()
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in order["layers"]:
        landlock.restrict(readable=[*order["readable"], path], devices=DEVICES, scratch=scratch)
    if "seccomp" in order["layers"]:
        seccomp.restrict()
    return path


def _waiter(stop: int) -> select.poll:
    """Wakes up when a child ends, or when the parent wants all to end."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiter = select.poll()
    waiter.register(woken, select.POLLIN)
    waiter.register(stop, 0)  # it can only be closed
    return waiter


def _supervise(
    child: int, waiter: select.poll, proc: int | None, order: Order, status: int
) -> tuple[int, float] | None:
    """Wait for the end of `child`, or bring it about. Returns wait status and CPU seconds if it
    ended by itself."""
    looked = began = time.monotonic()
    while looked < began + order["wall_seconds"] + GRACE:
        pid, code, usage = os.wait4(-1, os.WNOHANG)
        if pid == child:
            return code, usage.ru_utime + usage.ru_stime
        if pid:
            continue
        events = waiter.poll(LOOK * 1000)
        if any(event & select.POLLHUP for _, event in events):
            break
        for woken, _ in events:
            os.read(woken, 4096)
        if time.monotonic() > looked + LOOK:
            looked = time.monotonic()
            if what := _too_many(order, proc):
                _tell(status, f"stopped {what}")
                break
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _too_many(order: Order, proc: int | None) -> str | None:
    if family.n_threads(proc) > order["processes"] + SUPERVISORS:
        return "processes"
    return "files" if order["scratch"] and family.held_bytes(proc) > order["file_bytes"] else None
