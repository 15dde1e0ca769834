"""How much of what people prefer is length and style alone: the null judges on human labels.

    python -m benchmarks.win_rates [--data ../shared/data]

Every judge of pairs must be compared with these two, which know nothing of the content. The rules
were written down before any label was read, and are not fitted. Accuracy: the outcome is what most
people said, a tie included. Accuracy of the decided: where both the judge and most people named a
winner, it is the same.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import provenance, table, write_section
from leadline.judge.check.record import Figure, SetCheck
from leadline.judge.check.run import check_pairs
from leadline.judge.check.sets import find_sets
from leadline.protocols import Runtime
from leadline.responses.winrate import NULL_JUDGES

SETS = ("llmbar", "chat", "pandalm")
COLUMNS = ("accuracy", "accuracy_decided", "neither_rate", "prefers_longer", "humans_prefer_longer")


def main() -> None:
    """Both judges on every set; the figures go to RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    checks = {
        judge.name: [
            check_pairs(judge, labels, runtime=Runtime()).check
            for labels in find_sets(SETS, data=str(data))
        ]
        for judge in NULL_JUDGES
    }
    body = f"{provenance('python -m benchmarks.win_rates')}\n\n{report(checks)}"
    write_section("Length alone and style alone, on human preferences", body)


def report(checks: dict[str, Sequence[SetCheck]]) -> str:
    """Three tables: whole sets, agreement with single people, subsets."""
    whole = [
        [f"{check.set_name} ({check.n_items:,} pairs)", judge, *(said(check, c) for c in COLUMNS)]
        for judge, found in checks.items()
        for check in found
    ]
    people = [
        [f"{check.set_name}: {name}", *(said(found[i], figure) for found in checks.values())]
        for i, check in enumerate(next(iter(checks.values())))
        if check.figure("human_agreement")
        for name, figure in (
            ("one person with another", "human_agreement"),
            ("one person with the majority of the others", "human_leave_one_out"),
            ("the judge with the same majorities", "judge_leave_one_out"),
        )
    ]
    subsets = [
        [
            f"{check.set_name}: {figure.subset} ({figure.n:,})",
            *(
                shown(found[i].figure("accuracy", subset=figure.subset))
                for found in checks.values()
            ),
        ]
        for i, check in enumerate(next(iter(checks.values())))
        for figure in check.figures
        if figure.name == "accuracy" and figure.subset
    ]
    heads = [column.replace("_", " ") for column in COLUMNS]
    return "\n\n".join(
        [
            "In %, with 95 % intervals that draw whole requests.",
            table(["set", "judge", *heads], whole),
            "Where several people judged each pair:",
            table(["agreement", *checks], people),
            "Accuracy by subset:",
            table(["subset", *checks], subsets),
        ]
    )


def said(check: SetCheck, name: str) -> str:
    """A figure of the whole set."""
    return shown(check.figure(name))


def shown(figure: Figure | None) -> str:
    """A rate with its interval, in per cent."""
    if figure is None:
        return "–"
    return f"{100 * figure.value:.1f} ({100 * figure.low:.1f}–{100 * figure.high:.1f})"


if __name__ == "__main__":
    main()
