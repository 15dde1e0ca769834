"""One annotated template: its variables, its conditions, its answer, and how it is written out.

    question_annotated:  {name,Frank} has {n,12} eggs and eats {frac,half} of them. How many …?
                         #init:
                         - name = sample(names_male)
                         - $n = range(10, 50)
                         - $frac = sample(fractions)
                         #conditions:
                         - is_int(n * frac)
                         #answer: n - int(n * frac)
    answer_annotated:    He eats {n}*{frac} = <<{n}*{frac}={int(n*frac)}>>{int(n*frac)}. … #### {…}

A placeholder of the question is `{variable,text in the original problem}`; one of the answer is any
expression. Source: https://github.com/apple/ml-gsm-symbolic (arXiv 2410.05229).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from leadline.errors import BadData
from leadline.symbolic.expressions import (
    Compiled,
    Value,
    Worded,
    compile_expression,
    exact,
    number,
    sequence,
)
from leadline.symbolic.vocabulary import ARITHMETIC, DOMAINS, LISTS, in_words

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_HEADS = re.compile(r"^#(init|conditions|answer)[ \t]*[:=]?", re.MULTILINE)
_ASSIGNED = re.compile(r"-?\s*([$\w, ]+?)\s*=\s*(.+)")
_PICK = re.compile(r"(sample|sample_sequential)\((.*)\)", re.DOTALL)
_BY_WORD = {in_words(n): n for n in range(100)}
_ENTITY_FRACTIONS = {"third": Fraction(1, 3), "quarter": Fraction(1, 4), "fifth": Fraction(1, 5)}


# Templates whose `#answer` is wrong, and their solution's last line right. Found by comparing the
# two over draws (and, for the first, with the original's answer); read one by one.
WRONG_ANSWERS = {
    "symbolic/0062": "forgets that 'p% more' adds to the first number",
    "p1/0074": "takes a percentage of all pupils, where the question asks of those present",
    "p1/0089": "leaves the insurance out",
    "p2/0026": "subtracts one, a remainder of another template",
}
# Templates whose answer has a part after the point by design (per cent less 6.25 per cent).
DECIMAL_ANSWERS = {"p1/0002", "p2/0002"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What variables take their values from: `items`, or `windows` of consecutive items."""

    names: tuple[str, ...]
    items: Sequence[Value]
    consecutive: bool = False


@dataclass(frozen=True, kw_only=True)
class Template:
    """A parsed row of templates.jsonl. `id` is variant/file, `original` the GSM8K test row.
    decimal: its answer may have a part after the point; every other's is whole. implied:
    variables that a condition `name == expression` ties to the others."""

    id: str
    original: int
    question: str
    draws: tuple[Draw, ...]
    conditions: tuple[Compiled, ...]
    implied: Mapping[str, Compiled]
    answer: Compiled
    decimal: bool
    solution: str

    @cached_property
    def defaults(self) -> dict[str, Value]:
        """The values of the original problem, as far as the placeholders give them."""
        items = {name: draw.items for draw in self.draws for name in draw.names}
        found: dict[str, Value] = {}
        for inside in _PLACEHOLDER.findall(self.question):
            name, _, text = inside.partition(",")
            found.setdefault(name.strip(), _meant(text.strip(), items.get(name.strip(), ())))
        return found

    def allows(self, values: Mapping[str, Value]) -> bool:
        """Whether values satisfy every condition. A division by zero does not."""
        try:
            return all(condition(values) for condition in self.conditions)
        except ZeroDivisionError:
            return False

    def write_question(self, values: Mapping[str, Value]) -> str:
        """The question with values in place of the placeholders; sentences begin with a capital."""

        def write(found: re.Match[str]) -> str:
            text = shown(values[found[1].partition(",")[0].strip()])
            before = self.question[: found.start()].rstrip()
            starts = not before or (
                before[-1] in ".?!" and before != self.question[: found.start()]
            )
            return text[:1].upper() + text[1:] if starts else text

        return " ".join(_PLACEHOLDER.sub(write, self.question).split())

    def write_original(self) -> str:
        """The question with the original's own texts."""
        text = _PLACEHOLDER.sub(lambda m: m[1].partition(",")[2].strip(), self.question)
        return " ".join(text.split())

    def write_solution(self, values: Mapping[str, Value]) -> str:
        """The solution with every expression worked out, as Apple annotated it."""

        def write(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in values:
                return shown(values[name])
            return shown(self._part(name)(values))

        return _PLACEHOLDER.sub(write, self.solution)

    def _part(self, text: str) -> Compiled:
        compiled: dict[str, Compiled] = self.__dict__.setdefault("_parts", {})
        if text not in compiled:
            compiled[text] = compile_expression(text, functions=ARITHMETIC)
        return compiled[text]


def parse_template(row: Mapping[str, Value]) -> Template:
    """A template from a row of templates.jsonl. Raises BadData with the template's name."""
    name = f"{row['variant']}/{str(row['file']).removesuffix('.json')}"
    try:
        question, init, conditions, answer = _parts(str(row["question_annotated"]))
        solution = str(row["answer_annotated"])
        if name in WRONG_ANSWERS:
            answer = solution.rpartition("####")[2]
        draws = tuple(_draw(line) for line in _lines(init))
        tests = [line.lstrip("- ") for line in _lines(conditions)]
        return Template(
            id=name,
            original=int(row["id_orig"]),
            question=question,
            draws=draws,
            conditions=tuple(compile_expression(t, functions=ARITHMETIC) for t in tests),
            implied=_implied(tests, draws),
            answer=compile_expression(
                answer.strip().strip("{}$"), functions=ARITHMETIC, rounding="refused"
            ),
            decimal=name in DECIMAL_ANSWERS,
            solution=solution,
        )
    except (BadData, KeyError, ValueError) as error:
        raise BadData(f"template {name}: {error}") from error


def _parts(text: str) -> tuple[str, str, str, str]:
    marks = list(_HEADS.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = {m[1]: text[m.end() : end] for m, end in zip(marks, ends, strict=True)}
    if "init" not in found or "answer" not in found:
        raise BadData("no '#init' or no '#answer' part.")
    question = text[: marks[0].start()].strip()
    return question, found["init"], found.get("conditions", ""), found["answer"]


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.split("\n") if line.strip()]


def _draw(line: str) -> Draw:
    assigned = _ASSIGNED.fullmatch(line)
    if not assigned:
        raise BadData(f"not 'name = domain': {line[:80]!r}.")
    names = tuple(name.strip(" $") for name in assigned[1].split(","))
    pick = _PICK.fullmatch(assigned[2].strip())
    inside = pick[2] if pick else assigned[2]
    if pick and len(names) > 1:
        inside, _, count = inside.rpartition(",")
        if not count.strip().isdigit() or int(count) != len(names):
            raise BadData(f"{len(names)} names and {count.strip()!r} draws: {line[:80]!r}.")
    domain = compile_expression(inside.strip(), functions=_FUNCTIONS)
    items = sequence(domain(LISTS))
    if len(items) < len(names):
        raise BadData(f"{len(items)} items for {len(names)} names: {line[:80]!r}.")
    return Draw(names=names, items=items, consecutive=bool(pick and pick[1] != "sample"))


def _implied(tests: Sequence[str], draws: Sequence[Draw]) -> dict[str, Compiled]:
    """Drawn names that stand alone on one side of an equation, and the other side."""
    alone = {draw.names[0] for draw in draws if len(draw.names) == 1}
    found: dict[str, Compiled] = {}
    for test in tests:
        left, equals, right = (part.strip() for part in test.partition("=="))
        name, other = (left, right) if left in alone else (right, left)
        tied = any(re.search(rf"\b{known}\b", other) for known in found)
        if equals and name in alone - set(found) and not tied and not re.search("[<>=]", other):
            found[name] = compile_expression(other, functions=ARITHMETIC)
    return found


_FUNCTIONS: dict[str, Callable[..., Value]] = {**ARITHMETIC, **DOMAINS}


def shown(value: Value) -> str:
    """A value as a text has it: a worded number in its words, a fraction as a decimal number if it
    has an end, else as a/b."""
    if isinstance(value, Worded):
        return value.text
    value = number(value)
    if not isinstance(value, Fraction):
        return str(value)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = next(d for d in range(1, 10_000) if (value * 10**d).denominator == 1)
    return f"{'-' if value < 0 else ''}{_decimal(abs(value), digits)}"


def _decimal(value: Fraction, digits: int) -> str:
    whole, part = divmod(int(value * 10**digits), 10**digits)
    return f"{whole}.{part:0{digits}d}"


def _meant(text: str, items: Sequence[Value]) -> Value:
    """The value of an original's text: one of the items, a number, a number word, or itself."""
    worded = [*items, *(item for name in _NUMBER_LISTS for item in LISTS[name])]
    for item in worded:
        if isinstance(item, Worded) and item.text == text.lower().replace(" quarter", "-quarter"):
            return Worded(text, item.number)
    plain = text.lower().removeprefix("a ").removesuffix(" times").replace(" ", "-")
    if plain in _BY_WORD:
        return Worded(text, _BY_WORD[plain])
    if plain in _ENTITY_FRACTIONS:
        return Worded(text, _ENTITY_FRACTIONS[plain])
    if re.fullmatch(r"-?\d+(\.\d+)?|\d+/[1-9]\d*", plain):
        found = exact(plain) if "/" not in plain else Fraction(plain)
        return Worded(text, found)
    return text


_NUMBER_LISTS = ("multiple", "multi_times", "multiple_ice", "fraction_alnum")
