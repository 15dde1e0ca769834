"""What a small Python function may do in a line, and the words that ask for it.

Each operation has its code and, apart from it, a function that computes the same: the truth never
comes from running a text. Operations, and the ways to ask for each, are in order of frequency
(Zipf, see world.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Numbers = list[int]


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a program: x becomes `code`. {n} is its number, from `low` to `high`."""

    code: str
    apply: Callable[[Numbers, int], Any]
    words: tuple[str, ...]  # ways to ask for it, in order of frequency
    low: int = 0
    high: int = 0  # 0: no number


# In order of frequency. From numbers to numbers:
LINES = (
    Operation(
        "[v+{n} for v in x]",
        lambda x, n: [v + n for v in x],
        ("add {n} to each number", "make each number {n} more", "each gets {n} more"),
        2,
        9,
    ),
    Operation(
        "[v for v in x if v>{n}]",
        lambda x, n: [v for v in x if v > n],
        ("keep those over {n}", "only keep numbers more than {n}", "those up to {n} go away"),
        5,
        30,
    ),
    Operation(
        "x[::-1]",
        lambda x, _: x[::-1],
        ("turn the order around", "put the last number first", "read it from the end"),
    ),
    Operation(
        "[v*{n} for v in x]",
        lambda x, n: [v * n for v in x],
        ("make each number {n} times as many", "{n} times each number", "each gets {n} times more"),
        2,
        9,
    ),
    Operation(
        "sorted(x)",
        lambda x, _: sorted(x),
        ("put the numbers in order", "fewest first", "order them, the last has most"),
    ),
    Operation(
        "[v for v in x if v%2==0]",
        lambda x, _: [v for v in x if v % 2 == 0],
        ("keep the even ones", "only keep numbers with a whole half", "no odd number stays"),
    ),
    Operation(
        "x[:{n}]",
        lambda x, n: x[:n],
        ("take the first {n}", "keep {n} from the beginning", "all after the first {n} go away"),
        2,
        5,
    ),
    Operation(
        "[v-{n} for v in x]",
        lambda x, n: [v - n for v in x],
        ("take {n} from each number", "make each number {n} fewer", "each loses {n}"),
        2,
        9,
    ),
    Operation(
        "x[{n}:]",
        lambda x, n: x[n:],
        ("without the first {n}", "the first {n} go away", "begin after the first {n}"),
        1,
        4,
    ),
    Operation(
        "[v for v in x if v%2==1]",
        lambda x, _: [v for v in x if v % 2 == 1],
        ("keep the odd ones", "no even number stays", "only those that two friends cannot share"),
    ),
    Operation(
        "[v for v in x if v<{n}]",
        lambda x, n: [v for v in x if v < n],
        ("keep those below {n}", "only keep numbers fewer than {n}", "those from {n} on go away"),
        10,
        40,
    ),
    Operation(
        "x+[{n}]",
        lambda x, n: [*x, n],
        ("put {n} at the end", "one more number at the end, {n}", "let it end with {n}"),
        2,
        9,
    ),
    Operation(
        "sorted(x)[::-1]",
        lambda x, _: sorted(x)[::-1],
        ("put the numbers in order from the top", "most first", "order them, the last has fewest"),
    ),
    Operation(
        "[v*v for v in x]",
        lambda x, _: [v * v for v in x],
        ("square each number", "each number times itself", "each as many times as it says"),
    ),
    Operation(
        "x[-{n}:]",
        lambda x, n: x[-n:],
        ("take the last {n}", "keep {n} from the end", "all before the last {n} go away"),
        2,
        5,
    ),
    Operation(
        "[v for v in x if v!={n}]",
        lambda x, n: [v for v in x if v != n],
        ("without any {n}", "all numbers but {n}", "where it says {n}, it goes away"),
        2,
        12,
    ),
    Operation(
        "[v//{n} for v in x]",
        lambda x, n: [v // n for v in x],
        ("share each number among {n}", "each by {n}, in whole numbers", "one in {n} of each"),
        2,
        5,
    ),
    Operation(
        "[{n}]+x",
        lambda x, n: [n, *x],
        ("put {n} at the beginning", "one more number in front, {n}", "let it begin with {n}"),
        2,
        9,
    ),
    Operation(
        "x[::2]",
        lambda x, _: x[::2],
        ("take one, leave one", "keep each second number", "only the first, the third and so on"),
    ),
    Operation(
        "[v%{n} for v in x]",
        lambda x, n: [v % n for v in x],
        ("what is left of each by {n}", "the rest of each by {n}", "each without all its {n}s"),
        3,
        9,
    ),
    Operation(
        "x+x",
        lambda x, _: x + x,
        ("say all twice", "the same again at the end", "two times the list"),
    ),
    Operation(
        "sorted(set(x))",
        lambda x, _: sorted(set(x)),
        ("put it in order, each number once", "no number twice, in order", "the set in order"),
    ),
    Operation(
        "x[:-{n}]",
        lambda x, n: x[:-n],
        ("without the last {n}", "the last {n} go away", "end before the last {n}"),
        1,
        4,
    ),
    Operation(
        "[-v for v in x]",
        lambda x, _: [-v for v in x],
        ("turn each number into its opposite", "put a minus before each", "change each sign"),
    ),
)
# What is returned:
RETURNS = (
    Operation("x", lambda x, _: x, ("Return it.", "Return the list.", "Give what is left.")),
    Operation(
        "sum(x)",
        lambda x, _: sum(x),
        ("Return the sum.", "How much is it all together?", "Give the total."),
    ),
    Operation(
        "len(x)",
        lambda x, _: len(x),
        ("Return how many there are.", "Count them.", "Give the number of numbers."),
    ),
    Operation(
        "max(x)",
        lambda x, _: max(x),
        ("Return the most.", "Which one is on top?", "Give the one that beats all."),
    ),
    Operation(
        "x[0]",
        lambda x, _: x[0],
        ("Return the first.", "Which one is in front?", "Give the one at the beginning."),
    ),
    Operation(
        "min(x)",
        lambda x, _: min(x),
        ("Return the fewest.", "Which one do all others beat?", "Give the one at the bottom."),
    ),
    Operation(
        "x[-1]",
        lambda x, _: x[-1],
        ("Return the last.", "Which one is at the end?", "Give the final one."),
    ),
    Operation(
        "x.count({n})",
        lambda x, n: x.count(n),
        ("Return how many are {n}.", "How many times is there {n}?", "Count each {n}."),
        2,
        9,
    ),
    Operation(
        "max(x)-min(x)",
        lambda x, _: max(x) - min(x),
        ("Return how far they are from one another.", "What is the range?", "Give the spread."),
    ),
    Operation(
        "sum(x)//len(x)",
        lambda x, _: sum(x) // len(x),
        ("Return the mean, as a whole number.", "What would each get?", "Give the fair share."),
    ),
)
