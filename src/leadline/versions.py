"""What made a number besides its settings: versions and hardware, recorded beside every result."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from leadline import __version__

_PACKAGES = ("torch", "transformers", "tokenizers", "numpy", "scipy")


def versions() -> dict[str, str]:
    """Package versions, Python, and the machine in words."""
    found = {"leadline": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "machine": machine()}


def machine() -> str:
    """Processor and number of cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores, {platform.system()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
