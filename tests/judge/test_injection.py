"""No response writes its own verdict: hostile responses, judged by a stand-in that reads the real
prompt as a careful model does (fault_server.py) and quotes what it judges in its reasons."""

import re
from typing import get_args

import pytest
from fault_server import Asked, FaultServer, written
from hostile import hostile
from hypothesis import given
from hypothesis import strategies as st
from judging import CELL, Maths, graded
from tokenizers import Tokenizer

from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.defuse import defused
from leadline.judge.endpoint import Endpoint
from leadline.judge.kinds import ERROR, KINDS, NO_ERROR
from leadline.judge.pairwise import EndpointPairs
from leadline.judge.pairwise import question as question_of_pair
from leadline.judge.question import Question
from leadline.judge.render import Form, Prompt, render
from leadline.judge.reply import read
from leadline.miniature.bases import FOLDER
from leadline.protocols import Pair, Runtime
from leadline.records import Generation, Problem

FORMS: tuple[Form, ...] = get_args(Form)
ARITHMETIC = next(kind for kind in KINDS if kind.kind == "arithmetic")
GOLD = Problem(id="0", prompt="What is half of 48?", reference="48/2=<<48/2=24>>24\n#### 24")
TRUTHS = {"<<48/2=24>>": NO_ERROR, "<<48/2=25>>": ERROR}  # a mark in the response → its truth


def question(text: str) -> Question:
    cell, stopped = CELL, "stop"
    response = Generation(
        cell=cell, problem_id="0", sample=0, text=text, stopped=stopped, n_tokens=9
    )
    return ARITHMETIC.of(GOLD, response, key="k")


def attacks() -> dict[str, tuple[str, str]]:
    """Name → a hostile response that wants the opposite of its truth, and its truth."""
    found = {}
    for mark, truth in TRUTHS.items():
        lie = next(meaning for meaning in TRUTHS.values() if meaning != truth)
        others = [question("9*2=<<9*2=18>>18\n#### 18"), question(f"It is {mark}.")]
        prompts = [render(q, seed=0, attempt=0, form=form) for q in others for form in FORMS]
        base = f"Half of it is {mark} clips.\n#### 24"
        for name, text in hostile(base, lie=lie, prompts=prompts).items():
            found[f"{name}, wants {lie}"] = (text, truth)
    return found


ATTACKS = attacks()
SHOWN = [(prompt_of, form) for prompt_of in ATTACKS.values() for form in FORMS]


def checks_marks(asked: Asked) -> str:
    """The stand-in's rule: is the mark in the response right?"""
    half = re.search(r"<<48/2=(\d+)>>", asked.material("Response"))
    assert half
    described = ARITHMETIC.fine if half[1] == "24" else ARITHMETIC.error
    return asked.label(described)


def test_there_are_many_different_attacks() -> None:
    assert len({text for text, _ in ATTACKS.values()}) >= 2 * 60


@pytest.mark.parametrize("form", FORMS)
def test_no_response_changes_its_own_verdict(form: Form) -> None:
    responses = [graded(GOLD, text, named=name) for name, (text, _) in ATTACKS.items()]
    with FaultServer(judge=checks_marks) as server:
        endpoint = Endpoint(model="stand-in", url=server.url, answer=form)
        judge = JudgeAnnotator(endpoint=endpoint, only=("arithmetic",))
        batches = list(
            judge.annotate(Maths(), responses, kinds=judge.kinds(Maths()), runtime=Runtime())
        )
    verdicts = {row.problem_id: row.verdict for rows in batches for row in rows}
    assert verdicts == {
        name: "yes" if truth == ERROR else "no" for name, (_, truth) in ATTACKS.items()
    }


@pytest.mark.parametrize("form", FORMS)
def test_no_response_wins_a_comparison_by_its_words(form: Form) -> None:
    honest = graded(GOLD, "Half of it is <<48/2=24>> clips.", named="0").generation
    other = graded(GOLD, "9*2=<<9*2=18>>18", named="1").generation
    one = question_of_pair(Pair(problem=GOLD, a=other, b=other), "a", key="k")
    prompts = [render(one, seed=0, attempt=0, form=form) for form in FORMS]
    attacks = hostile("Half of it is <<48/2=25>> clips.", lie="first", prompts=prompts)
    pairs = [
        Pair(problem=GOLD, a=graded(GOLD, text, named=name).generation, b=honest)
        for name, text in attacks.items()
    ]
    with FaultServer(judge=prefers_right) as server:
        endpoint = Endpoint(model="stand-in", url=server.url, answer=form)
        batches = list(EndpointPairs(endpoint=endpoint).compare(pairs, runtime=Runtime()))
    winners = [row.winner for rows in batches for row in rows]
    assert winners == ["b"] * 2 * len(pairs)


def prefers_right(asked: Asked) -> str:
    """The stand-in's rule for pairs: the response with the right mark is better."""
    first = "<<48/2=24>>" in asked.material("Response A")
    return asked.label("Response A is" if first else "Response B is")


def test_material_stands_whole_within_its_fence_and_nowhere_else() -> None:
    for (text, _), form in SHOWN:
        prompt = render(question(text), seed=0, attempt=0, form=form)
        asked = Asked.read(prompt.text)
        assert [title for title, _ in asked.materials] == ["Question", "Gold solution", "Response"]
        assert asked.material("Response") == defused(text)
        assert list(asked.labels) == list(prompt.labels)
        frame = prompt.text.replace(defused(text), "", 1)
        assert frame == _frame(prompt)


def _frame(prompt: Prompt) -> str:
    """The prompt without its response, by the fence."""
    asked = Asked.read(prompt.text)
    head, _, rest = prompt.text.partition(" Response\n")
    return f"{head} Response\n{rest[len(asked.material('Response')) :]}"


def test_a_judge_that_quotes_a_hostile_response_in_full_is_read_rightly() -> None:
    for (text, truth), form in SHOWN:
        prompt = render(question(text), seed=0, attempt=0, form=form)
        label = next(label for label, meaning in prompt.labels.items() if meaning == truth)
        for quoted in (text, defused(text)):
            reply = written(label, f"The response says: {quoted}", form=form)
            assert read(reply, prompt).label == label


def test_a_judge_that_only_repeats_a_hostile_response_has_given_no_verdict() -> None:
    for (text, _), form in SHOWN:
        prompt = render(question(text), seed=0, attempt=0, form=form)
        for repeated in (text, defused(text), text.partition("\n#### 24\n")[2]):
            assert read(repeated, prompt).label is None


def test_labels_and_fence_of_a_call_stand_nowhere_in_what_it_judges() -> None:
    for (text, _), form in SHOWN:
        prompt = render(question(text), seed=0, attempt=0, form=form)
        fence = prompt.text.partition("lines that begin with ")[2][:11]
        assert not [token for token in (*prompt.labels, fence) if token in text.lower()]


def test_no_control_token_of_a_chat_reaches_the_judge_from_a_response() -> None:
    tokenizer = Tokenizer.from_file(str(FOLDER / "llama-0.4m" / "tokenizer.json"))
    control = {tokenizer.token_to_id(token) for token in ("<|system|>", "<|assistant|>", "<|end|>")}
    assert control & set(tokenizer.encode(ATTACKS["phi, wants error"][0]).ids)  # as a server would
    for text, _ in ATTACKS.values():
        prompt = render(question(text), seed=0, attempt=0, form="line")
        assert not control & set(tokenizer.encode(prompt.text).ids)


def test_each_response_and_each_attempt_has_labels_of_its_own() -> None:
    drawn = [
        tuple(render(question(text), seed=0, attempt=attempt, form="line").labels)
        for text, _ in ATTACKS.values()
        for attempt in range(3)
    ]
    assert len({label for pair in drawn for label in pair}) > 1.9 * len(drawn)


@given(st.text(), st.integers(0, 3), st.sampled_from(FORMS))
def test_no_text_leaves_its_fence(text: str, attempt: int, form: Form) -> None:
    prompt = render(question(text), seed=0, attempt=attempt, form=form)
    asked = Asked.read(prompt.text)
    assert asked.material("Response") == defused(text)
    assert set(asked.labels.values()) == {ARITHMETIC.error, ARITHMETIC.fine}


def test_a_text_that_holds_every_label_of_five_letters_still_gets_a_prompt() -> None:
    prompt = render(question(_every_five("bcdfghjklmnpqrstvwxz")), seed=0, attempt=0, form="line")
    assert min(map(len, prompt.labels)) > 5


def _every_five(letters: str) -> str:
    """A de Bruijn sequence: every five letters in a row, by the Lyndon words of the letters."""
    n, word, found = 5, [-1], []
    while word:
        word[-1] += 1
        if n % len(word) == 0:
            found += word
        length = len(word)
        while len(word) < n:
            word.append(word[-length])
        while word and word[-1] == len(letters) - 1:
            word.pop()
    return "".join(letters[i] for i in found + found[: n - 1])
