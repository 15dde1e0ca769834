"""Namespaces: a root folder, process table, network and shared memory of the program's own.

Root with CAP_SYS_ADMIN makes them directly and then becomes a user that nobody else is. Anybody
else makes a user namespace first, where the machine lets them.
"""

# pathlib takes milliseconds to load, for every program:
# ruff: noqa: PTH102, PTH103, PTH106, PTH116, PTH211

from __future__ import annotations

import os

from . import libc
from .names import DEVICES, OWN_PROGRAM, OWN_SCRATCH

TYPE_CHECKING = False  # as in typing, which takes milliseconds to load
if TYPE_CHECKING:
    from .order import Order

FLAGS = {
    "mount": libc.NEWNS,
    "pid": libc.NEWPID,
    "net": libc.NEWNET,
    "ipc": libc.NEWIPC | libc.NEWUTS,
}
NOBODY = 65534
_OLD = "/.old"  # where the former root is while the new one is being built
_INODES = 10_000  # files in the scratch folder


def enter(layers: list[str]) -> str:
    """Enter new namespaces of these kinds. Returns how: "root", or by a "user" namespace."""
    flags = sum(FLAGS[layer] for layer in layers if layer in FLAGS)
    if os.geteuid() == 0:
        try:
            libc.unshare(flags)
        except PermissionError:
            pass  # a container's root may be allowed less than a user namespace gives
        else:
            return "root"
    uid, gid = os.geteuid(), os.getegid()
    libc.unshare(flags | libc.NEWUSER)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{NOBODY} {uid} 1")
    write("/proc/self/gid_map", f"{NOBODY} {gid} 1")
    return "user"


def write(path: str, text: str | bytes, *, mode: int = 0o600) -> None:
    """Write a file, or one of the kernel's."""
    data = text.encode() if isinstance(text, str) else text
    flags = os.O_WRONLY | os.O_CLOEXEC | (0 if path.startswith("/proc/") else os.O_CREAT)
    file = os.open(path, flags, mode)
    try:
        while data:
            data = data[os.write(file, data) :]
    finally:
        os.close(file)


def volunteer_for_the_oom_killer() -> None:
    """If the machine runs out of memory, let it take the program, not who asked for it."""
    try:
        write("/proc/self/oom_score_adj", "1000")
    except OSError:
        return  # a help, not a layer


def become_nobody() -> None:
    """Stop being root, for good, and be a user that no other process is."""
    own = os.getpid()
    os.setgroups([])
    for uid in (2_000_000_000 + own % 4_194_304, 60_000 + own % 5_000):
        try:
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        except OSError:  # a container may know the ids below 65,536 only
            continue
        return
    raise OSError("no unused user id can be taken on here")


def new_root(order: Order) -> None:
    """Make a root folder with the interpreter and its libraries (to read) and an empty scratch
    folder in memory, of at most `file_bytes`; nothing else is there any more."""
    libc.mount("none", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
    base = order["base"]
    libc.mount("none", base, kind="tmpfs", flags=libc.MS_NOSUID, data="mode=755")
    os.mkdir(base + _OLD)
    libc.pivot_root(base, base + _OLD)
    os.chdir("/")
    write(OWN_PROGRAM, order["program"], mode=0o444)
    for path in order["readable"]:
        _bind(path, libc.ATTR_RDONLY | libc.ATTR_NOSUID | libc.ATTR_NODEV)
    for path in DEVICES:
        _bind(path, libc.ATTR_RDONLY | libc.ATTR_NOSUID | libc.ATTR_NOEXEC)
    for path, target in order["links"]:
        _make_folders(path)
        os.symlink(target, path)
    os.mkdir(OWN_SCRATCH)
    size = f"size={order['file_bytes']},nr_inodes={_INODES},mode=777"
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC
    libc.mount("none", OWN_SCRATCH, kind="tmpfs", flags=flags, data=size)
    libc.unmount(_OLD)
    os.rmdir(_OLD)
    fresh = libc.MS_BIND | libc.MS_NOSUID | libc.MS_NODEV | (1 | 32)  # read-only, remount
    libc.mount("none", "/", flags=fresh)


def _bind(path: str, attributes: int) -> None:
    source = _OLD + path
    try:
        folder = os.stat(source).st_mode & 0o170000 == 0o040000
    except OSError:
        return
    _make_folders(path)
    if folder:
        os.makedirs(path, exist_ok=True)
    else:
        write(path, b"")
    libc.mount(source, path, flags=libc.MS_BIND | libc.MS_REC)
    libc.restrict_mount(path, attributes)


def _make_folders(path: str) -> None:
    parent = path.rpartition("/")[0]
    if parent:
        os.makedirs(parent, exist_ok=True)


def put_files(files: dict[str, bytes], *, scratch: str) -> None:
    """Write the caller's files into the scratch folder."""
    for name, content in files.items():
        path = f"{scratch}/{name}"
        _make_folders(path)
        write(path, content)
