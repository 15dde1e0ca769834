"""Measure the grading of 10,000 IFEval responses against lm-evaluation-harness's own code.

    python -m benchmarks.ifeval_speed [--responses 10000] [--repeats 3]

Both get the same responses (four models' to IFEval's prompts, made distinct by leaving out their
first words), in a fresh process each, in turns; strict and loose verdicts of every instruction. The
harness's `process_results` is called as it is, with langdetect seeded as ours is, and Punkt's
parameters from our files, as nothing may be downloaded. Start-up is what comes before the first
response: imports, language profiles, Punkt's parameters. The data folder is LEADLINE_DATA, or
../shared/data. Printed: median of the repeats, and how many verdicts agree.
"""

import argparse
import gzip
import importlib.util
import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leadline.data import read_jsonl

Verdicts = list[list[bool]]  # strict, loose
WAYS = ("leadline", "lm-eval")
PACKAGES = ("lm_eval", "lm_eval.tasks", "lm_eval.tasks.ifeval")
MODULES = ("instructions_util", "instructions", "instructions_registry", "utils")


def data_folder() -> Path:
    """Where IFEval and the responses lie."""
    default = Path(__file__).parents[2] / "shared" / "data"
    return Path(os.environ.get("LEADLINE_DATA", default))


def work(n: int) -> list[tuple[dict[str, Any], str]]:
    """n pairs of an IFEval row and a response to it, no two responses the same text."""
    folder = data_folder()
    rows = {row["key"]: row for row in read_jsonl(folder / "ifeval/input_data.jsonl")}
    with gzip.open(folder / "ifeval_verdicts/verdicts.jsonl.gz", "rt", encoding="utf-8") as file:
        given = [json.loads(line) for line in file]
    copies = -(-n // len(given))
    pairs = [
        (rows[one["key"]], one["response"].split(" ", copy)[-1])
        for copy in range(copies)
        for one in given
    ]
    return pairs[:n]


def leadline_way() -> Callable[[dict[str, Any], str], Verdicts]:
    """Our grader, ready."""
    from leadline.grade.ifeval.language import language
    from leadline.grade.ifeval.punkt import english
    from leadline.grade.ifeval.registry import checker
    from leadline.grade.ifeval.verdicts import verdicts

    english()
    language("warm up")

    def grade(row: dict[str, Any], response: str) -> Verdicts:
        pairs = zip(row["instruction_id_list"], row["kwargs"], strict=True)
        found = verdicts([checker(*pair) for pair in pairs], response)
        return [list(found.strict), list(found.loose)]

    return grade


def harness_way() -> Callable[[dict[str, Any], str], Verdicts]:
    """The harness's grader, ready; its modules alone, as its package would import torch."""
    import langdetect
    import nltk

    import leadline.grade.ifeval as ours

    folder = Path(tempfile.mkdtemp())
    target = folder / "tokenizers" / "punkt_tab" / "english"
    shutil.copytree(Path(str(ours.__file__)).parent / "punkt_english", target)
    nltk.data.path[:] = [str(folder)]
    langdetect.DetectorFactory.seed = 0
    logging.disable(logging.CRITICAL)
    modules = _harness_modules()
    langdetect.detect("warm up")
    modules["instructions_util"].count_sentences("warm up")

    def grade(row: dict[str, Any], response: str) -> Verdicts:
        found = modules["utils"].process_results(row, [response])
        return [found["inst_level_strict_acc"], found["inst_level_loose_acc"]]

    return grade


def _harness_modules() -> dict[str, types.ModuleType]:
    found = importlib.util.find_spec("lm_eval")
    assert found is not None
    assert found.origin is not None, "lm_eval is not installed"
    folder = Path(found.origin).parent / "tasks" / "ifeval"
    for name in PACKAGES:
        package = types.ModuleType(name)
        package.__path__ = []
        sys.modules[name] = package
    for name in MODULES:
        full = f"lm_eval.tasks.ifeval.{name}"
        spec = importlib.util.spec_from_file_location(full, folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        setattr(sys.modules["lm_eval.tasks.ifeval"], name, module)
        spec.loader.exec_module(module)
    return {name: sys.modules[f"lm_eval.tasks.ifeval.{name}"] for name in MODULES}


def child(way: str, n: int, out: Path) -> None:
    """Grade in this process; write the times and the verdicts."""
    pairs = work(n)
    began = time.process_time()
    grade = leadline_way() if way == "leadline" else harness_way()
    ready = time.process_time()
    found = [grade(row, response) for row, response in pairs]
    done = time.process_time()
    times = {"startup": ready - began, "grading": done - ready}
    out.write_text(json.dumps({**times, "verdicts": found}), encoding="utf-8")


def once(way: str, n: int, folder: Path) -> dict[str, Any]:
    """One fresh process."""
    out = folder / "out.json"
    command = [sys.executable, "-m", "benchmarks.ifeval_speed", "--child", way, str(out)]
    subprocess.run([*command, "--responses", str(n)], check=True)
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return result


def agreement(a: list[Verdicts], b: list[Verdicts]) -> tuple[int, int]:
    """Verdicts that are the same, and all."""
    pairs = [
        pair
        for one, other in zip(a, b, strict=True)
        for mine, theirs in zip(one, other, strict=True)
        for pair in zip(mine, theirs, strict=True)
    ]
    return sum(x == y for x, y in pairs), len(pairs)


def compare(n: int, repeats: int) -> None:
    """Run both in turns and print the figures, CPU seconds."""
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats):
            for way in WAYS:
                runs[way].append(once(way, n, Path(folder)))
    median: dict[str, float] = {}
    for way, results in runs.items():
        median[way] = statistics.median(result["grading"] for result in results)
        start = statistics.median(result["startup"] for result in results)
        print(f"{way:9} {median[way]:6.2f} s for {n} responses, {start:.2f} s to start (CPU)")
    same, total = agreement(*(runs[way][0]["verdicts"] for way in WAYS))
    print(f"ratio {median['lm-eval'] / median['leadline']:.2f}; {same} of {total} verdicts agree")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--responses", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", nargs=2, metavar=("WAY", "OUT"))
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child[0], arguments.responses, Path(arguments.child[1]))
    else:
        compare(arguments.responses, arguments.repeats)


if __name__ == "__main__":
    main()
