"""Whether a judge is kin to the model it judges: the same model, or one of its family.

Judges favour their own: on FastChat's published GPT-4 judgements self-preference was 71.5 %
(FastChat#3911). A kinship is noted wherever the verdicts are shown; it changes none of them.

A family is told from whole words of a name, owner and letter case aside: `Llama3:8b` is a Llama,
`llamafile` is not. A model distilled from one family into another belongs to both.
"""

import re

# What the words of a model's name say of its family. Owners' names say nothing: nvidia publishes
# Llamas, and unsloth everybody's models.
_WORDS = {
    "chatgpt": "gpt",
    "claude": "claude",
    "codegemma": "gemma",
    "codellama": "llama",
    "codeqwen": "qwen",
    "codestral": "mistral",
    "command": "command",
    "deepseek": "deepseek",
    "devstral": "mistral",
    "ernie": "ernie",
    "exaone": "exaone",
    "falcon": "falcon",
    "gemini": "gemini",
    "gemma": "gemma",
    "glm": "glm",
    "chatglm": "glm",
    "gpt": "gpt",
    "granite": "granite",
    "grok": "grok",
    "hunyuan": "hunyuan",
    "internlm": "internlm",
    "kimi": "kimi",
    "llama": "llama",
    "magistral": "mistral",
    "minimax": "minimax",
    "ministral": "mistral",
    "mistral": "mistral",
    "mixtral": "mistral",
    "nemotron": "nemotron",
    "olmo": "olmo",
    "olmoe": "olmo",
    "phi": "phi",
    "pixtral": "mistral",
    "pythia": "pythia",
    "qvq": "qwen",
    "qwen": "qwen",
    "qwq": "qwen",
    "smollm": "smollm",
    "stablelm": "stablelm",
    "vicuna": "llama",
    "yi": "yi",
}
_WORD = re.compile(r"[a-z]+|[0-9]+")
_OPENAI_O = re.compile(r"o[1-9](?![0-9a-z])")  # o3-mini; in the middle of a name it is another's
# Open models that are called GPT after the architecture, and one after none.
_NOT_OPENAI = re.compile(r"gpt[-_]?(?:neox?|j|jt|bigcode|sw3|2|4all)(?![a-z])")


def families(name: str) -> frozenset[str]:
    """The families that a model's name tells: none, one, or several for a distilled model."""
    own = re.split(r"[/\\]", name.strip().lower().rstrip("/\\"))[-1]
    own = _NOT_OPENAI.sub(" ", own)
    found = {_WORDS[word] for word in _WORD.findall(own) if word in _WORDS}
    return frozenset(found | {"gpt"} if _OPENAI_O.match(own) else found)


def kinship(judge: str, *, judged: str, architecture: str = "") -> str:
    """What is to be said if the judge is the judged model or of its family; "" if it is neither.

    `architecture` (`Model.family`) counts only where the judged model's name tells no family: many
    models have the Llama architecture and are no Llamas.
    """
    if judge.strip().lower() == judged.strip().lower():
        return f"the judge {judge} judges itself; {_WHY}"
    shared = sorted(families(judge) & (families(judged) or families(architecture)))
    if not shared:
        return ""
    return (
        f"the judge {judge} is of the family of the judged {judged} ({', '.join(shared)}); {_WHY}"
    )


_WHY = "self-preference was 71.5 % in FastChat#3911's figures"
