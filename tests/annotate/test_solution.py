"""Reasoning errors in maths against a gold solution: slips, order and extra steps are none; a wrong
relation is, on its line; what cannot be known is undecided."""

import time
from pathlib import Path

import pytest

from leadline.annotate.rules import Annotated, Rules
from leadline.annotate.solution import read_gold, solution_reading
from leadline.data import read_jsonl
from leadline.grade.gold import gold_generation
from leadline.protocols import GradedResponse, Runtime
from leadline.records import Generation, Judgement, Problem
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.gsm_symbolic import GsmSymbolic
from leadline.tasks.only import Only
from leadline.tasks.shifted import GsmHard

# 5 boxes of 12, a third given away, sold at 2 dollars: 5*12=60, 60/3=20, 60-20=40, 40*2=80.
GOLD = """\
How many pens were there? ** There were 5*12=<<5*12=60>>60 pens.
How many did she give away? ** She gave away 60/3=<<60/3=20>>20 pens.
How many are left? ** So 60-20=<<60-20=40>>40 pens are left.
How much did she earn? ** She earned 40*2=$<<40*2=80>>80.
#### 80"""
PROBLEM = Problem(id="0", prompt="…", reference=GOLD)


def generation(text: str, *, cut: bool = False) -> Generation:
    found = gold_generation(PROBLEM, text)
    return Generation(
        cell=found.cell,
        problem_id="0",
        sample=0,
        text=text,
        stopped="length" if cut else "stop",
        n_tokens=0,
    )


def read(text: str, *, gold: str = GOLD) -> tuple[str, str]:
    reading = solution_reading(gold, generation(text))
    return reading.verdict, reading.extracted


@pytest.mark.parametrize(
    "text",
    [
        GOLD,
        "5 x 12 = 60\n60 - 60/3 = 40\n2 x 40 = 80\n#### 80",
        "2 * 12 = 24 dollars a box\n24 * 5 = 120\n120 * 2/3 = 80\n#### 80",  # another way
        "Half a dozen is 12 / 2 = 6\n" + GOLD,  # an extra step
        "12 + 12 + 12 + 12 + 12 = 60\n60 * (1 - 1/3) = 40\n40 + 40 = 80\nSo \\boxed{80}.",
    ],
    ids=["gold", "shorter", "another way", "extra step", "another form"],
)
def test_any_way_to_the_gold_answer_is_right(text: str) -> None:
    assert read(text) == ("no", "")


@pytest.mark.parametrize(
    "text",
    [
        "5*12=<<5*12=50>>50\n50/3=<<50/3=20>>20\n50-20=30\n30*2=60\n#### 60",
        "5*12=50\n50/3=16.67\n50-16.67=33.33\n33.33*2=66.67\n#### 66.67",
        "5*12=60\n60/3=30\n60-30=30\n30*2=60\n#### 60",
        "5*12=60\n60/3=20\n60-20=40\n40*2=90\n#### 90",
    ],
)
def test_a_slip_that_is_carried_on_is_no_error_of_reasoning(text: str) -> None:
    assert read(text) == ("no", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("5+12=17\n17/3=5.67\n17-5.67=11.33\n11.33*2=22.67\n#### 22.67", "0"),
        ("5*12=60\n60/3=20\n60+20=80\n80*2=160\n#### 160", "3"),  # 80 is a gold quantity
        ("5*12=60\n60*3=180\n180-60=120\n120*2=240\n#### 240", "1"),
        ("5*12=60\n60/3=20\n60-20=40\nShe earned $40.\n#### 40", "3"),  # stops too early
        ("5*12=60\n60/3=25\n60*25=1500\n#### 1500", "2"),  # a slip, and a wrong relation
    ],
)
def test_a_wrong_relation_is_named_by_its_line(text: str, line: str) -> None:
    assert read(text) == ("yes", line)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("She earned some money.", "no final answer"),
        ("The answer is 70.", "no equation could be read"),
        ("5*12=60\n2x + 3 = y\n#### 63", "some equations could not be read"),
        ("5*12=60\n60/3=20\nSo she earned $70.\n#### 70", "no equation leads to it"),
    ],
)
def test_what_cannot_be_known_is_undecided_with_the_reason(text: str, reason: str) -> None:
    found = solution_reading(GOLD, generation(text))
    assert (found.verdict, found.extracted) == ("undecided", "")
    assert reason in found.reason


def test_a_gold_solution_with_unknowns_tells_that_but_not_where() -> None:
    gold = "x + 2x = 60\n3x = 60\nx = 20\n#### 20"
    assert read("60/2=30\n#### 30", gold=gold) == ("yes", "")
    assert read("60/3=20\n#### 20", gold=gold) == ("no", "")
    without = solution_reading("x is what it is", generation("60/3=20\n#### 20"))
    assert without.verdict == "undecided"


def test_a_response_that_was_cut_off_is_undecided_and_a_run_on_is_not_read() -> None:
    cut = solution_reading(GOLD, generation("5*12=60\n60*3=180", cut=True))
    assert (cut.verdict, cut.reason) == ("undecided", "cut off before the final answer")
    run_on = f"{GOLD}\nQuestion: what is 2+2?\n2+2=5\n#### 5"
    assert read(run_on) == ("no", "")
    rows = GSM8K().annotate(PROBLEM, generation(run_on))
    assert [(row.question, row.verdict) for row in rows] == [
        ("arithmetic", "no"),
        ("reasoning", "no"),
    ]


def test_labels_are_independent() -> None:
    def labels(text: str) -> list[tuple[str, str]]:
        rows = GSM8K().annotate(PROBLEM, generation(text))
        return [(row.verdict, row.extracted) for row in rows]

    assert labels(GOLD) == [("no", ""), ("no", "")]
    assert labels("5*12=60\n60/3=20\n60-20=50\n50*2=100\n#### 100") == [("yes", "2"), ("no", "")]
    assert labels("5+12=17\n17*2=34\n#### 34") == [("no", ""), ("yes", "0")]
    assert labels("5+12=18\n18*2=36\n#### 36") == [("yes", "0"), ("yes", "0")]
    failed = Generation(
        cell=generation("").cell, problem_id="0", sample=0, text="", stopped="failed", n_tokens=0
    )
    assert {row.verdict for row in GSM8K().annotate(PROBLEM, failed)} == {"undecided"}


def test_hostile_texts_are_read_in_moderate_time() -> None:
    grow = "\n".join(["2*3=6", *("6*6*6*6*6*6=6" for _ in range(300)), "#### 7"])
    texts = ["1+" * 9_000 + "1=2\n#### 3", "(" * 9_000 + "=1\n#### 3", "<<" * 9_000, "=" * 9_000]
    texts += [grow, "\n".join(f"{i}*{i + 1}=7" for i in range(2_000)) + "\n#### 8", "9^" * 5_000]
    texts += [f"{'9' * 39}*{'9' * 39}={'9' * 39}\n#### {'9' * 39}", f"2*3=6\n#### {'9' * 15_000}"]
    texts += ["\n".join("+".join(["5", "12", "60", "20", "40"] * 8) + "=80" for _ in range(200))]
    texts += ["1/0=5\n5*2=3\n#### 4", "####", "#### " + "9" * 15_000, "٣*٤=١٢\n#### ١٢"]
    began = time.monotonic()
    for text in texts:
        assert solution_reading(GOLD, generation(text)).verdict in ("yes", "no", "undecided")
    assert time.monotonic() - began < 60  # seconds; an exponential one would never end


@pytest.mark.parametrize("style", ["socratic", "plain"])
def test_gold_answers_have_no_error_of_reasoning(style: str, shared_data: Path) -> None:
    name = "test_socratic" if style == "socratic" else "test"
    for i, row in enumerate(read_jsonl(shared_data / f"gsm8k/{name}.jsonl")):
        if i % 10 == 0:
            found = solution_reading(row["answer"], generation(row["answer"]))
            assert (i, found.verdict) == (i, "no")


@pytest.mark.slow
def test_all_gold_answers_have_no_error_of_reasoning(shared_data: Path) -> None:
    for style in ("socratic", "plain"):
        task = GSM8K(style=style, data=str(shared_data))  # type: ignore[arg-type]
        for example in task.examples():
            found = solution_reading(example.response, generation(example.response))
            assert (example.id, found.verdict) == (example.id, "no")
    for variant in ("symbolic", "p1", "p2"):
        symbolic = GsmSymbolic(variant=variant, data=str(shared_data))  # type: ignore[arg-type]
        for problem in symbolic.problems():
            assert solution_reading(problem.reference, generation(problem.reference))[0] == "no"


def test_gold_quantities_are_read_with_their_parts() -> None:
    gold = read_gold("He has 2*(3+4)+5=<<2*(3+4)+5=19>>19.\n#### 19")
    assert gold is not None
    assert gold.is_whole
    assert gold.results == {19}
    assert {7, 14} <= gold.parts
    assert not {2, 3, 4, 5} & gold.parts  # given, not worked out


def test_rules_find_the_task_under_others_and_leave_out_what_has_no_gold_solution() -> None:
    rules, task = Rules(), Only(task=GSM8K(), ids=("0",), name="some")
    assert isinstance(GSM8K(), Annotated)
    assert rules.kinds(task) == ("arithmetic", "reasoning")
    assert rules.kinds(GsmHard()) == ("arithmetic",)
    asked = GradedResponse(problem=PROBLEM, generation=generation(GOLD), correct="yes")
    (rows,) = rules.annotate(task, [asked], kinds=rules.kinds(task), runtime=Runtime())
    assert [row.question for row in rows] == ["arithmetic", "reasoning"]
    assert {row.by for row in rows} == {GSM8K().annotator_version}
    assert all(part in rules.version for part in GSM8K().annotator_version.split("+"))


class Crashing(GSM8K):
    """A task whose rule fails on one text."""

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        if generation.text == "crash":
            raise RecursionError("too deep")
        return super().annotate(problem, generation)


def test_a_rule_that_fails_costs_one_response_its_verdicts_only() -> None:
    texts = ["crash", GOLD]
    asked = [
        GradedResponse(problem=PROBLEM, generation=generation(text), correct="no") for text in texts
    ]
    crashed, fine = Rules().annotate(
        Crashing(), asked, kinds=Rules().kinds(Crashing()), runtime=Runtime()
    )
    assert {row.verdict for row in crashed} == {"undecided"}
    assert "RecursionError: too deep" in crashed[0].reason
    assert {row.verdict for row in fine} == {"no"}
