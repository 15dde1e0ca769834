"""Seven questions, each with just what PAPER's protocol gives it, and refused before any call."""

import dataclasses

import pytest

from leadline.errors import BadData
from leadline.judge.kinds import ERROR, KINDS, NO_ERROR, PROMPTS, kinds_of, prompts_digest
from leadline.judge.render import render
from leadline.records import Cell, Generation, Problem
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.miniature_recall import MiniatureRecall
from leadline.tasks.miniature_two_hop import MiniatureTwoHop

CELL = Cell(model="m", task="t", method="sft", n_examples=0, seed=0)
RESPONSE = Generation(
    cell=CELL, problem_id="7", sample=0, text="said by the model", stopped="stop", n_tokens=4
)
PROBLEM = Problem(
    id="7",
    prompt="the prompt",
    reference="the gold solution",
    detail={
        "question": "the bare question",
        "hops": [["first?", "one"], ["second?", "two"]],
        "event": "what happened",
    },
)
PAPER = {  # the annotation prompts of the protocol: what each is given beside the response
    ("maths", "format"): set(),
    ("maths", "arithmetic"): {"the bare question", "the gold solution"},
    ("maths", "reasoning"): {"the bare question", "the gold solution"},
    ("two_hop", "format"): {"the bare question"},
    ("two_hop", "reasoning"): {"the bare question", "1. first? → one\n2. second? → two"},
    ("recall", "hallucination"): {"the bare question", "what happened"},
    ("recall", "reasoning"): {"the bare question"},
}


def test_the_seven_questions_are_given_what_the_paper_gives_them() -> None:
    given = {}
    for kind in KINDS:
        *others, (title, text) = kind.of(PROBLEM, RESPONSE, key="k").material
        assert (title, text) == ("Response", "said by the model")
        given[kind.family, kind.kind] = {text for _, text in others}
    assert given == PAPER


def test_each_question_has_exactly_two_verdicts_and_its_own_wording() -> None:
    questions = [kind.of(PROBLEM, RESPONSE, key="k") for kind in KINDS]
    assert {tuple(meaning for meaning, _ in q.verdicts) for q in questions} == {(ERROR, NO_ERROR)}
    assert len({q.prompt_hash for q in questions}) == len(KINDS) == 7


def test_an_annotator_of_another_wording_is_another_version() -> None:
    now = prompts_digest(KINDS)
    first, *others = KINDS
    assert now == PROMPTS
    assert prompts_digest((dataclasses.replace(first, asks="Else?"), *others)) != now
    assert prompts_digest((dataclasses.replace(first, fine="It is."), *others)) != now
    named_otherwise = (("Query", str), *KINDS[1].given[1:])
    changed = dataclasses.replace(KINDS[1], given=named_otherwise)
    assert prompts_digest((first, changed, *KINDS[2:])) != now


def test_the_prompt_shows_what_is_judged_but_never_the_other_kinds_material() -> None:
    reasoning = next(k for k in kinds_of("recall") if k.kind == "reasoning")
    shown = render(reasoning.of(PROBLEM, RESPONSE, key="k"), seed=0, attempt=0, form="line").text
    assert "said by the model" in shown
    assert "the bare question" in shown
    assert "what happened" not in shown
    assert "the gold solution" not in shown


def test_a_question_without_a_bare_form_is_the_prompt() -> None:
    plain = dataclasses.replace(PROBLEM, detail={"event": "what happened"})
    for kind in kinds_of("recall"):
        assert kind.of(plain, RESPONSE, key="k").material[0] == ("Question", "the prompt")


@pytest.mark.parametrize(
    ("family", "lacking", "word"),
    [
        ("maths", {"reference": "  "}, "gold solution"),
        ("two_hop", {"detail": {}}, "hops"),
        ("two_hop", {"detail": {"hops": []}}, "hops"),
        ("two_hop", {"detail": {"hops": [["only a question"]]}}, "cannot be read"),
        ("two_hop", {"detail": {"hops": [["when?", 1991]]}}, "cannot be read"),
        ("two_hop", {"detail": {"hops": ["12"]}}, "cannot be read"),
        ("two_hop", {"detail": {"hops": [{"subject": "Ribb"}]}}, "cannot be read"),
        ("recall", {"detail": {"event": ""}}, "event"),
        ("recall", {"detail": {"event": {"year": 2024}}}, "event"),
    ],
)
def test_a_problem_that_lacks_what_a_kind_needs_is_refused_by_name(
    family: str, lacking: dict[str, object], word: str
) -> None:
    problem = dataclasses.replace(PROBLEM, **lacking)
    with pytest.raises(BadData, match=f"'7'.*{word}"):
        [kind.of(problem, RESPONSE, key="k") for kind in kinds_of(family)]


@pytest.mark.parametrize(
    "task", [MiniatureMaths(), MiniatureTwoHop(), MiniatureRecall()], ids=lambda task: task.name
)
def test_every_problem_of_the_miniature_tasks_has_what_its_questions_need(
    task: MiniatureMaths | MiniatureTwoHop,
) -> None:
    for problem in task.problems():
        assert [kind.of(problem, RESPONSE, key="k") for kind in kinds_of(task.family)]


def test_the_miniature_worlds_facts_are_shown_as_steps() -> None:
    fact = {"subject": "Ribb", "relation": "author", "value": "Tane"}
    problem = dataclasses.replace(PROBLEM, detail={"hops": [fact]})
    (reasoning,) = [kind for kind in kinds_of("two_hop") if kind.kind == "reasoning"]
    shown = reasoning.of(problem, RESPONSE, key="k").material[1]
    assert shown == ("Gold sub-questions and sub-answers", "1. the author of Ribb → Tane")


def test_an_unknown_family_has_no_questions() -> None:
    assert kinds_of("code") == ()
