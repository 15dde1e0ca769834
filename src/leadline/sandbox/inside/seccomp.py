"""The seccomp filter: the kernel checks every system call of the program against a list.

Calls that are not allowed fail with "Operation not permitted"; the program goes on. Some are
allowed with certain arguments only (`_RULES`). execve stays allowed, because the program itself is
started by it; it can only start what may be read, under the same filter.
"""

import os
import struct

from . import libc
from .syscalls import numbers

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_EQUAL, _JUMP_ANY_BIT, _JUMP_AT_LEAST = 0x15, 0x45, 0x35
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_ARCHITECTURES = (0xC000003E, 0xC00000B7)  # x86_64, aarch64: little endian, 64 bit
_X32 = 0x40000000

THREAD, NEW_NAMESPACES = 0x00010000, 0x7E020000
_FCNTLS = (8, 10, 15, 1024)  # F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE: reach others
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # ask a terminal; FIONREAD, FIONBIO …
_PRCTLS = (15, 16)  # a thread's name
_AF_UNIX, _ACCESS_MODE, _TRUNCATE = 1, 0o3, 0o1000

Rule = tuple[str, int, tuple[int, ...]]  # what must hold, of which argument, of which values


def _rules(own: int) -> dict[str, list[Rule]]:
    """Conditions on arguments, by call; `own` is the id of the process."""
    signal_to: list[Rule] = [("is", 0, (own,))]
    myself: list[Rule] = [("is", 0, (0, own))]
    opening = ("masked is not", -1, (_ACCESS_MODE | _TRUNCATE, _TRUNCATE))  # truncates to read
    return {
        "kill": [("is", 0, (0, own))],  # 0: its own group, which is its own session
        "tgkill": signal_to,
        "clone": [("has", 0, (THREAD,)), ("has not", 0, (NEW_NAMESPACES,))],
        "prlimit64": myself,
        "sched_setaffinity": myself,
        "socketpair": [("is", 0, (_AF_UNIX,))],
        "sendto": [("null", 4, ())],
        "ioctl": [("is", 1, _IOCTLS)],
        "fcntl": [("is not", 1, _FCNTLS)],
        "prctl": [("is", 0, _PRCTLS)],
        "open": [(opening[0], 1, opening[2])],
        "openat": [(opening[0], 2, opening[2])],
    }


def _code(operation: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, then, otherwise, value)


_REFUSE, _PERMIT = _code(_RETURN, _ERROR | _EPERM), _code(_RETURN, _ALLOW)
_UNKNOWN = _code(_RETURN, _ERROR | _ENOSYS)


def _argument(index: int, *, half: int = 0) -> bytes:
    return _code(_LOAD, 16 + 8 * index + 4 * half)


def _condition(rule: Rule) -> bytes:
    """Falls through where the rule holds, refuses where not."""
    what, index, values = rule
    if what == "is":
        n = len(values)
        tests = [_code(_JUMP_EQUAL, v, then=n - i) for i, v in enumerate(values)]
        return _argument(index) + b"".join(tests) + _REFUSE
    if what == "is not":
        tests = [_code(_JUMP_EQUAL, v, otherwise=1) + _REFUSE for v in values]
        return _argument(index) + b"".join(tests)
    if what == "has":
        return _argument(index) + _code(_JUMP_ANY_BIT, values[0], then=1) + _REFUSE
    if what == "has not":
        return _argument(index) + _code(_JUMP_ANY_BIT, values[0], otherwise=1) + _REFUSE
    if what == "null":
        zero = _code(_JUMP_EQUAL, 0, then=1) + _REFUSE
        return _argument(index) + zero + _argument(index, half=1) + zero
    mask, forbidden = values
    masked = _argument(index) + _code(_AND, mask)
    return masked + _code(_JUMP_EQUAL, forbidden, otherwise=1) + _REFUSE


def build(column: int, *, own: int) -> bytes:
    """The filter as BPF, 8 bytes an instruction, for one kind of machine and one process."""
    architecture = _code(_LOAD, 4) + _code(_JUMP_EQUAL, _ARCHITECTURES[column], then=1)
    program = architecture + _code(_RETURN, _KILL) + _code(_LOAD, 0)
    program += _code(_JUMP_AT_LEAST, _X32, otherwise=1) + _UNKNOWN
    rules = _rules(own)
    for name, number in numbers(column).items():
        if name == "clone3":  # its flags are out of a filter's sight; libraries fall back to clone
            body = _UNKNOWN
        else:
            body = b"".join(map(_condition, rules.get(name, []))) + _PERMIT
        program += _code(_JUMP_EQUAL, number, otherwise=len(body) // 8) + body
    return program + _REFUSE


def restrict() -> None:
    """Install the filter for this process, for good. Needs no_new_privs."""
    libc.set_filter(build(libc.machine(), own=os.getpid()))
