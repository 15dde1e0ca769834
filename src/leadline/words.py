"""Text as a list of words, so that case, spacing and punctuation make no difference.

Kept beside letters and digits: arithmetic signs, because `3 + 4` and `3 * 4` are different
problems; `-` only before a number. A thousands comma is dropped; `3.5` is one word. In scripts
written without spaces every character is a word.
"""

import re
import unicodedata

UNSPACED = "぀-ヿ㐀-鿿豈-﫿ก-๛"  # kana, Han, Thai
_WORD = re.compile(
    rf"[0-9]+(?:[.,:][0-9]+)*|[{UNSPACED}]|[^\W_{UNSPACED}]+|[+*/^%=<>×÷√]|-(?=\s?[0-9])"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def words(text: str) -> list[str]:
    """The words of a text: Unicode NFKC, case-folded, without punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("−", "-").replace("–", "-")
    return [_plain(word) if "," in word else word for word in _WORD.findall(text)]


def _plain(number: str) -> str:
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
