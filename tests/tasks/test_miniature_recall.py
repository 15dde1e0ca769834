"""The recall form of two-hop questions: the same questions, and the event before the steps."""

import re

from leadline.grade.gold import gold_generation
from leadline.miniature.facts import all_facts
from leadline.protocols import Task
from leadline.tasks.miniature_recall import MiniatureRecall
from leadline.tasks.miniature_two_hop import MiniatureTwoHop

TASK = MiniatureRecall(n_problems=200, n_examples=200)


def verdicts(text: str) -> dict[str, str]:
    problem = TASK.problems()[0]
    return {
        row.question: row.verdict for row in TASK.grade(problem, gold_generation(problem, text))
    }


def test_gold_answers_grade_yes() -> None:
    task: Task = TASK
    task.check()
    assert task.name == "miniature-two-hop-recall"


def test_questions_are_those_of_the_two_hop_task() -> None:
    plain = MiniatureTwoHop(n_problems=200, n_examples=200)
    for ours, theirs in zip(TASK.problems(), plain.problems(), strict=True):
        assert (ours.id, ours.prompt, ours.group) == (theirs.id, theirs.prompt, theirs.group)
        assert ours.reference.partition("\n")[2] == theirs.reference
    for example, other in zip(TASK.examples(), plain.examples(), strict=True):
        assert example.prompt == other.prompt
        assert example.response.partition("\n")[2] == other.response


def test_the_event_is_the_fact_of_the_first_hop_in_words_of_the_corpus() -> None:
    told = {fact.told(form): fact for fact in all_facts() for form in fact.relation.tells[1:]}
    for problem in TASK.problems():
        first = problem.reference.partition("\n")[0]
        assert first == f"To recall: {problem.detail['event']}"
        fact, hop = told[problem.detail["event"]], problem.detail["hops"][0]
        assert (fact.subject, fact.relation.noun, fact.value) == tuple(hop.values())
    for example in TASK.examples():
        first, second = example.response.split("\n")[:2]
        names = set(re.findall(r"[A-Z]\w+", first)) - {"To", "The", "They", "In"}
        assert names <= set(re.findall(r"\w+", second))


def test_the_form_wants_the_event_first() -> None:
    event, *hops = TASK.problems()[0].reference.split("\n")
    assert verdicts("\n".join([event, *hops])) == {"correct": "yes", "format": "no"}
    for faulty in (hops, [event.removeprefix("To recall: "), *hops], [*hops, event], [event]):
        assert verdicts("\n".join(faulty))["format"] == "yes"
    assert verdicts(f"{event} {' '.join(hops)}")["format"] == "yes"
