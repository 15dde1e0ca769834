"""bubblewrap, for machines that let it make namespaces, but not us (it may be setuid, or allowed by
a rule of its own). One layer, in place of our four; Landlock and seccomp are put on inside as ever.

Source: https://github.com/containers/bubblewrap
"""

import shutil
from pathlib import Path

from leadline.sandbox.inside.names import DEVICES, OWN_PROGRAM, OWN_SCRATCH
from leadline.sandbox.visible import Visible

INSIDE = str(Path(__file__).parent / "inside")


def find() -> str | None:
    """Where bubblewrap is, if it is installed."""
    return shutil.which("bwrap")


def command(seen: Visible, *, program: int, scratch_bytes: int) -> list[str]:
    """The words before the launcher's own: a root folder with what may be seen, the program's text
    (read from a descriptor), and an empty scratch folder in memory."""
    words = [find() or "bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
    for path in (*seen.paths, INSIDE):
        words += ["--ro-bind", path, path]
    for path in DEVICES:
        words += ["--dev-bind-try", path, path]
    for path, target in seen.links:
        words += ["--symlink", target, path]
    words += ["--proc", "/proc", "--perms", "0444", "--ro-bind-data", str(program), OWN_PROGRAM]
    words += ["--size", str(scratch_bytes), "--tmpfs", OWN_SCRATCH, "--remount-ro", "/"]
    return [*words, "--chdir", OWN_SCRATCH]
