"""Decide how far arithmetic by rule agrees with people on where solutions go wrong.

    python -m benchmarks.arithmetic_labels [--data ../shared/data]

Every set is cut in two by question: the checker was developed on one half's cases and only counted
on the other. People label any mistake; the checker knows arithmetic alone. So its precision is a
figure of its own, and its recall one of the kind that the label names, where it names one. Rates in
per cent with Wilson's 95 % intervals.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import provenance, table
from leadline.analyse.measure import wilson
from leadline.arithmetic import VERSION, Checked, check, check_steps
from leadline.arithmetic.gsm8k_faults import FAULTS
from leadline.data import read_jsonl
from leadline.judge.check.labels import LabelledSolution
from leadline.judge.check.sets import read_set
from leadline.seeding import rng
from leadline.tasks.gsm8k import pin

SETS = {
    "BIG-Bench-Mistake": "big_bench_mistake/multistep_arithmetic.jsonl",
    "MR-GSM8K": "mr_gsm8k/mr_gsm8k_wrong.jsonl",
    "ProcessBench GSM8K": "processbench_gsm8k/gsm8k.jsonl",
    "MR-Ben maths": "mr_ben_math/math.jsonl",
}
HALVES = ("developed on", "kept apart", "all")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A solution and what the checker found in it."""

    solution: LabelledSolution
    found: Checked

    @property
    def flagged(self) -> bool:
        return self.found.slip is not None

    @property
    def at_label(self) -> bool:
        """The first wrong equation stands in the first step that people call wrong."""
        slip = self.found.slip
        return slip is not None and slip.line == self.solution.first_error

    @property
    def before_label(self) -> bool:
        """It stands where people found nothing wrong yet."""
        slip, first = self.found.slip, self.solution.first_error
        return slip is not None and (first is None or slip.line < first)

    @property
    def is_calculation(self) -> bool:
        return ("kind", "calculation") in self.solution.groups


def developed_on(problem: str) -> bool:
    """Which half a question (without its options) is in; the same in every set."""
    question = problem.partition("\nA: ")[0]
    return bool(rng(0, f"arithmetic halves: {question}").random() < 0.5)


def judge(path: Path) -> list[Judged]:
    """The checker's findings on one set."""
    solutions = read_set(path).solutions
    return [Judged(solution=one, found=check_steps(one.steps)) for one in solutions]


def halves(judged: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    """The two halves and all."""
    sides = [
        [j for j in judged if developed_on(j.solution.problem) is side] for side in (True, False)
    ]
    yield from zip(HALVES, (*sides, list(judged)), strict=True)


def share(part: Sequence[bool]) -> str:
    """A rate with its interval and counts."""
    if not part:
        return "–"
    low, high = wilson(sum(part) / len(part), len(part))
    mean = 100 * sum(part) / len(part)
    return f"{mean:.1f} ({100 * low:.1f}–{100 * high:.1f}), {sum(part)} of {len(part)}"


def agreement(judged: Sequence[Judged]) -> str:
    """Right or wrong as people said, the first wrong step, and alarms where they saw no mistake."""
    head = [
        "solutions",
        "told right or wrong as labelled",
        "first wrong step named",
        "false alarms",
    ]
    rows = [
        [
            name,
            share([j.flagged == j.solution.wrong for j in part]),
            share([j.at_label for j in part if j.solution.wrong]),
            share([j.flagged for j in part if not j.solution.wrong]),
        ]
        for name, part in halves(judged)
    ]
    return table(head, rows)


def precision(judged: Sequence[Judged]) -> str:
    """Of the flagged solutions: the label's step is named; no earlier one is."""
    head = [
        "solutions",
        "flagged step is the labelled one",
        "or a later one",
        "labelled calculation errors named",
        "labelled errors of any kind named",
        "false alarms on right solutions",
    ]
    rows = [
        [
            name,
            share([j.at_label for j in part if j.flagged]),
            share([not j.before_label for j in part if j.flagged]),
            share([j.at_label for j in part if j.is_calculation]),
            share([j.at_label for j in part if j.solution.wrong]),
            share([j.flagged for j in part if not j.solution.wrong]),
        ]
        for name, part in halves(judged)
    ]
    return table(head, rows)


def consistent(judged: Sequence[Judged], path: Path) -> list[Judged]:
    """Without rows whose label contradicts their answer: no mistake, and the answer is wrong."""
    rows = read_jsonl(path)
    wrong = {row["input"] for row in rows if row["answer"] != row["target"]}
    return [j for j in judged if j.solution.wrong or j.solution.problem not in wrong]


def gold(data: Path) -> str:
    """False alarms on gold answers of both styles, listed faults of the data apart."""
    head = [
        "gold answers",
        "answers",
        "equations",
        "not read",
        "flagged",
        "listed faults",
        "others",
    ]
    rows = []
    for style in ("socratic", "plain"):
        for split in ("train", "test"):
            answers = read_jsonl(data / pin(style, split).local)
            found = [check(row["answer"]) for row in answers]
            flagged = {(split, i) for i, one in enumerate(found) if one.slip}
            listed = flagged & FAULTS.keys()
            counts = [
                len(answers),
                sum(f.n_equations for f in found),
                sum(f.n_unread for f in found),
            ]
            rows.append(
                [f"{style}, {split}", *counts, len(flagged), len(listed), len(flagged - listed)]
            )
    return table(head, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("LEADLINE_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(folder))
    data = parser.parse_args(arguments).data
    print(f"{provenance('python -m benchmarks.arithmetic_labels')}; checker {VERSION}")
    for title, path in SETS.items():
        judged = judge(data / path)
        print(f"\n### {title}\n")
        if title == "BIG-Bench-Mistake":
            print(agreement(judged))
            kept = consistent(judged, data / path)
            print(f"\nWithout the {len(judged) - len(kept)} labelled right with a wrong answer:\n")
            print(agreement(kept))
        else:
            print(precision(judged))
    print(f"\n### GSM8K\n\n{gold(data)}")


if __name__ == "__main__":
    main()
