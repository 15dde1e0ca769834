"""The miniature's tokenizer: byte-level BPE, every digit a token of its own, no BOS.

A space belongs to the word or digit after it. `<|endoftext|>` separates documents of the corpus
and is the end-of-sequence token; `<|end|>` ends every turn of a chat. The tokenizer is a pure
function of its settings: it is trained on documents of the corpus and, so that prompts are short,
on some training problems (their words, not their weights, reach the base).
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from leadline import seeding
from leadline.miniature.corpus import documents
from leadline.miniature.problems import draw_examples

VOCABULARY = 768
CONTEXT = 2048  # positions of every base: real GSM8K, spelt out in this vocabulary, needs 1,500
SEPARATOR, PAD, END = "<|endoftext|>", "<|pad|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
SPECIALS = (SEPARATOR, PAD, *ROLES, END)

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)
_PIECES = Regex(r" ?\d| ?[A-Za-z]+| ?[^\sA-Za-z\d]+|\s")


def train_tokenizer() -> Tokenizer:
    """The tokenizer of all miniature bases. Takes about a second."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_PIECES, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIALS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(), trainer)
    return tokenizer


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of one of SPECIALS."""
    number = tokenizer.token_to_id(token)
    if number is None:
        raise KeyError(token)
    return int(number)


def _texts() -> Iterator[str]:
    rng = seeding.rng(0, "miniature tokenizer")
    for _, document in zip(range(8000), documents(rng), strict=False):
        yield document
    for example in draw_examples(rng, n=2000):
        yield f"{example.system}\n{example.prompt}\n{example.response}"


def save_tokenizer(tokenizer: Tokenizer, into: Path) -> None:
    """Writes the three files that `AutoTokenizer.from_pretrained` reads."""
    tokenizer.save(str(into / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": SEPARATOR,
        "pad_token": PAD,
        "model_max_length": CONTEXT,
        "clean_up_tokenization_spaces": False,
        "additional_special_tokens": [*ROLES, END],
    }
    (into / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    (into / "chat_template.jinja").write_text(CHAT_TEMPLATE)
