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
_ITERATIONS = 1_000
_SURE, _LIKELY = 0.99999, 0.1
_LONGEST_ADDRESS = 2_100  # characters of the longest URL or mail address that it cuts out
_SHORT = 40  # characters of a word whose n-grams are worth keeping
_SPACES = re.compile(" {2,}")


class _Profiles(NamedTuple):
    """languages: their codes. features: 1 to 3 characters → its frequency in each language."""

    languages: tuple[str, ...]
    features: dict[str, Floats]


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
    profiles = _profiles()
    known = [gram for gram in _ngrams(visible) if gram in profiles.features]
    if not known:
        return None
    probability_L = _mean_probability(known, profiles)
    best = int(np.argmax(probability_L))
    return profiles.languages[best] if probability_L[best] > _LIKELY else UNKNOWN


@functools.cache
def _profiles() -> _Profiles:
    """langdetect's profiles; in the order of their names, where it takes the folder's order."""
    folder = files("langdetect") / "profiles"
    rows = sorted(
        (json.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir()),
        key=lambda row: str(row["name"]),
    )
    features: dict[str, Floats] = {}
    for index, row in enumerate(rows):
        for gram, count in row["freq"].items():
            if 1 <= len(gram) <= 3:
                share_L = features.setdefault(gram, np.zeros(len(rows)))
                share_L[index] = count / row["n_words"][len(gram) - 1]
    return _Profiles(tuple(row["name"] for row in rows), features)


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


def _ngrams(text: str) -> list[str]:
    """Its 1-, 2- and 3-grams in order, word by word, a space before and after each."""
    words = text.translate(_NORMAL).split(" ")
    grams: list[str] = []
    for word in words[:-1]:
        if word:
            grams += _word_ngrams(word + " ")
    return grams + list(_word_ngrams(words[-1]))


def _word_ngrams(word: str) -> tuple[str, ...]:
    return _kept_ngrams(word) if len(word) <= _SHORT else _find_ngrams(word)


def _find_ngrams(word: str) -> tuple[str, ...]:
    """Those that end in one of the word's characters; none ends in a capital that follows a
    capital."""
    grams, padded, shouted = [], " " + word, False
    for end in range(2, len(padded) + 1):
        last, before = padded[end - 1], padded[end - 2]
        shouted = last.isupper() and (shouted or before.isupper())
        if not shouted:
            grams += [padded[start:end] for start in range(end - 1, max(end - 4, -1), -1)]
    return tuple(gram for gram in grams if gram != " ")


_kept_ngrams = functools.lru_cache(maxsize=1 << 14)(_find_ngrams)


def _mean_probability(known: list[str], profiles: _Profiles) -> Floats:
    """Probability of each language, shape (L,): the mean over trials that each draw n-grams until
    one language is sure."""
    draw = random.Random(0)  # langdetect's generator; ours would draw others
    n_languages = len(profiles.languages)
    mean_L = np.zeros(n_languages)
    for _ in range(_TRIALS):
        probability_L = np.full(n_languages, 1.0 / n_languages)
        weight = (_ALPHA + draw.gauss(0.0, 1.0) * _ALPHA_WIDTH) / _BASE_FREQUENCY
        for i in range(_ITERATIONS + 1):
            probability_L *= weight + profiles.features[draw.choice(known)]
            if i % 5 == 0:
                probability_L /= sum(probability_L.tolist())
                if probability_L.max() > _SURE:
                    break
        mean_L += probability_L / _TRIALS
    return mean_L
