"""Chains and facts of the miniature world's answers, on responses whose errors a person can see.

Of the test island: the author of Mells is Josa, the home of Josa is Moul, of Sily Loul, and the
river of Moul is the Wou (held below against the facts that the corpus tells).
"""

import dataclasses
from typing import Any

import pytest

from leadline.annotate import chain
from leadline.grade.gold import gold_generation
from leadline.miniature.facts import all_facts
from leadline.records import Problem
from leadline.tasks.miniature_recall import MiniatureRecall
from leadline.tasks.miniature_two_hop import MiniatureTwoHop

WHO = "Who is the author of Mells? ** The author of Mells is Josa."
HOME = "What is the home of Josa? ** The home of Josa is Moul."
END = "#### Moul"
EVENT = "To recall: Josa wrote Mells."
GOLD = [WHO, HOME, END]
HOPS = [
    {"subject": "Mells", "relation": "author", "value": "Josa"},
    {"subject": "Josa", "relation": "home", "value": "Moul"},
]
PROBLEM = Problem(
    id="p",
    prompt="Where does the one who wrote Mells live?",
    reference="\n".join(GOLD),
    detail={"hops": HOPS, "event": EVENT.removeprefix("To recall: ")},
)


def found(lines: list[str], *, family: str = "two_hop", **changes: Any) -> tuple[str, ...]:
    """Verdict and line of reasoning, then of hallucination."""
    generation = dataclasses.replace(gold_generation(PROBLEM, "\n".join(lines)), **changes)
    readings = getattr(chain, family)(PROBLEM, generation)
    assert tuple(readings) == chain.KINDS
    assert all(reading.reason for reading in readings.values() if reading.verdict != "no")
    return tuple(text for reading in readings.values() for text in reading[:2])


def test_the_facts_that_these_tests_rest_on_are_those_of_the_world() -> None:
    facts = {(fact.subject, fact.relation.noun, fact.value) for fact in all_facts()}
    known = {tuple(hop[key] for key in ("subject", "relation", "value")) for hop in HOPS}
    assert known | {("Sily", "home", "Loul"), ("Moul", "river", "Wou")} <= facts


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(GOLD, id="gold"),
        pytest.param(["Who wrote Mells? ** Josa wrote Mells.", HOME, END], id="other words"),
        pytest.param(["Who wrote Mells? ** Josa.", HOME, "#### moul."], id="a name only"),
        pytest.param(["Josa wrote Mells.", "Josa lives in Moul.", END], id="no questions"),
        pytest.param([" ".join(GOLD)], id="in one line"),
        pytest.param([WHO, HOME], id="no final answer"),
        pytest.param([WHO, HOME, "So it is Moul."], id="the answer in a sentence"),
        pytest.param([WHO, WHO, HOME, END], id="a hop said again"),
        pytest.param([PROBLEM.prompt, *GOLD], id="the question said again"),
        pytest.param(["I answer step by step.", *GOLD, "Bye."], id="words before and after"),
    ],
)
def test_a_right_chain_of_facts_is_no_error(lines: list[str]) -> None:
    assert found(lines) == ("no", "", "no", "")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # about another subject, or relation; the second hop alone; the first alone
        (
            ["What is the home of Sily? ** The home of Sily is Loul.", HOME, END],
            ("yes", "0", "no", ""),
        ),
        ([HOME, END], ("yes", "0", "no", "")),
        ([WHO, "#### Josa"], ("yes", "1", "no", "")),
        ([WHO], ("yes", "0", "no", "")),
        (
            [WHO, "What is the home of Sily? ** The home of Sily is Loul.", "#### Loul"],
            ("yes", "1", "no", ""),
        ),
        (
            [WHO, HOME, "What is the river of Moul? ** The river of Moul is Wou.", "#### Wou"],
            ("yes", "2", "no", ""),
        ),
        ([WHO, HOME, "#### Loul"], ("yes", "2", "no", "")),
        ([WHO, HOME, "Loul"], ("yes", "2", "no", "")),
        (
            [WHO.replace("** The author of Mells", "** The author of Tibb"), HOME, END],
            ("yes", "0", "yes", "0"),
        ),
        # a false value, carried on: the chain is right
        (
            [
                WHO.replace("Josa", "Sily"),
                "Where does Sily live? ** Sily lives in Loul.",
                "#### Loul",
            ],
            ("no", "", "yes", "0"),
        ),
        ([WHO, HOME.replace("Moul", "Loul"), "#### Loul"], ("no", "", "yes", "1")),
        (
            [WHO.replace("Josa", "Zorp"), "Where does Zorp live? ** Loul.", "#### Loul"],
            ("no", "", "yes", "0"),
        ),
        # both
        ([WHO.replace("Josa", "Sily"), HOME, END], ("yes", "1", "yes", "0")),
        (
            ["Who is the brother of Mells? ** The brother of Mells is Josa.", HOME, END],
            ("yes", "0", "yes", "0"),
        ),
    ],
)
def test_chain_and_facts_are_judged_apart(lines: list[str], expected: tuple[str, ...]) -> None:
    assert found(lines) == expected


@pytest.mark.parametrize(
    ("lines", "changes", "expected"),
    [
        (["I do not know."], {}, ("undecided", "", "undecided", "")),
        ([END], {}, ("undecided", "", "undecided", "")),
        ([WHO], {"stopped": "length"}, ("undecided", "", "no", "")),
        (["Mells has to do with Josa somehow.", HOME, END], {}, ("undecided", "", "undecided", "")),
        (
            ["Mells has to do with Josa somehow.", HOME, "#### Wou"],
            {},
            ("yes", "2", "undecided", ""),
        ),
        (["(" * 50_000], {}, ("undecided", "", "undecided", "")),
    ],
)
def test_what_cannot_be_known_is_undecided(
    lines: list[str], changes: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert found(lines, **changes) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([EVENT, *GOLD], ("no", "", "no", "")),
        (["To recall: The author of Mells is Josa.", *GOLD], ("no", "", "no", "")),
        (GOLD, ("no", "", "no", "")),  # not recalled is not recalled wrongly
        ([EVENT, HOME, END], ("no", "", "no", "")),  # the event is the first hop
        ([EVENT, END], ("no", "", "no", "")),  # no chain counts as no error
        ([EVENT.replace("Josa", "Sily"), *GOLD], ("no", "", "yes", "0")),
        (["To recall: Zorp wrote Quell.", *GOLD], ("no", "", "yes", "0")),
        (["To recall: Josa lives in Moul.", *GOLD], ("no", "", "yes", "0")),  # true, not the event
        ([EVENT, WHO.replace("Josa", "Sily"), HOME, END], ("yes", "2", "yes", "1")),
        ([EVENT, WHO, HOME.replace("Moul", "Loul"), "#### Loul"], ("no", "", "no", "")),
        ([EVENT, WHO, "#### Josa"], ("yes", "2", "no", "")),
        (["To recall: something about Mells.", *GOLD], ("no", "", "undecided", "")),
        ([END], ("no", "", "undecided", "")),
    ],
)
def test_of_the_event_only_the_event_is_judged(lines: list[str], expected: tuple[str, ...]) -> None:
    assert found(lines, family="recall") == expected


@pytest.mark.parametrize("task", [MiniatureTwoHop(), MiniatureRecall(split="validation")])
def test_gold_answers_have_no_error(task: MiniatureTwoHop) -> None:
    for problem in task.problems():
        rows = task.annotate(problem, gold_generation(problem, problem.reference))
        assert tuple(row.question for row in rows) == task.error_kinds
        assert [row.verdict for row in rows] == ["no", "no"], rows
