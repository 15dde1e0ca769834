"""The words of a short answer as they are compared, and whether two answers have the same."""

import re
import unicodedata

from leadline.grade.quantities import spelt_out

_TOKEN = re.compile(
    r"(?<!\w)[-−+]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?![^\W_])|[^\W_]+|[^\s\w.,;:!?]"
)
_ARTICLE = re.compile(r"\b(?:an?|the)\b(?!\.)")  # "A." is an initial
PLACES = frozenset({"in", "at", "on", "by", "from", "near", "of", "to", "for", "with"})


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


TITLES = word_set(
    "mr mrs ms miss dr sir dame lord lady president king queen prince princess emperor empress "
    "professor prof general captain reverend rev pope senator governor"
)
_KEPT_MARKS = frozenset("#%+")


def normal(text: str) -> list[str]:
    """The words that are compared: case, accents, articles and most marks aside, numbers in
    digits. Articles alone stay ("A" is an answer)."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    text = re.sub(r"['’`´]", "", text)
    return _tokens(_ARTICLE.sub(" ", text)) or _tokens(text)


def _tokens(text: str) -> list[str]:
    tokens = [_plain(token) for token in _TOKEN.findall(text)]
    return spelt_out([token for token in tokens if token])


def same_words(a: str, b: str) -> bool:
    """Whether two texts have the same words, leading prepositions and titles aside, however spaced:
    `A. P. J. Abdul Kalam` is `A.P.J. Abdul Kalam`."""
    first, second = core(normal(a)), core(normal(b))
    if not first or not second:
        return False
    if first == second or untitled(first) == untitled(second):
        return True
    return _glued(first) == _glued(second)


def core(tokens: list[str]) -> list[str]:
    while len(tokens) > 1 and tokens[0] in PLACES:
        tokens = tokens[1:]
    return tokens


def untitled(tokens: list[str]) -> list[str]:
    while len(tokens) > 2 and tokens[0] in TITLES:
        tokens = tokens[1:]
    return tokens


def _glued(tokens: list[str]) -> str:
    return "".join(tokens).lstrip("+")


def _plain(token: str) -> str:
    """A token without accents on Latin letters and without the commas of a number; "" for a mark
    that says nothing."""
    if token[-1].isdigit() and not token.isalnum():
        return token.replace(",", "").replace("−", "-")
    if len(token) == 1 and not token.isalnum():
        return token if token in _KEPT_MARKS or unicodedata.category(token) == "Sc" else ""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFD", token):
        if not (unicodedata.combining(letter) and letters and letters[-1].isascii()):
            letters.append(letter)
    return unicodedata.normalize("NFC", "".join(letters)).translate(_LATIN)


_LATIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"})
