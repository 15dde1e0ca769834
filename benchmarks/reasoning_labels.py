"""Decide how far reasoning errors by rule agree with people, on their labels of wrong solutions.

    python -m benchmarks.reasoning_labels [--data ../shared/data] [--keep]

The rule (leadline/annotate/solution.py) holds a solution against the gold one's quantities. The
sets are cut in two by question: the rule was developed on one half's cases and only counted on the
other. MR-GSM8K's solutions are all wrong, and some reasons name the kind of the first wrong step;
ProcessBench's labels are of any error, so that there both rules are held against them together; of
the model solutions only the final answer is labelled. Rates in per cent with Wilson's 95 %
intervals, over what was decided where not said otherwise.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import provenance, table, write_section
from leadline import arithmetic
from leadline.analyse.measure import wilson
from leadline.annotate import solution
from leadline.data import read_jsonl
from leadline.grade.gold import gold_generation
from leadline.grade.readings import Reading
from leadline.judge.check.sets import read_set
from leadline.records import Problem
from leadline.seeding import rng

MR_GSM8K = "mr_gsm8k/mr_gsm8k_wrong.jsonl"
PROCESSBENCH = "processbench_gsm8k/gsm8k.jsonl"
MODEL_SOLUTIONS = "gsm8k_model_solutions/openai_example_solutions.jsonl"
GSM8K = "gsm8k/test.jsonl"
REASONING = ("misunderstanding", "logic")  # opening words of MR-GSM8K's reasons
HALVES = ("developed on", "kept apart", "all")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A labelled solution and what the two rules say of it. kind: of the question, or the model;
    named: the kind of error that the label names; first: the first wrong step, from 0."""

    question: str
    kind: str
    named: str
    wrong: bool
    first: int | None
    sums: Reading
    reasoning: Reading

    @property
    def found(self) -> bool:
        return "yes" in (self.sums.verdict, self.reasoning.verdict)

    @property
    def step(self) -> int | None:
        """The first wrong step by either rule."""
        lines = [r.extracted for r in (self.sums, self.reasoning) if r.verdict == "yes"]
        return min(map(int, filter(None, lines)), default=None)


def case(question: str, gold: str, steps: Sequence[str], *, kind: str, **label: Any) -> Case:
    """What the rules say of a solution: one line a step."""
    text = "\n".join(" ".join(step.split()) for step in steps)
    generation = gold_generation(Problem(id="0", prompt=question, reference=gold), text)
    return Case(
        question=" ".join(question.split()),
        kind=kind,
        sums=arithmetic.reading(text),
        reasoning=solution.solution_reading(gold, generation),
        **label,
    )


def mr_gsm8k(data: Path) -> Iterator[Case]:
    """MR-GSM8K: gold solutions without a final line get one from the row's answer."""
    labels = read_set(data / MR_GSM8K).solutions
    for row, label in zip(read_jsonl(data / MR_GSM8K), labels, strict=True):
        groups = dict(label.groups)
        gold = str(row["ground_truth_solution"])
        if "####" not in gold and row["ground_truth_answer"] is not None:
            gold += f"\n#### {row['ground_truth_answer']}"
        yield case(
            label.problem,
            gold,
            label.steps,
            kind=groups["question type"],
            named=groups["kind"],
            wrong=True,
            first=label.first_error,
        )


def processbench(data: Path, golds: dict[str, str]) -> Iterator[Case]:
    """ProcessBench, with the gold solutions of the same questions."""
    for label in read_set(data / PROCESSBENCH).solutions:
        gold = golds[" ".join(label.problem.split())]
        yield case(
            label.problem,
            gold,
            label.steps,
            kind="",
            named="",
            wrong=label.wrong,
            first=label.first_error,
        )


def model_solutions(data: Path, golds: dict[str, str]) -> Iterator[Case]:
    """Four models' solutions; wrong is what ends on a wrong number."""
    for row in read_jsonl(data / MODEL_SOLUTIONS):
        gold = golds[" ".join(row["question"].split())]
        for model, given in row["solutions"].items():
            yield case(
                row["question"],
                gold,
                given["solution"].split("\n"),
                kind=model,
                named="",
                wrong=not given["is_correct"],
                first=None,
            )


def halves(cases: Sequence[Case]) -> Iterator[tuple[str, list[Case]]]:
    """The two halves, and all."""
    sides = [[c for c in cases if developed_on(c.question) is side] for side in (True, False)]
    yield from zip(HALVES, (*sides, list(cases)), strict=True)


_DEVELOPED_ON: set[str] = set()


def developed_on(question: str) -> bool:
    """Which half a question is in; the same in every set."""
    return question in _DEVELOPED_ON


def share(part: Sequence[bool]) -> str:
    """A rate with its interval and counts."""
    if not part:
        return "–"
    low, high = wilson(sum(part) / len(part), len(part))
    return (
        f"{100 * sum(part) / len(part):.1f} ({100 * low:.1f}–{100 * high:.1f}), "
        f"{sum(part)} of {len(part)}"
    )


def by_half(cases: Sequence[Case], columns: dict[str, Callable[[list[Case]], str]]) -> str:
    """One row a half."""
    rows = [[name, *(show(part) for show in columns.values())] for name, part in halves(cases)]
    return table(["solutions", *columns], rows)


def decided(cases: Sequence[Case]) -> list[Case]:
    return [c for c in cases if c.reasoning.verdict != "undecided"]


def said(cases: Sequence[Case], *, named: Sequence[str] = ()) -> list[bool]:
    """Whether there is an error of reasoning, of the decided ones with these labels."""
    kept = [c for c in decided(cases) if not named or c.named in named]
    return [c.reasoning.verdict == "yes" for c in kept]


def precision(cases: Sequence[Case]) -> list[bool]:
    """Of those found, whose label names a kind: it names reasoning."""
    known = [c for c in cases if c.named in (*REASONING, "calculation")]
    return [c.named in REASONING for c in known if c.reasoning.verdict == "yes"]


def undecided(cases: Sequence[Case]) -> list[bool]:
    return [c.reasoning.verdict == "undecided" for c in cases]


def named_steps(cases: Sequence[Case]) -> list[bool]:
    return [c.step == c.first for c in cases if c.wrong and c.first is not None]


def in_either(cases: Sequence[Case], *, wrong: bool) -> list[bool]:
    return [c.found for c in cases if c.wrong is wrong]


def report(data: Path) -> str:
    """The tables."""
    golds = {" ".join(row["question"].split()): row["answer"] for row in read_jsonl(data / GSM8K)}
    mr = list(mr_gsm8k(data))
    bench, models = list(processbench(data, golds)), list(model_solutions(data, golds))
    questions = sorted({c.question for c in (*mr, *bench, *models)})
    order = rng(0, "reasoning labels").permutation(len(questions))
    _DEVELOPED_ON.update(questions[i] for i in order[: len(questions) // 2].tolist())
    parts = []
    for kind in ("original", "reversed", "POT"):
        some = [c for c in mr if c.kind == kind]
        columns = {
            "found, of labelled reasoning": lambda c: share(said(c, named=REASONING)),
            "found, of labelled calculation": lambda c: share(said(c, named=("calculation",))),
            "labelled reasoning, of found": lambda c: share(precision(c)),
            "undecided": lambda c: share(undecided(c)),
            "first wrong step named": lambda c: share(named_steps(c)),
        }
        parts.append(f"### MR-GSM8K, {kind} questions\n\n{by_half(some, columns)}")
    columns = {
        "reasoning, of right ones": lambda c: share(said([x for x in c if not x.wrong])),
        "either, of right ones": lambda c: share(in_either(c, wrong=False)),
        "either, of wrong ones": lambda c: share(in_either(c, wrong=True)),
        "reasoning undecided": lambda c: share(undecided(c)),
        "first wrong step named": lambda c: share(named_steps(c)),
    }
    parts.append(f"### ProcessBench GSM8K\n\n{by_half(bench, columns)}")
    del columns["first wrong step named"]
    parts.append(f"### Published model solutions, by final answer\n\n{by_half(models, columns)}")
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("LEADLINE_DATA", "../shared/data")
    )
    parser.add_argument("--keep", action="store_true", help="write the section into RESULTS.md")
    asked = parser.parse_args()
    body = f"{provenance('python -m benchmarks.reasoning_labels')}\n\n{report(asked.data)}"
    if asked.keep:
        write_section("Reasoning by rule against human labels", body)
    else:
        print(body)


if __name__ == "__main__":
    main()
