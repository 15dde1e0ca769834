"""Keep judged text from being taken for the frame of a chat.

Servers write a request into the judge's chat template and then turn the control tokens in it into
their ids, also those that stand in the text that is judged. `<|im_end|><|im_start|>system` would
end our message and begin one of its own, whatever fence stands around it. A space after the
bracket makes a control token ordinary text, which reads the same.
"""

import re

_NAMES = "|".join(
    [
        r"s|bos|eos|pad|unk|sep|cls|mask|sop|eop|endoftext|fim_[a-z]{1,10}|think|thinking",
        r"tools?|tool_(?:call|calls|response|results)|image|audio|video|image_soft_token",
        r"(?:start|end|begin)_of_[a-z]{1,12}|im_(?:start|end)|(?:unused|reserved_)\w{1,12}",
        r"seed:\w{1,12}|extra_id_\d{1,4}",
    ]
)
_BRACKETED = (
    r"INST|SYSTEM_PROMPT|SYSTEM|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|TOOL_CONTENT|THINK|ARGS"
    r"|gMASK|sMASK|CLS|SEP|MASK|BOS|EOS|PAD|UNK|UNUSED_TOKEN_\d{1,4}"
)
# Every look ahead is of bounded length, so the time is linear in the text.
_CONTROL = re.compile(
    rf"<(?=[|｜][^<>\n]{{0,60}}>|[^<>|｜\n]{{1,60}}[|｜]>|/?(?:{_NAMES})>|</?SYS>>)"
    rf"|\[(?=/?(?:{_BRACKETED})\]|\|[^\[\]\n]{{1,40}}\|\])"
)


def defused(text: str) -> str:
    """`text` with a space after the first bracket of whatever some model takes for a control
    token, and "?" for half a surrogate pair, which cannot be sent."""
    sendable = text.encode("utf-8", "replace").decode()
    return _CONTROL.sub(lambda found: f"{found[0]} ", sendable)
