"""Errors planted into real gold solutions are found: a wrong relation as one of reasoning on its
line, a slip as one of arithmetic and no more, however far either is carried on.

The gold solutions' calculator marks are read and worked out here, with Python's parser.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from leadline.data import read_jsonl
from leadline.grade.gold import gold_generation
from leadline.records import Problem
from leadline.seeding import rng
from leadline.tasks.gsm8k import GSM8K

MARK = re.compile(r"<<([-+*/().0-9 ]+)=([-.0-9]+)>>")
NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.]*\d)")
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
OTHER = {"+": "*", "-": "+", "*": "+", "/": "*"}


class Planted(NamedTuple):
    """A spoilt solution, a line an equation; the line with the fault."""

    text: str
    line: int


@dataclass(frozen=True)
class Story:
    """A question's gold solution and its equations: (expression, result)."""

    problem: Problem
    steps: tuple[tuple[str, Fraction], ...]


def worth(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float()):
            return Fraction(str(node.value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -worth(operand)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = worth(left), worth(right)
            return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[
                SIGNS[type(op)]
            ]()
    raise ValueError(ast.dump(node))


def value(expression: str) -> Fraction:
    return worth(ast.parse(expression.strip(), mode="eval").body)


def written(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{float(number):.10g}"


def stories(path: Path) -> list[Story]:
    """Gold solutions whose equations are exact sums, each of a number of its own, and lead to the
    answer."""
    found = []
    for i, row in enumerate(read_jsonl(path)):
        marks = MARK.findall(row["answer"])
        given = set(map(Fraction, NUMBER.findall(row["question"].replace(",", ""))))
        try:
            steps = tuple((expression, value(expression)) for expression, _ in marks)
        except (ValueError, SyntaxError, ZeroDivisionError, KeyError):
            continue
        results = [result for _, result in steps]
        sums = all(re.search(r"\d\s*[-+*/]", expression) for expression, _ in steps)
        exact = all(Fraction(stated) == r for (_, stated), r in zip(marks, results, strict=True))
        own = len({*results}) == len(results) and not given & {*results}
        answer = Fraction(row["answer"].rpartition("#### ")[2].replace(",", ""))
        if len(steps) > 1 and sums and exact and own and results[-1] == answer and min(results) > 0:
            problem = Problem(id=str(i), prompt=row["question"], reference=row["answer"])
            found.append(Story(problem, steps))
    return found


def carried(story: Story, line: int, expression: str, stated: Fraction) -> str | None:
    """The solution with another equation on that line, and all that follows from it; None if that
    cannot be worked out, is negative or long, or ends on the gold answer."""
    now = {story.steps[line][1]: stated}
    lines = [f"{e} = {written(r)}" for e, r in story.steps[:line]]
    lines.append(f"{expression} = {written(stated)}")
    for old, result in story.steps[line + 1 :]:
        new = NUMBER.sub(lambda m: written(now.get(Fraction(m[0]), Fraction(m[0]))), old)
        try:
            now[result] = value(new)
        except ZeroDivisionError:
            return None
        lines.append(f"{new} = {written(now[result])}")
    final = now.get(story.steps[-1][1], story.steps[-1][1])
    terminating = all(Fraction(written(number)) == number for number in now.values())
    if final == story.steps[-1][1] or min(now.values()) <= 0 or not terminating:
        return None
    return "\n".join([*lines, f"#### {written(final)}"])


def wrong_relation(story: Story, draw: np.random.Generator) -> Planted | None:
    """One sign of one equation is another one, and its result right for it."""
    line = int(draw.integers(len(story.steps)))
    expression = story.steps[line][0]
    places = [i for i, sign in enumerate(expression) if sign in OTHER and i > 0]
    if not places:
        return None
    place = places[int(draw.integers(len(places)))]
    changed = expression[:place] + OTHER[expression[place]] + expression[place + 1 :]
    results = {result for _, result in story.steps}
    if value(changed) <= 0 or value(changed) in results:
        return None
    text = carried(story, line, changed, value(changed))
    return None if text is None else Planted(text, line)


def slip(story: Story, draw: np.random.Generator) -> Planted | None:
    """The result of one equation is off by a little."""
    line = int(draw.integers(len(story.steps)))
    expression, right = story.steps[line]
    stated = right + int(draw.integers(1, 6))
    given = set(map(Fraction, NUMBER.findall(story.problem.prompt)))
    if stated in {result for _, result in story.steps} | given:
        return None
    text = carried(story, line, expression, stated)
    return None if text is None else Planted(text, line)


def labels(story: Story, text: str) -> dict[str, tuple[str, str]]:
    rows = GSM8K().annotate(story.problem, gold_generation(story.problem, text))
    return {row.question: (row.verdict, row.extracted) for row in rows}


def counted(found: list[Story]) -> Counter[str]:
    """How the labels of planted errors came out."""
    counts: Counter[str] = Counter()
    for story in found:
        draw = rng(0, f"planted {story.problem.id}")
        if (planted := wrong_relation(story, draw)) is not None:
            got = labels(story, planted.text)
            counts["relations"] += 1
            counts["relations found"] += got["reasoning"][0] == "yes"
            counts["relations on their line"] += got["reasoning"] == ("yes", str(planted.line))
            counts["relations taken for slips"] += got["arithmetic"][0] == "yes"
        if (planted := slip(story, draw)) is not None:
            got = labels(story, planted.text)
            counts["slips"] += 1
            counts["slips on their line"] += got["arithmetic"] == ("yes", str(planted.line))
            counts["slips taken for reasoning"] += got["reasoning"][0] != "no"
    return counts


def test_planted_errors_are_told_apart_and_named(shared_data: Path) -> None:
    check(counted(stories(shared_data / "gsm8k/test.jsonl")[::2]), least=300)


@pytest.mark.slow
def test_planted_errors_in_the_training_part(shared_data: Path) -> None:
    check(counted(stories(shared_data / "gsm8k/train.jsonl.gz")), least=2_000)


def check(counts: Counter[str], *, least: int) -> None:
    assert min(counts["relations"], counts["slips"]) > least, counts
    assert counts["relations found"] >= 0.99 * counts["relations"], counts
    assert counts["relations on their line"] >= 0.94 * counts["relations"], counts
    assert counts["relations taken for slips"] == 0, counts
    assert counts["slips on their line"] >= 0.99 * counts["slips"], counts
    assert counts["slips taken for reasoning"] <= 0.01 * counts["slips"], counts
