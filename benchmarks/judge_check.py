"""The null judges on every set of human labels: what length, style and sums alone get right.

    python -m benchmarks.judge_check [--data ../shared/data]

No network. Pairs: length and style, in both orders. Steps: leadline's rules of arithmetic, which
know nothing of the problem. In brackets: 95 % intervals over requests. Undecided items (a solution
without an equation that can be read) are left out of the rates and counted.
"""

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import RESULTS, provenance, table, write_section
from leadline.judge.check.labels import LabelSet
from leadline.judge.check.record import Figure, SetCheck
from leadline.judge.check.run import check_pairs, check_steps
from leadline.judge.check.sets import WORDS, find_sets
from leadline.judge.check.step_judges import RuleSteps
from leadline.preference.length import LengthJudge
from leadline.preference.style import StyleJudge
from leadline.protocols import Runtime

PAIR_HEAD = ("accuracy", "accuracy_decided", "neither_rate", "prefers_longer")
STEP_HEAD = ("solution_accuracy", "right_accuracy", "error_recall", "first_step", "processbench_f1")
PEOPLE = ("human_agreement", "human_kappa", "human_leave_one_out", "humans_prefer_longer")


def main() -> None:
    """Check all, print the tables, and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    sets = find_sets(list(WORDS), data=str(given.data))
    began = time.perf_counter()
    pairs = [
        check_pairs(judge, labels, runtime=Runtime()).check
        for labels in sets
        for judge in (LengthJudge(), StyleJudge())
        if labels.kind == "pairs"
    ]
    steps = [
        check_steps(RuleSteps(), s, runtime=Runtime()).check for s in sets if s.kind == "steps"
    ]
    seconds = time.perf_counter() - began
    body = "\n\n".join(
        [
            provenance("python -m benchmarks.judge_check"),
            f"In brackets: 95 % intervals. Undecided items are in no rate. All in {seconds:.1f} s.",
            _rates(pairs, PAIR_HEAD),
            _by_subset(pairs),
            _people(sets, pairs),
            _rates(steps, STEP_HEAD),
        ]
    )
    write_section("Null judges on human labels", body, path=given.results)


def _rates(checks: Sequence[SetCheck], names: Sequence[str]) -> str:
    rows = [
        [f"{c.by} on {c.set_name}", *(_cell(c.figure(name)) for name in names), c.n_undecided]
        for c in checks
    ]
    return table(["judge", *(n.replace("_", " ") + ", %" for n in names), "undecided"], rows)


def _by_subset(checks: Sequence[SetCheck]) -> str:
    """Accuracy by subset."""
    return table(
        ["subset", "judge", "accuracy, %", "items"],
        [
            [f"{c.set_name}, {f.subset}", c.by, _cell(f), f.n]
            for c in checks
            for f in c.figures
            if f.subset and f.name == "accuracy"
        ],
    )


def _people(sets: Sequence[LabelSet], checks: Sequence[SetCheck]) -> str:
    """What people do themselves, on each set of pairs."""
    by_set = {c.set_name: c for c in checks}
    rows = [
        [s.name, *(_cell(by_set[s.name].figure(name)) for name in PEOPLE)]
        for s in sets
        if s.kind == "pairs"
    ]
    return table(["people on", *(name.replace("_", " ") for name in PEOPLE)], rows)


def _cell(figure: Figure | None) -> str:
    if figure is None or math.isnan(figure.value):
        return "–"
    if "kappa" in figure.name:
        return f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})"
    return f"{100 * figure.value:.1f} ({100 * figure.low:.1f}–{100 * figure.high:.1f})"


if __name__ == "__main__":
    main()
