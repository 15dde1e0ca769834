"""The few system calls that Python 3.11 has no name for. One that fails is an OSError that says
which."""

from __future__ import annotations

import ctypes
import os

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8  # of mount_setattr
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
N_CAPABILITIES = 64  # more than any kernel has

_NUMBERS = {  # (x86_64, aarch64)
    "pivot_root": (155, 41),
    "capset": (126, 91),
    "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}
MACHINES = ("x86_64", "aarch64")
_libc = ctypes.CDLL(None, use_errno=True)


def machine() -> int:
    """Which column of a table of system calls is this machine's. Raises OSError if none is."""
    name = os.uname().machine
    if name not in MACHINES:
        raise OSError(f"system calls are known for {' and '.join(MACHINES)}, this is {name}")
    return MACHINES.index(name)


def _checked(result: int, name: str) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def _system_call(name: str, *arguments: object) -> int:
    number = ctypes.c_long(_NUMBERS[name][machine()])
    return _checked(_libc.syscall(number, *arguments), name)


def unshare(flags: int) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, *, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    texts = [text.encode() for text in (source, target, kind, data)]
    result = _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _checked(result, f"mount {target}")


def unmount(target: str) -> None:
    """Take a mount out of sight; it ends when nobody uses it."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def restrict_mount(target: str, attributes: int) -> None:
    """Add attributes (ATTR_…) to a mount and all below it. Linux 5.12 or newer."""
    at_fdcwd, recursive = ctypes.c_int(-100), ctypes.c_uint(0x8000)
    fields = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(fields))
    _system_call("mount_setattr", at_fdcwd, target.encode(), recursive, ctypes.byref(fields), size)


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and put the former one at `old`."""
    _system_call("pivot_root", new.encode(), old.encode())


def prctl(option: int, *arguments: object) -> None:
    """prctl(2); numbers are passed as longs."""
    longs = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    longs += [ctypes.c_ulong(0)] * (4 - len(longs))
    _checked(_libc.prctl(ctypes.c_int(option), *longs), f"prctl {option}")


def drop_capabilities() -> None:
    """Give up every capability, also those that an exec as root would give back."""
    for capability in range(N_CAPABILITIES):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # not known to this kernel, or there is none left to drop it with
            continue
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, of this process
    _system_call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def create_ruleset(fields: ctypes.Array[ctypes.c_uint64] | None, *, size: int, flags: int) -> int:
    """landlock_create_ruleset: a descriptor, or Landlock's version if asked with flags=1."""
    pointer = None if fields is None else ctypes.byref(fields)
    return _system_call(
        "landlock_create_ruleset", pointer, ctypes.c_size_t(size), ctypes.c_uint32(flags)
    )


def add_rule(ruleset: int, *, access: int, folder: int) -> None:
    """Allow `access` beneath an open file or folder."""

    class PathBeneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))

    rule = PathBeneath(access, folder)
    flags = ctypes.c_uint32(0)
    _system_call(
        "landlock_add_rule", ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), flags
    )


def restrict_self(ruleset: int) -> None:
    """Enforce a ruleset on this thread and all that come from it."""
    _system_call("landlock_restrict_self", ctypes.c_int(ruleset), ctypes.c_uint32(0))


def set_filter(instructions: bytes) -> None:
    """Install a seccomp filter: 8 bytes an instruction."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    program = Program(len(instructions) // 8, instructions)
    prctl(PR_SET_SECCOMP, 2, ctypes.byref(program))
