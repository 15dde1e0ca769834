"""The tokenizer, read back through transformers."""

import string
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from leadline import seeding
from leadline.miniature.problems import draw_examples
from leadline.miniature.tokenizer import CONTEXT, save_tokenizer, train_tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(train_tokenizer(), into)
    return into


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Any:
    return AutoTokenizer.from_pretrained(folder)


def test_training_is_deterministic(folder: Path) -> None:
    assert train_tokenizer().to_str() == train_tokenizer().to_str()
    assert (folder / "tokenizer.json").read_text() == train_tokenizer().to_str(pretty=True)


def test_any_text_survives_encoding(tokenizer: Any) -> None:
    examples = draw_examples(seeding.rng(0, "texts"), n=200)
    texts = [text for e in examples for text in (e.prompt, e.response)]
    for text in [*texts, "  double  spaces\n\n", "Ωμέγα £3.14 — ½", string.printable]:
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_every_digit_is_a_token_of_its_own(tokenizer: Any) -> None:
    for number in ("7", "24", "160", " 24", "1234567890"):
        assert len(tokenizer.encode(number)) == len(number.strip())
    assert not any(
        a in string.digits and b in string.digits
        for token in tokenizer.get_vocab()
        for a, b in pairwise(token)
    )


def test_chat_template_writes_turns_and_no_beginning_token(tokenizer: Any) -> None:
    messages = [
        {"role": "system", "content": "S."},
        {"role": "user", "content": "U?"},
        {"role": "assistant", "content": "A."},
    ]
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    assert whole == "<|system|>S.<|end|><|user|>U?<|end|><|assistant|>A.<|end|>"
    start = tokenizer.apply_chat_template(messages[:2], tokenize=False, add_generation_prompt=True)
    assert whole.startswith(start)
    assert start.endswith("<|assistant|>")
    assert tokenizer.bos_token is None
    assert tokenizer.eos_token == "<|endoftext|>"
    assert tokenizer.decode(tokenizer.encode("x")) == "x"


def test_markers_in_a_text_are_single_tokens(tokenizer: Any) -> None:
    for marker in ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|endoftext|>"):
        assert len(tokenizer.encode(marker)) == 1


def test_examples_fit_into_the_context(tokenizer: Any) -> None:
    lengths = []
    for example in draw_examples(seeding.rng(0, "texts"), n=2000):
        messages = [
            {"role": "system", "content": example.system},
            {"role": "user", "content": example.prompt},
            {"role": "assistant", "content": example.response},
        ]
        lengths.append(
            len(tokenizer.encode(tokenizer.apply_chat_template(messages, tokenize=False)))
        )
    assert max(lengths) < min(CONTEXT, 320)
    assert 100 < sum(lengths) / len(lengths) < 170
