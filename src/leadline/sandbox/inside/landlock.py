"""Landlock: which files may be touched, decided by the kernel for this process and its children.

Nothing may be opened but the interpreter and its libraries (to read), a few devices, and the
scratch folder. Where the kernel knows it, TCP, abstract sockets and signals to the outside are
refused, too. What Landlock does not control (metadata such as modes and times; truncation before
its third version) the seccomp filter refuses.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

# pathlib takes milliseconds to load, for every program:
# ruff: noqa: PTH112

import ctypes
import os
from collections.abc import Iterable

from . import libc

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_CHAR, MAKE_SOCK, MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
ALL_OF_VERSION_1 = (1 << 13) - 1
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
NETWORK, SCOPES = 0b11, 0b11  # bind and connect TCP; abstract sockets, signals


def version() -> int:
    """Landlock's version here. Raises OSError where there is none, or it is switched off."""
    return libc.create_ruleset(None, size=0, flags=1)


def _handled(abi: int) -> int:
    since = {2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}
    return ALL_OF_VERSION_1 | sum(right for first, right in since.items() if abi >= first)


def restrict(*, readable: Iterable[str], devices: Iterable[str], scratch: str) -> None:
    """Allow these and nothing else, for good. Needs no_new_privs. Paths that are not there are
    left out."""
    abi = version()
    handled = _handled(abi)
    fields = (ctypes.c_uint64 * 3)(handled, NETWORK, SCOPES)
    ruleset = libc.create_ruleset(fields, size=24 if abi >= 6 else 16 if abi >= 4 else 8, flags=0)
    writable = handled & ~(EXECUTE | MAKE_CHAR | MAKE_SOCK | MAKE_BLOCK | IOCTL_DEV)
    try:
        for path in readable:
            _allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR)
        for path in devices:
            _allow(ruleset, path, READ_FILE | WRITE_FILE)
        _allow(ruleset, scratch, writable)
        libc.restrict_self(ruleset)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        only = access if os.path.isdir(path) else access & OF_A_FILE
        libc.add_rule(ruleset, access=only, folder=place)
    finally:
        os.close(place)
