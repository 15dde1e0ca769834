"""Run every benchmark, each in a fresh process: `python -m benchmarks`, or `make bench`."""

import subprocess
import sys

from leadline.executors import count_gpus

BENCHMARKS = (  # without data
    *("flops", "against_trl", "law_fits", "law_simulation", "sandbox"),
    *("planted_errors", "judge_faults"),
)
ON_A_GPU = ("train_8b",)


def main() -> None:
    """One after the other; the first failure ends it."""
    for name in BENCHMARKS + (ON_A_GPU if count_gpus() else ()):
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
