"""Keep benchmark figures: one section a benchmark in RESULTS.md, with machine, versions and date.

A run replaces its own section and leaves the others as they are.
"""

import datetime
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from leadline.versions import versions

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Benchmark figures

Each section was written by the benchmark it names (`make bench`), on the machine and with the
versions it states.
"""
FAST_FORMATS = ("avx512_bf16", "amx_bf16", "avx512f", "avx2", "bf16")  # that decide what is fast


def provenance(command: str) -> str:
    """Where and with what a section was measured."""
    found = versions()
    machine = found.pop("machine")
    packages = ", ".join(f"{name} {version}" for name, version in found.items())
    load = os.getloadavg()[0]
    return (
        f"`{command}` · {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC · commit "
        f"{_commit()}\n\n{machine} ({', '.join(_flags()) or 'flags unknown'}); load average at the "
        f"end {load:.1f}; {packages}"
    )


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
        cwd=RESULTS.parent,
    )
    return done.stdout.strip() or "unknown"


def _flags() -> list[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return []
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return [flag for flag in FAST_FORMATS if found and flag in found[1].split()]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A markdown table; the first column is text, the others are right-aligned."""
    lines = [_line(head), _line(["---", *["--:"] * (len(head) - 1)])]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def write_section(title: str, body: str, *, path: Path = RESULTS) -> None:
    """Print a section and keep it in RESULTS.md in place of the one of that title."""
    section = f"## {title}\n\n{body.strip()}\n"
    print(f"\n{section}")
    text = path.read_text(encoding="utf-8") if path.exists() else HEAD
    parts = re.split(r"(?m)^(?=## )", text)
    titles = [part.splitlines()[0] for part in parts[1:]]
    if f"## {title}" in titles:
        parts[1 + titles.index(f"## {title}")] = section
    else:
        parts.append(section)
    path.write_text("\n".join(part.strip() + "\n" for part in parts), encoding="utf-8")
