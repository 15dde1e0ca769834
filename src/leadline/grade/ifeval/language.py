"""Name the language of a text as `langdetect` with seed 0 does, and always the same one.

IFEval's language and case checks ask `langdetect`, which draws random n-grams and is not seeded
there, so that one response may get two verdicts. Here every text gets a fresh generator with seed
0, whatever else in the process uses `langdetect`. Its language profiles, its regular expressions
and its table of characters are used as they are; only the walk over the text is ours, because
theirs takes milliseconds a response and, on a response of megabytes, minutes.
"""

import functools
import json
import random
import re
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from leadline.protocols import Floats

UNKNOWN = "unknown"  # langdetect's word for a text whose best language is below its threshold

# langdetect's constants (detector.py).
_READ = 10_000  # characters that are looked at
_TRIALS = 7
_ALPHA, _ALPHA_WIDTH = 0.5, 0.05
_BASE_FREQUENCY = 10_000
_ITERATIONS, _BETWEEN_CHECKS = 1_000, 5
_SURE, _LIKELY = 0.99999, 0.1
_LONGEST_ADDRESS = 2_100  # characters of the longest URL or mail address that it cuts out
_SHORT = 40  # characters of a word whose features are worth keeping
_SPACES = re.compile(" {2,}")


class _Profiles(NamedTuple):
    """languages: their codes (L). rows: 1 to 3 characters → their row in shares, shape (F, L): how
    frequent they are in each language."""

    languages: tuple[str, ...]
    rows: dict[str, int]
    shares: Floats


class _Characters(dict[int, str]):
    """langdetect's normal form of each character, made when first met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        from langdetect.utils.ngram import NGram  # type: ignore[import-untyped]

        self[code] = found = str(NGram.normalize(chr(code)))
        return found


_NORMAL = _Characters()


def language(text: str) -> str | None:
    """The ISO 639-1 code of the text's language (Chinese: zh-cn, zh-tw); `UNKNOWN` if none is
    likely; None where langdetect raises, because nothing in the text tells."""
    return _language(_visible(text))


@functools.lru_cache(maxsize=1 << 12)
def _language(visible: str) -> str | None:
    known = _features(visible)
    if not known:
        return None
    probability_L = _mean_probability(known)
    best = int(np.argmax(probability_L))
    return _profiles().languages[best] if probability_L[best] > _LIKELY else UNKNOWN


@functools.cache
def _profiles() -> _Profiles:
    """langdetect's profiles; in the order of their names, where it takes the folder's order."""
    folder = files("langdetect") / "profiles"
    profiles = sorted(
        (json.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir()),
        key=lambda profile: str(profile["name"]),
    )
    grams = sorted({gram for row in profiles for gram in row["freq"] if len(gram) <= 3})
    rows = {gram: number for number, gram in enumerate(grams)}
    share_FL = np.zeros((len(rows), len(profiles)))
    for index, profile in enumerate(profiles):
        for gram, count in profile["freq"].items():
            if gram in rows:
                share_FL[rows[gram], index] = count / profile["n_words"][len(gram) - 1]
    return _Profiles(tuple(profile["name"] for profile in profiles), rows, share_FL)


def _visible(text: str) -> str:
    """The characters that are looked at: without addresses, and without Latin letters in a text
    that is mostly written in others."""
    text = _SPACES.sub(" ", _without_addresses(text)[:_READ])
    if text.isascii():
        return text
    latin = sum("A" <= character <= "z" for character in text)
    # Vietnamese letters count as others: langdetect means to except them, and compares a block's
    # number with its name.
    other = sum(character >= "\u0300" for character in text)
    if latin * 2 >= other:
        return text
    return "".join(character for character in text if not "A" <= character <= "z")


def _without_addresses(text: str) -> str:
    """At least the first `_READ` characters of the text without URLs and mail addresses, and with
    Vietnamese letters composed. Only as much of the text is read as that takes."""
    from langdetect.detector import Detector  # type: ignore[import-untyped]
    from langdetect.utils.ngram import NGram

    size = 4 * _READ
    while True:
        found = _cut_out(Detector.URL_RE, text[:size], whole=size >= len(text))
        found = _cut_out(Detector.MAIL_RE, found, whole=size >= len(text))
        composed = str(NGram.normalize_vi(found))
        if size >= len(text) or len(composed) > _READ:
            return composed
        size *= 4


def _cut_out(address: re.Pattern[str], text: str, *, whole: bool) -> str:
    """The text with a space for every address. Unless it is whole, its end is left out: what
    follows could make a longer address there."""
    if whole:
        return address.sub(" ", text)
    safe, parts, start = len(text) - _LONGEST_ADDRESS, [], 0
    for match in address.finditer(text):
        if match.start() >= safe:
            break
        parts += [text[start : match.start()], " "]
        start = match.end()
    return "".join([*parts, text[start : max(start, safe)]])


def _features(text: str) -> list[int]:
    """Its 1-, 2- and 3-grams that a profile knows, in order, word by word, a space before and after
    each word."""
    words = text.translate(_NORMAL).split(" ")
    found: list[int] = []
    for word in words[:-1]:
        if word:
            found += _word_features(word + " ")
    return found + list(_word_features(words[-1]))


def _word_features(word: str) -> tuple[int, ...]:
    return _kept_features(word) if len(word) <= _SHORT else _find_features(word)


def _find_features(word: str) -> tuple[int, ...]:
    """Those that end in one of the word's characters; none ends in a capital that follows a
    capital."""
    grams, padded, shouted = [], " " + word, False
    for end in range(2, len(padded) + 1):
        last, before = padded[end - 1], padded[end - 2]
        shouted = last.isupper() and (shouted or before.isupper())
        if not shouted:
            grams += [padded[start:end] for start in range(end - 1, max(end - 4, -1), -1)]
    rows = _profiles().rows
    return tuple(rows[gram] for gram in grams if gram != " " and gram in rows)


_kept_features = functools.lru_cache(maxsize=1 << 14)(_find_features)


def _mean_probability(known: list[int]) -> Floats:
    """Probability of each language, shape (L,): the mean over trials that each draw n-grams until
    one language is sure."""
    draw = random.Random(0)  # langdetect's generator; another would draw others
    share_FL = _profiles().shares
    mean_L = np.zeros(share_FL.shape[1])
    for _ in range(_TRIALS):
        probability_L = np.full(len(mean_L), 1.0 / len(mean_L))
        weight = (_ALPHA + draw.gauss(0.0, 1.0) * _ALPHA_WIDTH) / _BASE_FREQUENCY
        for i in range(0, _ITERATIONS + 1, _BETWEEN_CHECKS):
            share_DL = share_FL[_draw(known, min(i + 1, _BETWEEN_CHECKS), draw)] + weight
            share_DL[0] *= probability_L
            probability_L = np.multiply.reduce(share_DL, axis=0)
            products = probability_L.tolist()  # Python sums in order, as langdetect does
            probability_L /= sum(products)
            if max(products) / sum(products) > _SURE:
                break
        mean_L += probability_L / _TRIALS
    return mean_L


def _draw(known: list[int], n_draws: int, draw: random.Random) -> list[int]:
    """What so many `draw.choice(known)` give, without its overhead."""
    found: list[int] = []
    n, bits = len(known), len(known).bit_length()
    while len(found) < n_draws:
        at = draw.getrandbits(bits)
        if at < n:
            found.append(known[at])
    return found
