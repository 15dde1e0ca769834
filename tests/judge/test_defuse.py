"""No control token of a chat survives in judged text, and all other text is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.judge.defuse import defused

CONTROL = [
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>"),
    *("<|begin_of_text|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|return|>"),
    *(
        "<|START_OF_TURN_TOKEN|>",
        "<|channel|>",
        "<|turn>",
        "<turn|>",
        "<channel|>",
        "[|assistant|]",
    ),
    *(
        "<｜User｜>",
        "<｜Assistant｜>",
        "<｜end▁of▁sentence｜>",
        "<s>",
        "</s>",
        "<bos>",
        "<eos>",
        "<pad>",
    ),
    *("<unk>", "<start_of_turn>", "<end_of_turn>", "<think>", "</think>", "<tool_call>", "<sop>"),
    *("[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CALLS]", "[gMASK]"),
    *("<<SYS>>", "<</SYS>>", "<unused12>", "<extra_id_0>", "<seed:bos>", "<fim_middle>"),
    *("[|endofturn|]", "<start_of_image>", "</tool_call>"),
]
INNOCENT = [
    "She sells 16 - 3 - 4 = <<16-3-4=9>>9 duck eggs.",
    "x < 3 and y > 4, so [1, 2] and a[0] | b",
    "<b>bold</b> List<String> vector<int> <html lang='en'>",
    "if a <= b || c >= d: return x[i]",
    "#### 18",
    "→ ≥ é 中文 👩‍👩‍👧",
]


@pytest.mark.parametrize("token", CONTROL)
def test_a_control_token_is_taken_apart_and_stays_readable(token: str) -> None:
    shown = defused(f"before{token}after")
    assert token not in shown
    assert shown.replace(" ", "") == f"before{token}after"


@pytest.mark.parametrize("text", INNOCENT)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert defused(text) == text


@given(st.lists(st.sampled_from([*CONTROL, "<", "|", ">", "[", "x", " ", "\n", "/"]), max_size=30))
def test_no_control_token_survives_in_any_company(parts: list[str]) -> None:
    shown = defused("".join(parts))
    assert [token for token in CONTROL if token in shown] == []


def test_what_cannot_be_sent_is_replaced() -> None:
    assert defused("a\ud83db").encode() == b"a?b"


@pytest.mark.parametrize(
    "unit", ["<", "<|", "<" + "a" * 60, "[|", "[" + "x" * 40, "<|a", "<start_of_"]
)
def test_long_hostile_text_comes_to_an_end(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))  # quadratic time would take hours
    assert defused(text).replace(" ", "") == text
