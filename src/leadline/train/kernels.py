"""Build and bind `kernels.c`, once a machine: plain C, no headers of torch, under a second.

The library is kept in the user's cache, named after its source, compiler and processor. Without a
C compiler (or on a big-endian machine) there are no kernels, and models train through their own
code: slower, the same method. `LEADLINE_KERNELS=off` asks for that.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import torch

SOURCE = Path(__file__).with_name("kernels.c")
FLAGS = ("-O3", "-shared", "-fPIC", "-fno-math-errno", "-fno-trapping-math")
NATIVE = {"x86_64": ("-march=native", "-mprefer-vector-width=512"), "AMD64": ("-march=native",)}
ARGUMENTS = {  # p: pointer, i: int64, f: float
    "rms_forward": "ppppiif",
    "rms_backward": "ppppppii",
    "to_lines": "ppppp" + "ppp" + "iiiii",
    "from_lines": "ppppp" + "ppp" + "iiiii",
    "rows_from_lines": "ppppiiii",
    "lines_from_rows": "ppppiiiii",
    "softmax_forward": "ppiifi",
    "softmax_backward": "ppiif",
    "swiglu_forward": "ppii",
    "swiglu_backward": "ppii",
    "cross_entropy": "ppiif",
    "embedding_backward": "pppii",
    "attend_next": "pppppppp" + "iiiiif",
    "sum_of_squares": "pi",
    "adamw": "pppppi" + "ffffff",
}
SUMS = ("cross_entropy", "sum_of_squares")
TYPES = {"p": ctypes.c_void_p, "i": ctypes.c_int64, "f": ctypes.c_float}


@cache
def load_kernels(dtype: torch.dtype) -> Any | None:
    """The kernels for float32 or bf16 as a ctypes library; None where they cannot be built."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler or sys.byteorder != "little" or os.environ.get("LEADLINE_KERNELS") == "off":
        return None
    try:
        library = ctypes.CDLL(str(_built(compiler, dtype)))
    except (OSError, subprocess.SubprocessError):
        return None
    for name, kinds in ARGUMENTS.items():
        function = getattr(library, name)
        function.argtypes = [TYPES[kind] for kind in kinds]
        function.restype = ctypes.c_double if name in SUMS else None
    return library


def _built(compiler: str, dtype: torch.dtype) -> Path:
    """The path of the library, compiled if it is not there yet."""
    flags = [*FLAGS, *NATIVE.get(platform.machine(), ())]
    flags += ["-DBF16"] if dtype == torch.bfloat16 else []
    key = hashlib.sha256(SOURCE.read_bytes())
    key.update("\0".join([*flags, _version(compiler), _processor()]).encode())
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leadline"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="leadline-"))
    path = folder / f"kernels-{key.hexdigest()[:16]}.so"
    if not path.exists():
        new = folder / f".{path.name}.{os.getpid()}"
        command = [compiler, *flags, str(SOURCE), "-o", str(new), "-lm"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        new.replace(path)
    return path


def _version(compiler: str) -> str:
    done = subprocess.run([compiler, "--version"], capture_output=True, text=True, timeout=30)
    return done.stdout


def _processor() -> str:
    """What -march=native depends on: a cache on a shared disk serves several machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line[:5] in ("flags", "Featu")}))
