"""The gold solutions are checked against what the words of the facts mean, read independently."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from leadline import seeding
from leadline.grade.formats import format_error
from leadline.miniature import world
from leadline.miniature.problems import STEP_SHARES, draw_problems
from leadline.records import Problem

# What each comparison claims about the numbers of things of a (first named) and b.
CLAIMS = {
    r"(\w+) has (\d+) more \w+ than (\w+)\.": lambda a, b, n: a - b == n,
    r"(\w+) has (\d+) fewer \w+ than (\w+)\.": lambda a, b, n: b - a == n,
    r"(\w+) has (\d+) times as many \w+ as (\w+)\.": lambda a, b, n: a == n * b,
    r"(\w+) has (twice) as many \w+ as (\w+)\.": lambda a, b, _: a == 2 * b,
    r"(\w+) has (half) as many \w+ as (\w+)\.": lambda a, b, _: 2 * a == b,
    r"(\w+) has as many \w+ as (?P<b>\w+) and (?P<n>\d+) more\.": lambda a, b, n: a == b + n,
    r"(\w+) is (\d+) \w+ short of what (\w+) has\.": lambda a, b, n: a + n == b,
    r"(\w+) has (three) times the \w+ of (\w+)\.": lambda a, b, _: a == 3 * b,
    r"With (?P<n>\d+) more \w+ (?P<a>\w+) would have as many as (?P<b>\w+)\.": (
        lambda a, b, n: a + n == b
    ),
    r"(\w+) has a (third) of the \w+ that (\w+) has\.": lambda a, b, _: 3 * a == b,
    r"Without (?P<n>\d+) of the \w+ (?P<a>\w+) would have as many as (?P<b>\w+)\.": (
        lambda a, b, n: a - n == b
    ),
    r"(\w+) beats (\w+) by (?P<n>\d+) \w+\.": lambda a, b, n: a == b + n,
}


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return list(draw_problems(seeding.rng(0, "test of problems"), pool="test", n=800))


def _names_and_number(match: re.Match[str]) -> tuple[str, str, str]:
    names = [word for word in match.groups() if word in world.PEOPLE]
    numbers = [word for word in match.groups() if word not in world.PEOPLE]
    return names[0], names[1], numbers[0]


def test_every_comparison_holds_between_the_computed_numbers(problems: list[Problem]) -> None:
    seen: Counter[str] = Counter()
    for problem in problems:
        nodes = problem.detail["quantities"]
        for i, node in enumerate(nodes):
            if node["kind"] != "compare":
                continue
            values = {q["owner"]: q["value"] for q in nodes[: i + 1]}  # as they are by then
            pattern, match = next(
                (p, m) for p in CLAIMS if (m := re.fullmatch(p, node["statement"]))
            )
            a, b, n = _names_and_number(match)
            number = int(n) if n.isdigit() else 0
            assert CLAIMS[pattern](values[a], values[b], number), node["statement"]
            seen[pattern] += 1
    assert len(seen) == len(CLAIMS)  # the tail of the Zipf distribution occurs


def test_every_event_changes_the_number_as_its_verb_says(problems: list[Problem]) -> None:
    verbs = {"buys": 1, "finds": 1, "gets": 1, "gives": -1, "loses": -1, "break": -1, "stolen": -1}
    scale = {"sells half": 0.5, "doubles": 2, "a third": 1 / 3}
    n_events = 0
    for problem in problems:
        for before, after in pairwise(problem.detail["quantities"]):
            if after["kind"] != "event":
                continue
            n_events += 1
            says = after["statement"]
            factor = next((f for words, f in scale.items() if words in says), None)
            if factor is None:
                sign = next(s for verb, s in verbs.items() if verb in says)
                number = int(re.search(r"\d+", says).group())  # type: ignore[union-attr]
                assert after["value"] == before["value"] + sign * number
            else:
                assert after["value"] == pytest.approx(before["value"] * factor)
    assert n_events > 200


def test_gold_solutions_are_socratic_with_right_sums(problems: list[Problem]) -> None:
    for problem in problems:
        assert format_error(problem.reference, style="socratic") is None
        *steps, last = problem.reference.split("\n")
        for line in steps:
            left, sign, right, value, shown = re.fullmatch(
                r"[^*]+\? \*\* .*<<(\d+)([-+*/])(\d+)=(\d+)>>(\d+) .*\.", line
            ).groups()  # type: ignore[union-attr]
            results = {"+": int(left) + int(right), "-": int(left) - int(right)}
            results |= {"*": int(left) * int(right), "/": int(left) / int(right)}
            assert results[sign] == int(value) == int(shown)
        assert last == f"#### {value}"
        assert len(steps) == problem.detail["k"]


def test_operands_stand_in_the_facts_or_were_computed(problems: list[Problem]) -> None:
    for problem in problems:
        nodes = problem.detail["quantities"]
        for node in nodes:
            for side in ("left",) if node["kind"] == "given" else ("left", "right"):
                source = node[f"{side}_of"]
                if source is not None:
                    assert nodes[source]["value"] == node[side]
                else:
                    number = str(node[side])
                    worded = {"2": "twice|half|doubles", "3": "three|third"}.get(number, number)
                    assert re.search(rf"\b({number}|{worded})\b", node["statement"])


def test_every_needed_fact_is_told_once_and_the_distractor_is_not_needed(
    problems: list[Problem],
) -> None:
    for problem in problems:
        needed = [q["statement"] for q in problem.detail["quantities"] if q["statement"]]
        assert all(problem.prompt.count(fact) == 1 for fact in needed)
        distractor = problem.detail["distractor"]
        assert distractor not in needed
        assert distractor in problem.prompt


def test_a_solution_asks_no_question_twice(problems: list[Problem]) -> None:
    for problem in problems:
        lines = problem.reference.split("\n")
        assert len(set(lines)) == len(lines)
        asked = [line.partition(" ** ")[0] for line in lines]
        assert len(set(asked)) == len(asked)


def test_difficulty_and_distraction_have_their_shares(problems: list[Problem]) -> None:
    counts = Counter(problem.detail["k"] for problem in problems)
    for k, share in enumerate(STEP_SHARES, 1):
        spread = 4 * (share * (1 - share) / len(problems)) ** 0.5
        assert counts[k] / len(problems) == pytest.approx(share, abs=spread)
    distracted = sum(bool(problem.detail["distractor"]) for problem in problems)
    assert 0.18 < distracted / len(problems) < 0.32
    assert sum(problem.detail["shuffled"] for problem in problems) > 80
