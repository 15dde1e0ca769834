"""Small tokenizers trained on the spot, and chat templates as real models ship them."""

from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

SPECIAL = [
    "<s>",
    "</s>",
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
    "<|im_start|>",
    "<|im_end|>",
    "<bos>",
    "<eos>",
    "<start_of_turn>",
    "<end_of_turn>",
]
TEXT = [
    "How many balls does Dan have? ** Dan has <<4*6=24>>24 balls.",
    "You are an expert in mathematics. Solve the problem that follows.",
    "Anna has 3 apples and buys 4 more. How many apples does she have now?\n#### 7",
] * 8

LLAMA_3 = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    " + message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}"
    "{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
LLAMA_31 = (  # prints today's date
    "{{ bos_token }}{{ '<|start_header_id|>system<|end_header_id|>\n\nToday Date: '"
    " + strftime_now('%d %b %Y') + '<|eot_id|>' }}"
    + LLAMA_3.replace("bos_token + content", "content")
)
LLAMA_2 = (
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
    "{% set system_message = messages[0]['content'] %}"
    "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
    "{% for message in loop_messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}"
    "{% endif %}"
    "{% if loop.index0 == 0 and system_message %}"
    "{% set content = '<<SYS>>\n' + system_message + '\n<</SYS>>\n\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}"
    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}"
    "{% endif %}{% endfor %}"
)
MISTRAL = (  # rejects a system role
    "{{ bos_token }}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}"
    "{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}"
    "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}"
    "{% endfor %}"
)
CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
QWEN_25 = (  # puts in a system message of its own
    "{% if messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}" + CHATML
)
QWEN_3 = CHATML.replace(  # an empty thought stands before every answer it is shown
    "+ message['content']",
    "+ ('<think>\n\n</think>\n\n' if message['role'] == 'assistant' else '') + message['content']",
)
R1 = CHATML.replace("assistant\n' }}", "assistant\n<think>\n' }}")  # opens a thought itself
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}"
    "{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"
)
ZEPHYR = (
    "{% for message in messages %}\n{% if message['role'] == 'user' %}\n"
    "{{ '<|user|>\n' + message['content'] + eos_token }}\n"
    "{% elif message['role'] == 'system' %}\n"
    "{{ '<|system|>\n' + message['content'] + eos_token }}\n"
    "{% elif message['role'] == 'assistant' %}\n"
    "{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n"
    "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
)
IGNORES_SYSTEM = CHATML.replace(
    "{{'<|im_start|>'", "{% if message['role'] != 'system' %}{{'<|im_start|>'"
).replace("'\n'}}{% endfor", "'\n'}}{% endif %}{% endfor")

# name → (template, bos, eos, the tokenizer adds bos itself, kind)
REAL: dict[str, tuple[str, str | None, str, bool, str]] = {
    "llama-3": (LLAMA_3, "<|begin_of_text|>", "</s>", True, "bytes"),
    "llama-3.1": (LLAMA_31, "<|begin_of_text|>", "</s>", True, "bytes"),
    "llama-2": (LLAMA_2, "<s>", "</s>", True, "spaces"),
    "mistral": (MISTRAL, "<s>", "</s>", True, "spaces"),
    "mistral-bytes": (MISTRAL, "<s>", "</s>", True, "bytes"),
    "llama-2-bytes": (LLAMA_2, "<s>", "</s>", True, "bytes"),
    "chatml": (CHATML, None, "</s>", False, "bytes"),
    "chatml-on-llama": (CHATML, "<s>", "</s>", True, "spaces"),
    "qwen-2.5": (QWEN_25, None, "<|im_end|>", False, "bytes"),
    "qwen-3": (QWEN_3, None, "<|im_end|>", False, "bytes"),
    "r1": (R1, None, "<|im_end|>", False, "bytes"),
    "gemma": (GEMMA, "<bos>", "<eos>", True, "bytes"),
    "zephyr": (ZEPHYR, "<s>", "</s>", True, "spaces"),
    "ignores-system": (IGNORES_SYSTEM, None, "<|im_end|>", False, "bytes"),
}


def tokenizer(
    template: str | None = CHATML,
    *,
    bos: str | None = None,
    eos: str | None = "<|im_end|>",
    adds_bos: bool = False,
    kind: str = "bytes",
) -> PreTrainedTokenizerFast:
    """A BPE tokenizer of about 400 tokens: byte-level (GPT-2's way), or spaces as ▁ (Llama-2's)."""
    backend = Tokenizer(models.BPE(unk_token=None, byte_fallback=kind == "spaces"))
    alphabet: list[str] = []
    if kind == "bytes":
        backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        backend.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    else:
        backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
        steps: list[Any] = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
        backend.decoder = decoders.Sequence([*steps, decoders.Strip(" ", 1, 0)])
        alphabet = [chr(i) for i in range(33, 127)]
    extra = [] if kind == "bytes" else [f"<0x{i:02X}>" for i in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=len(extra) + 400,
        special_tokens=SPECIAL,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    backend.train_from_iterator(TEXT, trainer)
    if extra:
        backend = _with_byte_tokens(backend, extra)
    if adds_bos and bos is not None:
        from tokenizers import processors

        backend.post_processor = processors.TemplateProcessing(
            single=f"{bos} $A", special_tokens=[(bos, backend.token_to_id(bos))]
        )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=bos,
        eos_token=eos,
        additional_special_tokens=[t for t in SPECIAL if t not in (bos, eos)],
    )
    fast.chat_template = template
    return fast


def _with_byte_tokens(backend: Tokenizer, tokens: list[str]) -> Tokenizer:
    """Add <0x00> … <0xFF> to the model's vocabulary, as Llama-2's has them."""
    import json

    state = json.loads(backend.to_str())
    vocabulary = state["model"]["vocab"]
    for token in tokens:
        vocabulary.setdefault(token, len(vocabulary))
    return Tokenizer.from_str(json.dumps(state))


def real(name: str) -> PreTrainedTokenizerFast:
    template, bos, eos, adds_bos, kind = REAL[name]
    return tokenizer(template, bos=bos, eos=eos, adds_bos=adds_bos, kind=kind)
