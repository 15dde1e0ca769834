"""What of the machine a program may see: the interpreter and its libraries, to read."""

import functools
import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Imports = Literal["installed", "standard"]
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
MAX_LINKS = 40  # as the kernel's


@dataclass(frozen=True, kw_only=True)
class Visible:
    """Real paths, none below another, and the symbolic links (path, target) that lead to them."""

    paths: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@functools.cache
def visible(imports: Imports) -> Visible:
    """The interpreter that runs this, its standard library, the system's libraries; with
    "installed" also its site-packages."""
    wanted = [*SYSTEM, sys.executable, f"{sys.prefix}/pyvenv.cfg"]
    names = ("stdlib", "platstdlib", *(("purelib", "platlib") if imports == "installed" else ()))
    wanted += [sysconfig.get_path(name) for name in names]
    wanted += [sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix})]
    wanted += site.getsitepackages() if imports == "installed" else []
    wanted += [f"{sys.base_prefix}/lib"] if sys.base_prefix != "/usr" else []
    paths: set[str] = set()
    links: dict[str, str] = {}
    for path in wanted:
        if real := _follow(path, links):
            paths.add(real)
    tops = {path for path in paths if not _below(path, paths)}
    kept = [(path, target) for path, target in links.items() if not _below(path, tops)]
    return Visible(paths=tuple(sorted(tops)), links=tuple(sorted(kept)))


def _below(path: str, tops: set[str]) -> bool:
    return any(path.startswith(top + "/") for top in tops)


def _follow(path: str, links: dict[str, str]) -> str | None:
    """The real path; the links on the way are noted. None if there is nothing."""
    rest, place = Path(path).parts[1:], Path("/")
    for _ in range(MAX_LINKS):
        for i, part in enumerate(rest):
            place = place / part
            if place.is_symlink():
                target = str(place.readlink())
                links[str(place)] = target
                joined = Path(os.path.normpath(place.parent / target))
                rest, place = (*joined.parts[1:], *rest[i + 1 :]), Path("/")
                break
        else:
            return str(place) if place.exists() else None
    return None
