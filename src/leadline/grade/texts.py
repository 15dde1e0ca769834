"""Whether a short text is, or stands in, a response: case, spacing and outer marks aside.

Inside a text punctuation counts: `3.5`, `C#` and `-7` are not `35`, `C` and `7`.
"""

import re
import unicodedata

from leadline.words import UNSPACED

_STRAIGHT = str.maketrans("‘’“”−–—", "''\"\"---")
_OPENING = " \"'`*_([{"
_CLOSING = " \"'`*_)]}.,;:!?。、"
_SPACED_LETTER = re.compile(rf"[^\W{UNSPACED}]")


def normal(text: str) -> str:
    """NFKC, case-folded, straight quotes and dashes, single spaces, no quotes, brackets or emphasis
    around it and no punctuation at its end. A text of such marks only stays as it is."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_STRAIGHT)
    text = " ".join(text.split())
    return text.lstrip(_OPENING).rstrip(_CLOSING) or text


def same(text: str, reference: str) -> bool:
    """Whether both have the same normal form."""
    return normal(text) == normal(reference)


def contains(text: str, reference: str) -> bool:
    """Whether the reference's normal form stands in the text's, not as a part of a longer word or
    number. False for an empty reference."""
    text, reference = normal(text), normal(reference)
    at = text.find(reference) if reference else -1
    while at >= 0:
        if _whole(text, at, at + len(reference)):
            return True
        at = text.find(reference, at + 1)
    return False


def _whole(text: str, start: int, end: int) -> bool:
    before, first = text[max(0, start - 2) : start], text[start]
    last, after = text[end - 1], text[end : end + 2]
    if after[:1] in ("+", "#") or (after and _joined(last, after[0])):
        return False
    if before and _joined(before[-1], first):
        return False
    if first.isdigit() and re.fullmatch(r"\d[.,]|\W?-", before):
        return False
    return not (last.isdigit() and re.fullmatch(r"[.,]\d", after))


def _joined(a: str, b: str) -> bool:
    """Whether two characters side by side belong to one word."""
    return bool(_SPACED_LETTER.match(a) and _SPACED_LETTER.match(b))
