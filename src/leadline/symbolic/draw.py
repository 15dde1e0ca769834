"""Fresh values for a template: drawn uniformly from its domains, kept if its conditions hold.

A draw is refused, and made again, where the annotated answer would need rounding (`int` or `//` of
something that is not whole): such a problem has no right answer in whole numbers. One with a
negative answer is refused too: some templates forget to ask that less is given away than there is.

A variable that an equation ties to the others is computed from them and kept if it is in its
domain: as its own draw would be uniform, that leaves every solution as likely as before, and saves
most of the tries.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leadline.errors import BadStudy
from leadline.symbolic.expressions import Value, number
from leadline.symbolic.templates import Draw, Template, shown
from leadline.symbolic.vocabulary import PEOPLE

_BLOCK = 256  # draws of each variable at a time
MOST_TRIES = 400_000  # of a template, for one variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One re-drawn problem. `solution` ends with `#### answer`."""

    template: Template
    values: dict[str, Value]
    question: str
    solution: str
    answer: str


def draw_variants(
    template: Template, generator: np.random.Generator, *, n: int, most_tries: int = MOST_TRIES
) -> list[Variant]:
    """n variants with different questions, none of them the original's.

    Raises BadStudy if the template has fewer, as far as `most_tries` draws a variant can tell.
    """
    seen = {template.write_original()}
    found: list[Variant] = []
    tries = 0
    for values in _candidates(template, generator):
        tries += 1
        if tries > most_tries:
            raise BadStudy(
                f"template {template.id} gave {len(found)} of {n} different variants in "
                f"{most_tries:,} draws a variant. Ask for fewer variants."
            )
        if values is None or _same_person(values) or not template.allows(values):
            continue
        variant = _variant(template, values)
        if variant is None or variant.question in seen:
            continue
        seen.add(variant.question)
        found.append(variant)
        tries = 0
        if len(found) == n:
            return found
    raise AssertionError("candidates never end")


def _candidates(
    template: Template, generator: np.random.Generator
) -> Iterator[dict[str, Value] | None]:
    """Draws without end; None in place of one whose implied variables leave their domains."""
    domains = {draw.names[0]: draw.items for draw in template.draws}
    while True:
        columns: dict[str, list[Value]] = {}
        for draw in template.draws:
            for name, column in zip(draw.names, _block(draw, generator), strict=True):
                columns[name] = column
        for row in zip(*columns.values(), strict=True):
            values = dict(zip(columns, row, strict=True))
            yield values if _settle(template, values, domains) else None


def _settle(
    template: Template, values: dict[str, Value], domains: Mapping[str, Sequence[Value]]
) -> bool:
    """Give the implied variables their values; whether those are in their domains."""
    for name, expression in template.implied.items():
        try:
            value = expression(values)
        except ArithmeticError:
            return False
        same = [item for item in _near(domains[name], value) if number(item) == value]
        if not same:
            return False
        values[name] = same[0]
    return True


def _same_person(values: Mapping[str, Value]) -> bool:
    """Whether two people of the problem were given one name."""
    people = [v for v in values.values() if isinstance(v, str) and v in PEOPLE]
    return len(set(people)) < len(people)


def _near(items: Sequence[Value], value: Value) -> Sequence[Value]:
    if isinstance(items, range):  # found without a walk through it
        return [value] if isinstance(value, int) and value in items else []
    return items


def _block(draw: Draw, generator: np.random.Generator) -> list[list[Value]]:
    """_BLOCK draws for each of a draw's names; several names never get the same item."""
    n_items, n_names = len(draw.items), len(draw.names)
    if draw.consecutive:
        first = generator.integers(n_items - n_names + 1, size=_BLOCK)
        picked = first[:, None] + np.arange(n_names)
    elif n_names == 1:
        picked = generator.integers(n_items, size=(_BLOCK, 1))
    else:
        picked = np.argsort(generator.random((_BLOCK, n_items)), axis=1)[:, :n_names]
    return [[draw.items[i] for i in column] for column in picked.T.tolist()]


def _variant(template: Template, values: dict[str, Value]) -> Variant | None:
    """The problem that these values make; None if its answer would have to be rounded or is
    negative, or if the annotated solution does not end on it (rounding within, again)."""
    try:
        answer = number(template.answer(values))
    except ArithmeticError:
        return None
    if not isinstance(answer, int) and not (template.decimal and "/" not in shown(answer)):
        return None
    if answer < 0:
        return None
    body, _, last = template.write_solution(values).rpartition("####")
    if last.strip() != shown(answer):
        return None
    return Variant(
        template=template,
        values=values,
        question=template.write_question(values),
        solution=f"{body.rstrip()}\n#### {shown(answer)}",
        answer=shown(answer),
    )
