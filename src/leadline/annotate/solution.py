"""Reasoning errors in a maths solution, by rule, against the quantities of a gold solution.

Every equation of a response is worked out anew from the response's own operands, with a slip in an
earlier equation put right: what it comes to is what it *means*. If the final answer means the gold
one, the reasoning is right, whatever its order, its extra steps and its slips. If not, an equation
is sound if it means a quantity of the gold solution (or a part of one), or if a result of the gold
solution follows from it; the first that is not sound is the wrong step.

A quantity that is right but not of the gold solution (hours where it has minutes) cannot be told
from a wrong one: that a wrong response reasons wrongly is sure, which of its lines is wrong first
is the best guess (benchmarks/reasoning_labels.py measures both).
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product

from leadline.annotate.equations import Equation, compute, equations, parts_of
from leadline.arithmetic.expressions import Expression
from leadline.arithmetic.numbers import Unreadable
from leadline.grade.answers import numeric
from leadline.grade.readings import Reading
from leadline.records import Generation

VERSION = "solution-2"  # raise it when any verdict could change
DELIMITER = "####"
LONGEST = 20_000  # characters of a response that are read: its beginning
_MOST_MEANINGS = 4  # of one number
_MOST_WAYS = 24  # to put the meanings of its operands together
_CLOSE = Fraction(1, 500)  # of the gold quantity: numbers that were rounded on the way
_LARGE = 10**18  # a number that a reason does not quote
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """The quantities of a gold solution: the results of its equations, and what may be worked out
    on the way to them. is_whole: all of its equations could be read."""

    answer: Fraction
    results: frozenset[Fraction]
    parts: frozenset[Fraction]
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """An equation of a response: what it says its result is, and all that it may mean. sources: the
    places of the steps whose results it is worked out from, the last with each number."""

    line: int
    sources: frozenset[int]
    result: Fraction
    meant: tuple[Fraction, ...]
    sound: bool


def solution_reading(solution: str, generation: Generation) -> Reading:
    """Whether a response has an error of reasoning, against a gold solution that ends on its
    `#### number`. Linear in the response, of which LONGEST characters are read."""
    gold = read_gold(solution)
    if gold is None:
        return Reading("undecided", reason="the gold solution has no number as its answer")
    text = own_text(generation)
    answer = _final(text)
    if answer is None:
        return Reading("undecided", reason="no final answer")
    read = equations(text)
    steps = _steps(read.found, gold)
    if any(_near(meant, gold.answer) for meant in _meanings_of(answer, steps)):
        return Reading("no")
    if generation.stopped == "length" and DELIMITER not in text:
        return Reading("undecided", reason="cut off before the final answer")
    if not steps:
        return Reading("undecided", reason="the answer is wrong, and no equation could be read")
    return _wrong(steps, gold, answer, text=text, n_unread=read.n_unread)


def _wrong(
    steps: Sequence[_Step], gold: Gold, answer: Fraction, *, text: str, n_unread: int
) -> Reading:
    """Where the reasoning goes wrong that led to a wrong answer."""
    unsound = next((step for step in steps if not step.sound), None)
    if unsound is not None and gold.is_whole:
        reason = f"{_shown(unsound.meant[0])} is no quantity of the gold solution"
        return Reading("yes", str(unsound.line), reason)
    if n_unread:
        return Reading("undecided", reason="the answer is wrong; some equations could not be read")
    if all(step.result != answer for step in steps):
        return Reading("undecided", reason="the answer is wrong, and no equation leads to it")
    if not gold.is_whole:
        reason = "the answer is wrong; the gold solution cannot be read well enough to say where"
        return Reading("yes", "", reason)
    line = _line_of(answer, text, after=steps[-1].line)
    return Reading("yes", str(line), f"{_shown(answer)} is another quantity than was asked for")


def own_text(generation: Generation) -> str:
    """A response up to the line of its first `####`: what a model runs on into is no part of it."""
    head, delimiter, tail = generation.text[:LONGEST].partition(DELIMITER)
    return head + delimiter + tail.partition("\n")[0]


@lru_cache(maxsize=4096)
def read_gold(solution: str) -> Gold | None:
    """The quantities of a gold solution; None if it states no final number."""
    answer = numeric(solution)
    if answer is None:
        return None
    read = equations(solution)
    known = _Known()
    results, parts = {Fraction(answer)}, set[Fraction]()
    for equation in read.found:
        meant = known.of(equation.expression)
        results.update(meant)
        for part in parts_of(equation.expression):
            parts.update(known.of(part))
        if equation.stated is not None:
            results.add(equation.stated)
            known.keep(equation.stated, meant)
    return Gold(
        answer=Fraction(answer),
        results=frozenset(results),
        parts=frozenset(parts),
        is_whole=not read.n_unread,
    )


class _Known:
    """What the results of equations mean: what they come to without the slips before them."""

    def __init__(self) -> None:
        self.meanings: dict[Fraction, tuple[Fraction, ...]] = {}

    def of(self, expression: Expression) -> tuple[Fraction, ...]:
        """All that an expression may mean, in every sense of its numbers and percentages."""
        numbers = list(dict.fromkeys(number.value for number in expression.literals()))
        choices = [(*self.meanings.get(number, ()), number) for number in numbers]
        found: list[Fraction] = []
        for ways in islice(product(*choices), _MOST_WAYS):
            meaning = dict(zip(numbers, ways, strict=True))
            with suppress(Unreadable):
                found.append(compute(expression, meaning))
        if any(operand.percent for operand in expression.operands):
            found += [100 * value for value in found]
        return tuple(dict.fromkeys(found))

    def keep(self, result: Fraction, meant: Sequence[Fraction]) -> None:
        """From here on `result` may mean one of `meant`, and its negative their negatives."""
        for sign in (1, -1):
            before = self.meanings.get(sign * result, ())
            now = dict.fromkeys((*(sign * value for value in meant), *before))
            self.meanings[sign * result] = tuple(now)[:_MOST_MEANINGS]


def _steps(found: Sequence[Equation], gold: Gold) -> list[_Step]:
    """The equations of a response in their order; sound are those that mean a gold quantity, and
    those that a gold result follows from."""
    known, latest = _Known(), dict[Fraction, int]()  # the last step with a result
    steps: list[_Step] = []
    for equation in found:
        meant = known.of(equation.expression)
        if not meant:
            continue
        fitting = [value for value in meant if _fits(value, gold.results)]
        partly = [value for value in meant if _fits(value, gold.parts)]
        meant = tuple(dict.fromkeys((*fitting, *partly, *meant)))
        result = meant[0] if equation.stated is None else equation.stated
        known.keep(result, meant)
        steps.append(
            _Step(
                line=equation.line,
                sources=frozenset(latest[n] for n in equation.literals if n in latest),
                result=result,
                meant=meant,
                sound=bool(fitting or partly),
            )
        )
        latest[abs(result)] = len(steps) - 1
        if fitting:
            _approve(steps)
    return steps


def _approve(steps: list[_Step]) -> None:
    """All that the last step follows from is sound, as it is."""
    sources = {len(steps) - 1}
    for i in range(len(steps) - 1, -1, -1):
        if i in sources:
            sources |= steps[i].sources
            steps[i] = replace(steps[i], sound=True)


def _meanings_of(answer: Fraction, steps: Sequence[_Step]) -> list[Fraction]:
    """The answer, and what it means if it is the result of a step."""
    return [answer, *(value for step in steps if step.result == answer for value in step.meant)]


def _fits(value: Fraction, known: frozenset[Fraction]) -> bool:
    return value in known or any(_near(value, other) for other in known)


def _near(value: Fraction, other: Fraction) -> bool:
    """Whether two are one number but for rounding; whole numbers are not rounded."""
    if value == other or value.denominator == other.denominator == 1:
        return value == other
    return abs(value - other) <= max(_CLOSE * abs(other), _CLOSE)


def _final(text: str) -> Fraction | None:
    boxed = _BOXED.findall(text)
    found = numeric(boxed[-1]) if boxed and DELIMITER not in text else None
    found = numeric(text) if found is None else found
    return None if found is None else Fraction(found)


def _line_of(answer: Fraction, text: str, *, after: int) -> int:
    """The first line after line `after` that ends on the answer; else the last with any text."""
    filled = [(n, line) for n, line in enumerate(text.split("\n")) if line.strip()]
    stating = (n for n, line in filled if n > after and _final(line) == answer)
    return next(stating, filled[-1][0])


def _shown(value: Fraction) -> str:
    if abs(value) >= _LARGE:
        return f"a number of {abs(value).numerator.bit_length()} bits"
    return str(value) if value.denominator == 1 else f"{float(value):.6g}"
