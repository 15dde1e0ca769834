"""Prompts, masks and stop tokens under the chat templates that real models ship."""

import json
from pathlib import Path

import chats
import pytest

from leadline.chat import Chat
from leadline.errors import BadData
from leadline.records import Example

EXAMPLE = Example(
    id="1",
    system="You are an expert.",
    prompt="What is 3 + 4?",
    response="How many? ** It is <<3+4=7>>7.\n#### 7",
)
templates = pytest.mark.parametrize("name", chats.REAL)


def chat_of(name: str) -> Chat:
    return Chat(chats.real(name), name=name)


@templates
def test_training_prompt_equals_generation_prompt(name: str) -> None:
    chat = chat_of(name)
    ids, n_prompt = chat.example_ids(EXAMPLE)
    assert ids[:n_prompt] == chat.prompt_ids(EXAMPLE.system, EXAMPLE.prompt)


@templates
def test_supervised_tokens_spell_the_response_and_the_turn_end(name: str) -> None:
    chat = chat_of(name)
    ids, n_prompt = chat.example_ids(EXAMPLE)
    supervised = chat.tokenizer.decode(ids[n_prompt:]).lstrip(" ")
    assert supervised == EXAMPLE.response + chat.tokenizer.convert_ids_to_tokens(chat.turn_end)
    assert ids[-1] in chat.stop_ids
    assert chat.decode(ids[n_prompt:]) == EXAMPLE.response


@templates
def test_exactly_one_bos_iff_there_is_one(name: str) -> None:
    chat = chat_of(name)
    _, bos, _, adds_bos, _ = chats.REAL[name]
    ids, _ = chat.example_ids(EXAMPLE)
    if bos is None:
        assert not adds_bos
    else:
        assert ids[0] == chat.tokenizer.convert_tokens_to_ids(bos)
        assert ids.count(ids[0]) == 1


@templates
def test_system_and_prompt_both_reach_the_model(name: str) -> None:
    text = chat_of(name).rendered_prompt(EXAMPLE.system, EXAMPLE.prompt)
    assert EXAMPLE.system in text
    assert EXAMPLE.prompt in text
    assert text.index(EXAMPLE.system) < text.index(EXAMPLE.prompt)


@templates
def test_prompt_ids_are_the_whole_rendered_text(name: str) -> None:
    """The independent answer: transformers' own tokenisation of its own rendering."""
    chat = chat_of(name)
    messages = [{"role": "user", "content": EXAMPLE.prompt}]
    ids = chat.prompt_ids("", EXAMPLE.prompt)
    if name == "llama-3.1":  # its own rendering changes every day
        return
    theirs = chat.tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=False
    )
    if name == "qwen-3":
        theirs += chat.tokenizer.encode("<think>\n\n</think>\n\n", add_special_tokens=False)
    if name in ("chatml-on-llama", "zephyr"):  # transformers drops the BOS here
        theirs = [chat.tokenizer.bos_token_id, *theirs]
    if chats.REAL[name][4] == "spaces":  # where a piece begins may differ by a space
        decode = chat.tokenizer.decode
        assert decode(ids).replace(" ", "") == decode(theirs).replace(" ", "")
    else:
        assert ids == theirs


def test_turn_end_is_the_templates_own_token() -> None:
    ends = {name: chat_of(name).tokenizer.decode([chat_of(name).turn_end]) for name in chats.REAL}
    assert ends["llama-3"] == "<|eot_id|>"
    assert ends["llama-2"] == ends["mistral"] == ends["zephyr"] == "</s>"
    assert ends["gemma"] == "<end_of_turn>"
    assert ends["chatml"] == ends["qwen-3"] == "<|im_end|>"


def test_generation_also_stops_at_eos_where_it_is_not_the_turn_end() -> None:
    chat = chat_of("chatml")
    assert [chat.tokenizer.decode([i]) for i in chat.stop_ids] == ["<|im_end|>", "</s>"]
    ids = [*chat.tokenizer.encode("Dan has 4"), chat.stop_ids[1], *chat.tokenizer.encode("noise")]
    assert chat.decode(ids) == "Dan has 4"


@pytest.mark.parametrize("name", ["mistral", "gemma", "ignores-system"])
def test_templates_without_a_system_role_get_it_in_the_users_turn(name: str) -> None:
    chat = chat_of(name)
    assert f"{EXAMPLE.system}\n\n{EXAMPLE.prompt}" in chat.rendered_prompt(
        EXAMPLE.system, EXAMPLE.prompt
    )
    assert "no system role" in chat.notes[0]


def test_a_thought_that_the_template_puts_in_is_never_supervised() -> None:
    for name in ("qwen-3", "r1"):
        chat = chat_of(name)
        ids, n_prompt = chat.example_ids(EXAMPLE)
        assert "<think>" in chat.tokenizer.decode(ids[:n_prompt])
        assert "think" not in chat.tokenizer.decode(ids[n_prompt:])


def test_todays_date_is_not_in_the_prompt() -> None:
    assert "Today Date: 26 Jul 2024" in chat_of("llama-3.1").rendered_prompt("", "Hi")


@templates
def test_special_tokens_spelt_in_the_data_are_text(name: str) -> None:
    chat = chat_of(name)
    hostile = " ".join(chats.SPECIAL)
    example = Example(id="1", prompt=f"Why {hostile}?", response=f"Because {hostile}!")
    ids, n_prompt = chat.example_ids(example)
    plain = Example(id="2", prompt="Why?", response="Because!")
    plain_ids, n_plain = chat.example_ids(plain)
    special = set(chat.tokenizer.all_special_ids)
    assert [i for i in ids if i in special] == [i for i in plain_ids if i in special]
    assert chat.decode(ids[n_prompt:]) == example.response
    assert hostile in chat.rendered_prompt("", example.prompt)
    assert n_plain < n_prompt


def test_no_template_means_the_documented_default() -> None:
    chat = Chat(chats.tokenizer(None, eos="</s>"), name="bare")
    assert chat.template == "default"
    assert "no chat template" in chat.notes[0]
    text = chat.rendered_prompt("Be good.", "Hi")
    assert text == "<|system|>\nBe good.\n<|user|>\nHi\n<|assistant|>\n"
    ids, n_prompt = chat.example_ids(EXAMPLE)
    assert chat.tokenizer.decode(ids[n_prompt:]) == EXAMPLE.response + "</s>"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ raise_exception('tools only') }}", "refuses a plain conversation: tools only"),
        ("always the same", "does not print the messages"),
        ("{% for message in messages %}{{ message['content'] }}", "refuses a plain conversation"),
        ("{{ messages[0]['parts'][0] + messages[7] }}", "refuses a plain conversation"),
    ],
)
def test_unusable_template_is_refused_with_a_way_out(template: str, message: str) -> None:
    with pytest.raises(BadData, match=message):
        Chat(chats.tokenizer(template), name="odd")


def test_tokenizer_that_can_never_stop_is_refused() -> None:
    with pytest.raises(BadData, match="eos_token"):
        Chat(chats.tokenizer(None, eos=None), name="endless")


def test_response_that_the_tokenizer_cannot_write_is_refused() -> None:
    from tokenizers import normalizers

    fast = chats.tokenizer()
    fast.backend_tokenizer.normalizer = normalizers.Lowercase()
    with pytest.raises(BadData, match=r"cannot write the response of example '1'"):
        Chat(fast, name="lower").example_ids(EXAMPLE)


def test_empty_response_is_refused() -> None:
    with pytest.raises(BadData, match="empty response"):
        chat_of("chatml").example_ids(Example(id="7", prompt="Hi", response=" \n"))


@pytest.mark.parametrize("response", [" led by a space", "trailing \n", "é ü 東京 🙂", "a\r\nb\tc"])
@pytest.mark.parametrize("name", ["llama-2", "llama-2-bytes", "chatml", "zephyr"])
def test_awkward_responses_come_back_unchanged(name: str, response: str) -> None:
    chat = chat_of(name)
    ids, n_prompt = chat.example_ids(Example(id="1", prompt="Hi", response=response))
    text = chat.decode(ids[n_prompt:])
    if chats.REAL[name][4] == "spaces":  # such tokenizers cannot tell one leading space from none
        text, response = text.lstrip(" "), response.lstrip(" ")
    assert text == response


def test_many_at_once_is_the_same_as_one_by_one() -> None:
    chat = chat_of("llama-2")
    examples = [Example(id=str(i), prompt="Hi" * i, response="Ho" * i) for i in range(1, 9)]
    assert chat.examples_ids(examples) == [chat.example_ids(example) for example in examples]


def test_load_takes_a_folder_and_refuses_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no model folder"):
        Chat.load(tmp_path / "nothing" / "here")
    folder = tmp_path / "model"
    chats.real("chatml").save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(BadData, match="no weights"):
        Chat.load(folder)
