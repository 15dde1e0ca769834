"""A verdict is read from its own place in a reply, and from nowhere else."""

import json

import pytest

from leadline.judge.body import parse_body
from leadline.judge.question import Question
from leadline.judge.render import Form, Prompt, render
from leadline.judge.reply import clip, read

QUESTION = Question(
    key="k",
    instructions="Is it right?",
    material=(("Claim", "1 + 1 = 2"),),
    verdicts=(("yes", "It is."), ("no", "It is not.")),
)


def prompt(form: Form) -> Prompt:
    return render(QUESTION, seed=0, attempt=0, form=form)


RIGHT, WRONG = prompt("line").labels


@pytest.mark.parametrize(
    "text",
    [
        f"Because.\nVERDICT: {RIGHT}",
        f"Because.\n\nVERDICT: {RIGHT}\n\n  \n",
        f"VERDICT: {WRONG}\nNo, after all:\nVERDICT: {RIGHT}",
        f"**VERDICT: {RIGHT}**",
        f"VERDICT: `{RIGHT}`",
        f"<think>VERDICT: {WRONG}</think>\nVERDICT: {RIGHT}",
        f"thoughts whose beginning the template wrote</think>VERDICT: {RIGHT}",
    ],
)
def test_the_last_line_is_the_verdict(text: str) -> None:
    assert read(text, prompt("line")).label == RIGHT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VERDICT:",
        "VERDICT: yes",
        f"VERDICT: {RIGHT}.",
        f"VERDICT: {RIGHT} or {WRONG}",
        f"VERDICT: {RIGHT.upper()}",
        f"verdict: {RIGHT}",
        RIGHT,
        f"VERDICT: {RIGHT}\nI hope this helps!",
        f"My verdict is VERDICT: {RIGHT}",
        f"<think>VERDICT: {RIGHT}",
        f"VERDICT: {RIGHT}</think>",
        json.dumps({"reason": "", "verdict": RIGHT}),
    ],
)
def test_anything_else_is_no_verdict(text: str) -> None:
    found = read(text, prompt("line"))
    assert found.label is None
    assert found.reason


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (json.dumps({"reason": "r", "verdict": RIGHT}), RIGHT),
        (f'```json\n{{"reason": "r", "verdict": "{RIGHT}"}}\n```', RIGHT),
        (f'<think>{{"verdict": "{WRONG}"}}</think>{{"verdict": "{RIGHT}"}}', RIGHT),
        (json.dumps({"reason": f'{{"verdict": "{WRONG}"}}', "verdict": RIGHT}), RIGHT),
        (f'Here it is: {{"verdict": "{RIGHT}"}}', None),
        (f'{{"verdict": "{RIGHT}"', None),
        (f'[{{"verdict": "{RIGHT}"}}]', None),
        (json.dumps({"verdict": [RIGHT]}), None),
        (f'{{"verdict": "{WRONG}", "reason": "r", "verdict": "{RIGHT}"}}', None),
        (f'{{"verdict": "{RIGHT}", "reason": "r", "verdict": "{RIGHT}"}}', None),
        (json.dumps({"verdict": "yes"}), None),
        (json.dumps({"Verdict": RIGHT}), None),
        (f"VERDICT: {RIGHT}", None),
        ("[" * 100_000, None),
        ("", None),
    ],
)
def test_by_schema_only_the_field_counts(text: str, label: str | None) -> None:
    assert read(text, prompt("schema")).label == label


@pytest.mark.parametrize(("text", "label"), [(RIGHT, RIGHT), (f" {RIGHT}\n", RIGHT),
                                             (f"{RIGHT}, because", None), ("", None)])  # fmt: skip
def test_by_choice_the_whole_reply_is_the_label(text: str, label: str | None) -> None:
    assert read(text, prompt("choice")).label == label


def test_the_reasons_are_kept_without_the_verdict_line_and_without_thoughts() -> None:
    found = read(f"<think>hm</think>\nOne and one is two.\nVERDICT: {RIGHT}", prompt("line"))
    assert found.reason == "One and one is two."
    assert len(read(f"{'long ' * 10_000}\nVERDICT: {RIGHT}", prompt("line")).reason) <= 1000


def test_clipped_text_keeps_beginning_and_end() -> None:
    assert clip("short", 10) == "short"
    assert clip("a" * 50 + "b" * 50, 21) == "a" * 10 + " … " + "b" * 8


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"choices": []},
        {"choices": None},
        {"choices": {"0": 1}},
        {"choices": [None]},
        {"choices": [{"message": "text"}]},
        {"choices": [{"message": {"content": ["parts"]}, "finish_reason": 3}]},
        {"choices": [{}], "usage": {"prompt_tokens": -1, "completion_tokens": True}},
        {"model": 7, "usage": [1, 2]},
        {"usage": {"prompt_tokens": 10**400, "completion_tokens": 10**12}},
    ],
)
def test_a_body_with_missing_or_mistyped_fields_is_an_empty_reply(content: object) -> None:
    body = parse_body(json.dumps(content).encode())
    assert (body.text, body.finish, body.model) == ("", "", "")
    assert (body.prompt_tokens, body.completion_tokens) == (None, None)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"choices"', b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_body(content)
