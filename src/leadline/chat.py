"""One truth about how messages become token ids, for training and for generation alike.

A prompt is rendered once by the model's own chat template and tokenised up to a boundary that
leadline owns: everything before the response (the template's generation prompt included) is
unsupervised; the response and the token that ends the turn are supervised. The response is
tokenised by itself, so no token ever spans the boundary and training sees exactly the prompt ids
that generation will. A tokenizer without a template gets `DEFAULT_TEMPLATE` (plain text, no new
tokens). Text that spells a special token is data: it is tokenised as text. The module imports
neither torch nor transformers until a `Chat` is loaded.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from leadline.errors import BadData
from leadline.models import model_folder
from leadline.records import Example

# Tülu's format (arXiv 2306.04751): plain text, so that no untrained token is needed.
DEFAULT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>\n' + message['content'] }}"
    "{{ eos_token + '\n' if message['role'] == 'assistant' else '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)
# Some templates print today's date; a prompt must not depend on the day it was made. The date is
# the one that Llama 3.1's template itself falls back to.
FIXED_DATE = "{%- macro strftime_now(format) -%}26 Jul 2024{%- endmacro -%}"
# Private-use characters (Unicode's plane 15) that stand for contents while a template is probed.
SYSTEM, USER, RESPONSE, MARK = (chr(0xF1EA0 + i) for i in range(4))


class Chat:
    """A tokenizer and its chat template. Load it with `Chat.load`; ids are plain lists of int."""

    def __init__(self, tokenizer: Any, *, name: str) -> None:
        self.tokenizer = tokenizer
        self.name = name
        self.template: Literal["model", "default"] = (
            "model" if tokenizer.chat_template else "default"
        )
        if self.template == "default":
            self._install_default()
        pattern = sorted(
            (re.escape(t) for t in tokenizer.all_special_tokens), key=len, reverse=True
        )
        self._special = re.compile("|".join(pattern) or "(?!)")
        self._probe()

    @classmethod
    def load(cls, source: str | Path, *, revision: str | None = None) -> "Chat":
        """The chat of a model folder or Hub id; the same object for the same place in a process."""
        return _load(str(source), revision)

    # -- what the rest of leadline asks ---------------------------------------------------------

    def rendered_prompt(self, system: str, prompt: str) -> str:
        """The text that the model is given, up to where its response begins."""
        return self._render(system, prompt).replace(MARK, "")

    def prompt_ids(self, system: str, prompt: str) -> list[int]:
        """The prompt's token ids, with exactly one BOS if the tokenizer or template has one."""
        return self.prompts_ids([(system, prompt)])[0]

    def example_ids(self, example: Example) -> tuple[list[int], int]:
        """(prompt + response + turn end, number of prompt ids): labels begin after the prompt."""
        return self.examples_ids([example])[0]

    def examples_ids(self, examples: Sequence[Example]) -> list[tuple[list[int], int]]:
        """`example_ids` of many at once. Raises BadData if a tokenizer cannot write a response."""
        responses = self._encode_as_text([self._lead + e.response for e in examples])
        prompts = self.prompts_ids([(e.system, e.prompt) for e in examples])
        self._check_round_trip(examples, responses)
        joined = zip(prompts, responses, strict=True)
        return [([*prompt, *response, self.turn_end], len(prompt)) for prompt, response in joined]

    def prompts_ids(self, messages: Sequence[tuple[str, str]]) -> list[list[int]]:
        """`prompt_ids` of many (system, prompt) pairs at once."""
        texts = [self._render(system, prompt) for system, prompt in messages]
        backend = self.tokenizer.backend_tokenizer
        plain = backend.encode_batch_fast(texts, add_special_tokens=False)
        return [
            self._with_bos(self._encode_marked(text) if MARK in text else encoding.ids)
            for text, encoding in zip(texts, plain, strict=True)
        ]

    def decode(self, ids: Sequence[int]) -> str:
        """The response's text: everything before the first stop id, special tokens left out."""
        end = next((i for i, token in enumerate(ids) if token in self.stop_ids), len(ids))
        return self._text(list(ids[:end]))

    @property
    def notes(self) -> list[str]:
        """What a reader of the results should know about how prompts were made."""
        notes = []
        if self.template == "default":
            notes.append(
                f"{self.name}: the tokenizer has no chat template; leadline's plain-text default"
                " (<|user|> … <|assistant|> …) is used."
            )
        if self._system_in_user:
            notes.append(
                f"{self.name}: the chat template has no system role; the system message stands at"
                " the beginning of the user's."
            )
        return notes

    # -- once, when the chat is made ------------------------------------------------------------

    def _install_default(self) -> None:
        if self.tokenizer.eos_token is None:
            raise BadData(
                f"The tokenizer of {self.name} has neither a chat template nor an end-of-sequence"
                " token, so no response could end. Set eos_token in its tokenizer_config.json."
            )
        self.tokenizer.chat_template = DEFAULT_TEMPLATE

    def _probe(self) -> None:
        """Learn from the template where a response begins, how it ends, and who may speak."""
        tokenizer = self.tokenizer
        plain = tokenizer.encode("a", add_special_tokens=True)
        adds_bos = tokenizer.bos_token_id is not None and plain[0] == tokenizer.bos_token_id
        self._adds_bos = adds_bos
        self._system_in_user = not self._takes_system()
        opened = self._apply([_message("user", USER)], opened=True)
        whole = self._apply([_message("user", USER), _message("assistant", RESPONSE)], opened=False)
        if USER not in opened or RESPONSE not in whole:
            raise BadData(
                f"The chat template of {self.name} does not print the messages it is given. Remove"
                " it from the tokenizer to use leadline's default, or give a template that does."
            )
        before, _, after = whole.partition(RESPONSE)
        extra = before.removeprefix(opened) if before.startswith(opened) else ""
        # Spaces before the response belong to its first token; anything else is prompt.
        self._extra = extra if extra.strip(" ") else ""
        blank = "" if self._extra else extra
        first = tokenizer.convert_ids_to_tokens(self._encode("a"))[0]
        self._lead = "" if first.startswith("▁") else blank
        self.turn_end = self._find_turn_end(after)
        eos = tokenizer.eos_token_id
        ends = (self.turn_end, self.turn_end if eos is None else int(eos))
        self.stop_ids: tuple[int, ...] = tuple(dict.fromkeys(ends))

    def _takes_system(self) -> bool:
        """Does the template accept a system message and print it?"""
        import jinja2

        messages = [_message("system", SYSTEM), _message("user", USER)]
        try:
            return SYSTEM in self._render_template(messages, opened=True)
        except (jinja2.TemplateError, TypeError, KeyError, ValueError):
            return False

    def _find_turn_end(self, after: str) -> int:
        """The token that ends a turn: the first added token behind the response, else eos."""
        added = self.tokenizer.added_tokens_decoder
        ids = [i for i in self._encode(after) if i in added and added[i].content.strip()]
        if ids and ids[0] != self.tokenizer.bos_token_id:
            return ids[0]
        if self.tokenizer.eos_token_id is None:
            raise BadData(
                f"The chat template of {self.name} ends a response without a token of its own, and"
                " the tokenizer has no eos_token: generation could not stop. Set eos_token."
            )
        return int(self.tokenizer.eos_token_id)

    # -- text to ids ----------------------------------------------------------------------------

    def _render(self, system: str, prompt: str) -> str:
        """The prompt's text; special tokens spelt in the messages carry MARK on both sides."""
        system, prompt = self._mark(system), self._mark(prompt)
        if system and self._system_in_user:
            system, prompt = "", f"{system}\n\n{prompt}"
        messages = [_message("system", system)] if system else []
        return self._apply([*messages, _message("user", prompt)], opened=True) + self._extra

    def _mark(self, text: str) -> str:
        if not self._special.search(text):
            return text.replace(MARK, "")
        return self._special.sub(lambda found: f"{MARK}{found[0]}{MARK}", text.replace(MARK, ""))

    def _apply(self, messages: list[dict[str, str]], *, opened: bool) -> str:
        import jinja2

        try:
            return self._render_template(messages, opened=opened)
        except (jinja2.TemplateError, TypeError, KeyError, ValueError) as error:
            raise BadData(
                f"The chat template of {self.name} refuses a plain conversation: {error}. Remove it"
                " from the tokenizer to use leadline's default, or give one that takes it."
            ) from error

    def _render_template(self, messages: list[dict[str, str]], *, opened: bool) -> str:
        template = FIXED_DATE + self.tokenizer.get_chat_template()
        text = self.tokenizer.apply_chat_template(
            messages, chat_template=template, tokenize=False, add_generation_prompt=opened
        )
        return str(text)

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _encode_as_text(self, texts: list[str]) -> list[list[int]]:
        """Encode without ever making a special token."""
        backend = self.tokenizer.backend_tokenizer
        backend.encode_special_tokens = True
        try:
            return [e.ids for e in backend.encode_batch_fast(texts, add_special_tokens=False)]
        finally:
            backend.encode_special_tokens = False

    def _encode_marked(self, text: str) -> list[int]:
        """Encode a text in which every second piece between MARKs is data, not a special token."""
        ids: list[int] = []
        for i, piece in enumerate(text.split(MARK)):
            ids += self._encode_as_text([piece])[0] if i % 2 else self._encode(piece)
        return ids

    def _with_bos(self, ids: list[int]) -> list[int]:
        bos = self.tokenizer.bos_token_id
        start = 0
        while bos is not None and start < len(ids) and ids[start] == bos:
            start += 1
        return [bos, *ids[start:]] if start or self._adds_bos else ids

    # -- ids to text ----------------------------------------------------------------------------

    def _text(self, ids: list[int]) -> str:
        text = self.tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return str(text).removeprefix(self._lead)

    def _check_round_trip(self, examples: Sequence[Example], responses: list[list[int]]) -> None:
        """The supervised tokens must spell the response, or the model learns something else."""
        backend = self.tokenizer.backend_tokenizer
        texts = backend.decode_batch(responses, skip_special_tokens=False)
        for example, text in zip(examples, texts, strict=True):
            if not example.response.strip():
                raise BadData(f"Example {example.id!r} has an empty response: nothing to learn.")
            text = text.removeprefix(self._lead)
            if text != example.response and _folded(text) != _folded(example.response):
                raise BadData(
                    f"The tokenizer of {self.name} cannot write the response of example"
                    f" {example.id!r}: {example.response[:60]!r} comes back as {text[:60]!r}. Use a"
                    " tokenizer that keeps text as it is, or remove those characters from the data."
                )


def _folded(text: str) -> str:
    """Text up to what many tokenizers unify on purpose: compatibility forms, a leading space."""
    return unicodedata.normalize("NFKC", text).lstrip(" ")


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


@lru_cache(maxsize=8)
def _load(source: str, revision: str | None) -> Chat:
    from transformers import AutoTokenizer

    folder = model_folder(source, revision=revision)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:  # whatever a damaged file makes the tokenizer's code raise
        raise BadData(f"The tokenizer of {source} cannot be loaded: {error}") from error
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise BadData(
            f"{source} has a tokenizer without a fast form (tokenizer.json). Save it once with"
            " transformers' fast tokenizer, or use a model that ships one."
        )
    return Chat(tokenizer, name=source)
